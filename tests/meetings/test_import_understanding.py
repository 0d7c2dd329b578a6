"""What is understood of minutes: sections, days, who was there, agenda, next meeting, measures."""

from __future__ import annotations

import datetime as dt

import pytest

from meetings.enums import Capacity, Presence
from meetings.importer.dates import find_dating, find_days, find_hours
from meetings.importer.headings import split_number
from meetings.importer.labels import is_label, read_label, split_label
from meetings.importer.matching import Names
from meetings.importer.reading import read_document, read_words
from meetings.importer.understanding import Understanding, understand
from members.enums import Audience
from members.models import Association
from plan.models import Institution, Plan
from tests.factories import make_association, make_institution, make_measure, make_plan
from tests.word_files import docx, heading, paragraph, word_table

pytestmark = pytest.mark.django_db

# Own words, in the shape of a text drawn from a PDF.
MINUTES = """ PREPARATION DU PLAN
COMPTE-RENDU DE LA REUNION DU GROUPE DU 12 MARS 2014 (9h30 – 12h)
                                                  Paris, le 20 mars 2014
Les associations présentes étaient les suivantes : Association des Exemples (ADE) : Membre Un ; Maison
Ouverte, Membre Deux et Membre Trois ; Société Inconnue de Tous, Membre Quatre ; Membre Cinq.

Sommaire :
I. Synthèse ……………….. p. 2
II. Compte-rendu, mesure par mesure …. p. 4

Prochaine réunion :
La prochaine réunion aura lieu le lundi 7 avril 2014, de 14h à 16h30 à la Maison Ouverte, rue du Port.

I- Synthèse
Le groupe a relu les mesures 1 à 3 du projet.
I.1. Ce qui manque
La mesure 4 bis manque au projet.

II- Compte-rendu, mesure par mesure
PRIORITE I : ACCOMPAGNER
Mesure 1 : Aller au-devant des personnes
1/ Consolider
Un premier point.
Mesure 2 : Former
Mesure 4 bis
Cette mesure n’est plus au projet, la mesure 3 non plus.
Conclusion :
Le groupe écrira.
A suivre : Chacun relit avant la fin du mois.
"""


@pytest.fixture
def plan() -> Plan:
    plan = make_plan()
    for number in ("1", "2", "3"):
        make_measure(plan=plan, number=number)
    return plan


def understood(text: str | bytes, plan: Plan | None = None) -> Understanding:
    return understand(
        read_words(text) if isinstance(text, str) else read_document("cr.docx", text),
        plan=plan,
        associations=Association.objects.all(),
        institutions=Institution.objects.all(),
    )


# --- Headings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "number", "heading"),
    [
        ("I.1. Création d’un groupe", "I.1", "Création d’un groupe"),
        ("III. Échange", "III", "Échange"),
        ("II- Compte-rendu", "II", "Compte-rendu"),
        ("IV – Suite", "IV", "Suite"),
        ("1 – Rencontre", "1", "Rencontre"),
        ("10- Autres réunions", "10", "Autres réunions"),
        ("2/ Organiser", "2", "Organiser"),
        ("1.2. Détail", "1.2", "Détail"),
        ("Mesure 4 bis :", "Mesure 4 bis", ""),
        ("Mesure 4 bis", "Mesure 4 bis", ""),
        ("Mesure 8: Développer", "Mesure 8", "Développer"),
        ("MESURE 1 ALLER AU-DEVANT", "MESURE 1", "ALLER AU-DEVANT"),
        ("PRIORITE II – DÉMANTELER", "PRIORITE II", "DÉMANTELER"),
        ("Mesure 22 du plan", "", "Mesure 22 du plan"),
        ("Introduction", "", "Introduction"),
        ("2014 – 2016", "", "2014 – 2016"),
        ("Vie du groupe", "", "Vie du groupe"),
        ("Il a dit", "", "Il a dit"),
        ("C. Autre", "", "C. Autre"),
    ],
)
def test_number_is_told_from_its_heading(line: str, number: str, heading: str) -> None:
    assert split_number(line) == (number, heading)


def test_sections_of_a_plain_text_have_their_numbers_levels_and_words(plan: Plan) -> None:
    found = understood(MINUTES, plan)
    assert [(draft.level, draft.number, draft.heading) for draft in found.sections] == [
        (1, "", ""),
        (1, "", "Sommaire"),
        (1, "", "Prochaine réunion"),
        (1, "I", "Synthèse"),
        (2, "I.1", "Ce qui manque"),
        (1, "II", "Compte-rendu, mesure par mesure"),
        (2, "PRIORITE I", "ACCOMPAGNER"),
        (3, "Mesure 1", "Aller au-devant des personnes"),
        (4, "1", "Consolider"),
        (3, "Mesure 2", "Former"),
        (3, "Mesure 4 bis", ""),
        (2, "", "Conclusion"),
        (2, "", "A suivre"),
    ]
    assert found.differences == []


def test_measures_are_tied_and_unknown_ones_proposed_never_mapped(plan: Plan) -> None:
    sections = {draft.title: draft for draft in understood(MINUTES, plan).sections}
    assert sections["I Synthèse"].measures == ["1", "2", "3"]
    assert sections["Mesure 1 Aller au-devant des personnes"].measures == ["1"]
    assert sections["1 Consolider"].measures == ["1"]
    assert sections["Mesure 2 Former"].measures == ["2"]
    assert sections["Mesure 4 bis"].proposes == "4 bis"
    assert sections["Mesure 4 bis"].measures == ["3"]
    # It only speaks of it.
    assert sections["I.1 Ce qui manque"].proposes == ""
    assert sections["Sommaire"].measures == []


def test_without_a_plan_no_measure_is_tied() -> None:
    assert all(not draft.measures for draft in understood(MINUTES).sections)


def test_marked_headings_of_one_series_stand_at_one_level() -> None:
    text = "# Titre\n\n## **1 – Un**\n\na\n\n### **2 - Deux**\n\nb\n\n#### 3 Trois\n\nc\n\n### Encore\n\nd\n"
    found = understood(text)
    assert [(draft.number, draft.level) for draft in found.sections] == [
        ("", 1),
        ("1", 2),
        ("2", 2),
        ("", 4),
        ("", 3),
    ]


def test_heading_cut_in_two_by_its_number_is_one_section(plan: Plan) -> None:
    text = "# Titre\n\n## MESURE 2\n\n### FORMER LES AGENTS\n\na\n\n### Actions\n\nb\n"
    found = understood(text, plan)
    assert [(d.number, d.heading, d.measures) for d in found.sections][1:] == [
        ("MESURE 2", "FORMER LES AGENTS", ["2"]),
        ("", "Actions", ["2"]),
    ]


def test_bold_lines_of_an_unmarked_text_are_headings() -> None:
    document = read_words("x")
    document.blocks = [
        type(document.blocks[0])(document.blocks[0].kind, text)
        for text in ("Avant", "I. Premier", "**Ce qui fut dit**", "Un texte.", "**Un mot** gras.")
    ]
    document.source = "Avant I Premier Ce qui fut dit Un texte Un mot gras"
    found = understand(document, plan=None, associations=[], institutions=[])
    assert [draft.heading for draft in found.sections] == ["", "Premier", "Ce qui fut dit"]
    assert found.differences == []


def test_address_of_a_link_in_a_heading_is_said_to_be_left_out() -> None:
    found = understood("# Le site [du groupe](https://exemple.example/page)\n\ntexte\n\n# Suite\n")
    assert found.sections[0].heading == "Le site du groupe"
    assert found.left_out == ["https://exemple.example/page"]


def test_text_longer_than_a_section_goes_on_in_another() -> None:
    paragraphs = "\n\n".join(["mot " * 1_000] * 60)
    found = understood(f"# Long\n\n{paragraphs}\n\n# Court\n\nfin\n")
    assert [draft.heading for draft in found.sections] == ["Long", "", "", "Court"]
    assert found.differences == []


def test_text_without_any_heading_is_one_section() -> None:
    found = understood("Une note.\n\nEt une autre.")
    assert len(found.sections) == 1


# --- Title, days, places ----------------------------------------------------------------------------------------------


def test_title_day_hours_and_dating_are_found(plan: Plan) -> None:
    found = understood(MINUTES, plan)
    assert found.title.startswith("COMPTE-RENDU DE LA REUNION")
    assert found.days == [dt.date(2014, 3, 12)]
    assert (found.starts_at, found.ends_at) == (dt.time(9, 30), dt.time(12))
    assert found.dated_on == dt.date(2014, 3, 20)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("le 31 janvier 2014", ["2014-01-31"]),
        ("1er juin 2016", ["2016-06-01"]),
        ("DU VENDREDI 4 OCTOBRE 2013", ["2013-10-04"]),
        (
            "22 octobre, 7 et 18 novembre et 17 décembre 2014 et 5 janvier 2015",
            ["2014-10-22", "2014-11-07", "2014-11-18", "2014-12-17", "2015-01-05"],
        ),
        ("du 10 au 12 octobre 2013", ["2013-10-10", "2013-10-12"]),
        ("03/02/2015", ["2015-02-03"]),
        ("31 février 2014", []),
        ("30 janvier", []),
        ("février 2014", []),
        ("12 articles en mai 2014", []),
    ],
)
def test_days_are_read(words: str, days: list[str]) -> None:
    assert [str(day) for day in find_days(words)] == days


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("(10h – 13h)", ("10:00", "13:00")),
        ("de 9h30 à 12h00", ("09:30", "12:00")),
        ("14 h 30", ("14:30", "None")),
        ("à 25h", ("None", "None")),
        ("de 12h à 9h", ("12:00", "None")),
        ("sans heure", ("None", "None")),
    ],
)
def test_hours_are_read(words: str, hours: tuple[str, str]) -> None:
    assert tuple(str(hour)[:5] for hour in find_hours(words)) == tuple(h[:5] for h in hours)


@pytest.mark.parametrize(
    ("lines", "hours", "place"),
    [
        (["Date : 12 mars 2015, 10h-12h30, Maison Ouverte, Paris"], "10:00 12:30", "Maison Ouverte, Paris"),
        (["Date : 12 mars 2015 – 10 h à 12 h 30 – siège du groupe"], "10:00 12:30", "siège du groupe"),
        (["Date : 12 mars 2015, Maison Ouverte"], "None None", "Maison Ouverte"),
        (["12 mars 2015, de 9h30 à 12h"], "09:30 12:00", ""),
        (["De 9h30 à 12h, à la Maison Ouverte"], "09:30 12:00", "Maison Ouverte"),
        (["Horaires : 10 heures à 12 heures 30", "Lieu : 3 rue du Port"], "10:00 12:30", "3 rue du Port"),
        (["9h : accueil", "10h – Tour de table"], "None None", ""),
        (["La Maison Ouverte ouvre à 9h depuis le 3 mai 2014."], "None None", ""),
        (["Prochaine réunion : 7 avril 2015, 14h, Maison Ouverte"], "None None", ""),
    ],
)  # fmt: skip
def test_hours_and_place_are_read_under_a_title_that_has_the_day(
    lines: list[str], hours: str, place: str
) -> None:
    title = heading("Compte rendu de la réunion du 12 mars 2015")
    found = understood(docx(title, *map(paragraph, lines), heading("Suite"), paragraph("x")))
    assert found.days == [dt.date(2015, 3, 12)]
    told = [str(hour)[:5] if hour else "None" for hour in (found.starts_at, found.ends_at)]
    assert (" ".join(told), found.place) == (hours, place)


def test_dating_is_told_from_a_day_of_the_text() -> None:
    assert find_dating("Paris, le 22 Janvier 2015") == dt.date(2015, 1, 22)
    assert find_dating("La réunion du 22 janvier 2015") is None


def test_several_days_are_sessions_told_by_their_sections() -> None:
    text = (
        "# Document de travail\n\n22 octobre et 7 novembre 2014\n\n## 1 – Rencontre du 22 octobre 2014\n\na\n\n"
        "## 2 – Les 22 octobre et 7 novembre 2014\n\nb\n"
    )
    found = understood(text)
    assert len(found.days) == 2
    assert found.session_of(found.sections[1]) == dt.date(2014, 10, 22)
    assert found.session_of(found.sections[2]) is None


def test_agenda_and_next_meeting_are_found(plan: Plan) -> None:
    found = understood(MINUTES, plan)
    assert found.agenda == ["Synthèse", "Compte-rendu, mesure par mesure"]
    assert found.next_meeting is not None
    assert found.next_meeting.on == dt.date(2014, 4, 7)
    assert found.next_meeting.starts_at == dt.time(14)
    assert found.next_meeting.place == "Maison Ouverte, rue du Port"


@pytest.mark.parametrize("numbering", [0, 2])
def test_point_that_is_a_measure_is_on_the_agenda_and_ties_it_to_nothing(
    plan: Plan, numbering: int
) -> None:
    points = ["Tour de table", "Mesure 2", "Mesure 3 : former", "Divers"]
    numbers = ["" if numbering else f"{rank}. " for rank in range(1, 5)]
    found = understood(
        docx(
            heading("Compte rendu du 12 mars 2015"),
            heading("Ordre du jour", 2),
            *(paragraph(n + point, numbering=numbering) for n, point in zip(numbers, points, strict=True)),
            heading("Mesure 2", 2),
            paragraph("x"),
        ),
        plan,
    )  # fmt: skip
    assert found.agenda == points
    assert [draft.measures for draft in found.sections] == [[], [], ["2"]]


def test_numbered_agenda_of_a_plain_text_is_told_from_the_headings_that_repeat_it() -> None:
    text = (
        "COMPTE-RENDU DU 12 MARS 2014\n\nOrdre du jour\n1. Ouverture\n2. Mesure 2\n\n1. Ouverture\nUn texte.\n"
        "2. Mesure 2\nUn autre.\n"
    )
    found = understood(text)
    assert found.agenda == ["Ouverture", "Mesure 2"]
    assert [draft.title for draft in found.sections][1:] == [
        "Ordre du jour",
        "1 Ouverture",
        "2 Mesure 2",
    ]


@pytest.mark.parametrize(("words", "on"), [("29 février", None), ("1er mars", dt.date(2025, 3, 1))])
def test_next_meeting_without_a_year_is_of_the_year_after(words: str, on: dt.date | None) -> None:
    """There is no 29 February in the year after a leap year."""
    found = understood(f"# Réunion du 1er mars 2024\n\nProchaine réunion : {words}\n")
    assert (found.next_meeting and found.next_meeting.on) == on


def test_agenda_of_the_next_meeting_is_not_this_one_s() -> None:
    text = (
        "# Compte-rendu du 12 mars 2014\n\n## Prochaine réunion\n\nLundi 7 avril\n\n## Ordre du jour\n\n- Suite\n\n"
        "## Ouverture\n\ntexte\n"
    )
    found = understood(text)
    assert found.agenda == []
    assert found.next_meeting is not None
    assert found.next_meeting.on == dt.date(2014, 4, 7)


@pytest.mark.parametrize(
    ("words", "audience"),
    [
        ("Document de travail, ne pas diffuser", Audience.NAMED),
        ("Ceci ne doit pas être diffusé au-delà du groupe.", Audience.NAMED),
        ("Document confidentiel", Audience.NAMED),
        ("Le lieu restera confidentiel.", Audience.MEMBERS),
        ("Document de travail", Audience.MEMBERS),
    ],
)
def test_document_that_asks_not_to_be_circulated_is_for_named_readers(
    words: str, audience: str
) -> None:
    assert understood(f"# Titre\n\n{words}\n\n# Suite\n\nb").audience == audience


# --- Who was there ----------------------------------------------------------------------------------------------------


def test_list_told_in_a_sentence_is_attendance_by_association(plan: Plan) -> None:
    examples = make_association(name="Association des Exemples", acronym="ADE")
    house = make_association(name="Maison Ouverte")
    people = understood(MINUTES, plan).participants
    assert [(one.label, one.row, one.is_person) for one in people] == [
        ("Association des Exemples (ADE)", examples, False),
        ("Maison Ouverte", house, False),
        ("Société Inconnue de Tous", None, True),
        ("Membre Cinq", None, True),
    ]


def test_list_with_a_heading_gives_capacities_days_and_institutions() -> None:
    examples = make_association(name="Association des Exemples", acronym="ADE")
    mission = make_institution(name="Mission des exemples", acronym="MIEX")
    text = (
        "# Compte-rendu\n\n22 octobre et 7 novembre 2014\n\n# Ouverture\n\ntexte\n\n# Participants\n\n"
        "## Le 22 octobre 2014\n\n**ADE** : Membre Un pour la coordination du groupe\n\nMembre Deux\n\n"
        "*Interlocuteurs de la **Mission des exemples** :*\n\n## Le 7 novembre 2014\n\n- ADE, Membre Un\n- MIEX, une fonction\n\n"
        "# Excusés\n\n- Association des Exemples\n"
    )
    people = understood(text).participants
    assert [(one.row, one.capacity, one.presence, str(one.on)) for one in people if one.row] == [
        (examples, Capacity.COORDINATION, Presence.PRESENT, "2014-10-22"),
        (mission, Capacity.INTERLOCUTOR, Presence.PRESENT, "2014-10-22"),
        (examples, Capacity.MEMBER, Presence.PRESENT, "2014-11-07"),
        (mission, Capacity.INTERLOCUTOR, Presence.PRESENT, "2014-11-07"),
        (examples, Capacity.MEMBER, Presence.EXCUSED, "None"),
    ]
    assert [one.label for one in people if one.is_person] == ["Membre Deux"]


def test_list_in_a_table_is_read() -> None:
    examples = make_association(name="Association des Exemples")
    text = "# Compte-rendu\n\n# Présents\n\n| Association | Personne |\n| --- | --- |\n| Association des Exemples | Membre Un |\n"
    assert examples in [one.row for one in understood(text).participants]


@pytest.mark.parametrize(
    ("words", "presence", "capacity"),
    [
        ("Présents :", Presence.PRESENT, Capacity.MEMBER),
        ("Présentes :", Presence.PRESENT, Capacity.MEMBER),
        ("PRESENTS -", Presence.PRESENT, Capacity.MEMBER),
        ("Présent·e·s –", Presence.PRESENT, Capacity.MEMBER),
        ("Participants (3) :", Presence.PRESENT, Capacity.MEMBER),
        ("participant(e)s :", Presence.PRESENT, Capacity.MEMBER),
        ("Étaient présents :", Presence.PRESENT, Capacity.MEMBER),
        ("Etaient présentes à la réunion :", Presence.PRESENT, Capacity.MEMBER),
        ("Les associations présentes étaient les suivantes :", Presence.PRESENT, Capacity.MEMBER),
        ("Excusés :", Presence.EXCUSED, Capacity.MEMBER),
        ("Excusée(s) :", Presence.EXCUSED, Capacity.MEMBER),
        ("ABSENTS EXCUSES :", Presence.EXCUSED, Capacity.MEMBER),
        ("Absents et excusés :", Presence.EXCUSED, Capacity.MEMBER),
        ("Présents et représentés :", Presence.PRESENT, Capacity.MEMBER),
        ("Associations excusées :", Presence.EXCUSED, Capacity.MEMBER),
        ("Représentées :", Presence.REPRESENTED, Capacity.MEMBER),
        ("Invités :", Presence.PRESENT, Capacity.GUEST),
    ],
)
def test_label_says_who_was_there_and_is_nobody(words: str, presence: str, capacity: str) -> None:
    row = make_association(name="Association des Exemples")
    label = read_label(words)
    assert label is not None
    assert (label.presence, label.capacity, label.end) == (presence, capacity, len(words))
    for above in ([], [heading("Participants", 2)]):
        text = f"{words} Association des Exemples"
        found = understood(
            docx(heading("Titre"), *above, paragraph(text), heading("Fin"), paragraph("x"))
        )
        assert [(one.row, one.presence, one.capacity) for one in found.participants] == [
            (row, presence, capacity)
        ]


@pytest.mark.parametrize(
    "words",
    [
        "Présentation : le plan",
        "Participation : libre",
        "Présents en nombre, les membres : ont voté",
        "Invitation – à venir",
        "Représentants : un par association",
        "Il est présent : voilà",
    ],
)
def test_words_that_only_look_like_a_label_are_none(words: str) -> None:
    assert read_label(words) is None
    assert not is_label(words)


@pytest.mark.parametrize(
    "line",
    ["Présents", "Présents, excusés", "Participants : Présents", "Présents et excusés – Invités"],
)
def test_labels_without_a_name_are_nobody(line: str) -> None:
    text = docx(
        heading("Titre"),
        heading("Participants", 2),
        paragraph(line),
        heading("Fin"),
        paragraph("x"),
    )
    assert understood(text).participants == []


def test_label_in_bold_is_one_too() -> None:
    assert split_label("**Présents :** A, B") == ("Présents", "A, B")
    assert split_label("**Présents** : A, **B**") is None
    assert split_label("Présents :") is None


def test_labelled_lines_are_cut_and_each_name_matched() -> None:
    names = ("Maison Ouverte", "Amicale du Port", "Foyer et Paix France", "Cercle du Nord")
    house, port, peace, north = (make_association(name=name) for name in names)
    ministry = make_institution(name="Ministère des Exemples")
    text = docx(
        heading("Compte rendu du 12 mars 2015"),
        heading("Participants", 2),
        paragraph("Présents : Maison Ouverte (Membre Un, Membre Deux), Foyer et Paix France, Association Inconnue et Amicale du Port"),
        paragraph("Excusés : Cercle du Nord"),
        paragraph("Pour le ministère des Exemples : M. Untel, Mme Unetelle"),
        heading("Suite", 2),
        paragraph("Participants : une vingtaine de personnes."),
    )  # fmt: skip
    people = understood(text).participants
    assert [(one.label, one.row, one.presence, one.is_person) for one in people] == [
        ("Maison Ouverte", house, Presence.PRESENT, False),
        ("Foyer et Paix France", peace, Presence.PRESENT, False),
        ("Association Inconnue", None, Presence.PRESENT, False),
        ("Amicale du Port", port, Presence.PRESENT, False),
        ("Cercle du Nord", north, Presence.EXCUSED, False),
        ("ministère des Exemples", ministry, Presence.PRESENT, False),
    ]
    assert people[-1].capacity == Capacity.INTERLOCUTOR


def test_label_alone_on_its_line_is_of_the_lines_below() -> None:
    house, port = make_association(name="Maison Ouverte"), make_association(name="Amicale du Port")
    for separate in ("\n\n", "\\\n"):
        text = f"# Titre\n\n# Présence\n\nÉtaient présentes{separate}Maison Ouverte\n\nExcusées{separate}Amicale du Port\n\n# Fin\n\nx"
        people = understood(text).participants
        assert [(one.row, one.presence) for one in people] == [
            (house, Presence.PRESENT),
            (port, Presence.EXCUSED),
        ]


def test_labelled_lines_of_a_plain_text_end_with_it() -> None:
    house, port = make_association(name="Maison Ouverte"), make_association(name="Amicale du Port")
    text = (
        "COMPTE-RENDU DU 12 MARS 2014\nLieu : Paris\n\nPrésents : Maison Ouverte,\nAssociation Inconnue\n"
        "Excusés : Amicale du Port\n\nLa séance est ouverte par la coordination.\n\nI. Suite\nUn texte.\n"
    )
    found = understood(text)
    assert [(one.label, one.row, one.presence) for one in found.participants] == [
        ("Maison Ouverte", house, Presence.PRESENT),
        ("Association Inconnue", None, Presence.PRESENT),
        ("Amicale du Port", port, Presence.EXCUSED),
    ]
    assert [draft.title for draft in found.sections] == ["", "Présents", "Excusés", "", "I Suite"]
    assert found.differences == []


def test_columns_of_a_table_say_who_was_there() -> None:
    house, port = make_association(name="Maison Ouverte"), make_association(name="Amicale du Port")
    crosses = word_table(
        ["Association", "Présente", "Excusée"],
        ["Maison Ouverte", "x", ""],
        ["Amicale du Port", "", "x"],
    )
    columns = word_table(["Présents", "Excusés"], ["Maison Ouverte", "Amicale du Port"])
    for table in (crosses, columns):
        found = understood(docx(heading("Titre"), heading("Participants"), table))
        assert [(one.row, one.presence) for one in found.participants] == [
            (house, Presence.PRESENT),
            (port, Presence.EXCUSED),
        ]


@pytest.mark.parametrize(
    ("people", "only"),
    [
        ("Présents : Maison Ouverte, Association Inconnue", []),
        ("Présents : Maison Ouverte (Membre Un)", ["Membre", "Un"]),
        ("Présents : Maison Ouverte. La séance s’ouvre", ["s", "ouvre"]),
        ("Présents : Maison Ouverte, Jean Exemple", ["Jean", "Exemple"]),
    ],
)
def test_section_is_said_twice_only_where_nothing_else_is_in_it(
    people: str, only: list[str]
) -> None:
    make_association(name="Maison Ouverte")
    found = understood(
        docx(
            heading("Compte rendu du 12 mars 2015"),
            heading("Participants", 2),
            paragraph(people),
            heading("Ordre du jour du 12 mars", 2),
            paragraph("1. Tour de table"),
            heading("Tour de table", 2),
            paragraph("Maison Ouverte."),
        )
    )
    assert [draft.is_taken for draft in found.sections] == [False, True, True, False]
    assert found.only_in(found.sections[1]) == only
    assert [found.is_said_twice(draft) for draft in found.sections] == [
        False,
        not only,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Association des Exemples", "Association des Exemples"),
        ("ASSOCIATION DES EXEMPLES", "Association des Exemples"),
        ("ADE", "Association des Exemples"),
        ("Association des exemples (ADE)", "Association des Exemples"),
        ("Associations des Exemples", "Association des Exemples"),
        ("Association des Exemples / ADE", "Association des Exemples"),
        ("Maison Ouverte", "Maison Ouverte – Réseau Nord"),
        ("Maison Ouverte Réseau-Nord et coordination du Collectif", "Maison Ouverte – Réseau Nord"),
        ("l’Amicale du Port", "Amicale du Port"),
        ("Amicale du Pont", ""),
        ("Amicale", ""),
        ("Maison", ""),
        ("Mouvement du Port", ""),
        ("Inconnue", ""),
        ("", ""),
    ],
)
def test_association_is_recognised_only_where_it_is_sure(label: str, name: str) -> None:
    rows = [
        make_association(name="Association des Exemples", acronym="ADE"),
        make_association(name="Maison Ouverte – Réseau Nord"),
        make_association(name="Amicale du Port"),
        make_association(name="Amicale du Pont Neuf"),
        make_association(name="Amicale du Pont Vieux"),
    ]
    found = Names(rows, {}).find(label)
    assert (found.name if found else "") == name


def test_name_that_two_rows_share_is_nobody_s() -> None:
    rows = [make_association(acronym="ABC"), make_association(acronym="ABC")]
    assert Names(rows, {}).find("ABC") is None


def test_known_spelling_is_recognised() -> None:
    row = make_association(name="Sœurs de l’Exemple", slug="soeurs")
    assert (
        Names([row], {"soeurs": ["notre dame de l exemple"]}).find("Notre-Dame de l’Exemple") == row
    )


def test_understanding_makes_one_query_however_long(
    django_assert_num_queries: object, plan: Plan
) -> None:
    make_association()
    associations = list(Association.objects.all())
    for text in (MINUTES, MINUTES * 5):
        document = read_words(text)
        with django_assert_num_queries(1):  # type: ignore[operator]
            understand(document, plan=plan, associations=associations, institutions=[])
