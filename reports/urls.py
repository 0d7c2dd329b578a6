"""Addresses of the reports."""

from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("", views.export_list, name="list"),
    path("demander/", views.create, name="create"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/fichier/", views.download, name="download"),
    path("<int:pk>/publier/", views.publish, name="publish"),
    path("<int:pk>/retirer/", views.withdraw, name="withdraw"),
]
