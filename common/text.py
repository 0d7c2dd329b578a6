"""Text as people search it: without accents and capitals, alike on every database."""

import unicodedata


def fold(text: str) -> str:
    """Lower case, accents off, ligatures opened, apostrophes straight: “L’œuvre d’ÉTÉ” → “l'oeuvre d'ete”."""
    opened = text.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    return "".join(
        sign for sign in unicodedata.normalize("NFKD", opened) if not unicodedata.combining(sign)
    )
