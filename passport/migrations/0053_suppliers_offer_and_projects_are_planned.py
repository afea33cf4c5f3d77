"""Suppliers offer by the year, agreements are allocated, and planned projects are reckoned."""

import django.db.models.deletion
import passport.models.ids
from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0052_the_index_of_events_follows_the_log"),
    ]

    # Not reversed: what was agreed and allocated would be lost.
    operations = [
        migrations.CreateModel(
            name="FrameworkAgreement",
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
                ("signed_on", models.DateField()),
                ("ramp", models.JSONField(default=list)),
                ("agreed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="framework_agreements",
                        to="passport.party",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AgreedVolume",
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
                ("year", models.SmallIntegerField()),
                ("volume", models.DecimalField(decimal_places=4, max_digits=18)),
                ("deliverable", models.DecimalField(decimal_places=4, max_digits=18)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreed_volumes",
                        to="passport.party",
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="volumes",
                        to="passport.frameworkagreement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlannedProject",
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
                ("begins_on", models.DateField()),
                ("incurred_on", models.DateField()),
                ("nameplate_kwh", models.DecimalField(decimal_places=3, max_digits=18)),
                ("nameplate_kw", models.DecimalField(decimal_places=3, max_digits=18)),
                ("other_cost", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                ("planned_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned_projects",
                        to="passport.party",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned",
                        to="passport.sourcingproject",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SourcingScenario",
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
                ("inputs", models.JSONField()),
                ("rule_set", models.CharField(max_length=60)),
                ("as_of", models.DateField()),
                ("saved_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sourcing_scenarios",
                        to="passport.party",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SupplyAllocation",
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
                ("quantity", models.DecimalField(decimal_places=4, max_digits=18)),
                ("allocated_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supply_allocations",
                        to="passport.party",
                    ),
                ),
                (
                    "planned",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="passport.plannedproject",
                    ),
                ),
                (
                    "volume",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="passport.agreedvolume",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SupplyOffer",
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
                ("supplier", models.CharField(max_length=64)),
                ("maker", models.CharField(max_length=64)),
                ("category", models.CharField(max_length=60)),
                (
                    "unit",
                    models.CharField(
                        choices=[("KWH", "KWH"), ("KW", "KW"), ("UNIT", "UNIT")], max_length=4
                    ),
                ),
                ("price", models.DecimalField(decimal_places=4, max_digits=18)),
                ("size_kwh", models.DecimalField(decimal_places=4, default=1, max_digits=18)),
                ("made_in", models.CharField(max_length=2)),
                ("capacity", models.JSONField()),
                ("ramp", models.JSONField(default=list)),
                (
                    "proof",
                    models.CharField(
                        choices=[
                            ("OWN_WORD", "OWN_WORD"),
                            ("CERTIFICATE", "CERTIFICATE"),
                            ("AUDIT", "AUDIT"),
                            ("OPINION", "OPINION"),
                        ],
                        max_length=11,
                    ),
                ),
                ("duty_percent", models.DecimalField(decimal_places=4, max_digits=7, null=True)),
                ("offered_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supply_offers",
                        to="passport.party",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="frameworkagreement",
            name="offer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreements",
                to="passport.supplyoffer",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreedvolume",
            constraint=models.UniqueConstraint(
                fields=("agreement", "year"), name="agreement_has_each_year_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="agreedvolume",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deliverable__gte", 0), ("deliverable__lte", models.F("volume"))
                ),
                name="no_more_comes_than_was_agreed",
            ),
        ),
        migrations.AddIndex(
            model_name="plannedproject",
            index=models.Index(fields=["owner", "begins_on"], name="pipeline_of_owner"),
        ),
        migrations.AddConstraint(
            model_name="plannedproject",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("owner", "name"),
                name="planned_name_is_unique_within_its_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedproject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("nameplate_kwh__gt", 0), ("nameplate_kw__gte", 0), ("other_cost__gte", 0)
                ),
                name="planned_project_has_a_size",
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcingscenario",
            constraint=models.UniqueConstraint(
                fields=("owner", "name"), name="scenario_name_is_unique_within_its_owner"
            ),
        ),
        migrations.AddIndex(
            model_name="supplyallocation",
            index=models.Index(fields=["owner"], name="allocation_of_owner"),
        ),
        migrations.AddConstraint(
            model_name="supplyallocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)), name="allocation_is_of_something"
            ),
        ),
        migrations.AddIndex(
            model_name="supplyoffer",
            index=models.Index(fields=["owner", "category"], name="supply_offer_of_owner"),
        ),
        migrations.AddConstraint(
            model_name="supplyoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(("price__gte", 0), ("size_kwh__gt", 0)),
                name="offer_of_supply_has_a_price_and_a_size",
            ),
        ),
        migrations.AddConstraint(
            model_name="frameworkagreement",
            constraint=models.UniqueConstraint(
                fields=("owner", "name"), name="agreement_name_is_unique_within_its_owner"
            ),
        ),
        migrations.RunSQL(body("sourcing_supply_v1")),
    ]
