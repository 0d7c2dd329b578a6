"""Addresses of the accounts library's pages, under the names by which it calls them.

Listed one by one rather than included: accounts are given, so its pages about signing up and about e-mail addresses have
no address here. `account_signup` stays, as a page that says so: links to it are all over the library.
"""

from allauth.account import views as doors
from allauth.usersessions.views import list_usersessions
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from members.views.account import set_language

urlpatterns = [
    path("connexion/", doors.login, name="account_login"),
    path("deconnexion/", doors.logout, name="account_logout"),
    path("ferme/", doors.account_inactive, name="account_inactive"),
    path("ouvrir/", doors.signup, name="account_signup"),
    path("confirmer/", doors.reauthenticate, name="account_reauthenticate"),
    path("mot-de-passe/", doors.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", doors.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", doors.password_reset, name="account_reset_password"),
    path(
        "mot-de-passe/oublie/envoye/",
        doors.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^mot-de-passe/oublie/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        doors.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/change/",
        doors.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("second-facteur/", include("allauth.mfa.urls")),
    path("sessions/", list_usersessions, name="usersessions_list"),
    path("langue/", login_not_required(csrf_exempt(set_language)), name="set_language"),
]
