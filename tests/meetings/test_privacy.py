"""What is shown before minutes leave: a table of sentences that must warn, and of others that must not."""

from __future__ import annotations

import time

import pytest

from meetings.privacy import WarningKind, privacy_warnings

PHONE, EMAIL, ADDRESS, PERSON = (
    WarningKind.PHONE,
    WarningKind.EMAIL,
    WarningKind.ADDRESS,
    WarningKind.PERSON,
)

WARNED = [
    (PHONE, "Le numéro de l’accueil est le 01 99 00 12 34.", "01 99 00 12 34"),
    (PHONE, "Appeler le 06.39.98.45.67 avant midi.", "06.39.98.45.67"),
    (PHONE, "Appeler le 06-39-98-45-67 avant midi.", "06-39-98-45-67"),
    (PHONE, "Tél : 0199001234", "0199001234"),
    (PHONE, "Tél. 01 99.00-12 34 (secrétariat)", "01 99.00-12 34"),
    (PHONE, "Joindre le +33 6 39 98 45 67.", "+33 6 39 98 45 67"),
    (PHONE, "Joindre le +33 (0)1 99 00 12 34.", "+33 (0)1 99 00 12 34"),
    (PHONE, "Joindre le 0033639984567.", "0033639984567"),
    (PHONE, "À Lagos : +234 803 555 0199, le soir.", "+234 803 555 0199"),
    (PHONE, "À Bucarest : 0040 21 555 0147", "0040 21 555 0147"),
    (PHONE, "Un numéro indigo, le 0 825 55 01 47 ou le 0 825 550 147.", "0 825 550 147"),
    (PHONE, "Le 01\u00a099\u00a000\u00a012\u00a034, en semaine.", "01\u00a099\u00a000\u00a012\u00a034"),
    (EMAIL, "Écrire à membre.un@vigie.example avant le 3.", "membre.un@vigie.example"),
    (EMAIL, "Écrire à permanence-nord+suivi@asso.vigie.example.", "permanence-nord+suivi@asso.vigie.example"),
    (EMAIL, "Écrire à accueil [at] vigie.example", "accueil [at] vigie.example"),
    (EMAIL, "<mailto:MEMBRE1@VIGIE.EXAMPLE>", "MEMBRE1@VIGIE.EXAMPLE"),
    (ADDRESS, "Rendez-vous au 106 rue du Bac, 75007 Paris.", "106 rue du Bac, 75007 Paris"),
    (ADDRESS, "Le local se trouve 12 bis, avenue Jean Jaurès.", "12 bis, avenue Jean Jaurès"),
    (ADDRESS, "Elle vit 3 impasse des Lilas à 69003 Lyon.", "3 impasse des Lilas à 69003 Lyon"),
    (ADDRESS, "Local : 45 bd de la Liberté", "45 bd de la Liberté"),
    (ADDRESS, "Local : 8, RUE DE LA PAIX", "8, RUE DE LA PAIX"),
    (ADDRESS, "Au 27 rue de l’église, deuxième étage.", "27 rue de l’église"),
    (ADDRESS, "Au 5 place du Marché, près de la gare.", "5 place du Marché"),
    (ADDRESS, "Le foyer du 14 cours Gambetta, 13100 Aix", "14 cours Gambetta, 13100 Aix"),
    (ADDRESS, "Courrier à adresser à BP 12, 59000 Lille.", "59000 Lille"),
    (ADDRESS, "Un appartement au 9 allée des Tilleuls", "9 allée des Tilleuls"),
    (ADDRESS, "Une rencontre au 4 quai de la Gare", "4 quai de la Gare"),
    (PERSON, "L’association suit une jeune femme nigériane, 17 ans.", "une jeune femme nigériane, 17 ans"),
    (PERSON, "M. X a déposé plainte en mars.", "M. X"),
    (PERSON, "Mme D. a été entendue par le juge.", "Mme D."),
    (PERSON, "Le dossier de Mme D. Elle attend un titre.", "Mme D."),
    (PERSON, "Madame K est hébergée depuis juin.", "Madame K"),
    (PERSON, "Mlle Z… a fui son employeur.", "Mlle Z…"),
    (PERSON, "Monsieur B*** est reparti.", "Monsieur B***"),
    (PERSON, "Fatou K. est arrivée en 2012.", "Fatou K."),
    (PERSON, "Awa, 17 ans, a été recueillie.", "Awa, 17 ans"),
    (PERSON, "Marie-Ange, âgée de seize ans, témoigne.", "Marie-Ange, âgée de seize ans"),
    (PERSON, "On a rencontré Ibrahim (15 ans) au foyer.", "Ibrahim (15 ans"),
    (PERSON, "Grâce, victime d’un réseau, a témoigné.", "Grâce, victime"),
    (PERSON, "Elena, roumaine, refuse de parler.", "Elena, roumaine"),
    (PERSON, "Le cas d’une fille de 14 ans a été évoqué.", "une fille de 14 ans"),
    (PERSON, "Un homme malien travaillait sans papiers.", "Un homme malien"),
    (PERSON, "Cette femme d’origine chinoise a été expulsée.", "Cette femme d’origine chinoise"),
    (PERSON, "Une ressortissante roumaine a porté plainte.", "Une ressortissante roumaine"),
    (PERSON, "Un mineur isolé, âgé de 16 ans, dort dehors.", "Un mineur isolé, âgé de 16 ans"),
    (PERSON, "La jeune Awa a quitté le foyer.", "La jeune Awa"),
    (PERSON, "Une victime prénommée Joy est partie.", "prénommée Joy"),
    (PERSON, "Elle est née le 12 mars 1998.", "née le 12 mars 1998"),
    (PERSON, "Née en 1997 à Bénin, elle parle anglais.", "Née en 1997 à Bénin"),
    (PERSON, "Son numéro est le 2 98 03 75 123 456 78.", "2 98 03 75 123 456 78"),
]  # fmt: skip

QUIET = [
    "La loi n° 2016-444 du 13 avril 2016 prévoit un parcours de sortie.",
    "L’article L. 316-1 du code de l’entrée et du séjour est modifié.",
    "Voir les articles 225-4-1 à 225-4-9 du code pénal.",
    "Le décret n° 2013-07 du 3 janvier 2013 crée la mission.",
    "La directive 2011/36/UE du 5 avril 2011 lie les États.",
    "Les crédits passent de 417 500 à 1 250 000 euros.",
    "La ligne augmente de + 12 500 000 € en un an.",
    "Le budget est de 06 12 places au total.",
    "La réunion du 01.02.2015 14 h est déplacée.",
    "Les réunions des 07-11-2014 et 18-11-2014 sont rapportées ensemble.",
    "Le 3919, le 115 et le 119 répondent jour et nuit.",
    "Les mesures 7 à 9 et la mesure 22 avancent.",
    "De 2014 à 2016, puis de 2019 à 2021.",
    "La CNCDH compte 64 membres, dont 30 associations.",
    "Voir [@loi-2016-444, art. 8] et ^[rapport de 2015, p. 12].",
    "La formation @miprof est reprise dans la mesure 4 bis.",
    "ISBN 978-2-11-145123-8, tirage de 10 000 exemplaires.",
    "Le compte est le suivant : 1 234 567 890 au total.",
    "Il manque 5 places d’hébergement à Nice.",
    "Les 12 places de stage sont pourvues.",
    "Le 7 novembre 2014, rue de Varenne, le cabinet a reçu le collectif.",
    "En 2015 avenue de Ségur, deux réunions eurent lieu.",
    "49 cours de français sont proposés chaque année.",
    "Trois cours d’appel ont nommé un référent.",
    "La prostitution dans la rue recule, selon 12 villes.",
    "Sur 35000 Victimes estimées, peu sont identifiées.",
    "Plus de 12 000 Français ont signé.",
    "Mme N. Belkacem, ministre, ouvre la séance.",
    "M. B. Cazeneuve a répondu par écrit.",
    "Mme la ministre et M. le préfet sont excusés.",
    "M. Valls a confirmé le calendrier.",
    "Annexe A. les mesures proposées ; partie B. le budget.",
    "Il y a 3 ans, le plan n’existait pas.",
    "Depuis 12 ans, l’association accueille des femmes.",
    "Le mineur de 15 ans est protégé par la loi.",
    "Toute personne de moins de 18 ans est mineure.",
    "Une victime sur trois a moins de 25 ans.",
    "Les femmes nigérianes sont les plus nombreuses.",
    "Les victimes roumaines, chinoises et bulgares sont citées.",
    "Les jeunes de 16 à 25 ans sont visés.",
    "Il risque une peine de 10 ans de réclusion.",
    "Un titre de séjour d’un an, renouvelable pendant 5 ans.",
    "Durée, 15 ans après la convention.",
    "La France, victime de son retard, doit agir.",
    "Une victime étrangère peut porter plainte.",
    "Le collectif, né le 13 septembre 2013, compte vingt membres.",
    "Le Protocole de Palerme a été signé en 2000 à Palerme.",
    "La traite, définie à l’article 225-4-1, concerne aussi les hommes.",
    "GRETA (2017), §§ 112 à 118 ; CNCDH, p. 26.",
    "L’enfant a droit à un administrateur ad hoc.",
    "Point 3. Questions de M. le rapporteur.",
    "La petite République et le jeune Plan ne sont pas des personnes.",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "passage"), WARNED)
def test_passage_is_shown_before_it_leaves(kind: WarningKind, text: str, passage: str) -> None:
    found = privacy_warnings(text)
    assert (kind, passage) in [(one.kind, one.passage) for one in found]
    for one in found:
        assert text[one.start : one.end] == one.passage


@pytest.mark.parametrize("text", QUIET)
def test_ordinary_sentence_is_left_alone(text: str) -> None:
    assert privacy_warnings(text) == []


def test_a_passage_is_told_once_and_in_order() -> None:
    text = "Awa, 17 ans, est au 106 rue du Bac, 75007 Paris. Tél. 01 99 00 12 34."
    assert [one.kind for one in privacy_warnings(text)] == [PERSON, ADDRESS, PHONE]


@pytest.mark.parametrize(
    "text",
    ["0 " * 50_000, "0" * 100_000, "a@" * 50_000, "12 rue de " * 10_000, "une femme " * 10_000,
     "Mme " * 25_000, "une victime a a a a a a " * 4_000, "Aa" * 50_000, "(" * 100_000,
     "1 cours " + "a " * 50_000, "a.a" * 33_000, "+1" * 50_000],
)  # fmt: skip
def test_long_nonsense_is_read_quickly(text: str) -> None:
    began = time.process_time()
    privacy_warnings(text)
    assert time.process_time() - began < 2
