"""Pages about the collective and about one's own account. The accounts library's are in `members.accounts`."""

from django.urls import path

from members.views import (
    access,
    account,
    applications,
    associations,
    audit,
    directory,
    groups,
    imports,
    invitations,
    letters,
    mandates,
    papers,
    people,
    yearly_reports,
)

app_name = "members"

urlpatterns = [
    # --- One's own account
    path("compte/", account.account, name="account"),
    path("compte/preferences/", account.preferences, name="preferences"),
    path("compte/nouvelles/", account.notices, name="notices"),
    path("compte/donnees/", account.own_data_download, name="own-data"),
    path("compte/effacer/", account.own_erasure, name="own-erasure"),
    # Short, and in words that a mail program does not break.
    path("invitation/<str:secret>/", invitations.invitation_accept, name="invitation-accept"),
    # --- Associations, directory, groups, yearly reports, import
    path("collectif/", associations.association_list, name="association-list"),
    path("collectif/ajouter/", associations.association_add, name="association-add"),
    path("collectif/liens/", associations.link_checks, name="link-checks"),
    path("collectif/annuaire/", directory.directory, name="directory"),
    path("collectif/export/<slug:kind>.<slug:form>", directory.export, name="export"),
    path("collectif/import/", imports.import_table, name="import"),
    path("collectif/import/confirmer/", imports.import_confirm, name="import-confirm"),
    path("collectif/groupes/", groups.group_list, name="group-list"),
    path("collectif/groupes/ajouter/", groups.group_add, name="group-add"),
    path("collectif/groupes/<slug:slug>/", groups.group_detail, name="group-detail"),
    path("collectif/groupes/<slug:slug>/modifier/", groups.group_edit, name="group-edit"),
    path(
        "collectif/groupes/<slug:slug>/membres/ajouter/",
        groups.group_member_add,
        name="group-member-add",
    ),
    path(
        "collectif/groupes/<slug:slug>/membres/<int:pk>/retirer/",
        groups.group_member_end,
        name="group-member-end",
    ),
    path("collectif/rapports-annuels/", yearly_reports.report_call_list, name="report-call-list"),
    path(
        "collectif/rapports-annuels/ouvrir/",
        yearly_reports.report_call_open,
        name="report-call-open",
    ),
    path(
        "collectif/rapports-annuels/<int:year>/",
        yearly_reports.report_call_detail,
        name="report-call-detail",
    ),
    path(
        "collectif/rapports-annuels/<int:year>/repondre/",
        yearly_reports.report_call_answer,
        name="report-call-answer",
    ),
    path(
        "collectif/rapports-annuels/<int:year>/relancer/",
        yearly_reports.report_call_remind,
        name="report-call-remind",
    ),
    path(
        "collectif/rapports-annuels/<int:year>/compilation/",
        yearly_reports.report_call_compilation,
        name="report-call-compilation",
    ),
    path(
        "collectif/rapports-annuels/<int:year>/compilation.csv",
        yearly_reports.report_call_export,
        name="report-call-export",
    ),
    # --- People: accounts, mandates, invitations
    path("collectif/personnes/", people.person_list, name="person-list"),
    path("collectif/personnes/<int:pk>/", people.person_detail, name="person-detail"),
    path("collectif/personnes/<int:pk>/role/", people.person_role, name="person-role"),
    path("collectif/personnes/<int:pk>/fermer/", people.person_close, name="person-close"),
    path("collectif/personnes/<int:pk>/rouvrir/", people.person_reopen, name="person-reopen"),
    path("collectif/personnes/<int:pk>/effacer/", people.person_erase, name="person-erase"),
    path("collectif/mandats/", mandates.mandate_list, name="mandate-list"),
    path("collectif/mandats/nouveau/", mandates.mandate_create, name="mandate-create"),
    path("collectif/mandats/<int:pk>/corriger/", mandates.mandate_edit, name="mandate-edit"),
    path("collectif/mandats/<int:pk>/terminer/", mandates.mandate_end, name="mandate-end"),
    path("collectif/invitations/", invitations.invitation_list, name="invitation-list"),
    path(
        "collectif/invitations/nouvelle/", invitations.invitation_create, name="invitation-create"
    ),
    path(
        "collectif/invitations/<int:pk>/retirer/",
        invitations.invitation_withdraw,
        name="invitation-withdraw",
    ),
    path(
        "collectif/invitations/<int:pk>/renvoyer/",
        invitations.invitation_resend,
        name="invitation-resend",
    ),
    # --- Papers and applications
    path("collectif/pieces/", papers.paper_list, name="paper-list"),
    path("collectif/pieces/ajouter/", papers.paper_add, name="paper-add"),
    path(
        "collectif/associations/<slug:slug>/pieces/ajouter/",
        papers.association_paper_add,
        name="association-paper-add",
    ),
    path("collectif/pieces/<int:pk>/modifier/", papers.paper_edit, name="paper-edit"),
    path("collectif/pieces/<int:pk>/remplacer/", papers.paper_replace, name="paper-replace"),
    path("collectif/pieces/<int:pk>/supprimer/", papers.paper_delete, name="paper-delete"),
    path("collectif/pieces/<int:pk>/fichier/", papers.paper_download, name="paper-download"),
    path("collectif/candidatures/", applications.application_list, name="application-list"),
    path("collectif/candidatures/nouvelle/", applications.application_add, name="application-add"),
    path(
        "collectif/candidatures/<int:pk>/",
        applications.application_detail,
        name="application-detail",
    ),
    path(
        "collectif/candidatures/<int:pk>/modifier/",
        applications.application_edit,
        name="application-edit",
    ),
    path(
        "collectif/candidatures/<int:pk>/pieces/ajouter/",
        applications.application_paper_add,
        name="application-paper-add",
    ),
    path(
        "collectif/candidatures/<int:pk>/pieces/<int:paper>/remplacer/",
        applications.application_paper_replace,
        name="application-paper-replace",
    ),
    path(
        "collectif/candidatures/<int:pk>/pieces/<int:paper>/avis/",
        applications.application_paper_judge,
        name="application-paper-judge",
    ),
    path(
        "collectif/candidatures/<int:pk>/pieces/<int:paper>/fichier/",
        applications.application_paper_download,
        name="application-paper-download",
    ),
    path(
        "collectif/candidatures/<int:pk>/complete/",
        applications.application_complete,
        name="application-complete",
    ),
    path(
        "collectif/candidatures/<int:pk>/audition/",
        applications.application_hearing,
        name="application-hearing",
    ),
    path(
        "collectif/candidatures/<int:pk>/decision/",
        applications.application_decide,
        name="application-decide",
    ),
    path(
        "collectif/candidatures/<int:pk>/retrait/",
        applications.application_withdraw,
        name="application-withdraw",
    ),
    path(
        "collectif/candidatures/<int:pk>/invitation/",
        applications.application_invite,
        name="application-invite",
    ),
    path(
        "collectif/candidatures/<int:pk>/lettres/<slug:kind>/nouvelle/",
        letters.letter_add,
        name="letter-add",
    ),
    path(
        "collectif/candidatures/<int:pk>/lettres/<int:letter>/",
        letters.letter_detail,
        name="letter-detail",
    ),
    path(
        "collectif/candidatures/<int:pk>/lettres/<int:letter>/refaire/",
        letters.letter_retry,
        name="letter-retry",
    ),
    path(
        "collectif/candidatures/<int:pk>/lettres/<int:letter>/fichier/",
        letters.letter_download,
        name="letter-download",
    ),
    # --- Access and audit
    path("acces/", access.access, name="access"),
    path("collectif/journal/", audit.journal, name="audit"),
    path("collectif/journal/<str:kind>/<int:pk>/", audit.entry, name="audit-entry"),
    path("compte/mes-actions/", audit.own_acts, name="own-acts"),
    # --- Cards by their key: last, since a key is any word that no line above takes.
    path("collectif/<slug:slug>/", associations.association_detail, name="association-detail"),
    path("collectif/<slug:slug>/modifier/", associations.association_edit, name="association-edit"),
    path(
        "collectif/<slug:slug>/historique/",
        associations.association_history,
        name="association-history",
    ),
    path("collectif/<slug:slug>/lien/", associations.link_check_record, name="link-check-record"),
]
