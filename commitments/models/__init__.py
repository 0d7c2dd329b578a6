"""What was promised, what came of it, and the letters that ask for it."""

from commitments.models.citations import CommitmentCitation
from commitments.models.commitments import Commitment
from commitments.models.digests import Digest
from commitments.models.events import CommitmentEvent
from commitments.models.letters import (
    Letter,
    LetterCopy,
    LetterEnclosure,
    LetterReply,
    LetterStep,
    LetterTemplate,
)
from commitments.models.runs import LetterRun

__all__ = [
    "Commitment",
    "CommitmentCitation",
    "CommitmentEvent",
    "Digest",
    "Letter",
    "LetterCopy",
    "LetterEnclosure",
    "LetterReply",
    "LetterRun",
    "LetterStep",
    "LetterTemplate",
]
