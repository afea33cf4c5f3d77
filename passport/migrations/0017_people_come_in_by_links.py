"""People and parties come in by links that work once, and by functions that let nobody else in."""

import django.contrib.postgres.fields
import django.db.models.deletion
import passport.models.ids
from django.conf import settings
from django.db import migrations, models

from passport.postgres.script import body
from passport.postgres.together import Together

BODIES = ("people_v1", "links_v1", "accounts_v1", "applications_v1")


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0016_serials_are_issued_once"),
    ]

    # Not reversible: to drop the policies would lay open who let whom in.
    operations = [
        migrations.CreateModel(
            name="Administrator",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="administrator",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PasswordProof",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="password_proof",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("proof_sha256", models.BinaryField(max_length=32)),
                ("set_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="person",
            name="session_epoch",
            field=models.IntegerField(default=0),
        ),
        Together(
            [
                migrations.CreateModel(
                    name="Application",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=passport.models.ids.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("country", models.CharField(max_length=2)),
                        (
                            "roles",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("MAKER", "maker"),
                                        ("KEEPER", "keeper"),
                                        ("WORKSHOP", "workshop"),
                                        ("RECYCLER", "recycler"),
                                        ("AUDITOR", "auditor"),
                                        ("AUTHORITY", "authority"),
                                    ],
                                    max_length=12,
                                ),
                                size=None,
                            ),
                        ),
                        ("did", models.CharField(blank=True, max_length=255)),
                        ("gs1_prefix", models.CharField(blank=True, max_length=12)),
                        ("domain", models.CharField(blank=True, max_length=253)),
                        ("contact_name", models.CharField(max_length=120)),
                        ("contact_email", models.CharField(max_length=254)),
                        ("receipt_sha256", models.BinaryField(max_length=32, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("RECEIVED", "received"),
                                    ("APPROVED", "approved"),
                                    ("REFUSED", "refused"),
                                ],
                                default="RECEIVED",
                                max_length=8,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=255)),
                        ("received_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(null=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "party",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="application",
                                to="passport.party",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Evidence",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=passport.models.ids.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("sha256", models.BinaryField(max_length=32)),
                        ("file_name", models.CharField(max_length=120)),
                        ("media_type", models.CharField(max_length=80)),
                        ("size_bytes", models.IntegerField()),
                        ("content", models.BinaryField()),
                        ("stored_at", models.DateTimeField()),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evidence",
                                to="passport.application",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="OneTimeLink",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=passport.models.ids.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("FIRST", "first administrator"),
                                    ("ADMINISTRATOR", "administrator"),
                                    ("PERSON", "person without a party"),
                                    ("MEMBER", "member of a party"),
                                    ("RESET", "new password"),
                                ],
                                max_length=13,
                            ),
                        ),
                        ("email", models.CharField(blank=True, max_length=254)),
                        ("token_sha256", models.BinaryField(max_length=32, null=True, unique=True)),
                        ("issued_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("by_mail", models.BooleanField()),
                        ("attempts", models.SmallIntegerField(default=0)),
                        ("last_error", models.CharField(blank=True, max_length=255)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("used_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "issued_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="passport.party",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resets",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "used_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="AdministrativeAct",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=passport.models.ids.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "deed",
                            models.CharField(
                                choices=[
                                    ("LINK_MADE", "made a link"),
                                    ("LINK_REVOKED", "revoked a link"),
                                    ("LINK_USED", "used a link"),
                                    ("RESET_ASKED", "asked for a new password"),
                                    ("PASSWORD_CHANGED", "changed a password"),
                                    ("SIGNED_OUT", "signed out everywhere"),
                                    ("APPLIED", "applied"),
                                    ("APPROVED", "approved an application"),
                                    ("REFUSED", "refused an application"),
                                    ("MEMBER_ENDED", "ended a membership"),
                                    ("PERSON_CLOSED", "closed an account"),
                                    ("PERSON_OPENED", "opened an account again"),
                                    ("ADMINISTRATOR_ENDED", "ended an administrator's role"),
                                    ("SITTING_OPENED", "sat down as administrator"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("detail", models.CharField(blank=True, max_length=255)),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="passport.party",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "application",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="passport.application",
                            ),
                        ),
                        (
                            "link",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="passport.onetimelink",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Sitting",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=passport.models.ids.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("token_sha256", models.BinaryField(max_length=32, unique=True)),
                        ("opened_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sittings",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
            ]
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="application",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "roles__contained_by",
                                ["MAKER", "KEEPER", "WORKSHOP", "RECYCLER", "AUDITOR", "AUTHORITY"],
                            ),
                            ("roles__len__gt", 0),
                        ),
                        name="application_asks_for_known_roles",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="application",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("party__isnull", True),
                                ("state", "RECEIVED"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("party__isnull", False),
                                ("state", "APPROVED"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("party__isnull", True),
                                ("reason__gt", ""),
                                ("state", "REFUSED"),
                            ),
                            _connector="OR",
                        ),
                        name="application_that_is_decided_says_when_and_how",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="evidence",
                    constraint=models.UniqueConstraint(
                        fields=("application", "sha256"),
                        name="evidence_is_kept_once_an_application",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="onetimelink",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "MEMBER"), ("party__isnull", False)),
                            models.Q(
                                models.Q(("kind", "MEMBER"), _negated=True), ("party__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="link_of_a_member_names_its_party_and_no_other_does",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="onetimelink",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "RESET"), ("person__isnull", False)),
                            models.Q(
                                models.Q(("kind", "RESET"), _negated=True), ("person__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="link_to_a_new_password_names_whose_and_no_other_does",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="onetimelink",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("used_at__isnull", True), ("revoked_at__isnull", True), _connector="OR"
                        ),
                        name="link_is_used_or_revoked_never_both",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="onetimelink",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("used_at__isnull", True),
                            ("token_sha256__isnull", False),
                            _connector="OR",
                        ),
                        name="link_is_used_only_when_it_had_a_token",
                    ),
                ),
                migrations.AddIndex(
                    model_name="administrativeact",
                    index=models.Index(fields=["-at"], name="administrative_act_newest"),
                ),
            ]
        ),
        *(migrations.RunSQL(body(name), migrations.RunSQL.noop) for name in BODIES),
    ]
