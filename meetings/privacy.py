"""What must not be circulated by mistake: telephones, addresses, and what looks like a private person’s case.

It warns and never refuses: a public body has a telephone too. It would rather stay silent on a year, an amount or an
article of law than be ignored for crying wolf.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class WarningKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    PERSON = "person"


@dataclass(frozen=True, order=True)
class Warning_:
    """A passage that somebody must look at. `start` and `end` are its place in the text."""

    start: int
    end: int
    kind: WarningKind
    passage: str


def privacy_warnings(text: str) -> list[Warning_]:
    """Passages to look at before a text is circulated, in order. Those that overlap are told once, by the longest."""
    plain = _plain(text)
    found = sorted(
        ((kind, start, end) for kind, start, end in _all(plain)),
        key=lambda one: (one[1], -one[2]),
    )
    kept: list[Warning_] = []
    for kind, start, end in found:
        if not kept or start >= kept[-1].end:
            kept.append(Warning_(start, end, kind, text[start:end]))
    return kept


def _plain(text: str) -> str:
    """The same text, sign for sign, with ordinary spaces and apostrophes."""
    return re.sub(r"[\u00a0\u202f\u2009\t]", " ", text).replace("’", "'")


def _all(text: str) -> Iterator[tuple[WarningKind, int, int]]:
    for kind, patterns in PATTERNS.items():
        for pattern in patterns:
            for match in pattern.finditer(text):
                if not _is_harmless(match):
                    end = match.end("it")
                    if kind == WarningKind.ADDRESS:
                        end = match.start("it") + len(match["it"].rstrip(" .,'-"))
                    yield kind, match.start("it"), end


# --- Telephones -----------------------------------------------------------------------------------------------------

_PHONES = (
    # The same sign between pairs, or none: a day and an hour ("01.02.2015 14") do not make a telephone.
    r"(?<![\w.,/+-])(?P<it>0[1-9](?P<sep>[ .–-]{0,3})\d\d(?:(?P=sep)\d\d){3})(?!\w)(?![.,-]\d)",
    r"(?<![\w.,/+-])(?P<it>0 ?[1-9]\d\d(?P<sep>[ .-])\d{3}(?P=sep)\d{3})(?!\w)",
    r"(?i:\b(?:tél|tel|téléphone|portable|mobile|fax)\b)[^\d\n]{0,6}(?P<it>0[1-9](?:[ .–/-]{0,3}\d\d){4})(?!\d)",
    r"(?<![\w.,/+-])(?P<it>(?:\+|00) ?33 ?(?:\(0\) ?)?[1-9](?:[ .–-]{0,3}\d\d){4})(?!\w)",
    # Any other country: at least eight digits with its code.
    r"(?<![\w.,/+-])(?P<it>(?:\+|00) ?[1-9](?:[ .–-]?\(?\d\)?){7,13})(?!\w)(?! ?(?:[€%$]|(?:k|M)€|euros?\b|millions?\b))",
)
# Thousands in groups, as in “+ 12 500 000”.
_AMOUNT = re.compile(r"\+ ?\d{1,3}(?: \d{3}){1,2}")

# --- Addresses ------------------------------------------------------------------------------------------------------

_EMAILS = (
    r"(?<![\w.+'-])(?P<it>[\w.+'-]{1,64}(?:@| ?[\[(](?:at|arobase|@)[\])] ?)[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,})(?!\w)",
)

# A number of a house: neither a year nor a number of more than four digits.
_HOUSE = r"(?<![\w.,/-])(?<!mesure )(?<!mesures )(?<!article )(?<!point )(?<!page )(?!(?:19|20)\d\d\b)\d{1,4}(?: ?(?:bis|ter|quater|[A-C])\b)?,? "
_STREET = (
    r"(?i:rue|avenue|av\.|boulevard|bd|bld|blvd|allées?|chemin|impasse|quai|square|faubourg|fbg|esplanade|ruelle"
    r"|venelle|promenade|sente|rond-point|résidence|route|place|passage)"
)
# Words that are more often something else: they need what only an address has after them.
_DOUBTFUL_STREET = (
    r"(?i:cours|cité|villa|mail|cour|voie|hameau|lieu-dit|parvis|galerie|montée|pl\.)"
)
_TOWN = r"(?:0[1-9]|[1-8]\d|9[0-5]|97|98)\d{3}\)? (?!(?:Euros?|EUR|Victimes?|Personnes?|Places?|Femmes?|Enfants?|Mineurs?|Signatures?)\b)[A-ZÀ-Ý][\w'’-]+"
_ADDRESSES = (
    rf"(?P<it>{_HOUSE}{_STREET} (?:(?:de|du|des|la|le|les) |d'|l')*(?:[A-ZÀ-Ý\d]|(?<=rue )[a-zà-ÿ]|(?<=[ '])[a-zà-ÿ]+)[\w'.-]*"
    rf"(?: (?:[A-ZÀ-Ý\d][\w'.-]*|de|du|des|la|le|les|et|mai|juin|juillet|novembre)(?![\w]))*(?:,? (?:à |- ?|– ?)?\(?{_TOWN})?)",
    rf"(?P<it>{_HOUSE}{_DOUBTFUL_STREET} [^\n.;:()]{{3,60}}?\(?{_TOWN})",
    rf"(?<![\w.,/-])(?P<it>{_TOWN}(?: (?:CEDEX|Cedex)(?: \d+)?)?)",
)
# “1 place d’accueil”, “12 route…”: what is counted rather than lived in.
_COUNTED = re.compile(
    r"\d+,? (?:(?i:places?) (?:d'|en |de )[a-z]|\w+ (?:d'|de |en )?(?:accueil|hébergement|stage)\b)"
)

# --- Private persons ------------------------------------------------------------------------------------------------

_SENTENCE = r"(?:Elle|Il|Ils|Elles|Sa|Son|Ses|Le|La|Les|L'|Un|Une|Cette|Cet|Ce|Après|Depuis|Aucun|Aucune|En|On|Nous)\b"
_TITLE = r"(?:MM?\.|Mr\.?|Mmes?|Mlles?|Melle|[Mm]onsieur|[Mm]adame|[Mm]ademoiselle|[Mm]aître)"
_NATION = (
    r"(?:nigér(?:iane?|ienne?)|camerounaise?|congolaise?|ivoirienn?e?|ghanéenn?e?|malienn?e?|sénégalaise?|guinéenn?e?|béninoise?|togolaise?"
    r"|gabonaise?|éthiopienn?e?|érythréenn?e?|soudanaise?|somalienn?e?|marocaine?|algérienn?e?|tunisienn?e?|égyptienn?e?"
    r"|libyenn?e?|syrienn?e?|irakienn?e?|iranienn?e?|afghane?|pakistanaise?|indienn?e?|bangladaise?|sri-lankaise?"
    r"|vietnamienn?e?|chinoise?|philippine?|thaïlandaise?|indonésienn?e?|népalaise?|mongole?|roumaine?|bulgare|albanaise?"
    r"|kosovare?|serbe|bosniaque|croate|moldave|ukrainienn?e?|russe|biélorusse|hongroise?|tchèque|slovaque|polonaise?"
    r"|arménienn?e?|géorgienn?e?|tchétchène|turque?|kurde|brésilienn?e?|colombienn?e?|péruvienn?e?|dominicaine?|haïtienn?e?"
    r"|vénézuélienn?e?|équatorienn?e?|malgache|comorienn?e?|mauricienn?e?|rom)\b"
)
_SOMEBODY = (
    r"(?:femme|fille|homme|garçon|mineure?|adolescente?|enfant|fillette|ressortissante?|dame|jeune|victime|prostituée?"
    r"|travailleuse|travailleur|employée?|domestique|réfugiée?|lycéenne?|étudiante?|mère|personne)"
)
_ONE = r"(?i:\b(?:une?|cette|cet|ce|la|le)|\bl')\s?"
_YEARS = (
    r"(?:\d{1,2}|douze|treize|quatorze|quinze|seize|dix-sept|dix-huit|dix-neuf|vingt(?:[ -](?:et[ -]une?|\w+))?"
    r"|trente(?:[ -](?:et[ -]une?|\w+))?|quarante(?:[ -]\w+)?) ans\b"
    r"(?! (?:après|plus tard|avant|ferme|durant|de (?:réclusion|prison|travail|lutte|service)|d'(?:emprisonnement|existence|expérience)))"
)
_NAME = r"(?<![\w'-])[A-ZÀ-Ý][a-zà-ÿ]+(?:-[A-ZÀ-Ý][a-zà-ÿ]+)?"
# Capital letters that begin a sentence or name a place or a body, not somebody.
_OTHER_WORDS = """
    annexe partie titre article art groupe point section chapitre catégorie axe plan livre tableau figure salle
    bâtiment escalier priorité mesure mesures volet option version phase type classe niveau document amendement page
    alinéa colonne question code vitamine hépatite réunion france europe paris état collectif collectivité association
    convention depuis pendant après dans enfin ainsi donc or mais aujourd hier demain selon pour par avec sans toute
    toutes tout tous chaque quand lorsque si comme elle il elles ils on nous vous je cette ce cet ces une un le la les
    des du en au aux très plus moins ensuite durée peine âge bail contrat titre loi décret ministère mission comité
    conseil république parlement assemblée sénat afrique asie union nigéria nigeria roumanie bulgarie chine albanie
    lyon marseille nice toulouse lille bordeaux certaines certains aucune aucun beaucoup deux trois quatre cinq dix
    vingt jeune mineure mineur victime victimes femme femmes homme hommes enfant enfants souvent parfois actuellement
    désormais également jusqu autre autres personne étrangère étranger française français
"""
_NOT_NAMES = frozenset(_OTHER_WORDS.split())
_PERSONS = (
    # An initial alone; with a surname after it (“Mme N. Belkacem”) it is an office holder.
    rf"(?P<it>\b{_TITLE} [A-Z](?:[A-Z]?(?:\*+|…|\.\.\.)|\b\.?))(?![\w'-])(?!(?:\.)? ?(?!{_SENTENCE})[A-ZÀ-Ý][\w'-]+)(?!\.?[A-Z]\.)(?! ?\d)",
    rf"(?P<it>(?P<name>{_NAME}) [A-Z]\.)(?= [a-zà-ÿ(]|[,;:)])(?! (?:et|ou|à) [A-Z]\b)",
    rf"(?P<it>(?P<name>{_NAME})(?:,? (?:alors )?âgée? de|,| \() ?(?:alors )?{_YEARS})",
    rf"(?P<it>(?P<name>{_NAME}), (?:une? )?(?:jeune |ancienne? )?(?:victime|mineure?|prostituée?|adolescente?|réfugiée?|demandeu(?:r|se) d'asile|femme|fille|{_NATION}))(?! (?:ou|et) )",
    rf"(?P<it>\b(?i:la|le) (?:jeune|petite?|nommée?|dénommée?|prénommée?|dite?) (?P<name>{_NAME}))",
    rf"(?P<it>\b(?:prénommée?|surnommée?|se prénomme|s'appelle) (?P<name>{_NAME}))",
    # Somebody, one person, with an age.
    rf"(?P<it>{_ONE}(?:très )?(?:jeune )?{_SOMEBODY}(?: {_NATION})? de (?:seulement |à peine )?{_YEARS})(?! (?:à|et plus))",
    rf"(?P<it>{_ONE}(?:très )?(?:jeune )?{_SOMEBODY}\b(?: [a-zà-ÿ'-]+){{0,6}}(?:,? (?:alors )?âgée? de| \(|,) ?(?:alors |seulement |à peine )*{_YEARS})(?! (?:et plus|ou plus))",
    # … or with a nationality.
    rf"(?P<it>(?i:\b(?:une?|cette|cet|ce)|\b(?:la|le)(?= jeune)) (?:très )?(?:jeune )?{_SOMEBODY}(?: mineure?| majeure?)?,? (?:d'origine |de nationalité )?{_NATION})(?! sur )",
    r"(?P<it>\b[Nn]ée? le \d{1,2}(?:er)? ?[\w/.]+ ?\d{2,4})",
    r"(?P<it>\b[Nn]ée? en (?:19|20)\d\d (?:à|au|en) [A-ZÀ-Ý][\w-]+)",
    # The number of the social security.
    r"(?<![\w.,/-])(?P<it>[12] ?\d\d ?(?:0[1-9]|1[0-2]) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3}(?: ?\d\d)?)(?!\w)",
)
# What the law says of anybody: “un mineur de 15 ans”.
_LEGAL = re.compile(r"(?:un|le|la|une|d'un|d'une) mineure? de (?:15|18|quinze|dix-huit) ans", re.I)
_BORN_BODY = re.compile(
    r"(?:collectif|association|plan|mission|projet|réseau|dispositif|groupe|idée|comité)[^.;]{0,40}$",
    re.I,
)

PATTERNS = {
    WarningKind.PHONE: [re.compile(one) for one in _PHONES],
    WarningKind.EMAIL: [re.compile(one) for one in _EMAILS],
    WarningKind.ADDRESS: [re.compile(one) for one in _ADDRESSES],
    WarningKind.PERSON: [re.compile(one) for one in _PERSONS],
}


def _is_harmless(match: re.Match[str]) -> bool:
    """What the shape alone does not tell from an ordinary sentence."""
    words = match["it"]
    name = match.groupdict().get("name")
    if name is not None and name.lower() in _NOT_NAMES:
        return True
    if words.startswith(("né", "Né")):
        return _BORN_BODY.search(match.string, 0, match.start("it")) is not None
    return any(pattern.fullmatch(words) for pattern in (_AMOUNT, _LEGAL)) or bool(
        _COUNTED.match(words)
    )
