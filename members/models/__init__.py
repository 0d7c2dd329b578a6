from members.models.applications import (
    ApplicationEvent,
    ApplicationLetter,
    ApplicationPaper,
    MembershipApplication,
)
from members.models.associations import Association, Network, Participation, Publication
from members.models.audiences import AudienceQuerySet, RestrictedModel
from members.models.groups import GroupMembership, WorkingGroup
from members.models.invitations import GuestAccess, Invitation
from members.models.mandates import Mandate
from members.models.notices import Notice
from members.models.papers import FileReading, Paper
from members.models.users import User
from members.models.yearly_reports import ReportCall, YearlyReport

__all__ = [
    "ApplicationEvent",
    "ApplicationLetter",
    "ApplicationPaper",
    "Association",
    "AudienceQuerySet",
    "FileReading",
    "GroupMembership",
    "GuestAccess",
    "Invitation",
    "Mandate",
    "MembershipApplication",
    "Network",
    "Notice",
    "Paper",
    "Participation",
    "Publication",
    "ReportCall",
    "RestrictedModel",
    "User",
    "WorkingGroup",
    "YearlyReport",
]
