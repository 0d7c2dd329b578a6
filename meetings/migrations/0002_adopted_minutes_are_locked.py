"""Adopted minutes are locked, their steps and errata are facts: the database itself refuses to change or delete them."""

from django.db import migrations

from common.append_only import Refuse

LOCKED = "the text of adopted minutes is never changed"
SECTION_TEXT = ("minutes_id", "session_id", "position", "level", "number", "heading", "text")
DECISION_TEXT = (
    "section_id", "text", "means", "votes_for", "votes_against", "abstentions",
)  # fmt: skip


def _changes(columns: tuple[str, ...]) -> str:
    # Written so that both databases read it: an absent value differs from a present one.
    differences = [
        f"OLD.{name} <> NEW.{name} OR (OLD.{name} IS NULL) <> (NEW.{name} IS NULL)"
        for name in columns
    ]
    return f"OLD.is_locked AND (NOT NEW.is_locked OR {' OR '.join(differences)})"


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_meetings")]

    operations = [
        Refuse(
            "UPDATE",
            table="meetings_minutessection",
            condition=_changes(SECTION_TEXT),
            message=LOCKED,
        ),
        Refuse(
            "DELETE", table="meetings_minutessection", condition="OLD.is_locked", message=LOCKED
        ),
        Refuse(
            "UPDATE", table="meetings_decision", condition=_changes(DECISION_TEXT), message=LOCKED
        ),
        Refuse("DELETE", table="meetings_decision", condition="OLD.is_locked", message=LOCKED),
        *(
            Refuse(
                verb,
                table=table,
                condition="OLD.id IS NOT NULL",
                message="what was recorded is never changed",
            )
            for table in ("meetings_minutesstep", "meetings_erratum")
            for verb in ("UPDATE", "DELETE")
        ),
    ]
