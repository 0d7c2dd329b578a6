"""Text as people search it: without accents and capitals, alike on every database."""

import unicodedata


def fold(text: str) -> str:
    """Lower case, accents off, ligatures opened, apostrophes straight: “L’œuvre d’ÉTÉ” → “l'oeuvre d'ete”."""
    # Taken apart first: the mathematical “𝓐” has no lower case, the “A” that it is made of has.
    apart = unicodedata.normalize("NFKD", text).lower()
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return bare.replace("œ", "oe").replace("æ", "ae").replace("’", "'")
