"""PostgreSQL keeps the words in a table of their own, as SQLite does: what looks through them reads no text."""

from django.db import migrations

from common.search.vendors import create_index


class Migration(migrations.Migration):
    dependencies = [("common", "0002_search")]

    operations = [migrations.RunPython(create_index, migrations.RunPython.noop)]
