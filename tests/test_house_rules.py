"""What the house has agreed on, checked by reading its own code: nobody has to remember it, or to argue.

An exception is a line in one of the lists below, with its reason; one that no longer serves fails too.
"""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models
from django.template import engines
from django.template.loader import get_template
from django.template.utils import get_app_template_dirs
from django.urls import reverse

from common.checks import CheckedModel
from members.enums import Role
from tests.canary import ANONYMOUS, build
from tests.crawl import fetch
from tests.test_canary import starts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import ClientAs

ROOT = Path(__file__).resolve().parent.parent
LABELS = ("common", "members", "plan", "measures", "meetings", "commitments", "reports")
ROOMS = tuple(f"{label}/" for label in LABELS)


# --- What is in the house -------------------------------------------------------------------------------------------


@cache
def tracked() -> tuple[Path, ...]:
    """Files that are, or are about to be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
        found = [ROOT / name for name in names]
    else:
        # An archive has no history to ask; it holds nothing else than what was tracked.
        aside = {".venv", "var", "__pycache__"}
        found = [path for path in ROOT.rglob("*") if not aside & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in found if path.is_file()))


def written_by_us(path: Path) -> bool:
    return not path.relative_to(ROOT).as_posix().startswith(("static/vendor/", "static/fonts/"))


@cache
def text_of(path: Path) -> str:
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


@cache
def modules() -> dict[str, ast.Module]:
    """The code of the rooms, by path: neither tests nor migrations."""
    found = {}
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and name.startswith(ROOMS) and "/migrations/" not in name:
            found[name] = ast.parse(text_of(path))
    return found


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the name of the function or method it stands in."""

    def visit(node: ast.AST, place: str) -> Iterator[tuple[str, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            inside = place
            if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
                inside = f"{place}.{child.name}".lstrip(".")
            if isinstance(child, ast.Call):
                yield inside, child
            yield from visit(child, inside)

    yield from visit(tree, "")


def our_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in LABELS and not model.__name__.startswith("Historical")
    ]


def assert_only_listed(found: set[str], listed: set[str], what: str) -> None:
    assert found - listed == set(), what
    assert listed - found == set(), "These exceptions serve no more: take them out."


# --- Models ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_named_by_hand() -> None:
    names = [path.stem for path in tracked() if path.parent.name == "migrations"]
    assert len(names) > 10
    assert [name for name in names if re.search(r"_auto(_|$)|_initial$", name)] == []


def constraint_fields(condition: models.Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, models.Q):
            yield from constraint_fields(child)
        elif isinstance(child, tuple):
            yield child[0].split("__")[0]


def conditions_on(field: models.Field[Any, Any]) -> list[models.Q]:
    """What the database checks about a field."""
    return [
        constraint.condition
        for constraint in field.model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
        and isinstance(constraint.condition, models.Q)
        and field.name in constraint_fields(constraint.condition)
    ]


def fields_with_choices() -> list[models.Field[Any, Any]]:
    return [
        field for model in our_models() for field in model._meta.concrete_fields if field.choices
    ]


UNHELD = {
    "reports.Export.step": "how far the work is, for a progress bar; the worker alone writes it, from the enum",
}


def test_choices_are_held_by_the_database() -> None:
    """An import or a shell does not ask the form."""
    assert len(fields_with_choices()) > 8
    free = {
        f"{field.model._meta.label}.{field.name}"
        for field in fields_with_choices()
        if not conditions_on(field)
    }
    assert_only_listed(free, set(UNHELD), "A field with choices needs a CheckConstraint.")


@pytest.mark.django_db
def test_choices_are_really_refused() -> None:
    """A constraint may name the field and let anything through: each is tried with a word that no list holds."""
    for field in fields_with_choices():
        row: dict[str, Any] = {
            each.name: models.Value(
                None,
                output_field=models.CharField() if each.choices else models.IntegerField(),
            )
            for each in field.model._meta.concrete_fields
        }
        row[field.name] = "nonsense"
        conditions = conditions_on(field)
        assert not conditions or not all(condition.check(row) for condition in conditions), field


def test_models_with_several_checks_ask_them_at_once() -> None:
    one_by_one = [
        model.__name__
        for model in our_models()
        if not issubclass(model, CheckedModel)
        and sum(isinstance(each, models.CheckConstraint) for each in model._meta.constraints) > 1
    ]
    assert one_by_one == []


def test_every_constraint_speaks_to_a_person() -> None:
    told = models.BaseConstraint.default_violation_error_message
    silent = [
        constraint.name
        for model in our_models()
        for constraint in model._meta.constraints
        if str(constraint.violation_error_message) == str(told)
    ]
    assert silent == []


def test_constraints_are_named_for_their_room() -> None:
    for model in our_models():
        for constraint in model._meta.constraints:
            assert constraint.name.startswith(f"{model._meta.app_label}_"), constraint.name


def test_every_order_is_total() -> None:
    """Two rows that nothing tells apart would change places from one page to the next."""
    for model in our_models():
        ordering = model._meta.ordering
        assert ordering, f"{model.__name__} has no order."
        assert ordering[-1] in {"pk", "-pk"}, f"{model.__name__} must end on pk."


def test_every_relation_can_be_walked_back() -> None:
    unnamed = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        # The kind, since a model of the library keeps the name of the class.
        if isinstance(field, (models.ForeignKey, models.ManyToManyField))
        and not field.remote_field.related_name
    ]
    assert unnamed == []


def test_text_is_never_null() -> None:
    nullable = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField)) and field.null
    ]
    assert nullable == []


FINAL = {
    "measures_assessment": {"update", "delete"},
    "measures_recommendation": {"insert", "update", "delete"},
    "measures_assessmentsource": {"insert", "update", "delete"},
    "members_applicationevent": {"update", "delete"},
    "members_filereading": {"update", "delete"},
    "meetings_minutessection": {"update", "delete"},
    "meetings_decision": {"update", "delete"},
    "meetings_minutesstep": {"update", "delete"},
    "meetings_erratum": {"update", "delete"},
    "commitments_commitmentevent": {"update", "delete"},
    "commitments_letter": {"update", "delete"},
    "commitments_lettercopy": {"insert", "update", "delete"},
    "commitments_letterenclosure": {"insert", "update", "delete"},
    "commitments_letterstep": {"update", "delete"},
    "commitments_letterreply": {"update", "delete"},
}


@pytest.mark.django_db
def test_triggers_of_final_rows_are_there_after_all_migrations() -> None:
    """SQLite drops them with the table whenever a migration rebuilds it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        found = {name for (name,) in cursor.fetchall()}
    wanted = {f"{table}_no_{verb}" for table, verbs in FINAL.items() for verb in verbs}
    # Other libraries keep triggers of their own.
    assert {name for name in found if "_no_" in name} == wanted


# --- Code -----------------------------------------------------------------------------------------------------------

# Places from which rows reach a reader.
READERS = re.compile(
    r"/(views|api|feeds|exports|filters|forms|snapshot|board|dossier|changes|reading|said|minutes_copy"
    r"|minutes_page|versions|margin|calendar|panels|visits)(/|\.py$)"
)
# A reader's rows begin with what they may see, or with what anyone may.
DOORS = {"visible_to", "attended_by", "published", "as_of", "in_force", "none"}
# Rows of these never leave but through a parent's own door: they are parts of a whole.
STARTS: dict[str, str] = {
    "meetings/reading.py::Decision.filter": "taken up only for sections that the reader may see",
    "meetings/reading.py::FollowUp.filter": "taken up only for sections that the reader may see",
    "meetings/reading.py::Erratum.filter": "taken up only for sections that the reader may see",
    "meetings/reading.py::Source.history": "how many changes the library had, to know whether a rendering still holds",
    "meetings/visits.py:news_since:Erratum.filter": "of errata that the reader was given",
    "meetings/margin.py::Annotation.filter": "whether there are any; which ones somebody may see is asked afterwards",
    "meetings/margin.py::Correction.open": "whether there are any; which ones somebody may see is asked afterwards",
    "measures/board.py:_measures:Measure.filter": "measures of a plan that the view fetched",
    "measures/views/pages.py:_plans:Assessment.drafts": "whether there are any; which ones somebody may see is asked afterwards",
    "measures/views/pages.py::Assessment.drafts": "whether there are any; which ones somebody may see is asked afterwards",
    "measures/forms.py:SourceField.clean:Source.only": "the library is public, and is shown to whoever may assess",
    "measures/changes.py:changes_of:Assessment.history": "for those who may see the history, asked by the view",
    "reports/snapshot.py:build_snapshot:Measure.filter": "measures are the adopted text of a plan",
    "reports/snapshot.py:_Assessments.__init__:Recommendation.filter": "of the published assessments above",
    "reports/snapshot.py:_sources:Source.filter": "sources that published texts cite",
    "reports/snapshot.py:_acronyms:Institution.exclude": "institutions are public bodies",
    "reports/forms.py:ExportForm.__init__:Institution.filter": "assessors of plans that the person may see",
    "measures/api/filters.py:AssessmentFilterSet.by_source:Assessment.filter": "narrows rows that are already visible",
    "commitments/board.py:_rows:CommitmentEvent.filter": "of commitments that are already visible, and only for how they stand",
    "commitments/board.py:_rows:Measure.filter": "of commitments that are already visible; anyone may see a measure",
}


def protected_models() -> set[str]:
    return {
        model.__name__ for model in our_models() if hasattr(model._default_manager, "visible_to")
    }


def starts_in(path: str, tree: ast.Module) -> Iterator[str]:
    """Queries that begin at a protected model and not at one of its doors."""
    protected = protected_models()
    for place, call in calls(tree):
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr in DOORS:
            continue
        manager = function.value
        if not isinstance(manager, ast.Attribute) or not isinstance(manager.value, ast.Name):
            continue
        model = manager.value.id
        if model not in protected:
            continue
        if manager.attr in {"objects", "_default_manager", "_base_manager"}:
            yield f"{path}:{place}:{model}.{function.attr}"
        elif manager.attr == "history":
            yield f"{path}:{place}:{model}.history"
    for place, call in calls(tree):
        named = call.func.id if isinstance(call.func, ast.Name) else ""
        if not named.endswith("_or_404") or not isinstance(call.args[0], ast.Name):
            continue
        if call.args[0].id in protected:
            yield f"{path}:{place}:{call.args[0].id}.{named}"


def test_readers_rows_begin_with_what_they_may_see() -> None:
    assert {"Assessment", "Recommendation", "Export", "User"} <= protected_models()
    read = {path: tree for path, tree in modules().items() if READERS.search(path)}
    assert len(read) > 8
    found = {start for path, tree in read.items() for start in starts_in(path, tree)}
    assert_only_listed(found, set(STARTS), "Begin with visible_to(), or say here why not.")


def test_that_check_finds_what_it_looks_for() -> None:
    tree = ast.parse(
        "def page(request):\n"
        "    a = Assessment.objects.all()\n"
        "    b = Assessment.objects.visible_to(request.user).filter(pk=1)\n"
        "    c = get_object_or_404(Export, pk=1)\n"
        "    d = Assessment._default_manager.filter(pk=1).first()\n"
    )
    assert sorted(starts_in("x/views.py", tree)) == [
        "x/views.py:page:Assessment.all",
        "x/views.py:page:Assessment.filter",
        "x/views.py:page:Export.get_object_or_404",
    ]


# `update` and the bulk methods write neither history nor version, and ask no `full_clean`.
BULK: dict[str, str] = {
    "commitments/services/runs.py:_keep:update": "the file made of a letter is no part of its history: one statement, if its text is as it was read",
    "commitments/services/runs.py:lay_out:update": "which run lays a letter out is no part of its history",
    "common/search/writing.py:_index_batch:bulk_create": "entries have no history: they are made again from the rows",
    "members/services/invitations.py:_mark_accepted:update": "one statement that only the first can make; saved just after, for the history",
    "members/services/people.py:note_log_in:update": "the hour of the last visit is no part of the history",
    "plan/services.py:mark_changed:update": "a counter that every publication raises; its history is the assessments'",
    "measures/importer/rows.py:replace:bulk_create": "parts of a row, whose own history tells of the change",
    "measures/importer/tables.py:_write_series:bulk_create": "figures are replaced with their table",
    "measures/importer/writer.py:_set_aside:update": "places are freed before the rows are saved, with their history",
    "common/claims.py:Claim.of:update": "claims a work only if nobody else has: one statement",
    "common/claims.py:Claim._update:update": "speaks for a work only while the claim lasts: one statement",
    "common/claims.py:_recover:update": "only if the row is still as it was read: one statement",
    "common/claims.py:_recover_tasks:update": "rows of the queue's library",
}
BULK_METHODS = {"update", "bulk_create", "bulk_update", "update_or_create", "_raw_delete"}


def bulk_writes(path: str, tree: ast.Module) -> Iterator[str]:
    for place, call in calls(tree):
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr not in BULK_METHODS:
            continue
        # `update` of a dictionary or a hash takes what it adds; that of rows takes fields by name.
        if function.attr == "update" and (call.args or not call.keywords):
            continue
        yield f"{path}:{place}:{function.attr}"


def test_rows_with_a_history_are_saved_one_by_one() -> None:
    found = {write for path, tree in modules().items() for write in bulk_writes(path, tree)}
    assert_only_listed(
        found, set(BULK), "Save the rows, or say here why their history does not mind."
    )


def test_login_is_required_unless_a_view_says_otherwise() -> None:
    login = "django.contrib.auth.middleware.LoginRequiredMiddleware"
    who = "members.middleware.KnownAccountMiddleware"
    assert settings.MIDDLEWARE.index(login) > settings.MIDDLEWARE.index(who)
    assert "members.middleware.SecondFactorMiddleware" in settings.MIDDLEWARE
    # Innermost: whatever the others keep about a visit is not the record.
    assert settings.MIDDLEWARE[-1] == "common.middleware.ReadsCannotWriteMiddleware"


def test_passwords_and_api_are_closed_by_default() -> None:
    assert settings.REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"] == ["common.api.DenyByDefault"]
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


# --- Templates --------------------------------------------------------------------------------------------------------

TEMPLATES = ROOT / "templates"
# Django and the accounts library ask for these by name.
ASKED_FOR = {"400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"}


def our_templates() -> list[str]:
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.*"))


def is_override(name: str) -> bool:
    folders = [Path(folder) for folder in get_app_template_dirs("templates")]
    forms = Path(str(models.__file__)).parents[2] / "forms" / "templates"
    return any((folder / name).exists() for folder in [*folders, forms])


@pytest.mark.parametrize("name", our_templates())
def test_template_compiles(name: str) -> None:
    get_template(name)


def test_every_template_is_used() -> None:
    sources = [
        text_of(path)
        for path in tracked()
        if path.suffix in {".py", ".html", ".txt"} and "tests" not in path.parts
    ]
    unused = [
        name
        for name in our_templates()
        if name not in ASKED_FOR
        and not is_override(name)
        # A layout's own variant of an element is chosen by the accounts library.
        and not re.fullmatch(r"allauth/elements/\w+__\w+\.html", name)
        and not any(f'"{name}"' in source or f"'{name}'" in source for source in sources)
    ]
    assert unused == []


UNDEFINED = "‹undefined %s›"
ABSENT = {
    "LANGUAGE_CODE": "measures/_viewpoint.html: an attribute that no script reads",
}


def said_to_be_optional() -> set[str]:
    """Variables that a template gives another value to when they are not there."""
    return {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"([\w.]+)\|default(?:_if_none)?:", text_of(path))
    }


def is_printed_by_us(address: str) -> bool:
    """The library's pages count on undefined variables, and no template prints data."""
    ours = ("/compte/", reverse("api:docs"))
    return address in ours or not address.startswith(("/compte/", "/api/"))


@pytest.fixture
def _undefined_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    monkeypatch.setattr(engine, "string_if_invalid", UNDEFINED)


@pytest.mark.django_db
@pytest.mark.one_database(
    "names that templates ask for are given to them by views, whatever stands in the rows"
)
@pytest.mark.usefixtures("_undefined_shows")
def test_pages_use_no_undefined_variable(client_as: ClientAs) -> None:
    """A mistyped name prints nothing, and nobody notices."""
    world = build()
    found = {
        word
        for who in (ANONYMOUS, Role.COORDINATOR)
        for page in map(
            partial(fetch, client_as(world.people[who])), filter(is_printed_by_us, starts(world))
        )
        for word in re.findall(r"‹undefined ([^›]*)›", page.text)
    }
    assert_only_listed(found - said_to_be_optional(), set(ABSENT), "These are not defined.")


@pytest.mark.usefixtures("_undefined_shows")
def test_that_check_finds_what_it_looks_for_too() -> None:
    shown = engines["django"].from_string("{{ nothing.here }}").render({})
    assert shown == UNDEFINED % "nothing.here"


# --- Files ------------------------------------------------------------------------------------------------------------


def lines_with(pattern: str, *, suffixes: set[str] | None = None) -> list[str]:
    found = []
    for path in tracked():
        if not written_by_us(path) or (suffixes and path.suffix not in suffixes):
            continue
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            if re.search(pattern, line):
                found.append(f"{path.relative_to(ROOT).as_posix()}:{number}: {line.strip()[:100]}")
    return found


def test_no_file_says_where_packages_are_downloaded() -> None:
    hosts = "|".join(("pypi", "pythonhosted", "npmjs", "yarnpkg"))
    assert lines_with(rf"\b({hosts})\.(org|com)\b|\bregistry\.[a-z-]+\.[a-z]") == []
    assert (
        lines_with(r"--(extra-)?index-url|--find-links", suffixes={".txt", ".toml", ".cfg"}) == []
    )


def test_no_file_says_where_it_was_written() -> None:
    """A path of one machine works on no other."""
    folders = "|".join(("home", "root", "Users", "work", "mnt"))
    assert lines_with(rf"(?<![\w.<~-])/({folders})/\w") == []


def test_nothing_is_left_for_later_in_the_code() -> None:
    """What is to be done is in an issue, where somebody sees it."""
    # Written backwards, so as not to find itself.
    words = "|".join(word[::-1] for word in ("ODOT", "EMXIF"))
    assert (
        lines_with(rf"\b({words})\b", suffixes={".py", ".html", ".css", ".js", ".sh", ".toml"})
        == []
    )


def test_what_htmx_says_is_looked_up_where_a_test_sees_it() -> None:
    """In `request.headers`: `tests/test_access.py` asks for a part of a page where a view looks there."""
    assert lines_with(r"\bHTTP_H[X]_", suffixes={".py"}) == []


def test_tests_are_where_their_room_is() -> None:
    """A test in a folder that no `__init__` opens hides behind another one of its name."""
    for path in tracked():
        if path.name.startswith("test_") and path.suffix == ".py":
            assert (path.parent / "__init__.py").exists(), path
