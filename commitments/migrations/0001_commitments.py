import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import common.files


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("measures", "0002_published_assessments_are_final"),
        ("meetings", "0002_adopted_minutes_are_locked"),
        ("members", "0004_history_of_card_parts"),
        ("members", "__first__"),
        ("plan", "0001_plans"),
    ]

    operations = [
        migrations.CreateModel(
            name="Commitment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("public", "everyone"),
                            ("members", "members of the collective"),
                            ("named", "the people named"),
                            ("secretariat", "the secretariat"),
                        ],
                        default="secretariat",
                        max_length=12,
                        verbose_name="who may read it",
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="address")),
                (
                    "function",
                    models.CharField(
                        blank=True,
                        help_text="An office, such as “ministre de l’Intérieur”.",
                        max_length=200,
                        verbose_name="function of whoever promised",
                    ),
                ),
                (
                    "wording",
                    models.CharField(
                        help_text="In our words, in short.",
                        max_length=300,
                        verbose_name="what is promised",
                    ),
                ),
                (
                    "quote",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(3000)],
                        verbose_name="exact words",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("meeting", "In a meeting"),
                            ("letter", "In a letter"),
                            ("speech", "In a speech"),
                            ("plan", "In a plan or a draft of one"),
                            ("law", "In a law or a regulation"),
                            ("report", "In a report or an answer"),
                        ],
                        default="meeting",
                        max_length=10,
                        verbose_name="made",
                    ),
                ),
                (
                    "locator",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="place in the source"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place")),
                (
                    "remark",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(3000)],
                        verbose_name="remark",
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="recorded at"),
                ),
                (
                    "agenda_items",
                    models.ManyToManyField(
                        blank=True,
                        editable=False,
                        related_name="commitments",
                        to="meetings.agendaitem",
                        verbose_name="points of agendas",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="plan.institution",
                        verbose_name="institution",
                    ),
                ),
                (
                    "measures",
                    models.ManyToManyField(
                        blank=True,
                        related_name="commitments",
                        to="measures.measure",
                        verbose_name="measures",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="meetings.meeting",
                        verbose_name="meeting",
                    ),
                ),
                (
                    "named_groups",
                    models.ManyToManyField(
                        blank=True,
                        related_name="%(app_label)s_%(class)ss_naming",
                        to="members.workinggroup",
                        verbose_name="groups named",
                    ),
                ),
                (
                    "named_people",
                    models.ManyToManyField(
                        blank=True,
                        related_name="%(app_label)s_%(class)ss_naming",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="people named",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="commitments.commitment",
                        verbose_name="part of",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="meetings.minutessection",
                        verbose_name="section of the minutes",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="measures.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "commitment",
                "verbose_name_plural": "commitments",
                "ordering": ["position", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("audience__in", ["public", "members", "named", "secretariat"])
                        ),
                        name="commitments_commitment_audience_is_known",
                        violation_error_message="Choose who may read it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("origin__in", ["meeting", "letter", "speech", "plan", "law", "report"])
                        ),
                        name="commitments_commitment_origin_is_known",
                        violation_error_message="Say where it was made.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="commitments_commitment_not_part_of_itself",
                        violation_error_message="A commitment cannot be part of itself.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("origin", "meeting"), _negated=True),
                            ("meeting__isnull", False),
                            _connector="OR",
                        ),
                        name="commitments_commitment_of_meeting_has_one",
                        violation_error_message="Say in which meeting it was made.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wording", ""), _negated=True),
                        name="commitments_commitment_says_something",
                        violation_error_message="Write what is promised.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "requested_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="asked for at"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Under way"),
                            ("done", "Ready"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="started at"),
                ),
                (
                    "heartbeat_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="last sign of life"),
                ),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="finished at"),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("error", models.TextField(blank=True, verbose_name="what went wrong")),
                ("file", models.FileField(blank=True, upload_to="exports/", verbose_name="file")),
                ("pages", models.PositiveIntegerField(blank=True, null=True, verbose_name="pages")),
                (
                    "size",
                    models.PositiveBigIntegerField(
                        blank=True, null=True, verbose_name="size in bytes"
                    ),
                ),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="SHA-256")),
                ("letters_asked", models.PositiveIntegerField(default=0, verbose_name="letters")),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter_runs",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked for by",
                    ),
                ),
            ],
            options={
                "verbose_name": "laying out of letters",
                "verbose_name_plural": "layings out of letters",
                "ordering": ["-requested_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["waiting", "running", "done", "failed"])
                        ),
                        name="commitments_run_status_is_known",
                        violation_error_message="Choose one of the known statuses.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "done"), _negated=True),
                            models.Q(
                                models.Q(("file", ""), _negated=True),
                                models.Q(("sha256", ""), _negated=True),
                                ("finished_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="commitments_run_done_has_file",
                        violation_error_message="A run that is ready has its file.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("public", "everyone"),
                            ("members", "members of the collective"),
                            ("named", "the people named"),
                            ("secretariat", "the secretariat"),
                        ],
                        default="secretariat",
                        max_length=12,
                        verbose_name="who may read it",
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True, editable=False, max_length=30, verbose_name="reference"
                    ),
                ),
                (
                    "escalation",
                    models.CharField(
                        choices=[
                            ("mail", "Reminder by mail"),
                            ("letter", "Letter"),
                            ("higher", "Letter to a higher office"),
                            ("statement", "Public statement"),
                        ],
                        default="letter",
                        max_length=10,
                        verbose_name="step",
                    ),
                ),
                (
                    "addressee",
                    models.CharField(
                        help_text="The office holder, such as “Monsieur le ministre de l’Intérieur”.",
                        max_length=200,
                        verbose_name="to whom",
                    ),
                ),
                (
                    "address",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(500)],
                        verbose_name="postal address",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        help_text="An address of the institution, not somebody’s own.",
                        max_length=254,
                        verbose_name="e-mail of the office",
                    ),
                ),
                ("salutation", models.CharField(max_length=100, verbose_name="salutation")),
                ("subject", models.CharField(max_length=250, verbose_name="subject")),
                (
                    "body",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(12000)],
                        verbose_name="text",
                    ),
                ),
                (
                    "closing",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(500)],
                        verbose_name="closing formula",
                    ),
                ),
                ("place", models.CharField(default="Paris", max_length=60, verbose_name="place")),
                ("dated_on", models.DateField(blank=True, null=True, verbose_name="dated")),
                (
                    "signatory",
                    models.CharField(
                        help_text="Name and office, as they are printed.",
                        max_length=200,
                        verbose_name="signatory",
                    ),
                ),
                (
                    "lists_members",
                    models.BooleanField(
                        default=True,
                        verbose_name="print the associations that are members on that day",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("signed", "Signed"),
                            ("sent", "Sent"),
                            ("answered", "Answered"),
                            ("silent", "Without an answer"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "is_locked",
                    models.BooleanField(default=False, editable=False, verbose_name="locked"),
                ),
                (
                    "laid_out_version",
                    models.PositiveIntegerField(blank=True, editable=False, null=True),
                ),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        editable=False,
                        upload_to=common.files.random_name,
                        verbose_name="file",
                    ),
                ),
                (
                    "file_name",
                    models.CharField(
                        blank=True, editable=False, max_length=150, verbose_name="name of the file"
                    ),
                ),
                (
                    "file_size",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="size in bytes"
                    ),
                ),
                (
                    "file_sha256",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="fingerprint"
                    ),
                ),
                (
                    "mailed_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="mailed at"
                    ),
                ),
                ("written_at", models.DateTimeField(auto_now_add=True, verbose_name="begun at")),
                (
                    "commitments",
                    models.ManyToManyField(
                        blank=True,
                        related_name="letters",
                        to="commitments.commitment",
                        verbose_name="commitments",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="plan.institution",
                        verbose_name="addressee",
                    ),
                ),
                (
                    "named_groups",
                    models.ManyToManyField(
                        blank=True,
                        related_name="%(app_label)s_%(class)ss_naming",
                        to="members.workinggroup",
                        verbose_name="groups named",
                    ),
                ),
                (
                    "named_people",
                    models.ManyToManyField(
                        blank=True,
                        related_name="%(app_label)s_%(class)ss_naming",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="people named",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="letters",
                        to="commitments.letterrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "ordering": ["-dated_on", "-pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("audience__in", ["public", "members", "named", "secretariat"])
                        ),
                        name="commitments_letter_audience_is_known",
                        violation_error_message="Choose who may read it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audience", "public"), _negated=True),
                        name="commitments_letter_is_not_for_anyone",
                        violation_error_message="A letter is read within the collective.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "signed", "sent", "answered", "silent"])
                        ),
                        name="commitments_letter_status_is_known",
                        violation_error_message="This status is not known.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("escalation__in", ["mail", "letter", "higher", "statement"])
                        ),
                        name="commitments_letter_escalation_is_known",
                        violation_error_message="Choose one of the known steps.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reference", ""), _negated=True),
                        fields=("reference",),
                        name="commitments_letter_reference_is_unique",
                        violation_error_message="Another letter has this reference.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_locked", False), ("status", "draft")),
                            models.Q(
                                models.Q(("status", "draft"), _negated=True),
                                ("dated_on__isnull", False),
                                ("is_locked", True),
                                models.Q(("reference", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="commitments_letter_signed_is_whole",
                        violation_error_message="A signed letter has its reference and its date.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommitmentEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("made", "Made"),
                            ("reaffirmed", "Reaffirmed"),
                            ("postponed", "Postponed"),
                            ("no_news", "No news"),
                            ("reminded", "Reminded"),
                            ("answered", "Answered"),
                            ("partly_kept", "Partly kept"),
                            ("kept", "Kept"),
                            ("broken", "Broken"),
                            ("overtaken", "Overtaken by events"),
                            ("retracted", "Recorded by mistake"),
                        ],
                        max_length=12,
                        verbose_name="what happened",
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(2000)],
                        verbose_name="in words",
                    ),
                ),
                (
                    "deadline_words",
                    models.CharField(blank=True, max_length=150, verbose_name="deadline, as said"),
                ),
                ("late_from", models.DateField(blank=True, null=True, verbose_name="late from")),
                (
                    "locator",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="place in the source"
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="recorded at"),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="commitments.commitment",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitment_events",
                        to="meetings.meeting",
                        verbose_name="meeting",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "retracts",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retracted_by",
                        to="commitments.commitmentevent",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitment_events",
                        to="meetings.minutessection",
                        verbose_name="section of the minutes",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitment_events",
                        to="measures.source",
                        verbose_name="source",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="commitments.letter",
                        verbose_name="letter",
                    ),
                ),
            ],
            options={
                "verbose_name": "event of a commitment",
                "verbose_name_plural": "events of commitments",
                "ordering": ["commitment", "on", "pk"],
                "indexes": [
                    models.Index(
                        fields=["commitment", "-on", "-id", "kind"], name="commitments_last_event"
                    ),
                    models.Index(
                        condition=models.Q(("kind__in", ["made", "postponed"])),
                        fields=["commitment", "-on", "-id", "late_from"],
                        name="commitments_last_deadline",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "made",
                                    "reaffirmed",
                                    "postponed",
                                    "no_news",
                                    "reminded",
                                    "answered",
                                    "partly_kept",
                                    "kept",
                                    "broken",
                                    "overtaken",
                                    "retracted",
                                ],
                            )
                        ),
                        name="commitments_event_kind_is_known",
                        violation_error_message="Say what happened.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["made", "postponed"]),
                            models.Q(("deadline_words", ""), ("late_from", None)),
                            _connector="OR",
                        ),
                        name="commitments_event_deadline_where_it_is_set",
                        violation_error_message="Only a promise that is made or postponed gives a deadline.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "retracted"), ("retracts__isnull", False)),
                            models.Q(
                                models.Q(("kind", "retracted"), _negated=True), ("retracts", None)
                            ),
                            _connector="OR",
                        ),
                        name="commitments_event_retracts_or_happens",
                        violation_error_message="Say which event was recorded by mistake.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommitmentCitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="citations",
                        to="commitments.commitment",
                    ),
                ),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitment_citation",
                        to="measures.source",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="citations",
                        to="commitments.commitmentevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "citation of a commitment",
                "verbose_name_plural": "citations of commitments",
                "ordering": ["commitment", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("event", None)),
                        fields=("commitment",),
                        name="commitments_citation_of_commitment_is_one",
                        violation_error_message="This commitment is already in the library of sources.",
                    ),
                    models.UniqueConstraint(
                        fields=("event",),
                        name="commitments_citation_of_event_is_one",
                        violation_error_message="This event is already in the library of sources.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("week", models.DateField(help_text="Its Monday.", verbose_name="week")),
                ("sent_at", models.DateTimeField(auto_now_add=True, verbose_name="sent at")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commitment_digests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "weekly mail of commitments",
                "verbose_name_plural": "weekly mails of commitments",
                "ordering": ["-week", "person", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "week"),
                        name="commitments_digest_is_one_a_week",
                        violation_error_message="This mail was already sent this week.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCommitment",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("public", "everyone"),
                            ("members", "members of the collective"),
                            ("named", "the people named"),
                            ("secretariat", "the secretariat"),
                        ],
                        default="secretariat",
                        max_length=12,
                        verbose_name="who may read it",
                    ),
                ),
                ("slug", models.SlugField(max_length=80, verbose_name="address")),
                (
                    "function",
                    models.CharField(
                        blank=True,
                        help_text="An office, such as “ministre de l’Intérieur”.",
                        max_length=200,
                        verbose_name="function of whoever promised",
                    ),
                ),
                (
                    "wording",
                    models.CharField(
                        help_text="In our words, in short.",
                        max_length=300,
                        verbose_name="what is promised",
                    ),
                ),
                (
                    "quote",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(3000)],
                        verbose_name="exact words",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("meeting", "In a meeting"),
                            ("letter", "In a letter"),
                            ("speech", "In a speech"),
                            ("plan", "In a plan or a draft of one"),
                            ("law", "In a law or a regulation"),
                            ("report", "In a report or an answer"),
                        ],
                        default="meeting",
                        max_length=10,
                        verbose_name="made",
                    ),
                ),
                (
                    "locator",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="place in the source"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place")),
                (
                    "remark",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(3000)],
                        verbose_name="remark",
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(blank=True, editable=False, verbose_name="recorded at"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="plan.institution",
                        verbose_name="institution",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="meetings.meeting",
                        verbose_name="meeting",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="commitments.commitment",
                        verbose_name="part of",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="meetings.minutessection",
                        verbose_name="section of the minutes",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="measures.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical commitment",
                "verbose_name_plural": "historical commitments",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalLetterTemplate",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                ("name", models.CharField(db_index=True, max_length=100, verbose_name="name")),
                (
                    "escalation",
                    models.CharField(
                        choices=[
                            ("mail", "Reminder by mail"),
                            ("letter", "Letter"),
                            ("higher", "Letter to a higher office"),
                            ("statement", "Public statement"),
                        ],
                        default="letter",
                        max_length=10,
                        verbose_name="step",
                    ),
                ),
                ("subject", models.CharField(max_length=250, verbose_name="subject")),
                (
                    "body",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(12000)],
                        verbose_name="text",
                    ),
                ),
                (
                    "closing",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(500)],
                        verbose_name="closing formula",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical template of letters",
                "verbose_name_plural": "historical templates of letters",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="LetterCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("wording", models.CharField(max_length=300, verbose_name="as printed")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place")),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter_copies",
                        to="plan.institution",
                        verbose_name="institution",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="copies",
                        to="commitments.letter",
                    ),
                ),
            ],
            options={
                "verbose_name": "copy of a letter",
                "verbose_name_plural": "copies of letters",
                "ordering": ["letter", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("letter", "institution", "wording"),
                        name="commitments_copy_is_one",
                        violation_error_message="This copy is already there.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterEnclosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=300, verbose_name="as printed")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place")),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="enclosures",
                        to="commitments.letter",
                    ),
                ),
                (
                    "meeting_paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="meetings.meetingpaper",
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="meetings.minutes",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.paper",
                    ),
                ),
            ],
            options={
                "verbose_name": "enclosure of a letter",
                "verbose_name_plural": "enclosures of letters",
                "ordering": ["letter", "position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("meeting_paper", None), ("minutes", None), ("paper__isnull", False)
                            ),
                            models.Q(
                                ("meeting_paper__isnull", False), ("minutes", None), ("paper", None)
                            ),
                            models.Q(
                                ("meeting_paper", None), ("minutes__isnull", False), ("paper", None)
                            ),
                            _connector="OR",
                        ),
                        name="commitments_enclosure_is_one_thing",
                        violation_error_message="Choose a paper, or minutes.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dated_on", models.DateField(verbose_name="dated")),
                (
                    "summary",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(2000)],
                        verbose_name="what it says",
                    ),
                ),
                (
                    "file",
                    models.FileField(
                        blank=True, upload_to=common.files.random_name, verbose_name="file"
                    ),
                ),
                (
                    "file_name",
                    models.CharField(
                        blank=True, editable=False, max_length=150, verbose_name="name of the file"
                    ),
                ),
                (
                    "file_size",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="size in bytes"
                    ),
                ),
                (
                    "file_sha256",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="fingerprint"
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="added at")),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="commitments.letter",
                    ),
                ),
            ],
            options={
                "verbose_name": "reply to a letter",
                "verbose_name_plural": "replies to letters",
                "ordering": ["letter", "dated_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file", ""), _negated=True),
                            models.Q(("summary", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="commitments_reply_says_something",
                        violation_error_message="Add the paper, or write what it says.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalLetter",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("public", "everyone"),
                            ("members", "members of the collective"),
                            ("named", "the people named"),
                            ("secretariat", "the secretariat"),
                        ],
                        default="secretariat",
                        max_length=12,
                        verbose_name="who may read it",
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True, editable=False, max_length=30, verbose_name="reference"
                    ),
                ),
                (
                    "escalation",
                    models.CharField(
                        choices=[
                            ("mail", "Reminder by mail"),
                            ("letter", "Letter"),
                            ("higher", "Letter to a higher office"),
                            ("statement", "Public statement"),
                        ],
                        default="letter",
                        max_length=10,
                        verbose_name="step",
                    ),
                ),
                (
                    "addressee",
                    models.CharField(
                        help_text="The office holder, such as “Monsieur le ministre de l’Intérieur”.",
                        max_length=200,
                        verbose_name="to whom",
                    ),
                ),
                (
                    "address",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(500)],
                        verbose_name="postal address",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        help_text="An address of the institution, not somebody’s own.",
                        max_length=254,
                        verbose_name="e-mail of the office",
                    ),
                ),
                ("salutation", models.CharField(max_length=100, verbose_name="salutation")),
                ("subject", models.CharField(max_length=250, verbose_name="subject")),
                (
                    "body",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(12000)],
                        verbose_name="text",
                    ),
                ),
                (
                    "closing",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(500)],
                        verbose_name="closing formula",
                    ),
                ),
                ("place", models.CharField(default="Paris", max_length=60, verbose_name="place")),
                ("dated_on", models.DateField(blank=True, null=True, verbose_name="dated")),
                (
                    "signatory",
                    models.CharField(
                        help_text="Name and office, as they are printed.",
                        max_length=200,
                        verbose_name="signatory",
                    ),
                ),
                (
                    "lists_members",
                    models.BooleanField(
                        default=True,
                        verbose_name="print the associations that are members on that day",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("signed", "Signed"),
                            ("sent", "Sent"),
                            ("answered", "Answered"),
                            ("silent", "Without an answer"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "is_locked",
                    models.BooleanField(default=False, editable=False, verbose_name="locked"),
                ),
                (
                    "laid_out_version",
                    models.PositiveIntegerField(blank=True, editable=False, null=True),
                ),
                (
                    "file",
                    models.TextField(
                        blank=True, editable=False, max_length=100, verbose_name="file"
                    ),
                ),
                (
                    "file_name",
                    models.CharField(
                        blank=True, editable=False, max_length=150, verbose_name="name of the file"
                    ),
                ),
                (
                    "file_size",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="size in bytes"
                    ),
                ),
                (
                    "file_sha256",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="fingerprint"
                    ),
                ),
                (
                    "mailed_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="mailed at"
                    ),
                ),
                (
                    "written_at",
                    models.DateTimeField(blank=True, editable=False, verbose_name="begun at"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="plan.institution",
                        verbose_name="addressee",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="commitments.letterrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical letter",
                "verbose_name_plural": "historical letters",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="LetterStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("signed", "Signed"),
                            ("sent", "Sent"),
                            ("answered", "Answered"),
                            ("silent", "Closed without an answer"),
                        ],
                        max_length=10,
                        verbose_name="step",
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                (
                    "sent_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("post", "By post"),
                            ("registered", "By registered post"),
                            ("email", "By e-mail"),
                            ("hand", "By hand"),
                        ],
                        max_length=12,
                        verbose_name="how",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="recorded at")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="commitments.letter",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a letter",
                "verbose_name_plural": "steps of letters",
                "ordering": ["letter", "on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["signed", "sent", "answered", "silent"])),
                        name="commitments_step_kind_is_known",
                        violation_error_message="This step is not known.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "sent"),
                                ("sent_by__in", ["post", "registered", "email", "hand"]),
                            ),
                            models.Q(models.Q(("kind", "sent"), _negated=True), ("sent_by", "")),
                            _connector="OR",
                        ),
                        name="commitments_step_sent_says_how",
                        violation_error_message="Say how the letter was sent.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                (
                    "escalation",
                    models.CharField(
                        choices=[
                            ("mail", "Reminder by mail"),
                            ("letter", "Letter"),
                            ("higher", "Letter to a higher office"),
                            ("statement", "Public statement"),
                        ],
                        default="letter",
                        max_length=10,
                        verbose_name="step",
                    ),
                ),
                ("subject", models.CharField(max_length=250, verbose_name="subject")),
                (
                    "body",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(12000)],
                        verbose_name="text",
                    ),
                ),
                (
                    "closing",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(500)],
                        verbose_name="closing formula",
                    ),
                ),
            ],
            options={
                "verbose_name": "template of letters",
                "verbose_name_plural": "templates of letters",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("escalation__in", ["mail", "letter", "higher", "statement"])
                        ),
                        name="commitments_template_escalation_is_known",
                        violation_error_message="Choose one of the known steps.",
                    )
                ],
            },
        ),
    ]
