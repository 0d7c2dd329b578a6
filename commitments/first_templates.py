"""The templates of letters that the site begins with (`data/courriers/modeles.toml`), one for each step of escalation."""

from __future__ import annotations

import tomllib

from django.conf import settings
from django.db import transaction

from commitments.enums import Escalation
from commitments.models import LetterTemplate


def first_template() -> LetterTemplate:
    """What a letter begins with when no template was chosen; not saved where the site has none of its own."""
    rows = LetterTemplate.objects.filter(escalation=Escalation.LETTER)
    return rows.first() or next(
        template for template in _first_templates() if template.escalation == Escalation.LETTER
    )


@transaction.atomic
def add_first_templates() -> int:
    """Create those whose name no template bears, or ever bore: one that was renamed does not come back. Returns how many."""
    added = 0
    for template in _first_templates():
        if LetterTemplate.history.filter(name=template.name).exists():
            continue
        template.full_clean()
        template.save()
        added += 1
    return added


def _first_templates() -> list[LetterTemplate]:
    path = settings.BASE_DIR / "data" / "courriers" / "modeles.toml"
    with path.open("rb") as file:
        read = tomllib.load(file)["modele"]
    return [
        LetterTemplate(
            name=each["nom"],
            escalation=Escalation(each["etape"]),
            subject=each["objet"],
            body=each["texte"].strip(),
            closing=each["conclusion"].strip(),
        )
        for each in read
    ]
