from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Origin(models.TextChoices):
    """Where a commitment was made."""

    MEETING = "meeting", _("In a meeting")
    LETTER = "letter", _("In a letter")
    SPEECH = "speech", _("In a speech")
    PLAN = "plan", _("In a plan or a draft of one")
    LAW = "law", _("In a law or a regulation")
    REPORT = "report", _("In a report or an answer")


class EventKind(models.TextChoices):
    """What happened to a commitment. Every one but the last bears its state."""

    MADE = "made", _("Made")
    REAFFIRMED = "reaffirmed", _("Reaffirmed")
    POSTPONED = "postponed", _("Postponed")
    NO_NEWS = "no_news", _("No news")
    REMINDED = "reminded", _("Reminded")
    ANSWERED = "answered", _("Answered")
    PARTLY_KEPT = "partly_kept", _("Partly kept")
    KEPT = "kept", _("Kept")
    BROKEN = "broken", _("Broken")
    OVERTAKEN = "overtaken", _("Overtaken by events")
    RETRACTED = "retracted", _("Recorded by mistake")


class State(models.TextChoices):
    """How a commitment stands on a day: computed from its events and its deadline, never stored."""

    PROMISED = "promised", _("Promised")
    LATE = "late", _("Late")
    NO_NEWS = "no_news", _("No news")
    REMINDED = "reminded", _("Reminded")
    ANSWERED = "answered", _("Answered")
    PARTLY_KEPT = "partly_kept", _("Partly kept")
    KEPT = "kept", _("Kept")
    BROKEN = "broken", _("Broken")
    OVERTAKEN = "overtaken", _("Overtaken by events")


class LetterStatus(models.TextChoices):
    """draft → signed, with a reference → sent → answered, or closed without an answer."""

    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed")
    SENT = "sent", pgettext_lazy("letter", "Sent")
    ANSWERED = "answered", _("Answered")
    SILENT = "silent", _("Without an answer")


class LetterStepKind(models.TextChoices):
    SIGNED = "signed", _("Signed")
    SENT = "sent", pgettext_lazy("letter", "Sent")
    ANSWERED = "answered", _("Answered")
    SILENT = "silent", _("Closed without an answer")


class SentBy(models.TextChoices):
    POST = "post", _("By post")
    REGISTERED = "registered", _("By registered post")
    EMAIL = "email", _("By e-mail")
    HAND = "hand", _("By hand")


class Escalation(models.TextChoices):
    """Each step goes further than the one before."""

    MAIL = "mail", _("Reminder by mail")
    LETTER = "letter", _("Letter")
    HIGHER = "higher", _("Letter to a higher office")
    STATEMENT = "statement", _("Public statement")
