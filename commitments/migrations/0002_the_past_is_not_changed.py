"""What happened and what was sent are facts: the database itself refuses to change or delete them."""

from django.db import migrations

from common.append_only import Refuse

FACT = "what happened is never changed"
LOCKED = "the text of a signed letter is never changed"
LETTER_TEXT = (
    "reference", "institution_id", "addressee", "address", "salutation", "subject", "body", "closing",
    "place", "dated_on", "signatory", "lists_members",
)  # fmt: skip
PARTS = ("commitments_lettercopy", "commitments_letterenclosure")


def _changes(columns: tuple[str, ...]) -> str:
    # Written so that both databases read it: an absent value differs from a present one.
    differences = [
        f"OLD.{name} <> NEW.{name} OR (OLD.{name} IS NULL) <> (NEW.{name} IS NULL)"
        for name in columns
    ]
    return f"OLD.is_locked AND (NOT NEW.is_locked OR {' OR '.join(differences)})"


def _is_of_locked(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM commitments_letter WHERE id = {row}.letter_id AND is_locked)"


class Migration(migrations.Migration):
    dependencies = [("commitments", "0001_commitments")]

    operations = [
        *(
            Refuse(verb, table=table, condition="OLD.id IS NOT NULL", message=FACT)
            for table in (
                "commitments_commitmentevent",
                "commitments_letterstep",
                "commitments_letterreply",
            )
            for verb in ("UPDATE", "DELETE")
        ),
        Refuse(
            "UPDATE", table="commitments_letter", condition=_changes(LETTER_TEXT), message=LOCKED
        ),
        Refuse("DELETE", table="commitments_letter", condition="OLD.is_locked", message=LOCKED),
        *(
            operation
            for table in PARTS
            for operation in (
                Refuse("INSERT", table=table, condition=_is_of_locked("NEW"), message=LOCKED),
                Refuse("UPDATE", table=table, condition=_is_of_locked("OLD"), message=LOCKED),
                Refuse("DELETE", table=table, condition=_is_of_locked("OLD"), message=LOCKED),
            )
        ),
    ]
