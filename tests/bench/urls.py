from django.urls import path

from config.urls import urlpatterns as site
from tests.bench.views import bare

urlpatterns = [path("bench/bare/<int:plan>/", bare, name="bare"), *site]
