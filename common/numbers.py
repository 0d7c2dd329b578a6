"""Numbers as printed in official texts: “4 bis”, “1.1.1alter”. They are text, and sort as people expect."""

import re

# Latin ordinals do not sort by their letters: “ter” (third) stands before “quater” (fourth).
LATIN_ORDINALS = {
    word: rank
    for rank, word in enumerate(
        ("bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "nonies", "decies"),
        start=2,
    )
}


def natural_key(number: str) -> str:
    """A key whose plain text order, in any collation, is the order of the printed numbers.

    >>> natural_key("4 bis")
    '000004b02'
    >>> natural_key("1.1.1alter") < natural_key("1.1.2")
    True
    """
    parts = []
    for digits, letters in re.findall(r"(\d+)|([^\W\d_]+)", number.lower()):
        if digits:
            parts.append(f"{int(digits):06d}")
        elif letters in LATIN_ORDINALS:
            parts.append(f"b{LATIN_ORDINALS[letters]:02d}")
        else:
            parts.append(letters)
    return "".join(parts)
