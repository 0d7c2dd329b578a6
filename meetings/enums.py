from django.db import models
from django.utils.translation import gettext_lazy as _


class MeetingKind(models.TextChoices):
    INTERNAL = "internal", _("Meeting of the collective")
    INSTITUTION = "institution", _("Meeting with an institution")
    HEARING = "hearing", _("Hearing")
    OUTSIDE = "outside", _("Outside event")


class Answer(models.TextChoices):
    """What somebody invited answers. An empty answer is none yet."""

    PRESENT = "present", _("I will come")
    EXCUSED = "excused", _("I am excused")
    REPRESENTED = "represented", _("I am represented")


class Presence(models.TextChoices):
    """What the minutes say of who was there."""

    PRESENT = "present", _("Present")
    EXCUSED = "excused", _("Excused")
    REPRESENTED = "represented", _("Represented")


class Capacity(models.TextChoices):
    """As what somebody took part."""

    MEMBER = "member", _("Member")
    COORDINATION = "coordination", _("Coordination")
    SECRETARIAT = "secretariat", _("Secretariat")
    INTERLOCUTOR = "interlocutor", _("For an institution")
    GUEST = "guest", _("Guest")


class Outcome(models.TextChoices):
    """What became of a point of the agenda. Empty before the meeting."""

    DEALT_WITH = "dealt_with", _("Dealt with")
    POSTPONED = "postponed", _("Put off")


class MinutesStatus(models.TextChoices):
    """draft → circulated, with a day for remarks → adopted at a later meeting, then locked."""

    DRAFT = "draft", _("Being written")
    CIRCULATED = "circulated", _("Circulated, to be adopted")
    ADOPTED = "adopted", _("Adopted")


class StepKind(models.TextChoices):
    CIRCULATED = "circulated", _("Circulated")
    CORRECTED = "corrected", _("Corrected")
    ADOPTED = "adopted", _("Adopted")


class DecisionMeans(models.TextChoices):
    CONSENSUS = "consensus", _("by consensus")
    VOTE = "vote", _("by a vote")


class CorrectionState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
