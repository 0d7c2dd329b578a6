"""Two hundred letters laid out in one job: how long it takes, on how much processor, and how often it says how far it is."""

from __future__ import annotations

import datetime as dt
import resource
import threading
import time
from typing import TYPE_CHECKING

from django.db import connection

from commitments.enums import EventKind, Origin
from commitments.models import Commitment, CommitmentEvent, Letter, LetterCopy, LetterRun
from commitments.services.letters import address_to_others, start_letter
from commitments.services.runs import lay_out, letters_done, make_run
from members.enums import Audience, Role
from members.models import User
from plan.enums import InstitutionKind
from plan.models import Institution
from tests.bench import data, results

if TYPE_CHECKING:
    from collections.abc import Sequence

LETTERS = 200
COPIES = 5
MEMBERS = 25
# Seconds for the whole job.
TARGET_S = 60
# Between two looks at how far it is, as the page that follows it does.
LOOK_EVERY = 1.0


class Follower(threading.Thread):
    """Whoever looks at the page of the run while it lasts."""

    def __init__(self, run_pk: int) -> None:
        super().__init__(daemon=True)
        self.run_pk = run_pk
        self.seen: list[int] = []
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(LOOK_EVERY):
            self.seen.append(letters_done(LetterRun.objects.get(pk=self.run_pk)))
        connection.close()


def add_letters(count: int) -> Sequence[Letter]:
    """Drafts of one letter to so many prefects: real length, copies, and the list of the members."""
    data.add_associations(MEMBERS)
    prefects = [
        Institution.objects.create(
            key=f"bench-prefecture-{number}",
            name=f"Préfecture du département {number}",
            kind=InstitutionKind.AUTHORITY,
        )
        for number in range(count)
    ]
    commitment = Commitment.objects.create(
        slug="bench-circulaire",
        institution=prefects[0],
        wording="une circulaire aux préfets",
        origin=Origin.SPEECH,
        audience=Audience.MEMBERS,
    )
    CommitmentEvent.objects.create(
        commitment=commitment,
        kind=EventKind.MADE,
        on=dt.date(2014, 9, 23),
        deadline_words="avant la fin de l’année 2014",
        late_from=dt.date(2015, 1, 1),
    )
    return _drafts(commitment, prefects)


def _drafts(commitment: Commitment, prefects: Sequence[Institution]) -> Sequence[Letter]:
    first = start_letter(by=None, institution=prefects[0], commitments=[commitment])
    first.body = "\n\n".join([first.body, *[f"{PARAGRAPH} {number}." for number in range(6)]])
    first.save()
    for position, prefect in enumerate(prefects[:COPIES]):
        LetterCopy.objects.create(
            letter=first, institution=prefect, wording=f"Copie {position}", position=position
        )
    return [first, *address_to_others(letter=first, by=None, institutions=prefects[1:])]


PARAGRAPH = (
    "Nous voyons tous les jours sur le terrain des victimes qui ont de grandes difficultés à faire valoir leurs droits, "
    "des situations d’exploitation et d’atteinte à la dignité : les consignes annoncées sont nécessaires, paragraphe"
)


def measure() -> str:
    """The table of one run."""
    letters = add_letters(LETTERS)
    by = User.objects.create_user(
        "letters@vigie.example", name="Banc des courriers", role=Role.COORDINATOR
    )
    run = lay_out(letters=letters, by=by)
    follower = Follower(run.pk)
    own, children, start = (
        _cpu(resource.RUSAGE_SELF),
        _cpu(resource.RUSAGE_CHILDREN),
        time.monotonic(),
    )
    follower.start()
    make_run(run.pk)
    seconds = time.monotonic() - start
    own, children = _cpu(resource.RUSAGE_SELF) - own, _cpu(resource.RUSAGE_CHILDREN) - children
    follower.is_over.set()
    follower.join()
    run.refresh_from_db()
    if not run.is_done:
        raise RuntimeError(run.error)
    return "\n".join(
        [
            "| letters | pages | seconds | target | CPU of the job, s | of it, the renderer | CPU a letter, ms | progress seen |",
            "|--:|--:|--:|---|--:|--:|--:|--:|",
            f"| {len(letters)} | {run.pages} | {seconds:.1f} | {results.target(seconds <= TARGET_S, f'≤ {TARGET_S} s')} "
            f"| {own + children:.1f} | {children:.1f} | {(own + children) / len(letters) * 1000:.0f} "
            f"| {len(set(follower.seen))} times |",
        ]
    )


def _cpu(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime
