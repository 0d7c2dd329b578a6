"""Addresses of the board and of the measures: what people quote, so they are readable and stay."""

from django.urls import path

from measures.views import assess, pages

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
]
