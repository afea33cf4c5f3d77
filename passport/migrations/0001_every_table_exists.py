"""Every table of the registry, with the constraints that state what must never be false."""

import django.contrib.postgres.constraints
from django.contrib.postgres.operations import BtreeGistExtension
import django.contrib.postgres.fields
import django.db.models.deletion
import passport.models.battery
import passport.models.ids
from django.conf import settings
from django.db import migrations, models
from passport.postgres.together import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BtreeGistExtension(),
        Together(
            [
                migrations.CreateModel(
                    name="Person",
                    fields=[
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "id",
                            models.UUIDField(
                                default=passport.models.ids.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("email", models.EmailField(max_length=254, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        ("is_active", models.BooleanField(default=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="BatteryModel",
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
                        ("code", models.CharField(max_length=60)),
                        ("name", models.CharField(max_length=120)),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("CELL", "cell"),
                                    ("MODULE", "module"),
                                    ("PACK", "pack"),
                                    ("SYSTEM", "system"),
                                ],
                                max_length=6,
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("EV", "electric vehicle battery"),
                                    ("LMT", "light means of transport battery"),
                                    ("INDUSTRIAL", "industrial battery"),
                                    ("STATIONARY", "stationary battery energy storage"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("chemistry", models.CharField(max_length=20)),
                        ("gtin", models.CharField(blank=True, max_length=14)),
                        ("rated_capacity_ah", models.DecimalField(decimal_places=4, max_digits=12)),
                        ("rated_energy_kwh", models.DecimalField(decimal_places=5, max_digits=12)),
                        ("nominal_voltage_v", models.DecimalField(decimal_places=3, max_digits=9)),
                        ("minimum_voltage_v", models.DecimalField(decimal_places=3, max_digits=9)),
                        ("maximum_voltage_v", models.DecimalField(decimal_places=3, max_digits=9)),
                        ("mass_kg", models.DecimalField(decimal_places=5, max_digits=12)),
                        ("facts", models.JSONField(default=dict)),
                        ("digest", models.BinaryField(max_length=32)),
                        ("registered_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Checkpoint",
                    fields=[
                        ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("root", models.BinaryField(max_length=32)),
                        ("body", models.BinaryField()),
                        ("signed_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Facility",
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
                        ("gln", models.CharField(blank=True, max_length=13)),
                        ("country", models.CharField(max_length=2)),
                        ("address", models.CharField(blank=True, max_length=255)),
                        (
                            "latitude",
                            models.DecimalField(decimal_places=5, max_digits=8, null=True),
                        ),
                        (
                            "longitude",
                            models.DecimalField(decimal_places=5, max_digits=8, null=True),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Intake",
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
                        ("media_type", models.CharField(max_length=60)),
                        ("size_bytes", models.BigIntegerField(default=0)),
                        ("sha256", models.BinaryField(max_length=32)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("RECEIVED", "received"),
                                    ("RUNNING", "running"),
                                    ("DONE", "done"),
                                ],
                                default="RECEIVED",
                                max_length=8,
                            ),
                        ),
                        ("lines_read", models.BigIntegerField(default=0)),
                        ("accepted", models.BigIntegerField(default=0)),
                        ("rejected", models.BigIntegerField(default=0)),
                        ("duplicates", models.BigIntegerField(default=0)),
                        ("received_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Job",
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
                        ("kind", models.CharField(max_length=20)),
                        ("dedupe_key", models.CharField(max_length=200, unique=True)),
                        ("payload", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("READY", "waiting"),
                                    ("RUNNING", "running"),
                                    ("DONE", "done"),
                                    ("RESTING", "stopped after repeated failures"),
                                ],
                                default="READY",
                                max_length=7,
                            ),
                        ),
                        ("attempts", models.IntegerField(default=0)),
                        ("run_after", models.DateTimeField()),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("last_error", models.TextField(blank=True)),
                        ("done_count", models.BigIntegerField(default=0)),
                        ("total_count", models.BigIntegerField(default=0)),
                        ("created_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="LogSubject",
                    fields=[
                        (
                            "subject",
                            models.BinaryField(max_length=32, primary_key=True, serialize=False),
                        ),
                        ("sequence", models.IntegerField()),
                        ("leaf_hash", models.BinaryField(max_length=32)),
                        ("index", models.BigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Outbox",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("kind", models.CharField(max_length=16)),
                        ("digest", models.BinaryField(max_length=32)),
                        ("method", models.CharField(max_length=300, null=True)),
                        ("subjects", models.IntegerField()),
                        ("subject", models.BinaryField(max_length=32)),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Battery",
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
                        ("identity", models.CharField(max_length=255, unique=True)),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("CELL", "cell"),
                                    ("MODULE", "module"),
                                    ("PACK", "pack"),
                                    ("SYSTEM", "system"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("serial", models.CharField(max_length=255)),
                        ("manufactured_on", models.DateField()),
                        (
                            "salt",
                            models.BinaryField(default=passport.models.ids.new_salt, max_length=16),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("original", "original"),
                                    ("repurposed", "repurposed"),
                                    ("re-used", "re-used"),
                                    ("remanufactured", "remanufactured"),
                                    ("waste", "waste"),
                                ],
                                default="original",
                                max_length=14,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("REGISTERED", "registered"),
                                    ("IN_SERVICE", "in service"),
                                    ("RETIRED", "retired"),
                                    ("RECYCLED", "recycled"),
                                ],
                                default="REGISTERED",
                                max_length=10,
                            ),
                        ),
                        ("registered_at", models.DateTimeField()),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contents",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "model",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="batteries",
                                to="passport.batterymodel",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="passport.facility",
                            ),
                        ),
                        (
                            "intake",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="passport.intake",
                            ),
                        ),
                    ],
                ),
            ]
        ),
        migrations.AddField(
            model_name="intake",
            name="job",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="intake",
                to="passport.job",
            ),
        ),
        Together(
            [
                migrations.CreateModel(
                    name="LogEntry",
                    fields=[
                        ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("kind", models.CharField(max_length=16)),
                        ("leaf", models.BinaryField(max_length=512)),
                        ("leaf_hash", models.BinaryField(max_length=32)),
                        ("digest", models.BinaryField(max_length=32)),
                        ("subject", models.BinaryField(max_length=32)),
                        ("method", models.CharField(max_length=300, null=True)),
                        ("outbox_id", models.BigIntegerField(unique=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["digest"], name="log_entry_digest"),
                            models.Index(fields=["subject", "index"], name="log_entry_subject"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LogHead",
                    fields=[
                        (
                            "id",
                            models.SmallIntegerField(default=1, primary_key=True, serialize=False),
                        ),
                        ("origin", models.CharField(max_length=200)),
                        ("size", models.BigIntegerField(default=0)),
                        (
                            "edge",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BinaryField(max_length=32),
                                default=list,
                                size=None,
                            ),
                        ),
                        ("published_size", models.BigIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="log_has_one_head"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("published_size__lte", models.F("size"))),
                                name="log_publishes_only_what_it_holds",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Party",
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
                        ("slug", models.SlugField(max_length=60, unique=True)),
                        ("did", models.CharField(max_length=255, null=True, unique=True)),
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
                        ("registered_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "roles__contained_by",
                                        [
                                            "MAKER",
                                            "KEEPER",
                                            "WORKSHOP",
                                            "RECYCLER",
                                            "AUDITOR",
                                            "AUTHORITY",
                                        ],
                                    ),
                                    ("roles__len__gt", 0),
                                ),
                                name="party_has_only_known_roles",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LifecycleEvent",
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
                        ("event_id", models.UUIDField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("REGISTERED", "REGISTERED"),
                                    ("ASSEMBLED", "ASSEMBLED"),
                                    ("DISASSEMBLED", "DISASSEMBLED"),
                                    ("COMMISSIONED", "COMMISSIONED"),
                                    ("HANDED_OVER", "HANDED_OVER"),
                                    ("HEALTH_READ", "HEALTH_READ"),
                                    ("INCIDENT", "INCIDENT"),
                                    ("REPAIRED", "REPAIRED"),
                                    ("RETIRED", "RETIRED"),
                                    ("ROUTED", "ROUTED"),
                                    ("RECEIVED", "RECEIVED"),
                                    ("REGRADED", "REGRADED"),
                                    ("TREATED", "TREATED"),
                                    ("CORRECTED", "CORRECTED"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("happened_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        ("body", models.BinaryField()),
                        ("body_sha256", models.BinaryField(max_length=32)),
                        (
                            "battery",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lifecycle_events",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "intake",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="passport.intake",
                            ),
                        ),
                        (
                            "recorder",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recorded",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="KeyChallenge",
                    fields=[
                        (
                            "nonce",
                            models.CharField(max_length=44, primary_key=True, serialize=False),
                        ),
                        ("expires_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="passport.party"
                            ),
                        ),
                    ],
                ),
            ]
        ),
        migrations.AddField(
            model_name="job",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="jobs",
                to="passport.party",
            ),
        ),
        migrations.AddField(
            model_name="intake",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="intakes",
                to="passport.party",
            ),
        ),
        Together(
            [
                migrations.CreateModel(
                    name="IdentityClaim",
                    fields=[
                        (
                            "identity",
                            models.CharField(max_length=255, primary_key=True, serialize=False),
                        ),
                        ("digest", models.BinaryField(max_length=32)),
                        ("battery_id", models.UUIDField()),
                        ("claimed_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="passport.party"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="IdempotencyKey",
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
                        ("route", models.CharField(max_length=120)),
                        ("key", models.CharField(max_length=255)),
                        ("fingerprint", models.BinaryField(max_length=32)),
                        ("status", models.SmallIntegerField(null=True)),
                        ("body", models.BinaryField(null=True)),
                        ("location", models.CharField(blank=True, max_length=255)),
                        ("created_at", models.DateTimeField()),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="passport.party"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="HealthReading",
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
                        ("soh", models.DecimalField(decimal_places=5, max_digits=6)),
                        ("soh_low", models.DecimalField(decimal_places=5, max_digits=6)),
                        ("soh_high", models.DecimalField(decimal_places=5, max_digits=6)),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("TESTED", "TESTED"),
                                    ("CHARGE_BASED", "CHARGE_BASED"),
                                    ("BMS_REPORTED", "BMS_REPORTED"),
                                    ("DECLARED", "DECLARED"),
                                ],
                                max_length=13,
                            ),
                        ),
                        ("source", models.CharField(max_length=200)),
                        ("measured_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "resistance_ratio",
                            models.DecimalField(decimal_places=4, max_digits=7, null=True),
                        ),
                        (
                            "capacity_ah",
                            models.DecimalField(decimal_places=4, max_digits=12, null=True),
                        ),
                        (
                            "equivalent_cycles",
                            models.DecimalField(decimal_places=1, max_digits=9, null=True),
                        ),
                        (
                            "minimum_cell_v",
                            models.DecimalField(decimal_places=3, max_digits=6, null=True),
                        ),
                        (
                            "cell_spread_mv",
                            models.DecimalField(decimal_places=1, max_digits=8, null=True),
                        ),
                        (
                            "isolation_ohm_per_v",
                            models.DecimalField(decimal_places=1, max_digits=12, null=True),
                        ),
                        (
                            "self_discharge_percent_per_month",
                            models.DecimalField(decimal_places=3, max_digits=6, null=True),
                        ),
                        (
                            "battery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="readings",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "event",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reading",
                                to="passport.lifecycleevent",
                            ),
                        ),
                        (
                            "recorder",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="passport.party"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="HandOver",
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
                                    ("OFFERED", "offered"),
                                    ("ACCEPTED", "accepted"),
                                    ("REFUSED", "refused"),
                                    ("WITHDRAWN", "withdrawn"),
                                ],
                                default="OFFERED",
                                max_length=9,
                            ),
                        ),
                        ("offered_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "battery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hand_overs",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "from_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="gives",
                                to="passport.party",
                            ),
                        ),
                        (
                            "to_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="is_given",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
            ]
        ),
        migrations.AddField(
            model_name="facility",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="facilities",
                to="passport.party",
            ),
        ),
        Together(
            [
                migrations.CreateModel(
                    name="Document",
                    fields=[
                        (
                            "sha256",
                            models.BinaryField(max_length=32, primary_key=True, serialize=False),
                        ),
                        ("media_type", models.CharField(max_length=80)),
                        ("size_bytes", models.BigIntegerField()),
                        ("content", models.BinaryField()),
                        ("access", models.CharField(max_length=20)),
                        ("stored_at", models.DateTimeField()),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="documents",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Custody",
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
                        ("since", models.DateTimeField()),
                        ("until", models.DateTimeField(null=True)),
                        (
                            "battery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="custodies",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "holder",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="custodies",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Concern",
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
                            "reason",
                            models.CharField(
                                choices=[
                                    ("HOLDER", "holds it"),
                                    ("OFFER", "was offered it"),
                                    ("GRANT", "was let in by its holder"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("since", models.DateTimeField()),
                        ("until", models.DateTimeField(null=True)),
                        (
                            "battery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="concerns",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="concerns",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
            ]
        ),
        Together(
            [
                migrations.AddField(
                    model_name="batterymodel",
                    name="maker",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="battery_models",
                        to="passport.party",
                    ),
                ),
                migrations.AddField(
                    model_name="battery",
                    name="holder",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="passport.party",
                    ),
                ),
                migrations.AddField(
                    model_name="battery",
                    name="maker",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="made",
                        to="passport.party",
                    ),
                ),
            ]
        ),
        Together(
            [
                migrations.CreateModel(
                    name="Attestation",
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
                        ("kind", models.CharField(max_length=60)),
                        ("method", models.CharField(max_length=300)),
                        ("body", models.BinaryField()),
                        ("sha256", models.BinaryField(max_length=32, unique=True)),
                        ("batch_size", models.IntegerField(null=True)),
                        ("batch_root", models.BinaryField(max_length=32, null=True)),
                        ("access", models.CharField(max_length=20)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "battery",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attestations",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "issuer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attestations",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ApiKey",
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
                        ("name", models.CharField(max_length=80)),
                        ("key_id", models.CharField(max_length=16, unique=True)),
                        ("secret_sha256", models.BinaryField(max_length=32)),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), size=None
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="api_keys",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SigningKey",
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
                        ("did", models.CharField(max_length=255)),
                        ("method", models.CharField(max_length=300, unique=True)),
                        ("public_key", models.BinaryField(max_length=32)),
                        ("enrolment", models.BinaryField()),
                        ("enrolment_sha256", models.BinaryField(max_length=32, unique=True)),
                        ("enrolled_at", models.DateTimeField()),
                        (
                            "vouched_by",
                            models.CharField(
                                choices=[
                                    ("DOMAIN", "the party's own domain"),
                                    ("SERVICE", "this service"),
                                ],
                                default="SERVICE",
                                max_length=7,
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signing_keys",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="AttestationItem",
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
                        ("index", models.IntegerField()),
                        ("body", models.BinaryField()),
                        ("leaf_hash", models.BinaryField(max_length=32)),
                        (
                            "attestation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="passport.attestation",
                            ),
                        ),
                        (
                            "battery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attestation_items",
                                to="passport.battery",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("attestation", "index"),
                                name="attestation_item_has_one_place",
                            ),
                            models.UniqueConstraint(
                                fields=("attestation", "battery"),
                                name="attestation_item_is_one_per_battery",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assembly",
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
                        ("position", models.CharField(blank=True, max_length=60)),
                        ("since", models.DateTimeField()),
                        ("until", models.DateTimeField(null=True)),
                        (
                            "child",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parents",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="passport.battery",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["parent"], name="assembly_parent")],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=(
                                    (models.F("child"), "="),
                                    (passport.models.battery.TstzRange("since", "until"), "&&"),
                                ),
                                name="assembly_one_parent_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("parent", models.F("child")), _negated=True),
                                name="assembly_is_never_within_itself",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until__isnull", True),
                                    ("until__gt", models.F("since")),
                                    _connector="OR",
                                ),
                                name="assembly_ends_after_it_begins",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Cosignature",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("witness", models.CharField(max_length=200)),
                        ("line", models.CharField(max_length=400)),
                        ("received_at", models.DateTimeField()),
                        (
                            "checkpoint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cosignatures",
                                to="passport.checkpoint",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("checkpoint", "witness"),
                                name="cosignature_is_one_per_witness",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IntakeError",
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
                        ("number", models.BigIntegerField()),
                        ("pointer", models.CharField(blank=True, max_length=200)),
                        ("code", models.CharField(max_length=60)),
                        ("detail", models.TextField()),
                        ("remedy", models.TextField(blank=True)),
                        ("raw", models.BinaryField()),
                        (
                            "intake",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="errors",
                                to="passport.intake",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("intake", "number"), name="intake_error_is_one_per_line"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IntakeLine",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("number", models.BigIntegerField()),
                        ("raw", models.BinaryField()),
                        (
                            "intake",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="passport.intake",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("intake", "number"), name="intake_line_has_one_number"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
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
                        ("since", models.DateTimeField()),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to="passport.party",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "party"),
                                name="membership_is_one_per_person_and_party",
                            )
                        ],
                    },
                ),
            ]
        ),
        Together(
            [
                migrations.AddIndex(
                    model_name="lifecycleevent",
                    index=models.Index(fields=["battery", "happened_at"], name="event_of_battery"),
                ),
                migrations.AddIndex(
                    model_name="lifecycleevent",
                    index=models.Index(fields=["intake"], name="event_of_intake"),
                ),
                migrations.AddIndex(
                    model_name="lifecycleevent",
                    index=models.Index(fields=["body_sha256"], name="event_digest"),
                ),
                migrations.AddConstraint(
                    model_name="lifecycleevent",
                    constraint=models.UniqueConstraint(
                        fields=("recorder", "event_id"),
                        name="event_id_is_used_once_by_its_recorder",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="lifecycleevent",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("battery__isnull", False), ("intake__isnull", False), _connector="XOR"
                        ),
                        name="event_is_about_a_battery_or_an_intake",
                    ),
                ),
                migrations.AddIndex(
                    model_name="job",
                    index=models.Index(
                        condition=models.Q(("state__in", ("READY", "RUNNING"))),
                        fields=["run_after"],
                        name="job_due",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="idempotencykey",
                    constraint=models.UniqueConstraint(
                        fields=("party", "route", "key"), name="idempotency_key_is_used_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="healthreading",
                    index=models.Index(fields=["battery", "-measured_at"], name="reading_latest"),
                ),
                migrations.AddConstraint(
                    model_name="healthreading",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("soh_high__lte", "1.2"),
                            ("soh_low__gte", 0),
                            ("soh_low__lte", models.F("soh")),
                            ("soh__lte", models.F("soh_high")),
                        ),
                        name="reading_lies_within_its_interval_and_within_physics",
                    ),
                ),
                migrations.AddIndex(
                    model_name="handover",
                    index=models.Index(fields=["to_party", "state"], name="handover_inbox"),
                ),
                migrations.AddConstraint(
                    model_name="handover",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "OFFERED")),
                        fields=("battery",),
                        name="handover_is_open_once_per_battery",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="handover",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("from_party", models.F("to_party")), _negated=True),
                        name="handover_goes_to_somebody_else",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="facility",
                    constraint=models.UniqueConstraint(
                        fields=("party", "name"), name="facility_name_is_unique_within_its_party"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="custody",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=(
                            (models.F("battery"), "="),
                            (passport.models.battery.TstzRange("since", "until"), "&&"),
                        ),
                        name="custody_one_holder_at_a_time",
                    ),
                ),
                migrations.AddIndex(
                    model_name="concern",
                    index=models.Index(
                        condition=models.Q(("until__isnull", True)),
                        fields=["party", "battery"],
                        name="concern_open",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="concern",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("battery", "party", "reason"),
                        name="concern_is_open_once_per_reason",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="batterymodel",
                    constraint=models.UniqueConstraint(
                        fields=("maker", "code"), name="model_code_is_unique_within_its_maker"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="batterymodel",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("minimum_voltage_v__lt", models.F("nominal_voltage_v")),
                            ("nominal_voltage_v__lt", models.F("maximum_voltage_v")),
                        ),
                        name="model_voltages_stand_in_order",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="batterymodel",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("mass_kg__gt", 0),
                            ("rated_capacity_ah__gt", 0),
                            ("rated_energy_kwh__gt", 0),
                        ),
                        name="model_quantities_are_positive",
                    ),
                ),
                migrations.AddIndex(
                    model_name="battery",
                    index=models.Index(fields=["unit"], name="battery_unit"),
                ),
                migrations.AddIndex(
                    model_name="battery",
                    index=models.Index(fields=["maker", "id"], name="battery_of_maker"),
                ),
                migrations.AddIndex(
                    model_name="battery",
                    index=models.Index(fields=["holder", "id"], name="battery_of_holder"),
                ),
                migrations.AddConstraint(
                    model_name="attestation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("battery__isnull", False), ("batch_size__gt", 0), _connector="XOR"
                        ),
                        name="attestation_is_about_one_battery_or_a_batch",
                    ),
                ),
            ]
        ),
    ]
