"""Meetings, their minutes, and the search over all of it. Fixed words stand before a meeting's own address."""

from django.urls import path

from meetings.views import (
    agenda,
    annotations,
    attendance,
    calendars,
    convocations,
    corrections,
    editor,
    imports,
    life,
    meetings,
    outcomes,
    papers,
    questions,
    reading,
    said,
    search,
    versions,
    writing,
)

app_name = "meetings"

AGENDA = "reunions/<slug:slug>/ordre-du-jour/"
EDITOR = "reunions/<slug:slug>/compte-rendu/rediger/"
CORRECTIONS = "reunions/<slug:slug>/compte-rendu/corrections/"

urlpatterns = [
    # --- Search
    path("recherche/", search.search, name="search"),
    # --- Writing minutes
    path("a-suivre/", outcomes.follow_up_list, name="follow-ups"),
    path("a-suivre/<int:pk>/fait/", outcomes.follow_up_close, name="follow-up-close"),
    path(EDITOR, editor.editor, name="editor"),
    path(f"{EDITOR}commencer/", editor.minutes_start, name="minutes-start"),
    path(f"{EDITOR}date/", editor.minutes_date, name="minutes-date"),
    path(f"{EDITOR}ajouter/", editor.section_add, name="section-add"),
    path(f"{EDITOR}completer/", writing.completion, name="completion"),
    path(f"{EDITOR}<int:pk>/", writing.editor_section, name="editor-section"),
    path(f"{EDITOR}<int:pk>/enregistrer/", writing.section_autosave, name="section-autosave"),
    path(f"{EDITOR}<int:pk>/apercu/", writing.section_preview, name="section-preview"),
    path(f"{EDITOR}<int:pk>/deplacer/", editor.section_move, name="section-move"),
    path(f"{EDITOR}<int:pk>/niveau/", editor.section_level, name="section-level"),
    path(f"{EDITOR}<int:pk>/titre/", editor.section_rename, name="section-rename"),
    path(f"{EDITOR}<int:pk>/supprimer/", editor.section_delete, name="section-delete"),
    path(f"{EDITOR}<int:pk>/decisions/", outcomes.decision_add, name="decision-add"),
    path(f"{EDITOR}<int:pk>/a-suivre/", outcomes.follow_up_add, name="follow-up-add"),
    path(f"{EDITOR}decisions/<int:pk>/", outcomes.decision_edit, name="decision-edit"),
    path(
        f"{EDITOR}decisions/<int:pk>/supprimer/", outcomes.decision_delete, name="decision-delete"
    ),
    path(f"{EDITOR}a-suivre/<int:pk>/", outcomes.follow_up_edit, name="follow-up-edit"),
    path(
        f"{EDITOR}a-suivre/<int:pk>/supprimer/", outcomes.follow_up_delete, name="follow-up-delete"
    ),
    # --- Meetings
    path("reunions/", meetings.meeting_list, name="list"),
    path("reunions/ajouter/", meetings.meeting_create, name="create"),
    path("reunions/importer/", imports.import_upload, name="import"),
    path("reunions/importer/confirmer/", imports.import_confirm, name="import-confirm"),
    path("reunions/calendrier/", calendars.calendar, name="calendar"),
    path("reunions/calendrier/lien/", calendars.calendar_link, name="calendar-link"),
    path(
        "reunions/calendrier/lien/retirer/",
        calendars.calendar_link_withdraw,
        name="calendar-link-withdraw",
    ),
    path("calendrier/<str:secret>.ics", calendars.feed, name="feed"),
    path("reunions/<slug:slug>/modifier/", meetings.meeting_edit, name="edit"),
    path("reunions/<slug:slug>/copier/", meetings.meeting_copy, name="copy"),
    path("reunions/<slug:slug>/annuler/", convocations.cancel, name="cancel"),
    path("reunions/<slug:slug>/convoquer/", convocations.convene, name="convene"),
    path("reunions/<slug:slug>/invitation.ics", calendars.invitation, name="ics"),
    path("reunions/<slug:slug>/repondre/", convocations.answer, name="answer"),
    path("reunions/<slug:slug>/repondre/<int:person>/", convocations.answer_for, name="answer-for"),
    path("reunions/<slug:slug>/presences/", attendance.attendance, name="attendance"),
    path(
        "reunions/<slug:slug>/presences/ajouter/", attendance.attendance_add, name="attendance-add"
    ),
    path(
        "reunions/<slug:slug>/presences/<int:pk>/",
        attendance.attendance_edit,
        name="attendance-edit",
    ),
    path(
        "reunions/<slug:slug>/presences/<int:pk>/retirer/",
        attendance.attendance_delete,
        name="attendance-delete",
    ),
    path(AGENDA, agenda.agenda, name="agenda"),
    path(f"{AGENDA}ajouter/", agenda.agenda_add, name="agenda-add"),
    path(f"{AGENDA}preparer/", agenda.agenda_prepare, name="agenda-prepare"),
    path(f"{AGENDA}<int:pk>/", agenda.agenda_edit, name="agenda-edit"),
    path(f"{AGENDA}<int:pk>/deplacer/", agenda.agenda_move, name="agenda-move"),
    path(f"{AGENDA}<int:pk>/suite/", agenda.agenda_outcome, name="agenda-outcome"),
    path(f"{AGENDA}<int:pk>/retirer/", agenda.agenda_delete, name="agenda-delete"),
    path("reunions/<slug:slug>/pieces/ajouter/", papers.paper_add, name="paper-add"),
    path("reunions/<slug:slug>/pieces/<int:pk>/", papers.paper_edit, name="paper-edit"),
    path(
        "reunions/<slug:slug>/pieces/<int:pk>/remplacer/",
        papers.paper_replace,
        name="paper-replace",
    ),
    path(
        "reunions/<slug:slug>/pieces/<int:pk>/supprimer/", papers.paper_delete, name="paper-delete"
    ),
    path(
        "reunions/<slug:slug>/pieces/<int:pk>/fichier/",
        papers.paper_download,
        name="paper-download",
    ),
    path("reunions/<slug:slug>/questions/ajouter/", questions.question_add, name="question-add"),
    path("reunions/<slug:slug>/questions/<int:pk>/", questions.question_edit, name="question-edit"),
    path(
        "reunions/<slug:slug>/questions/<int:pk>/supprimer/",
        questions.question_delete,
        name="question-delete",
    ),
    # --- The life of minutes, and what members say of texts
    path("reunions/<slug:slug>/compte-rendu/circuler/", life.circulate, name="circulate"),
    path("reunions/<slug:slug>/compte-rendu/adopter/", life.adopt, name="adopt"),
    path(
        "reunions/<slug:slug>/compte-rendu/errata/ajouter/<int:pk>/",
        life.erratum_add,
        name="erratum-add",
    ),
    path("reunions/<slug:slug>/compte-rendu/versions/", versions.versions, name="versions"),
    path(CORRECTIONS, corrections.corrections, name="corrections"),
    path(f"{CORRECTIONS}ajouter/<int:pk>/", corrections.correction_add, name="correction-add"),
    path(
        f"{CORRECTIONS}<int:pk>/decider/", corrections.correction_decide, name="correction-decide"
    ),
    path(
        f"{CORRECTIONS}<int:pk>/retirer/",
        corrections.correction_withdraw,
        name="correction-withdraw",
    ),
    path(
        "reunions/<slug:slug>/compte-rendu/annotations/ajouter/<int:pk>/",
        annotations.annotation_add,
        name="annotation-add",
    ),
    path("reunions/<slug:slug>/annotations/", annotations.annotation_summary, name="annotations"),
    path(
        "reunions/<slug:slug>/annotations.<slug:form>",
        annotations.annotation_export,
        name="annotations-export",
    ),
    path(
        "reunions/<slug:slug>/annotations/<int:pk>/modifier/",
        annotations.annotation_edit,
        name="annotation-edit",
    ),
    path(
        "reunions/<slug:slug>/annotations/<int:pk>/supprimer/",
        annotations.annotation_delete,
        name="annotation-delete",
    ),
    path("reunions/<slug:slug>/pieces/<int:pk>/lire/", annotations.paper_read, name="paper-read"),
    path(
        "reunions/<slug:slug>/pieces/<int:pk>/lire/annoter/",
        annotations.paper_annotation_add,
        name="paper-annotation-add",
    ),
    # --- Reading minutes
    path("reunions/comptes-rendus/", reading.minutes_list, name="minutes-list"),
    path("reunions/<slug:slug>/compte-rendu/", reading.minutes, name="minutes"),
    path("reunions/<slug:slug>/", meetings.meeting_detail, name="detail"),
    # --- What was said
    path(
        "plans/<slug:plan>/mesures/<measure_number:number>/paroles/",
        said.said_measure,
        name="said-measure",
    ),
    path("institutions/<slug:key>/paroles/", said.said_institution, name="said-institution"),
    path(
        "institutions/<slug:key>/reunions/",
        said.institution_meetings,
        name="institution-meetings",
    ),
]
