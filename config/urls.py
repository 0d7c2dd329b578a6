"""The addresses of the site. Those that people quote are readable and stay."""

from django.urls import include, path

urlpatterns = [
    path("", include("measures.urls")),
    path("rapports/", include("reports.urls")),
    path("", include("commitments.urls")),
    path("", include("meetings.urls")),
    path("", include("members.urls")),
    path("compte/", include("members.accounts")),
    path("api/v1/", include("config.api")),
]

handler400 = "common.refusals.bad_request"
handler403 = "common.refusals.not_allowed"
handler404 = "common.refusals.not_found"
