"""Steps of an application and readings of files are facts: the database itself refuses to change or delete them."""

from django.db import migrations

from common.append_only import Refuse


class Migration(migrations.Migration):
    dependencies = [("members", "0002_collective")]

    operations = [
        Refuse(
            verb,
            table=table,
            condition="OLD.id IS NOT NULL",
            message="what was recorded is never changed",
        )
        for table in ("members_applicationevent", "members_filereading")
        for verb in ("UPDATE", "DELETE")
    ]
