from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person does here. What each may see and do is in `members/access.toml`."""

    ADMINISTRATOR = "administrator", _("Administrator")
    COORDINATOR = "coordinator", _("Coordinator")
    SECRETARIAT = "secretariat", _("Secretariat")
    MEMBER = "member", _("Member")
    GUEST = "guest", _("Guest")


class Audience(models.TextChoices):
    """Who may read a row. From the widest to the narrowest."""

    PUBLIC = "public", _("everyone")
    MEMBERS = "members", _("members of the collective")
    NAMED = "named", _("the people named")
    SECRETARIAT = "secretariat", _("the secretariat")


class MailFrequency(models.TextChoices):
    AT_ONCE = "at_once", _("at once, one mail for each")
    DAILY = "daily", _("once a day, in one mail")
    WEEKLY = "weekly", _("once a week, in one mail")
    NEVER = "never", _("never: I look here")


class AssociationState(models.TextChoices):
    """What an association is to the collective on a day. Computed from its days, never stored."""

    MEMBER = "membre", _("Members")
    INVITED = "invitee", _("Invited")
    FORMER = "ancienne", _("Former members")


class MandateKind(models.TextChoices):
    TITULAR = "titular", _("Titular representative")
    ALTERNATE = "alternate", _("Alternate representative")


class ApplicationState(models.TextChoices):
    """received → complete → to be heard → accepted or declined; withdrawn at any time before the decision."""

    RECEIVED = "received", _("Received")
    COMPLETE = "complete", _("Complete")
    TO_BE_HEARD = "to_be_heard", _("To be heard")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PaperKind(models.TextChoices):
    """What a candidate hands in (document of 22 January 2015, point 11)."""

    PRESENTATION = "presentation", _("Presentation of the association")
    STATUTES = "statutes", _("Statutes")
    ACTIVITY_REPORT = "activity_report", _("Activity report")
    MOTIVATION = "motivation", _("Reasons to join")


class PaperVerdict(models.TextChoices):
    PENDING = "pending", _("To be checked")
    VALID = "valid", _("Valid")
    REFUSED = "refused", _("To be replaced")


class LetterKind(models.TextChoices):
    RECEPTION = "reception", _("Letter of reception")
    DECISION = "decision", _("Letter of decision")
