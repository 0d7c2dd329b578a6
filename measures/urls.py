"""Addresses of the board, of the measures and of the institutions: what people quote, so they are readable and stay."""

from django.urls import path

from measures.views import assess, institutions, pages

app_name = "measures"

MEASURE = "plans/<slug:plan>/mesures/<measure_number:number>/"

urlpatterns = [
    path("", pages.home, name="home"),
    path("plans/", pages.plans, name="plans"),
    path("plans/<slug:plan>/", pages.board, name="board"),
    path("plans/<slug:plan>/mesures/", pages.measure_list, name="list"),
    path(MEASURE, pages.detail, name="detail"),
    path(f"{MEASURE}historique/", pages.history, name="history"),
    path(f"{MEASURE}evaluer/", assess.assess, name="assess"),
    path(f"{MEASURE}evaluer/abandonner/", assess.discard, name="discard"),
    path("institutions/", institutions.institution_list, name="institution-list"),
    path("institutions/<slug:key>/", institutions.institution_detail, name="institution-detail"),
]
