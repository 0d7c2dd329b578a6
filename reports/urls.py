"""Addresses of the reports."""

from django.urls import path

from reports import minutes_views, views

app_name = "reports"

urlpatterns = [
    path("", views.export_list, name="list"),
    path("demander/", views.create, name="create"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/fichier/", views.download, name="download"),
    path("<int:pk>/publier/", views.publish, name="publish"),
    path("<int:pk>/retirer/", views.withdraw, name="withdraw"),
    # --- Minutes, each reader's own copy
    path("comptes-rendus/<slug:slug>.pdf", minutes_views.minutes_pdf, name="minutes-pdf"),
    path("comptes-rendus/<slug:slug>/", minutes_views.minutes_detail, name="minutes"),
    path(
        "comptes-rendus/<slug:slug>/demander/", minutes_views.minutes_create, name="minutes-create"
    ),
]
