import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import common.files


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0001_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Association",
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
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="key")),
                ("name", models.CharField(max_length=200, unique=True, verbose_name="name")),
                ("acronym", models.CharField(blank=True, max_length=30, verbose_name="acronym")),
                (
                    "presentation",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(5000)],
                        verbose_name="presentation",
                    ),
                ),
                ("site", models.URLField(blank=True, verbose_name="site")),
                (
                    "invited_on",
                    models.DateField(
                        blank=True,
                        help_text="An association that must wait before it may join takes part as a guest.",
                        null=True,
                        verbose_name="invited since",
                    ),
                ),
                ("joined_on", models.DateField(blank=True, null=True, verbose_name="member since")),
                (
                    "is_joining_day_known",
                    models.BooleanField(
                        default=True,
                        help_text="Otherwise: it was already a member on that day.",
                        verbose_name="this is the day on which it joined",
                    ),
                ),
                (
                    "left_on",
                    models.DateField(
                        blank=True,
                        help_text="From that day on, no longer a member.",
                        null=True,
                        verbose_name="left on",
                    ),
                ),
                (
                    "has_link",
                    models.BooleanField(
                        blank=True,
                        default=None,
                        null=True,
                        verbose_name="its site links to the Collectif’s",
                    ),
                ),
                (
                    "link_checked_on",
                    models.DateField(blank=True, null=True, verbose_name="link looked for on"),
                ),
                (
                    "link_url",
                    models.URLField(blank=True, verbose_name="page that carries the link"),
                ),
            ],
            options={
                "verbose_name": "association",
                "verbose_name_plural": "associations",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("invited_on__isnull", False),
                            ("joined_on__isnull", False),
                            _connector="OR",
                        ),
                        name="members_association_has_a_beginning",
                        violation_error_message="Say since when the association is invited, or a member.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("invited_on", None),
                            ("joined_on", None),
                            ("joined_on__gte", models.F("invited_on")),
                            _connector="OR",
                        ),
                        name="members_association_joins_after_invited",
                        violation_error_message="It cannot join before it was invited.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_on", None),
                            models.Q(
                                models.Q(
                                    ("joined_on", None),
                                    ("left_on__gte", models.F("joined_on")),
                                    _connector="OR",
                                ),
                                models.Q(
                                    ("invited_on", None),
                                    ("left_on__gte", models.F("invited_on")),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="members_association_leaves_after_joining",
                        violation_error_message="It cannot leave before it came.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("has_link", None), ("link_checked_on", None)),
                            models.Q(
                                ("has_link__isnull", False), ("link_checked_on__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="members_association_link_check_has_day",
                        violation_error_message="Give both what was found and the day of the check.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MembershipApplication",
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
                ("name", models.CharField(max_length=200, verbose_name="name of the association")),
                ("acronym", models.CharField(blank=True, max_length=30, verbose_name="acronym")),
                ("site", models.URLField(blank=True, verbose_name="site")),
                (
                    "received_on",
                    models.DateField(
                        default=django.utils.timezone.localdate, verbose_name="received on"
                    ),
                ),
                (
                    "about_trafficking",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(10000)],
                        verbose_name="work already done on trafficking",
                    ),
                ),
                (
                    "motivation",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(10000)],
                        verbose_name="reasons to join",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("complete", "Complete"),
                            ("to_be_heard", "To be heard"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="received",
                        editable=False,
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "hearing_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="to be heard on"
                    ),
                ),
                (
                    "decided_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="decided on"
                    ),
                ),
                (
                    "association",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="application",
                        to="members.association",
                        verbose_name="association",
                    ),
                ),
                (
                    "supported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications_supported",
                        to="members.association",
                        verbose_name="supported by",
                    ),
                ),
            ],
            options={
                "verbose_name": "application for membership",
                "verbose_name_plural": "applications for membership",
                "ordering": ["-received_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "received",
                                    "complete",
                                    "to_be_heard",
                                    "accepted",
                                    "declined",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="members_application_state_is_known",
                        violation_error_message="This state is not known.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_on__isnull", False),
                                ("state__in", ["accepted", "declined"]),
                            ),
                            models.Q(
                                models.Q(("state__in", ["accepted", "declined"]), _negated=True),
                                ("decided_on", None),
                            ),
                            _connector="OR",
                        ),
                        name="members_application_decision_has_day",
                        violation_error_message="A decision has a day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "to_be_heard"), _negated=True),
                            ("hearing_on__isnull", False),
                            _connector="OR",
                        ),
                        name="members_application_hearing_has_day",
                        violation_error_message="Give the day on which the association is heard.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("association__isnull", False), ("state", "accepted")),
                            models.Q(
                                models.Q(("state", "accepted"), _negated=True),
                                ("association", None),
                            ),
                            _connector="OR",
                        ),
                        name="members_application_accepted_has_association",
                        violation_error_message="An accepted application is an association.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("complete", "Complete"),
                            ("to_be_heard", "To be heard"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("on", models.DateField(verbose_name="on")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="recorded at")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="members.membershipapplication",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of an application",
                "verbose_name_plural": "steps of applications",
                "ordering": ["application", "at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "received",
                                    "complete",
                                    "to_be_heard",
                                    "accepted",
                                    "declined",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="members_application_event_state_is_known",
                        violation_error_message="This state is not known.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.FileField(upload_to=common.files.random_name, verbose_name="file")),
                (
                    "file_name",
                    models.CharField(
                        editable=False, max_length=150, verbose_name="name of the file"
                    ),
                ),
                (
                    "file_size",
                    models.PositiveIntegerField(editable=False, verbose_name="size in bytes"),
                ),
                (
                    "file_sha256",
                    models.CharField(editable=False, max_length=64, verbose_name="fingerprint"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reception", "Letter of reception"),
                            ("decision", "Letter of decision"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("body", models.TextField(verbose_name="text")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="made at")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="members.membershipapplication",
                    ),
                ),
            ],
            options={
                "verbose_name": "letter to a candidate",
                "verbose_name_plural": "letters to candidates",
                "ordering": ["application", "created_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["reception", "decision"])),
                        name="members_letter_kind_is_known",
                        violation_error_message="Choose the kind of letter.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationPaper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.FileField(upload_to=common.files.random_name, verbose_name="file")),
                (
                    "file_name",
                    models.CharField(
                        editable=False, max_length=150, verbose_name="name of the file"
                    ),
                ),
                (
                    "file_size",
                    models.PositiveIntegerField(editable=False, verbose_name="size in bytes"),
                ),
                (
                    "file_sha256",
                    models.CharField(editable=False, max_length=64, verbose_name="fingerprint"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("presentation", "Presentation of the association"),
                            ("statutes", "Statutes"),
                            ("activity_report", "Activity report"),
                            ("motivation", "Reasons to join"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Of an activity report.",
                        null=True,
                        verbose_name="year",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("pending", "To be checked"),
                            ("valid", "Valid"),
                            ("refused", "To be replaced"),
                        ],
                        default="pending",
                        editable=False,
                        max_length=8,
                        verbose_name="verdict",
                    ),
                ),
                (
                    "remark",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="remark"
                    ),
                ),
                (
                    "valid_until",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="valid until"
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="added at")),
                (
                    "added_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="papers",
                        to="members.membershipapplication",
                    ),
                ),
            ],
            options={
                "verbose_name": "paper of an application",
                "verbose_name_plural": "papers of applications",
                "ordering": ["application", "kind", "-year", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["presentation", "statutes", "activity_report", "motivation"],
                            )
                        ),
                        name="members_paper_kind_is_known",
                        violation_error_message="Choose the kind of paper.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["pending", "valid", "refused"])),
                        name="members_paper_verdict_is_known",
                        violation_error_message="This verdict is not known.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "activity_report"), ("year__isnull", False)),
                            models.Q(
                                models.Q(("kind", "activity_report"), _negated=True), ("year", None)
                            ),
                            _connector="OR",
                        ),
                        name="members_paper_report_has_year",
                        violation_error_message="An activity report has a year, other papers none.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verdict", "refused"), _negated=True),
                            models.Q(("remark", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="members_paper_refused_says_why",
                        violation_error_message="Say why the paper must be replaced.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FileReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                ("kind", models.CharField(max_length=60, verbose_name="kind of row")),
                ("row", models.PositiveBigIntegerField(verbose_name="row")),
                ("title", models.CharField(max_length=200, verbose_name="what")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="file_readings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "reading of a file",
                "verbose_name_plural": "readings of files",
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["-at"], name="members_reading_at")],
            },
        ),
        migrations.CreateModel(
            name="WorkingGroup",
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
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="key")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                ("purpose", models.TextField(blank=True, verbose_name="purpose")),
                ("created_on", models.DateField(verbose_name="created on")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
            ],
            options={
                "verbose_name": "working group",
                "verbose_name_plural": "working groups",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None),
                            ("closed_on__gte", models.F("created_on")),
                            _connector="OR",
                        ),
                        name="members_group_closes_after_creation",
                        violation_error_message="A group cannot close before it was created.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupMembership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                ("until", models.DateField(blank=True, null=True, verbose_name="ended on")),
                (
                    "association",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_memberships",
                        to="members.association",
                        verbose_name="association",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="members.workinggroup",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership of a group",
                "verbose_name_plural": "memberships of groups",
                "ordering": ["group", "since", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("association__isnull", False), ("person", None)),
                            models.Q(("association", None), ("person__isnull", False)),
                            _connector="OR",
                        ),
                        name="members_group_member_is_one_of_two",
                        violation_error_message="Choose an association, or a person, not both.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="members_group_member_leaves_after_joining",
                        violation_error_message="It cannot end before it began.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("group", "association"),
                        name="members_group_association_once",
                        violation_error_message="This association is already in the group.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("group", "person"),
                        name="members_group_person_once",
                        violation_error_message="This person is already in the group.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GuestAccess",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "since",
                    models.DateField(default=django.utils.timezone.localdate, verbose_name="since"),
                ),
                (
                    "until",
                    models.DateField(
                        help_text="The first day without access.", verbose_name="until"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guest_accesses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guest_accesses",
                        to="members.membershipapplication",
                        verbose_name="application",
                    ),
                ),
            ],
            options={
                "verbose_name": "access of a guest",
                "verbose_name_plural": "accesses of guests",
                "ordering": ["person", "until", "pk"],
                "indexes": [models.Index(fields=["person", "until"], name="members_guest_live")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))),
                        name="members_guest_ends_after_beginning",
                        violation_error_message="It cannot end before it begins.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalApplicationPaper",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("file", models.TextField(max_length=100, verbose_name="file")),
                (
                    "file_name",
                    models.CharField(
                        editable=False, max_length=150, verbose_name="name of the file"
                    ),
                ),
                (
                    "file_size",
                    models.PositiveIntegerField(editable=False, verbose_name="size in bytes"),
                ),
                (
                    "file_sha256",
                    models.CharField(editable=False, max_length=64, verbose_name="fingerprint"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("presentation", "Presentation of the association"),
                            ("statutes", "Statutes"),
                            ("activity_report", "Activity report"),
                            ("motivation", "Reasons to join"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Of an activity report.",
                        null=True,
                        verbose_name="year",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("pending", "To be checked"),
                            ("valid", "Valid"),
                            ("refused", "To be replaced"),
                        ],
                        default="pending",
                        editable=False,
                        max_length=8,
                        verbose_name="verdict",
                    ),
                ),
                (
                    "remark",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="remark"
                    ),
                ),
                (
                    "valid_until",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="valid until"
                    ),
                ),
                (
                    "added_at",
                    models.DateTimeField(blank=True, editable=False, verbose_name="added at"),
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
                    "added_by",
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
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.membershipapplication",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical paper of an application",
                "verbose_name_plural": "historical papers of applications",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalAssociation",
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
                ("slug", models.SlugField(max_length=60, verbose_name="key")),
                ("name", models.CharField(db_index=True, max_length=200, verbose_name="name")),
                ("acronym", models.CharField(blank=True, max_length=30, verbose_name="acronym")),
                (
                    "presentation",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(5000)],
                        verbose_name="presentation",
                    ),
                ),
                ("site", models.URLField(blank=True, verbose_name="site")),
                (
                    "invited_on",
                    models.DateField(
                        blank=True,
                        help_text="An association that must wait before it may join takes part as a guest.",
                        null=True,
                        verbose_name="invited since",
                    ),
                ),
                ("joined_on", models.DateField(blank=True, null=True, verbose_name="member since")),
                (
                    "is_joining_day_known",
                    models.BooleanField(
                        default=True,
                        help_text="Otherwise: it was already a member on that day.",
                        verbose_name="this is the day on which it joined",
                    ),
                ),
                (
                    "left_on",
                    models.DateField(
                        blank=True,
                        help_text="From that day on, no longer a member.",
                        null=True,
                        verbose_name="left on",
                    ),
                ),
                (
                    "has_link",
                    models.BooleanField(
                        blank=True,
                        default=None,
                        null=True,
                        verbose_name="its site links to the Collectif’s",
                    ),
                ),
                (
                    "link_checked_on",
                    models.DateField(blank=True, null=True, verbose_name="link looked for on"),
                ),
                (
                    "link_url",
                    models.URLField(blank=True, verbose_name="page that carries the link"),
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
                "verbose_name": "historical association",
                "verbose_name_plural": "historical associations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalGroupMembership",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                ("until", models.DateField(blank=True, null=True, verbose_name="ended on")),
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
                    "association",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.association",
                        verbose_name="association",
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
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.workinggroup",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical membership of a group",
                "verbose_name_plural": "historical memberships of groups",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalGuestAccess",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "since",
                    models.DateField(default=django.utils.timezone.localdate, verbose_name="since"),
                ),
                (
                    "until",
                    models.DateField(
                        help_text="The first day without access.", verbose_name="until"
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
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.membershipapplication",
                        verbose_name="application",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical access of a guest",
                "verbose_name_plural": "historical accesses of guests",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalInvitation",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("coordinator", "Coordinator"),
                            ("secretariat", "Secretariat"),
                            ("member", "Member"),
                            ("guest", "Guest"),
                        ],
                        default="member",
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "mandate_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("titular", "Titular representative"),
                            ("alternate", "Alternate representative"),
                        ],
                        max_length=10,
                        verbose_name="kind of mandate",
                    ),
                ),
                (
                    "guest_until",
                    models.DateField(
                        blank=True,
                        help_text="The first day without access.",
                        null=True,
                        verbose_name="guest until",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(blank=True, editable=False, verbose_name="sent at"),
                ),
                ("expires_at", models.DateTimeField(editable=False, verbose_name="expires at")),
                (
                    "accepted_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="accepted at"
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="withdrawn at"
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
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="accepted by",
                    ),
                ),
                (
                    "association",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.association",
                        verbose_name="association",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
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
                    "application",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.membershipapplication",
                        verbose_name="application",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical invitation",
                "verbose_name_plural": "historical invitations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMandate",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("titular", "Titular representative"),
                            ("alternate", "Alternate representative"),
                        ],
                        default="titular",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "function",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="function in the association"
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                (
                    "until",
                    models.DateField(
                        blank=True,
                        help_text="The first day without the mandate.",
                        null=True,
                        verbose_name="ended on",
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
                    "association",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.association",
                        verbose_name="association",
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
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical mandate",
                "verbose_name_plural": "historical mandates",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMembershipApplication",
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
                ("name", models.CharField(max_length=200, verbose_name="name of the association")),
                ("acronym", models.CharField(blank=True, max_length=30, verbose_name="acronym")),
                ("site", models.URLField(blank=True, verbose_name="site")),
                (
                    "received_on",
                    models.DateField(
                        default=django.utils.timezone.localdate, verbose_name="received on"
                    ),
                ),
                (
                    "about_trafficking",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(10000)],
                        verbose_name="work already done on trafficking",
                    ),
                ),
                (
                    "motivation",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(10000)],
                        verbose_name="reasons to join",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("complete", "Complete"),
                            ("to_be_heard", "To be heard"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="received",
                        editable=False,
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "hearing_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="to be heard on"
                    ),
                ),
                (
                    "decided_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="decided on"
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
                    "association",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.association",
                        verbose_name="association",
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
                    "supported_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.association",
                        verbose_name="supported by",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical application for membership",
                "verbose_name_plural": "historical applications for membership",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPaper",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("file", models.TextField(max_length=100, verbose_name="file")),
                (
                    "file_name",
                    models.CharField(
                        editable=False, max_length=150, verbose_name="name of the file"
                    ),
                ),
                (
                    "file_size",
                    models.PositiveIntegerField(editable=False, verbose_name="size in bytes"),
                ),
                (
                    "file_sha256",
                    models.CharField(editable=False, max_length=64, verbose_name="fingerprint"),
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
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "added_at",
                    models.DateTimeField(blank=True, editable=False, verbose_name="added at"),
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
                    "added_by",
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
                    "association",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="An internal paper of this association: its representatives read it too.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.association",
                        verbose_name="association",
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
                "verbose_name": "historical paper",
                "verbose_name_plural": "historical papers",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalReportCall",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        db_index=True, verbose_name="year of the reports"
                    ),
                ),
                ("opened_on", models.DateField(verbose_name="asked for on")),
                ("deadline", models.DateField(verbose_name="deadline")),
                (
                    "reminded_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="last reminder"
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
                "verbose_name": "historical call for yearly reports",
                "verbose_name_plural": "historical calls for yearly reports",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalUser",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "email",
                    models.EmailField(db_index=True, max_length=254, verbose_name="e-mail address"),
                ),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("coordinator", "Coordinator"),
                            ("secretariat", "Secretariat"),
                            ("member", "Member"),
                            ("guest", "Guest"),
                        ],
                        default="member",
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="may log in")),
                (
                    "joined_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="account created",
                    ),
                ),
                (
                    "shows_address",
                    models.BooleanField(
                        default=False,
                        verbose_name="the other members see my address in the directory",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("fr", "French"), ("en", "English")],
                        default="fr",
                        max_length=5,
                        verbose_name="language",
                    ),
                ),
                (
                    "mail_frequency",
                    models.CharField(
                        choices=[
                            ("at_once", "at once, one mail for each"),
                            ("daily", "once a day, in one mail"),
                            ("weekly", "once a week, in one mail"),
                            ("never", "never: I look here"),
                        ],
                        default="daily",
                        max_length=10,
                        verbose_name="mail about what happens",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="erased at"
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
                "verbose_name": "historical user",
                "verbose_name_plural": "historical users",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalWorkingGroup",
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
                ("slug", models.SlugField(max_length=60, verbose_name="key")),
                ("name", models.CharField(db_index=True, max_length=120, verbose_name="name")),
                ("purpose", models.TextField(blank=True, verbose_name="purpose")),
                ("created_on", models.DateField(verbose_name="created on")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
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
                "verbose_name": "historical working group",
                "verbose_name_plural": "historical working groups",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ReportCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        unique=True, verbose_name="year of the reports"
                    ),
                ),
                ("opened_on", models.DateField(verbose_name="asked for on")),
                ("deadline", models.DateField(verbose_name="deadline")),
                (
                    "reminded_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="last reminder"
                    ),
                ),
            ],
            options={
                "verbose_name": "call for yearly reports",
                "verbose_name_plural": "calls for yearly reports",
                "ordering": ["-year", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("deadline__gte", models.F("opened_on"))),
                        name="members_call_deadline_after_opening",
                        violation_error_message="The deadline comes after the call.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalYearlyReport",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("url", models.URLField(verbose_name="address")),
                ("received_on", models.DateField(verbose_name="received on")),
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
                    "association",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.association",
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
                    "call",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.reportcall",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical yearly report",
                "verbose_name_plural": "historical yearly reports",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("coordinator", "Coordinator"),
                            ("secretariat", "Secretariat"),
                            ("member", "Member"),
                            ("guest", "Guest"),
                        ],
                        default="member",
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "mandate_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("titular", "Titular representative"),
                            ("alternate", "Alternate representative"),
                        ],
                        max_length=10,
                        verbose_name="kind of mandate",
                    ),
                ),
                (
                    "guest_until",
                    models.DateField(
                        blank=True,
                        help_text="The first day without access.",
                        null=True,
                        verbose_name="guest until",
                    ),
                ),
                ("secret_sha256", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="sent at")),
                ("expires_at", models.DateTimeField(editable=False, verbose_name="expires at")),
                (
                    "accepted_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="accepted at"
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="withdrawn at"
                    ),
                ),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations_accepted",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="accepted by",
                    ),
                ),
                (
                    "association",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="members.association",
                        verbose_name="association",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations_sent",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="members.membershipapplication",
                        verbose_name="application",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                ["administrator", "coordinator", "secretariat", "member", "guest"],
                            )
                        ),
                        name="members_invitation_role_is_known",
                        violation_error_message="Choose one of the known roles.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mandate_kind__in", ["", "titular", "alternate"])),
                        name="members_invitation_mandate_kind_is_known",
                        violation_error_message="Choose titular or alternate.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "member"), _negated=True),
                            models.Q(
                                ("association__isnull", False),
                                models.Q(("mandate_kind", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="members_invitation_of_member_has_association",
                        violation_error_message="Choose the association that the person will represent.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "guest"), _negated=True),
                            ("guest_until__isnull", False),
                            _connector="OR",
                        ),
                        name="members_invitation_of_guest_ends",
                        violation_error_message="Say until when the guest may come in.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at", None), ("accepted_by", None)),
                            models.Q(
                                ("accepted_at__isnull", False),
                                ("accepted_by__isnull", False),
                                ("withdrawn_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="members_invitation_accepted_by_somebody",
                        violation_error_message="An accepted invitation says by whom.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mandate",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("titular", "Titular representative"),
                            ("alternate", "Alternate representative"),
                        ],
                        default="titular",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "function",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="function in the association"
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                (
                    "until",
                    models.DateField(
                        blank=True,
                        help_text="The first day without the mandate.",
                        null=True,
                        verbose_name="ended on",
                    ),
                ),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="members.association",
                        verbose_name="association",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "mandate",
                "verbose_name_plural": "mandates",
                "ordering": ["association__name", "kind", "since", "pk"],
                "indexes": [
                    models.Index(fields=["person", "since", "until"], name="members_mandate_live")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["titular", "alternate"])),
                        name="members_mandate_kind_is_known",
                        violation_error_message="Choose titular or alternate.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="members_mandate_ends_after_it_began",
                        violation_error_message="A mandate cannot end before it began.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "titular"), ("until", None)),
                        fields=("association",),
                        name="members_mandate_one_titular",
                        violation_error_message="This association already has a titular representative: end that mandate first.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("association", "person"),
                        name="members_mandate_held_once",
                        violation_error_message="This person already has a mandate for this association: end it first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Network",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="network")),
                ("url", models.URLField(blank=True, verbose_name="address")),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="networks",
                        to="members.association",
                    ),
                ),
            ],
            options={
                "verbose_name": "network",
                "verbose_name_plural": "networks",
                "ordering": ["association", "name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("association", "name"),
                        name="members_network_is_named_once",
                        violation_error_message="This network is already named.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.CharField(max_length=300, verbose_name="what")),
                ("path", models.CharField(blank=True, max_length=200, verbose_name="page")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="at"),
                ),
                (
                    "mailed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="mailed at"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["person", "-created_at"], name="members_notice_of_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.FileField(upload_to=common.files.random_name, verbose_name="file")),
                (
                    "file_name",
                    models.CharField(
                        editable=False, max_length=150, verbose_name="name of the file"
                    ),
                ),
                (
                    "file_size",
                    models.PositiveIntegerField(editable=False, verbose_name="size in bytes"),
                ),
                (
                    "file_sha256",
                    models.CharField(editable=False, max_length=64, verbose_name="fingerprint"),
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
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="added at")),
                (
                    "added_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "association",
                    models.ForeignKey(
                        blank=True,
                        help_text="An internal paper of this association: its representatives read it too.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="members.association",
                        verbose_name="association",
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
                    "named_groups",
                    models.ManyToManyField(
                        blank=True,
                        related_name="%(app_label)s_%(class)ss_naming",
                        to="members.workinggroup",
                        verbose_name="groups named",
                    ),
                ),
            ],
            options={
                "verbose_name": "paper",
                "verbose_name_plural": "papers",
                "ordering": ["-added_at", "-pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("audience__in", ["public", "members", "named", "secretariat"])
                        ),
                        name="members_paper_audience_is_known",
                        violation_error_message="Choose who may read it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("association", None),
                            ("audience__in", ["named", "secretariat"]),
                            _connector="OR",
                        ),
                        name="members_paper_of_association_is_internal",
                        violation_error_message="An internal paper of an association is for the people named, or for the secretariat.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Participation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="on")),
                ("occasion", models.CharField(max_length=200, verbose_name="occasion")),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participations",
                        to="members.association",
                    ),
                ),
            ],
            options={
                "verbose_name": "participation",
                "verbose_name_plural": "participations",
                "ordering": ["association", "on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("association", "on", "occasion"),
                        name="members_participation_is_told_once",
                        violation_error_message="This is already recorded.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year"),
                ),
                ("url", models.URLField(blank=True, verbose_name="address")),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="publications",
                        to="members.association",
                    ),
                ),
            ],
            options={
                "verbose_name": "publication",
                "verbose_name_plural": "publications",
                "ordering": ["association", "-year", "title", "pk"],
            },
        ),
        migrations.CreateModel(
            name="YearlyReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("url", models.URLField(verbose_name="address")),
                ("received_on", models.DateField(verbose_name="received on")),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="yearly_reports",
                        to="members.association",
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="members.reportcall",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "yearly report",
                "verbose_name_plural": "yearly reports",
                "ordering": ["call", "association__name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("call", "association"),
                        name="members_yearly_report_once",
                        violation_error_message="This association has already answered.",
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="user",
            name="members_user_role_is_known",
        ),
        migrations.AddField(
            model_name="user",
            name="erased_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="erased at"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                choices=[("fr", "French"), ("en", "English")],
                default="fr",
                max_length=5,
                verbose_name="language",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="mail_frequency",
            field=models.CharField(
                choices=[
                    ("at_once", "at once, one mail for each"),
                    ("daily", "once a day, in one mail"),
                    ("weekly", "once a week, in one mail"),
                    ("never", "never: I look here"),
                ],
                default="daily",
                max_length=10,
                verbose_name="mail about what happens",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="shows_address",
            field=models.BooleanField(
                default=False, verbose_name="the other members see my address in the directory"
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[
                    ("administrator", "Administrator"),
                    ("coordinator", "Coordinator"),
                    ("secretariat", "Secretariat"),
                    ("member", "Member"),
                    ("guest", "Guest"),
                ],
                default="member",
                max_length=20,
                verbose_name="role",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["administrator", "coordinator", "secretariat", "member", "guest"])
                ),
                name="members_user_role_is_known",
                violation_error_message="Choose one of the known roles.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["fr", "en"])),
                name="members_user_language_is_known",
                violation_error_message="Choose one of the languages of the site.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("mail_frequency__in", ["at_once", "daily", "weekly", "never"])),
                name="members_user_mail_frequency_is_known",
                violation_error_message="Choose how often.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("erased_at", None), ("is_active", False), _connector="OR"),
                name="members_user_erased_is_closed",
                violation_error_message="An erased account is closed.",
            ),
        ),
    ]
