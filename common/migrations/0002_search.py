"""The table of what can be searched, and each database's own index of its words."""

from django.db import migrations, models

from common.search.vendors import create_index, drop_index


class Migration(migrations.Migration):
    dependencies = [("common", "0001_cache_table")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=60, verbose_name="kind of row")),
                ("row", models.PositiveBigIntegerField(verbose_name="row")),
                ("title", models.TextField(verbose_name="title")),
                ("context", models.TextField(blank=True, verbose_name="where it stands")),
                ("body", models.TextField(blank=True, verbose_name="text")),
                ("dated_on", models.DateField(blank=True, null=True, verbose_name="dated")),
                ("address", models.JSONField(verbose_name="address")),
                ("tokens", models.TextField(editable=False)),
            ],
            options={
                "verbose_name": "entry of the search index",
                "verbose_name_plural": "entries of the search index",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "row"),
                        name="common_search_entry_row_once",
                        violation_error_message="This row is already in the index.",
                    )
                ],
            },
        ),
        migrations.RunPython(create_index, drop_index),
    ]
