"""Letters laid out in one go: each once, together in one file, and to the end whatever happens to the worker."""

from __future__ import annotations

import hashlib
import io
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from pypdf import PdfReader, PdfWriter

from commitments.enums import LetterStatus
from commitments.models import Letter, LetterRun
from commitments.services import runs
from commitments.services.letters import sign_letter
from commitments.services.runs import is_laid_out, lay_out, letters_done, make_run
from common.claims import Claim, LostClaimError
from common.pdf import PdfError
from common.work import WorkStatus
from members.enums import Role
from tests.factories import make_letter, make_user

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from members.models import User
    from tests.members.processes import House
    from tests.worker import Site


@pytest.fixture
def secretariat(db: None) -> User:
    return make_user(Role.SECRETARIAT)


def page_of(html: str) -> bytes:
    """One blank page that bears its document's fingerprint."""
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.add_metadata({"/Keywords": hashlib.sha256(html.encode()).hexdigest()})
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many documents each call of the renderer was given. Real pages are test_letter_pdf.py's."""
    sizes: list[int] = []

    def render(documents: list[str], **options: Any) -> list[bytes]:
        options["on_tick"]()
        sizes.append(len(documents))
        return [page_of(html) for html in documents]

    monkeypatch.setattr(runs, "render_pdfs", render)
    monkeypatch.setattr(runs, "check_pdf", lambda pdf, wanted: 1)
    monkeypatch.setattr(runs, "BATCH", 2)
    return sizes


def stored() -> set[str]:
    """The names of all files that are kept."""
    if not default_storage.exists(""):
        return set()
    return {
        f"{folder}/{name}"
        for folder in default_storage.listdir("")[0]
        for name in default_storage.listdir(folder)[1]
    }


def test_every_letter_of_a_run_gets_its_file_and_all_are_in_one(
    secretariat: User, rendered: list[int]
) -> None:
    letters = [make_letter(subject=f"Objet {number}") for number in range(5)]
    run = lay_out(letters=letters, by=secretariat)
    assert (run.status, run.letters_asked, letters_done(run)) == (WorkStatus.WAITING, 5, 0)
    make_run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.pages, letters_done(run)) == (WorkStatus.DONE, 5, 5)
    assert rendered == [2, 2, 1]
    rows: list[Any] = list(run.letters.all())
    assert all(map(is_laid_out, rows))
    assert stored() == {row.file.name for row in rows} | {run.file.name}
    with run.file.open("rb") as file:
        whole = file.read()
    assert hashlib.sha256(whole).hexdigest() == run.sha256
    assert len(PdfReader(io.BytesIO(whole)).pages) == 5


def test_a_run_made_twice_lays_out_nothing_twice(secretariat: User, rendered: list[int]) -> None:
    letter = make_letter()
    run = lay_out(letters=[letter], by=secretariat)
    make_run(run.pk)
    make_run(run.pk)
    again = lay_out(letters=[letter], by=secretariat)
    make_run(again.pk)
    again.refresh_from_db()
    assert again.status == WorkStatus.DONE
    assert rendered == [1]


def test_a_letter_signed_since_is_laid_out_again_and_its_draft_is_thrown_away(
    secretariat: User, rendered: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = make_letter()
    make_run(lay_out(letters=[letter], by=secretariat).pk)
    letter.refresh_from_db()
    draft = str(letter.file.name)
    signed = sign_letter(
        letter=letter, version=1, by=make_user(Role.COORDINATOR), dated_on=letter.written_at.date()
    )
    assert not is_laid_out(signed)
    run = lay_out(letters=[letter], by=secretariat)
    assert letters_done(run) == 0
    make_run(run.pk)
    letter.refresh_from_db()
    assert is_laid_out(letter)
    assert letter.file.name != draft
    assert draft not in stored()


def test_the_same_letters_asked_for_twice_are_one_run(secretariat: User) -> None:
    letters = [make_letter(), make_letter()]
    run = lay_out(letters=letters, by=secretariat)
    assert lay_out(letters=letters[::-1], by=make_user(Role.COORDINATOR)) == run
    with pytest.raises(ValidationError):
        lay_out(letters=[letters[0], make_letter()], by=secretariat)
    assert LetterRun.objects.count() == 1


def test_a_run_of_nothing_or_of_what_is_gone_is_refused(secretariat: User) -> None:
    gone = make_letter()
    Letter.objects.filter(pk=gone.pk).delete()
    for letters in ([], [gone], [gone, make_letter()]):
        with pytest.raises(ValidationError):
            lay_out(letters=letters, by=secretariat)
    assert not LetterRun.objects.exists()


def test_only_the_secretariat_has_letters_laid_out(secretariat: User, rendered: list[int]) -> None:
    letter = make_letter()
    with pytest.raises(PermissionDenied):
        lay_out(letters=[letter], by=make_user(Role.MEMBER))
    run = lay_out(letters=[letter], by=secretariat)
    secretariat.role = Role.ADMINISTRATOR
    secretariat.save()
    make_run(run.pk)
    run.refresh_from_db()
    assert run.has_failed
    assert rendered == []


def test_a_draft_changed_while_it_is_laid_out_is_laid_out_as_it_is_now(
    secretariat: User, rendered: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = make_letter(body="Avant")
    run = lay_out(letters=[letter], by=secretariat)
    render: Callable[..., list[bytes]] = vars(runs)["render_pdfs"]

    def change_first(documents: list[str], **options: Any) -> list[bytes]:
        if not rendered:
            Letter.objects.filter(pk=letter.pk).update(body="Après", version=2)
        return render(documents, **options)

    monkeypatch.setattr(runs, "render_pdfs", change_first)
    make_run(run.pk)
    run.refresh_from_db()
    letter.refresh_from_db()
    assert run.status == WorkStatus.DONE
    assert rendered == [1, 1]
    assert letter.laid_out_version == 2
    assert stored() == {letter.file.name, run.file.name}


def test_a_draft_that_never_rests_ends_in_words(
    secretariat: User, rendered: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = make_letter()
    run = lay_out(letters=[letter], by=secretariat)
    render: Callable[..., list[bytes]] = vars(runs)["render_pdfs"]

    def change_always(documents: list[str], **options: Any) -> list[bytes]:
        Letter.objects.filter(pk=letter.pk).update(version=100 + len(rendered))
        return render(documents, **options)

    monkeypatch.setattr(runs, "render_pdfs", change_always)
    make_run(run.pk)
    run.refresh_from_db()
    assert run.has_failed
    assert run.error
    assert stored() == set()


@pytest.mark.parametrize("error", [PdfError("Trop long"), RuntimeError("Autre")])
def test_what_goes_wrong_is_said_in_words_and_what_was_made_stays(
    secretariat: User, rendered: list[int], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    letters = [make_letter() for _number in range(3)]
    run = lay_out(letters=letters, by=secretariat)
    render: Callable[..., list[bytes]] = vars(runs)["render_pdfs"]

    def break_later(documents: list[str], **options: Any) -> list[bytes]:
        if rendered:
            raise error
        return render(documents, **options)

    monkeypatch.setattr(runs, "render_pdfs", break_later)
    if isinstance(error, RuntimeError):
        with pytest.raises(RuntimeError):
            make_run(run.pk)
    else:
        make_run(run.pk)
    run.refresh_from_db()
    assert run.has_failed
    assert run.error
    assert letters_done(run) == 2


def test_a_run_taken_over_by_another_worker_keeps_nothing_of_the_first(
    secretariat: User, rendered: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = lay_out(letters=[make_letter()], by=secretariat)

    def lose(claim: Claim) -> None:
        raise LostClaimError

    monkeypatch.setattr(Claim, "beat", lose)
    make_run(run.pk)
    run.refresh_from_db()
    assert run.status == WorkStatus.RUNNING
    assert stored() == set()


def test_a_letter_thrown_away_meanwhile_is_not_waited_for(
    secretariat: User, rendered: list[int]
) -> None:
    kept, gone = make_letter(), make_letter()
    run = lay_out(letters=[kept, gone], by=secretariat)
    gone.delete()
    make_run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.pages) == (WorkStatus.DONE, 1)
    empty = lay_out(letters=[kept], by=secretariat)
    kept.delete()
    make_run(empty.pk)
    empty.refresh_from_db()
    assert empty.has_failed


def test_statuses_of_letters_do_not_hinder_laying_them_out(
    secretariat: User, rendered: list[int]
) -> None:
    letters = [make_letter(status=status) for status in LetterStatus]
    run = lay_out(letters=letters, by=secretariat)
    make_run(run.pk)
    assert letters_done(LetterRun.objects.get()) == len(letters)


# --- The worker as a process --------------------------------------------------------------------------------------------

LETTERS = 22
ASK = f"""
from commitments.models import Letter
from commitments.services.runs import lay_out
from members.enums import Role
from members.models import User
from tests.factories import make_letter
for _number in range({LETTERS}):
    make_letter()
by = User.objects.create_user("c@vigie.example", name="C", role=Role.COORDINATOR)
print(lay_out(letters=Letter.objects.all(), by=by).pk)
"""
DONE = "SELECT count(*) FROM commitments_letter WHERE laid_out_version = version"
STATUS = "SELECT status FROM commitments_letterrun"


def kept_files(site: Site) -> list[Path]:
    return list((site.folder / "private").glob("[0-9a-f][0-9a-f]/*"))


def test_letters_of_a_worker_that_was_killed_are_each_made_once(house: House, site: Site) -> None:
    house.run(ASK)
    worker = site.start_worker()
    site.wait_for(f"SELECT ({DONE}) > 0", True)
    # In the middle of the letters that are left.
    site.pause_renderer(worker.pid)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    made = dict(site.query("SELECT id, file FROM commitments_letter WHERE file <> ''"))
    assert 0 < len(made) < LETTERS
    assert site.query(STATUS) == [("running",)]

    site.make_old("commitments_letterrun")
    site.start_worker()
    site.wait_for(STATUS, "done", "failed")
    assert site.query("SELECT status, attempts, error FROM commitments_letterrun") == [
        ("done", 2, "")
    ]
    assert site.query(DONE) == [(LETTERS,)]
    files = dict(site.query("SELECT id, file FROM commitments_letter"))
    # What the first worker made was not made again, and nothing is left that no letter names.
    assert made.items() <= files.items()
    kept = {str(path.relative_to(site.folder / "private")) for path in kept_files(site)}
    assert kept == set(files.values())
    assert len(site.files) == 1
    ((pages,),) = site.query("SELECT pages FROM commitments_letterrun")
    assert pages >= LETTERS
