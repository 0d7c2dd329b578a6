"""Pages about the collective and about one's own account. The accounts library's are in `members.accounts`."""

from django.urls import path

from members.views import access, account, audit

app_name = "members"

urlpatterns = [
    # --- One's own account
    path("compte/", account.account, name="account"),
    # --- Associations, directory, groups, yearly reports, import
    # --- People: accounts, mandates, invitations
    # --- Papers and applications
    # --- Access and audit
    path("acces/", access.access, name="access"),
    path("collectif/journal/", audit.journal, name="audit"),
    path("collectif/journal/<str:kind>/<int:pk>/", audit.entry, name="audit-entry"),
    path("compte/mes-actions/", audit.own_acts, name="own-acts"),
]
