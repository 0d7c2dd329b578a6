"""What was promised, what came of it, and the letters that ask for it. Fixed words stand before a commitment's address."""

from django.urls import path

from commitments.views import (
    calendars,
    citations,
    commitments,
    events,
    follow_up,
    letter_steps,
    letter_writing,
    letters,
    measures,
    minutes,
    record,
    runs,
    templates,
    writing,
)

app_name = "commitments"

urlpatterns = [
    # --- Letters
    path("courriers/", letters.letter_list, name="letters"),
    path("courriers/ecrire/", letter_writing.letter_start, name="letter-start"),
    path("courriers/modeles/", templates.template_list, name="templates"),
    path("courriers/modeles/ajouter/", templates.template_add, name="template-add"),
    path("courriers/modeles/<int:pk>/", templates.template_edit, name="template-edit"),
    path("courriers/lots/mettre-en-page/", runs.run_add, name="run-add"),
    path("courriers/lots/<int:pk>/", runs.run_detail, name="run"),
    path("courriers/lots/<int:pk>/courriers.pdf", runs.run_pdf, name="run-pdf"),
    path("courriers/<int:pk>/", letters.letter_detail, name="letter"),
    path("courriers/<int:pk>/modifier/", letter_writing.letter_edit, name="letter-edit"),
    path(
        "courriers/<int:pk>/autres-destinataires/",
        letter_writing.letter_others,
        name="letter-others",
    ),
    path("courriers/<int:pk>/supprimer/", letters.letter_delete, name="letter-delete"),
    path("courriers/<int:pk>/signer/", letter_steps.letter_sign, name="letter-sign"),
    path("courriers/<int:pk>/envoyer/", letter_steps.letter_send, name="letter-send"),
    path("courriers/<int:pk>/reponse/", letter_steps.letter_reply, name="letter-reply"),
    path("courriers/<int:pk>/sans-reponse/", letter_steps.letter_silent, name="letter-silent"),
    path("courriers/<int:pk>/mettre-en-page/", letter_steps.letter_lay_out, name="letter-lay-out"),
    path("courriers/<int:pk>/expedier/", letter_steps.letter_mail, name="letter-mail"),
    path("courriers/<int:pk>/courrier.pdf", letters.letter_pdf, name="letter-pdf"),
    path("courriers/<int:pk>/reponses/<int:reply>/", letters.letter_reply_file, name="reply-file"),
    # --- Record
    path("institutions/<slug:key>/engagements/", record.record, name="record"),
    path("institutions/<slug:key>/engagements.pdf", record.record_pdf, name="record-pdf"),
    path("engagements/comparaison/", record.comparison, name="comparison"),
    path("engagements/comparaison.csv", record.comparison_export, name="comparison-export"),
    # --- Follow-up
    path("engagements/suivi/", follow_up.follow_up, name="follow-up"),
    path("calendrier/<str:secret>/engagements.ics", calendars.feed, name="feed"),
    path("plans/<slug:plan>/engagements/", measures.board, name="board"),
    path(
        "plans/<slug:plan>/mesures/<measure_number:number>/engagements/",
        measures.measure,
        name="measure",
    ),
    # --- Commitments. Last: what stands after “engagements/” in none of the others is a commitment's own address.
    path("engagements/", commitments.commitment_list, name="list"),
    path("engagements/ajouter/", writing.create, name="create"),
    path("engagements/ajouter/evenement/", events.event_choose, name="event-choose"),
    path("engagements/<slug:slug>/", commitments.detail, name="detail"),
    path("engagements/<slug:slug>/modifier/", writing.edit, name="edit"),
    path("engagements/<slug:slug>/historique/", commitments.history, name="history"),
    path("engagements/<slug:slug>/evenements/ajouter/", events.event_add, name="event-add"),
    path(
        "engagements/<slug:slug>/evenements/<int:pk>/retirer/",
        events.event_retract,
        name="event-retract",
    ),
    path("engagements/<slug:slug>/publier/", writing.publish, name="publish"),
    path("engagements/<slug:slug>/citer/", citations.cite, name="cite"),
    path("reunions/<slug:slug>/compte-rendu/engagements/", minutes.in_minutes, name="in-minutes"),
    path(
        "plans/<slug:plan>/mesures/<measure_number:number>/engagements/citer/",
        citations.citable,
        name="citable",
    ),
]
