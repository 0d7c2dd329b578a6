"""Pages about a person's own account that are ours. The library's are in `members.accounts`."""

from django.urls import path

from members import views

app_name = "members"

urlpatterns = [
    path("", views.account, name="account"),
]
