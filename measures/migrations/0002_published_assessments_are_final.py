"""A published assessment, its recommendations and its sources are never changed: the database refuses."""

from django.db import migrations

from common.append_only import Refuse

FINAL = "a published assessment is final: publish a correction that supersedes it"


def parent_is_published(row: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM measures_assessment a"
        f" WHERE a.id = {row}.assessment_id AND a.status = 'published')"
    )


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_measures")]

    operations = [
        *[
            Refuse(
                verb,
                table="measures_assessment",
                condition="OLD.status = 'published'",
                message=FINAL,
            )
            for verb in ("UPDATE", "DELETE")
        ],
        *[
            Refuse(verb, table=table, condition=condition, message=FINAL)
            for table in ("measures_recommendation", "measures_assessmentsource")
            for verb, condition in (
                ("INSERT", parent_is_published("NEW")),
                ("UPDATE", f"({parent_is_published('OLD')} OR {parent_is_published('NEW')})"),
                ("DELETE", parent_is_published("OLD")),
            )
        ],
    ]
