"""Pages about the collective and about one's own account. The accounts library's are in `members.accounts`."""

from django.urls import path

from members.views import access, account

app_name = "members"

urlpatterns = [
    # --- One's own account
    path("compte/", account.account, name="account"),
    # --- Associations, directory, groups, yearly reports, import
    # --- People: accounts, mandates, invitations
    # --- Papers and applications
    # --- Access and audit
    path("acces/", access.access, name="access"),
]
