"""What millions of rows point to is looked at once a statement; the worker keeps its place."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from passport.postgres.script import body
from passport.postgres.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0020_names_are_decided_in_pages"),
    ]

    # Not reversible: what stands in the place of the keys cannot be put back while rows come.
    operations = [
        migrations.CreateModel(
            name="IntakeProgress",
            fields=[
                (
                    "intake",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="progress",
                        serialize=False,
                        to="passport.intake",
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("READING", "reads it line by line"),
                            (
                                "WAITING",
                                "takes lines up again whose parent or model stood further on",
                            ),
                            ("PLACING", "puts batteries into batteries"),
                            ("TELLING", "records the new batteries in the log"),
                            ("PROVING", "holds the items of a batch against what was signed"),
                            ("ATTESTING", "keeps the items of a batch"),
                        ],
                        default="READING",
                        max_length=9,
                    ),
                ),
                ("line", models.BigIntegerField(default=0)),
                ("round", models.IntegerField(default=0)),
                ("landed", models.BigIntegerField(default=0)),
                ("batch_line", models.BigIntegerField(null=True)),
                ("credential", models.BinaryField(null=True)),
                ("items", models.BigIntegerField(default=0)),
                ("lost", models.BigIntegerField(default=0)),
                ("cut", models.BooleanField(default=False)),
                ("peaks", models.BinaryField(default=bytes)),
                ("upstream", models.BinaryField(default=bytes)),
                ("place", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="IntakeWaiting",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("round", models.IntegerField()),
                (
                    "numbers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                ("lines", models.BinaryField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="attestationitem",
            name="attestation_item_is_one_per_battery",
        ),
        Together(
            [
                migrations.AlterField(
                    model_name="assembly",
                    name="child",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parents",
                        to="passport.battery",
                    ),
                ),
                migrations.AlterField(
                    model_name="assembly",
                    name="parent",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="passport.battery",
                    ),
                ),
                migrations.AlterField(
                    model_name="attestationitem",
                    name="attestation",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="passport.attestation",
                    ),
                ),
                migrations.AlterField(
                    model_name="attestationitem",
                    name="battery",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attestation_items",
                        to="passport.battery",
                    ),
                ),
                migrations.AlterField(
                    model_name="battery",
                    name="facility",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="passport.facility",
                    ),
                ),
                migrations.AlterField(
                    model_name="battery",
                    name="holder",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="passport.party",
                    ),
                ),
                migrations.AlterField(
                    model_name="battery",
                    name="intake",
                    field=models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="passport.intake",
                    ),
                ),
                migrations.AlterField(
                    model_name="battery",
                    name="maker",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="made",
                        to="passport.party",
                    ),
                ),
                migrations.AlterField(
                    model_name="battery",
                    name="model",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batteries",
                        to="passport.batterymodel",
                    ),
                ),
                migrations.AlterField(
                    model_name="battery",
                    name="unit",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contents",
                        to="passport.battery",
                    ),
                ),
                migrations.AlterField(
                    model_name="identityclaim",
                    name="owner",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="passport.party",
                    ),
                ),
            ]
        ),
        migrations.AddConstraint(
            model_name="attestationitem",
            constraint=models.UniqueConstraint(
                fields=("battery", "attestation"), name="attestation_item_is_one_per_battery"
            ),
        ),
        migrations.AddField(
            model_name="intakeprogress",
            name="attestation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="passport.attestation"
            ),
        ),
        migrations.AddField(
            model_name="intakewaiting",
            name="intake",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="waiting",
                to="passport.intake",
            ),
        ),
        migrations.AddIndex(
            model_name="intakewaiting",
            index=models.Index(fields=["intake", "kind", "round"], name="intake_waiting_next"),
        ),
        migrations.RunSQL(body("references_v1"), migrations.RunSQL.noop),
    ]
