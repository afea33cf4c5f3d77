"""Gates are kept, tests ordered, and no battery leaves waste without the file of Article 73."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import passport.models.ids
from passport.postgres.script import body
from passport.postgres.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0046_passports_follow_on_others"),
        ("recycling", "0005_parties_plan_with_their_own_prices"),
    ]

    # Not reversible: to lift the guards from rows that exist is what they are there to prevent.
    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="TestOrder",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("ORDERED", "ordered"),
                                    ("BOOKED", "booked"),
                                    ("RECORDED", "recorded"),
                                    ("CANCELLED", "cancelled"),
                                ],
                                default="ORDERED",
                                max_length=9,
                            ),
                        ),
                        ("ordered_at", models.DateTimeField()),
                        ("booked_on", models.DateField(null=True)),
                        ("facility", models.CharField(blank=True, max_length=120)),
                        ("country", models.CharField(blank=True, max_length=2)),
                        ("certificate", models.CharField(blank=True, max_length=80)),
                        ("items", models.JSONField(default=dict)),
                        ("answers", models.JSONField(default=dict)),
                        (
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[("PASSED", "passed"), ("FAILED", "failed")],
                                max_length=6,
                            ),
                        ),
                        ("settled_at", models.DateTimeField(null=True)),
                        (
                            "battery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="test_orders",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "event",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="passport.lifecycleevent",
                            ),
                        ),
                        (
                            "ordered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tests_ordered",
                                to="passport.party",
                            ),
                        ),
                        (
                            "reading",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="passport.healthreading",
                            ),
                        ),
                        (
                            "retirement",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="recycling.retirement",
                            ),
                        ),
                        (
                            "tester",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tests_received",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="GateCheck",
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
                            "because",
                            models.CharField(
                                choices=[
                                    ("RETIRED", "it retired"),
                                    ("TESTED", "it was tested"),
                                    ("ASKED", "somebody asked"),
                                ],
                                max_length=7,
                            ),
                        ),
                        ("rules_version", models.CharField(max_length=60)),
                        (
                            "route",
                            models.CharField(
                                choices=[
                                    ("A", "may be offered"),
                                    ("T", "is tested first"),
                                    ("R", "is recycled"),
                                    ("Q", "is damaged"),
                                ],
                                max_length=1,
                            ),
                        ),
                        ("results", models.JSONField()),
                        ("checked_at", models.DateTimeField()),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="passport.party",
                            ),
                        ),
                        (
                            "battery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="gate_checks",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "reading",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="passport.healthreading",
                            ),
                        ),
                        (
                            "retirement",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="recycling.retirement",
                            ),
                        ),
                        (
                            "test",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="recycling.testorder",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="EvidenceFile",
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
                        ("made_at", models.DateTimeField()),
                        (
                            "battery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evidence_files",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="passport.document",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evidence_files",
                                to="passport.party",
                            ),
                        ),
                        (
                            "transport",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="passport.document",
                            ),
                        ),
                        (
                            "test",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                to="recycling.testorder",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Quarantine",
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
                        ("condition", models.CharField(max_length=16)),
                        ("case", models.JSONField()),
                        ("assessed_by", models.CharField(blank=True, max_length=120)),
                        ("assessed_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "battery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="quarantines",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "event",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="quarantine",
                                to="passport.lifecycleevent",
                            ),
                        ),
                        (
                            "recorder",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="passport.party",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["battery", "-assessed_at"], name="quarantine_of_battery"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SecondLife",
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
                            "status",
                            models.CharField(
                                choices=[
                                    ("re-used", "re-used"),
                                    ("repurposed", "repurposed"),
                                    ("remanufactured", "remanufactured"),
                                ],
                                max_length=14,
                            ),
                        ),
                        (
                            "originals",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), size=None
                            ),
                        ),
                        ("lines", models.JSONField()),
                        (
                            "made",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("WAITING", "waiting for a worker"),
                                    ("REGISTERED", "registered"),
                                    ("REFUSED", "refused"),
                                ],
                                default="WAITING",
                                max_length=10,
                            ),
                        ),
                        ("refusal", models.CharField(blank=True, max_length=400)),
                        ("asked_at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(null=True)),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="second_lives",
                                to="passport.party",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["party", "-id"], name="second_life_of_party")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("made", []),
                                        ("refusal", ""),
                                        ("settled_at__isnull", True),
                                        ("state", "WAITING"),
                                    ),
                                    models.Q(
                                        ("made", []),
                                        ("settled_at__isnull", False),
                                        ("state", "REFUSED"),
                                    ),
                                    models.Q(
                                        ("refusal", ""),
                                        ("settled_at__isnull", False),
                                        ("state", "REGISTERED"),
                                        models.Q(("made", []), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="second_life_has_what_its_state_says",
                            )
                        ],
                    },
                ),
            ]
        ),
        Together(
            [
                migrations.AddIndex(
                    model_name="testorder",
                    index=models.Index(fields=["tester", "state"], name="test_inbox"),
                ),
                migrations.AddIndex(
                    model_name="testorder",
                    index=models.Index(fields=["battery", "-settled_at"], name="test_of_battery"),
                ),
                migrations.AddConstraint(
                    model_name="testorder",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state__in", ("ORDERED", "BOOKED"))),
                        fields=("battery",),
                        name="test_is_under_way_once_per_battery",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="testorder",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("event__isnull", False),
                                ("reading__isnull", False),
                                ("settled_at__isnull", False),
                                ("state", "RECORDED"),
                                ("verdict__in", ("PASSED", "FAILED")),
                                models.Q(("certificate", ""), _negated=True),
                                models.Q(("facility", ""), _negated=True),
                                models.Q(("country", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "RECORDED"), _negated=True),
                                ("event__isnull", True),
                                ("reading__isnull", True),
                                ("verdict", ""),
                            ),
                            _connector="OR",
                        ),
                        name="test_has_a_verdict_exactly_when_recorded",
                    ),
                ),
                migrations.AddIndex(
                    model_name="gatecheck",
                    index=models.Index(fields=["battery", "-checked_at"], name="gates_of_battery"),
                ),
                migrations.AddIndex(
                    model_name="evidencefile",
                    index=models.Index(fields=["battery", "-made_at"], name="evidence_of_battery"),
                ),
            ]
        ),
        migrations.RunSQL(body("second_lives_v1"), migrations.RunSQL.noop),
    ]
