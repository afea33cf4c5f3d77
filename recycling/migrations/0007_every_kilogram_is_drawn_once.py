"""Batteries are treated in steps; every kilogram is drawn once, passed on, and claimed once."""

import django.db.models.deletion
import passport.models.ids
from django.db import migrations, models

from passport.postgres.script import body
from passport.postgres.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0038_batteries_of_a_file_lie_side_by_side"),
        ("recycling", "0006_no_battery_leaves_waste_without_its_file"),
    ]

    # Not reversible: what was drawn and claimed could be drawn and claimed again.
    operations = [
        migrations.CreateModel(
            name="TreatmentPaper",
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
                ("filed_at", models.DateTimeField()),
            ],
        ),
        Together(
            [
                migrations.AddField(
                    model_name="fraction",
                    name="assay",
                    field=models.JSONField(null=True),
                ),
                migrations.AddField(
                    model_name="fraction",
                    name="assay_sha256",
                    field=models.BinaryField(max_length=32, null=True),
                ),
                migrations.AddField(
                    model_name="treatment",
                    name="body",
                    field=models.BinaryField(null=True),
                ),
                migrations.AddField(
                    model_name="treatment",
                    name="body_sha256",
                    field=models.BinaryField(max_length=32, null=True),
                ),
                migrations.AddField(
                    model_name="treatment",
                    name="booking_id",
                    field=models.UUIDField(null=True),
                ),
                migrations.AddField(
                    model_name="treatment",
                    name="step",
                    field=models.CharField(
                        choices=[
                            ("WHOLE", "treated in one act"),
                            ("DISCHARGE", "discharged"),
                            ("DISMANTLE", "dismantled"),
                            ("SHRED", "shredded"),
                            ("BLACK_MASS", "separated into black mass and metals"),
                            ("REFINE", "refined"),
                        ],
                        default="WHOLE",
                        max_length=10,
                    ),
                ),
                migrations.AlterField(
                    model_name="fraction",
                    name="fate",
                    field=models.CharField(
                        choices=[
                            ("RECYCLED", "recycled"),
                            ("ONWARD", "goes into a further step"),
                            ("ENERGY", "burnt for energy"),
                            ("DISPOSED", "disposed of"),
                            ("EMITTED", "emitted"),
                        ],
                        max_length=8,
                    ),
                ),
                migrations.AlterField(
                    model_name="treatment",
                    name="battery",
                    field=models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="treatment",
                        to="passport.battery",
                    ),
                ),
                migrations.AlterField(
                    model_name="treatment",
                    name="chemistry",
                    field=models.CharField(blank=True, max_length=20),
                ),
                migrations.AlterField(
                    model_name="treatment",
                    name="efficiency",
                    field=models.DecimalField(decimal_places=5, max_digits=6, null=True),
                ),
                migrations.AlterField(
                    model_name="treatment",
                    name="event",
                    field=models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="treatment",
                        to="passport.lifecycleevent",
                    ),
                ),
                migrations.AlterField(
                    model_name="treatment",
                    name="process",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("hydro", "mechanical separation, then leaching"),
                            ("pyro", "smelting, then refining"),
                            ("pyro_li", "smelting with lithium from the slag"),
                            ("direct", "cathode renewed as it is"),
                        ],
                        max_length=7,
                    ),
                ),
            ]
        ),
        Together(
            [
                migrations.CreateModel(
                    name="MassTally",
                    fields=[
                        ("source", models.UUIDField(primary_key=True, serialize=False)),
                        ("mass_kg", models.DecimalField(decimal_places=5, max_digits=12)),
                        (
                            "used_kg",
                            models.DecimalField(decimal_places=5, default=0, max_digits=12),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("used_kg__lte", models.F("mass_kg"))),
                                name="a_kilogram_is_used_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MaterialLot",
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
                        ("number", models.CharField(max_length=40)),
                        ("identity", models.CharField(max_length=255, unique=True)),
                        ("material", models.CharField(max_length=40)),
                        ("mass_kg", models.DecimalField(decimal_places=5, max_digits=12)),
                        (
                            "fate",
                            models.CharField(
                                choices=[
                                    ("RECYCLED", "recycled"),
                                    ("ONWARD", "goes into a further step"),
                                    ("ENERGY", "burnt for energy"),
                                    ("DISPOSED", "disposed of"),
                                    ("EMITTED", "emitted"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("assay", models.JSONField(null=True)),
                        ("filled_at", models.DateTimeField()),
                        (
                            "recycler",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="material_lots",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="MaterialClaim",
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
                        ("claim_id", models.UUIDField()),
                        ("mass_kg", models.DecimalField(decimal_places=5, max_digits=12)),
                        ("claimed_at", models.DateTimeField()),
                        ("body", models.BinaryField()),
                        ("body_sha256", models.BinaryField(max_length=32)),
                        (
                            "attestation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="material_claims",
                                to="passport.attestation",
                            ),
                        ),
                        (
                            "maker",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="material_claims",
                                to="passport.party",
                            ),
                        ),
                        (
                            "lot",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="claims",
                                to="recycling.materiallot",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="MassUse",
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
                        ("mass_kg", models.DecimalField(decimal_places=5, max_digits=12)),
                        (
                            "battery",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mass_use",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "fraction",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="uses",
                                to="recycling.fraction",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mass_uses",
                                to="passport.party",
                            ),
                        ),
                        (
                            "treatment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inputs",
                                to="recycling.treatment",
                            ),
                        ),
                        (
                            "into_lot",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parts",
                                to="recycling.materiallot",
                            ),
                        ),
                        (
                            "lot",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="uses",
                                to="recycling.materiallot",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="LotHandOver",
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
                        ("place", models.IntegerField()),
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
                            "from_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="gives_lots",
                                to="passport.party",
                            ),
                        ),
                        (
                            "to_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="is_given_lots",
                                to="passport.party",
                            ),
                        ),
                        (
                            "lot",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hand_overs",
                                to="recycling.materiallot",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="TreatmentBatch",
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
                        ("number", models.CharField(max_length=40)),
                        ("identity", models.CharField(max_length=255, unique=True)),
                        ("opened_at", models.DateTimeField()),
                        (
                            "facility",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="passport.facility",
                            ),
                        ),
                        (
                            "recycler",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="treatment_batches",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
            ]
        ),
        migrations.AddField(
            model_name="treatment",
            name="batch",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="recycling.treatmentbatch",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("batch__isnull", True),
                        ("battery__isnull", False),
                        ("event__isnull", False),
                        ("step", "WHOLE"),
                    ),
                    models.Q(
                        models.Q(("step", "WHOLE"), _negated=True),
                        ("batch__isnull", False),
                        ("battery__isnull", True),
                        ("event__isnull", True),
                        ("body__isnull", False),
                        ("body_sha256__isnull", False),
                        ("booking_id__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="treatment_is_of_a_battery_or_a_step_of_a_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.UniqueConstraint(
                fields=("recycler", "booking_id"), name="treatment_step_is_booked_once"
            ),
        ),
        Together(
            [
                migrations.AddField(
                    model_name="treatmentpaper",
                    name="attestation",
                    field=models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="treatment_paper",
                        to="passport.attestation",
                    ),
                ),
                migrations.AddField(
                    model_name="treatmentpaper",
                    name="batch",
                    field=models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificate",
                        to="recycling.treatmentbatch",
                    ),
                ),
                migrations.AddField(
                    model_name="treatmentpaper",
                    name="lot",
                    field=models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper",
                        to="recycling.materiallot",
                    ),
                ),
            ]
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="materiallot",
                    constraint=models.UniqueConstraint(
                        fields=("recycler", "number"), name="material_lot_has_its_own_number"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="materiallot",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("mass_kg__gt", 0)), name="material_lot_mass_is_positive"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="materiallot",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("fate__in", ("RECYCLED", "ONWARD"))),
                        name="material_lot_goes_to_a_maker_or_into_a_step",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="materialclaim",
                    constraint=models.UniqueConstraint(
                        fields=("maker", "claim_id"), name="material_claim_is_made_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="materialclaim",
                    constraint=models.UniqueConstraint(
                        fields=("lot", "attestation"),
                        name="material_claim_is_one_of_an_attestation",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="materialclaim",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("mass_kg__gt", 0)),
                        name="material_claim_mass_is_positive",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="massuse",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("mass_kg__gt", 0)), name="mass_use_is_positive"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="massuse",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("battery__isnull", False),
                                ("fraction__isnull", True),
                                ("lot__isnull", True),
                            ),
                            models.Q(
                                ("battery__isnull", True),
                                ("fraction__isnull", False),
                                ("lot__isnull", True),
                            ),
                            models.Q(
                                ("battery__isnull", True),
                                ("fraction__isnull", True),
                                ("lot__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="mass_use_has_one_source",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="massuse",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("into_lot__isnull", True), ("treatment__isnull", False)),
                            models.Q(
                                ("battery__isnull", True),
                                ("into_lot__isnull", False),
                                ("lot__isnull", True),
                                ("treatment__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="mass_use_has_one_end",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="lothandover",
                    constraint=models.UniqueConstraint(
                        fields=("lot", "place"), name="lot_hand_over_has_one_place"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="lothandover",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "OFFERED")),
                        fields=("lot",),
                        name="lot_is_offered_to_one_party_at_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="lothandover",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("from_party", models.F("to_party")), _negated=True),
                        name="lot_goes_to_somebody_else",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="lothandover",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "OFFERED")),
                            models.Q(
                                models.Q(("state", "OFFERED"), _negated=True),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="lot_hand_over_is_answered_at_a_moment",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="treatmentbatch",
                    constraint=models.UniqueConstraint(
                        fields=("recycler", "number"), name="treatment_batch_has_its_own_number"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="treatmentpaper",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("batch__isnull", False), ("lot__isnull", True)),
                            models.Q(("batch__isnull", True), ("lot__isnull", False)),
                            _connector="OR",
                        ),
                        name="treatment_paper_is_of_a_batch_or_a_lot",
                    ),
                ),
            ]
        ),
        migrations.RunSQL(body("matter_v1")),
    ]
