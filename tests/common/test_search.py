"""How words are cut, what a query asks, and what is shown of a text: alike on every database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from common.models import SearchEntry
from common.search import Address, Document, forget, index
from common.search.finding import LOOKED_AT, MOST, PAGE_SIZE, Narrowed, find
from common.search.places import place_of, places_between
from common.search.plain import plain_text
from common.search.queries import LONGEST_TEXT, MOST_WORDS, Query, read_query
from common.search.registry import Registered, register, registered
from common.search.snippets import LENGTH, marked, snippet
from common.search.tokens import PLACES, TIMES, tokens_of
from common.search.vendors import WORDS
from common.search.words import stem_of, words
from meetings.models import MinutesSection
from members.models import Association
from tests.factories import make_association, make_meeting, make_section

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

ALIKE = [
    "evaluation ÉVALUATION évalués évaluée évaluer Évaluations evaluees",
    "égalité egalite ÉGALITÉS",
    "étranger étrangère étrangers ETRANGERES",
    "loi lois",
    "financement financés financière financer",
    "régional régionaux régionale",
    "œuvre oeuvre Œuvres",
    "hébergement hébergées heberger",
    "identifié identifier identification",
    "e\u0301valuation évaluation",
]


@pytest.mark.parametrize("group", ALIKE)
def test_accents_case_and_endings_make_no_difference(group: str) -> None:
    assert len({read_query(word) for word in group.split()}) == 1


def test_different_words_stay_different() -> None:
    kept = "victime traite mineur mesure ministre réunion identité décision prostitution protection"
    assert len({stem_of(word) for word in kept.split()}) == len(kept.split())


def test_words_that_are_everywhere_are_left_out() -> None:
    assert [word.stem for word in words("L’État et les êtres de la loi, d'où qu’ils")] == [
        "etat",
        "etr",
        "loi",
    ]


@given(st.text(max_size=60))
def test_stems_are_letters_and_figures_of_ascii(text: str) -> None:
    for word in words(text):
        assert word.stem.isascii()
        assert word.stem.isalnum()
        assert word.stem == word.stem.lower()


# --- Queries ----------------------------------------------------------------------------------------------------------


def test_words_phrases_and_what_is_left_out_are_read() -> None:
    query = read_query('hébergement "fonds dédié" « être humain » -urgence -"nuit d’hôtel" 22')
    assert query.wanted == (("heberg",), ("fond", "ded"), ("etr", "humain"), ("22",))
    assert query.unwanted == (("urgenc",), ("nuit", "hotel"))


@pytest.mark.parametrize(
    "text", ['"', "'", "%", "  ", "* ^ ( )", "- -- -", '"""', "«", "\0", "de la"]
)
def test_what_holds_no_word_asks_nothing(text: str) -> None:
    assert read_query(text) == Query()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("AND " * 9 + "OR NOT", 3),
        ("NEAR(traite, 5)", 3),
        ("tokens:traite", 2),
        ("traite*", 1),
        ("a-b", 1),
        ("sous-préfet", 2),
    ],
)
def test_operators_of_the_databases_are_words(text: str, words: int) -> None:
    assert len(read_query(text).stems) == words


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000,
        "mot " * (LONGEST_TEXT // 4 + 1),
        " ".join(f"mot{n}" for n in range(MOST_WORDS + 1)),
        "-mot",
        'x "' * 200,
    ],
)
def test_too_much_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValidationError):
        read_query(text)


@pytest.mark.django_db
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(alphabet=st.sampled_from("aé\"'%*()-^:«»“”& |!<>\\ \0\nxZ9œ½ø"), max_size=40))
@example(text='"' * 40)
@example(text="a OR NOT (b AND c) NEAR d:* -x")
def test_any_query_is_answered_or_refused(text: str) -> None:
    try:
        query = read_query(text)
    except ValidationError:
        return
    assert find(query, user=AnonymousUser(), narrowed=Narrowed()).total == 0


# --- The index --------------------------------------------------------------------------------------------------------


def lexemes_of_database(tokens: str) -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT unnest(tsvector_to_array(to_tsvector('simple', %s)))", [tokens])
        else:
            cursor.execute("CREATE VIRTUAL TABLE temp.cut USING fts5(tokens, tokenize='ascii')")
            cursor.execute("CREATE VIRTUAL TABLE temp.seen USING fts5vocab(temp, 'cut', 'row')")
            cursor.execute("INSERT INTO temp.cut VALUES (%s)", [tokens])
            cursor.execute("SELECT term FROM temp.seen")
        found = {row[0] for row in cursor.fetchall()}
        if connection.vendor == "sqlite":
            cursor.execute("DROP TABLE temp.seen")
            cursor.execute("DROP TABLE temp.cut")
        return found


@pytest.mark.django_db
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(title=st.text(max_size=40), body=st.text(max_size=200))
@example(
    title="12e5 0x1F 3.14 http://x.fr/a a@b.fr",
    body="1er 22e -5 1e-5 a_b C++ n° ½ ﬁn ß Łódź Москва",
)
@example(title="", body="𝓐")
def test_the_database_cuts_where_we_do(title: str, body: str) -> None:
    tokens = tokens_of("x.y", Document(title=title, body=body, address=Address("x")))
    assert lexemes_of_database(tokens) == set(tokens.split())


def test_a_text_is_indexed_no_further_than_both_databases_count() -> None:
    many = tokens_of("x", Document(title="", body="mot " * (TIMES + 5), address=Address("x")))
    assert many.split().count("cwmot") == TIMES
    long = " ".join(f"w{n}" for n in range(PLACES + 10))
    tokens = tokens_of("x", Document(title="", body=long, address=Address("x"))).split()
    # Found as a word, and after a gap, so that no phrase is.
    last = tokens.index(f"cww{PLACES + 5}")
    assert tokens[last - 1] == "z"


def test_places_sort_undated_first_then_the_latest() -> None:
    old, new = dt.date(2013, 9, 13), dt.date(2017, 7, 6)
    places = [
        place_of(None, 31, 9),
        place_of(new, 0, 1),
        place_of(new, 1, 1),
        place_of(new, 1, 2),
        place_of(old, 0, 1),
    ]
    assert places == sorted(places)
    low, high = places_between(old, old)
    assert [low <= place < high for place in places] == [False, False, False, False, True]
    assert places_between(None, None)[0] == 0
    low, high = places_between(None, new)
    assert [low <= place < high for place in places] == [False, True, True, True, True]
    assert place_of(dt.date.min, 31, 2**35 - 1) < 2**63


@pytest.mark.django_db
def test_index_follows_the_row_and_forgets_it() -> None:
    association = make_association(name="Phare", presentation="Tient un **sémaphore**.")
    index(association)
    assert SearchEntry.objects.get().body == "Tient un sémaphore."
    association.presentation = "Tient une lanterne."
    association.save()
    index(association, association)
    anyone = AnonymousUser()
    assert find(read_query("sémaphore"), user=anyone, narrowed=Narrowed()).total == 0
    assert find(read_query("lanternes"), user=anyone, narrowed=Narrowed()).total == 1
    forget(association)
    assert find(read_query("lanternes"), user=anyone, narrowed=Narrowed()).total == 0
    assert not SearchEntry.objects.exists()


@pytest.mark.django_db
def test_a_meeting_takes_its_sections_along() -> None:
    section = make_section()
    meeting = section.minutes.meeting
    index(section)
    before = SearchEntry.objects.get()
    meeting.title = "Rencontre"
    meeting.save()
    meeting.sessions.update(on=dt.date(2014, 1, 31))
    index(meeting)
    after = SearchEntry.objects.get(kind=before.kind)
    assert (after.context, after.dated_on) == ("Rencontre", dt.date(2014, 1, 31))
    assert after.place > before.place
    forget(meeting)
    assert not SearchEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_index_is_undone_with_the_transaction() -> None:
    association = make_association(name="Phare")
    with transaction.atomic():
        index(association)
        transaction.set_rollback(True)
    assert not SearchEntry.objects.exists()
    assert find(read_query("phare"), user=AnonymousUser(), narrowed=Narrowed()).total == 0
    index(association)
    assert find(read_query("phare"), user=AnonymousUser(), narrowed=Narrowed()).total == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_of_it_outlives_the_test_before() -> None:
    """Tables are emptied between tests of transactions, and the keys of rows begin again: SQLite’s words must go too."""
    make_association(name="Balise")
    index(make_association(name="Lanterne"))
    assert find(read_query("phare"), user=AnonymousUser(), narrowed=Narrowed()).total == 0


@pytest.mark.django_db
def test_rows_that_no_room_registered_are_refused() -> None:
    session = make_meeting().sessions.get()
    with pytest.raises(LookupError, match="Session"):
        index(session)
    kind = registered(Association)
    with pytest.raises(ValueError, match="number"):
        register(type(session), number=kind.number, document=kind.document, visible=kind.visible)


@pytest.mark.django_db
def test_rebuilding_takes_out_what_is_gone_and_adds_what_is_missing(capsys: Any) -> None:
    gone, missing = make_association(name="Disparue"), make_association(name="Oubliée")
    index(gone)
    Association.objects.filter(pk=gone.pk).delete()
    SearchEntry.objects.create(place=1, kind="old.kind", row=1, title="x", address=[], tokens="x")
    call_command("index_search")
    assert [entry.row for entry in SearchEntry.objects.all()] == [missing.pk]
    assert "2" in capsys.readouterr().out
    call_command("index_search")
    assert capsys.readouterr().out.rstrip().endswith(": 0.")


@pytest.mark.django_db
def test_the_index_has_all_its_triggers_after_all_migrations() -> None:
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger",
    }
    ours = {"sqlite": ("added", "removed", "changed"), "postgresql": ("changed", "emptied")}
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        found = {name for (name,) in cursor.fetchall()}
    assert {f"{WORDS}_{what}" for what in ours[connection.vendor]} <= found


@pytest.mark.django_db
def test_a_changed_entry_is_found_by_its_new_words_alone() -> None:
    """The table may also be changed row by row, which no code of ours does."""
    section = make_section(text="sémaphore")
    index(section)
    SearchEntry.objects.update(tokens="owlanterne")
    assert (rows_with("owlanterne"), rows_with("cwsemaphor")) == (1, 0)
    SearchEntry.objects.all().delete()
    assert rows_with("owlanterne") == 0


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no TRUNCATE.")
@pytest.mark.django_db
def test_emptying_the_table_of_entries_empties_that_of_their_words() -> None:
    index(make_association(name="Lanterne"))
    assert rows_with("owlantern") == 1
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE common_searchentry")
    assert rows_with("owlantern") == 0


def rows_with(token: str) -> int:
    """How many rows the database's own index finds by a token."""
    condition = "tokens MATCH %s" if connection.vendor == "sqlite" else "words @@ %s::tsquery"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {WORDS} WHERE {condition}", [token])  # noqa: S608
        total: int = cursor.fetchone()[0]
    return total


@pytest.mark.parametrize("asked", ["phare", "« phare vert »"])
@pytest.mark.django_db
def test_more_answers_than_anyone_reads_are_not_counted(
    asked: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [make_association(name=f"Phare vert {n}") for n in range(LOOKED_AT + 3)]
    index(*rows)
    # The first of a frequent phrase are enough: the others are not looked at.
    with django_assert_num_queries(2):
        first = find(read_query(asked), user=AnonymousUser(), narrowed=Narrowed())
    assert (first.total, first.is_more, first.pages) == (MOST, True, MOST // PAGE_SIZE)
    last = find(read_query(asked), user=AnonymousUser(), narrowed=Narrowed(), page=first.pages)
    seen = [entry.row for entry in (*first.entries, *last.entries)]
    assert seen == [row.pk for row in (*rows[:PAGE_SIZE], *rows[MOST - PAGE_SIZE : MOST])]
    with pytest.raises(LookupError):
        find(read_query("phare"), user=AnonymousUser(), narrowed=Narrowed(), page=first.pages + 1)
    with pytest.raises(LookupError):
        find(read_query("rien"), user=AnonymousUser(), narrowed=Narrowed(), page=2)


def test_what_a_stranger_looks_for_is_under_tokens_of_its_own() -> None:
    """The text of a row that is not open holds no token that a stranger's search names."""
    document = Document(
        title="Sémaphore", body="sémaphore", address=Address("x"), facets={"measure": [1]}
    )
    closed = set(tokens_of("x", document).split())
    opened = set(tokens_of("x", replace(document, is_open=True)).split())
    assert closed & opened == {"z"}


def test_every_kind_of_row_says_who_may_see_it() -> None:
    kind = registered(MinutesSection)
    assert isinstance(kind, Registered)
    assert kind.visible(AnonymousUser()).model is MinutesSection


# --- What is shown ----------------------------------------------------------------------------------------------------


def test_snippet_shows_where_the_words_stand_together_and_marks_them() -> None:
    text = "Évaluation seule. " + "bla " * 100 + "L’œuvre <b>des</b> évaluées." + " bla" * 100
    shown = snippet(text, read_query("evaluation oeuvre").stems)
    assert "<mark>œuvre</mark> &lt;b&gt;des&lt;/b&gt; <mark>évaluées</mark>." in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")


def test_snippet_without_a_word_shows_the_beginning() -> None:
    assert snippet("Un texte.", frozenset()) == "Un texte."
    assert snippet("", {"mot"}) == ""
    assert len(snippet("x" * 5_000, {"mot"})) == LENGTH + 2


@given(st.text(max_size=900), st.sampled_from(["evaluation", "x", "é", "22"]))
def test_snippet_is_safe_whatever_the_text(text: str, word: str) -> None:
    stems = read_query(word).stems
    for shown in (snippet(text, stems), marked(text, stems)):
        bare = shown.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in bare
        assert shown.count("<mark>") == shown.count("</mark>")


def test_plain_text_keeps_words_and_drops_marks() -> None:
    source = "# Titre\n\nUn **mot**[@loi, art. 8 : dit] et^[une note].\n\n| a | b |\n|--|--|\n| c | [d](https://x.fr) |"
    assert plain_text(source).split("\n") == [
        "Titre",
        "Un mot (dit) et (une note).",
        "a",
        "b",
        "c",
        "d",
    ]
