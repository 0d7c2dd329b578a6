"""What was promised, what came of it, and the letters that ask for it. Fixed words stand before a commitment's address."""

from django.urls import path

app_name = "commitments"

urlpatterns: list[path] = []
