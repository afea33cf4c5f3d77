"""Every table of the end of life, with the constraints that state what must never be false."""

from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import passport.models.ids
from passport.postgres.together import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("passport", "0002_rows_are_guarded"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Plan",
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
                        ("snapshot_sha256", models.BinaryField(max_length=32)),
                        ("rules_version", models.CharField(max_length=60)),
                        ("prices_version", models.CharField(max_length=60)),
                        ("solver", models.CharField(max_length=120)),
                        ("objective_cents", models.BigIntegerField()),
                        ("linear_cents", models.BigIntegerField()),
                        ("best_edge_first_cents", models.BigIntegerField()),
                        ("seconds", models.DecimalField(decimal_places=3, max_digits=9)),
                        ("created_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OFFERED", "offers are out"),
                                    ("HELD", "every pack stays where it is"),
                                ],
                                max_length=7,
                            ),
                        ),
                        (
                            "job",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="passport.job",
                            ),
                        ),
                        (
                            "keeper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Programme",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[("SECOND_LIFE", "second life"), ("RECYCLER", "recycler")],
                                max_length=11,
                            ),
                        ),
                        (
                            "route",
                            models.CharField(
                                choices=[
                                    ("REUSE", "reuse"),
                                    ("REPURPOSE", "repurpose"),
                                    ("REMANUFACTURE", "remanufacture"),
                                    ("RECYCLE", "recycle"),
                                ],
                                max_length=13,
                            ),
                        ),
                        (
                            "chemistries",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), size=None
                            ),
                        ),
                        (
                            "model_codes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60), default=list, size=None
                            ),
                        ),
                        ("soh_min", models.DecimalField(decimal_places=3, max_digits=4)),
                        ("soh_max", models.DecimalField(decimal_places=3, max_digits=4)),
                        (
                            "resistance_max",
                            models.DecimalField(decimal_places=2, max_digits=5, null=True),
                        ),
                        ("contract_years", models.DecimalField(decimal_places=1, max_digits=4)),
                        ("accepts_damaged", models.BooleanField(default=False)),
                        ("price_cents_per_kwh", models.IntegerField(default=0)),
                        ("fee_cents_per_kg", models.IntegerField(null=True)),
                        ("capacity_packs", models.IntegerField()),
                        (
                            "latitude",
                            models.DecimalField(decimal_places=5, max_digits=8, null=True),
                        ),
                        (
                            "longitude",
                            models.DecimalField(decimal_places=5, max_digits=8, null=True),
                        ),
                        ("max_distance_km", models.IntegerField(null=True)),
                        ("opens_on", models.DateField()),
                        ("closes_on", models.DateField(null=True)),
                        ("published_at", models.DateTimeField()),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="programmes",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Retirement",
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
                                    ("CAPACITY", "too little capacity left for its duty"),
                                    ("RESISTANCE", "too much resistance for its duty"),
                                    ("DAMAGE", "damaged"),
                                    ("RECALL", "recalled"),
                                    ("CONTRACT_END", "its duty has ended"),
                                    ("REPLACED", "replaced"),
                                    ("OTHER", "another reason"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("condition", models.JSONField(default=dict)),
                        ("declared_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "waiting for a plan"),
                                    ("PLANNED", "offered"),
                                    ("ROUTED", "accepted"),
                                    ("CLOSED", "closed"),
                                ],
                                default="OPEN",
                                max_length=7,
                            ),
                        ),
                        (
                            "battery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="retirements",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "event",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="retirement",
                                to="passport.lifecycleevent",
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
                            "keeper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="retirements",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="PlanLine",
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
                            "gate_route",
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
                        (
                            "route",
                            models.CharField(
                                choices=[
                                    ("REUSE", "reuse"),
                                    ("REPURPOSE", "repurpose"),
                                    ("REMANUFACTURE", "remanufacture"),
                                    ("RECYCLE", "recycle"),
                                ],
                                max_length=13,
                                null=True,
                            ),
                        ),
                        ("reason", models.CharField(max_length=40)),
                        ("value_cents", models.BigIntegerField()),
                        ("regret_cents", models.BigIntegerField()),
                        ("explanation", models.JSONField()),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="recycling.plan",
                            ),
                        ),
                        (
                            "programme",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="recycling.programme",
                            ),
                        ),
                        (
                            "retirement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="recycling.retirement",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Offer",
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
                        ("value_cents", models.BigIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("PROPOSED", "waits for an answer"),
                                    ("ACCEPTED", "accepted"),
                                    ("DECLINED", "declined"),
                                    ("EXPIRED", "expired"),
                                ],
                                default="PROPOSED",
                                max_length=8,
                            ),
                        ),
                        ("proposed_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "from_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="offers_made",
                                to="passport.party",
                            ),
                        ),
                        (
                            "hand_over",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="offer",
                                to="passport.handover",
                            ),
                        ),
                        (
                            "to_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="offers_received",
                                to="passport.party",
                            ),
                        ),
                        (
                            "plan_line",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="offer",
                                to="recycling.planline",
                            ),
                        ),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="offers",
                                to="recycling.programme",
                            ),
                        ),
                        (
                            "retirement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="offers",
                                to="recycling.retirement",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Treatment",
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
                            "process",
                            models.CharField(
                                choices=[
                                    ("hydro", "mechanical separation, then leaching"),
                                    ("pyro", "smelting, then refining"),
                                    ("pyro_li", "smelting with lithium from the slag"),
                                    ("direct", "cathode renewed as it is"),
                                ],
                                max_length=7,
                            ),
                        ),
                        ("chemistry", models.CharField(max_length=20)),
                        ("mass_in_kg", models.DecimalField(decimal_places=5, max_digits=12)),
                        ("mass_out_kg", models.DecimalField(decimal_places=5, max_digits=12)),
                        ("efficiency", models.DecimalField(decimal_places=5, max_digits=6)),
                        (
                            "efficiency_floor",
                            models.DecimalField(decimal_places=5, max_digits=6, null=True),
                        ),
                        ("tables_version", models.CharField(max_length=60)),
                        ("treated_at", models.DateTimeField()),
                        ("booked_at", models.DateTimeField()),
                        (
                            "battery",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="treatment",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "event",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="treatment",
                                to="passport.lifecycleevent",
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
                            "recycler",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="treatments",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Fraction",
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
                        ("material", models.CharField(max_length=40)),
                        ("mass_kg", models.DecimalField(decimal_places=5, max_digits=12)),
                        (
                            "fate",
                            models.CharField(
                                choices=[
                                    ("RECYCLED", "recycled"),
                                    ("ENERGY", "burnt for energy"),
                                    ("DISPOSED", "disposed of"),
                                    ("EMITTED", "emitted"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "treatment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="fractions",
                                to="recycling.treatment",
                            ),
                        ),
                    ],
                ),
            ]
        ),
        Together(
            [
                migrations.AddIndex(
                    model_name="plan",
                    index=models.Index(fields=["keeper", "-created_at"], name="plan_of_keeper"),
                ),
                migrations.AddConstraint(
                    model_name="plan",
                    constraint=models.UniqueConstraint(
                        fields=("keeper", "snapshot_sha256"), name="plan_of_a_snapshot_is_made_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="plan",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("objective_cents__lte", models.F("linear_cents")),
                            ("objective_cents__gte", models.F("best_edge_first_cents")),
                        ),
                        name="plan_lies_between_best_edge_first_and_the_linear_optimum",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="programme",
                    constraint=models.UniqueConstraint(
                        fields=("party", "name"), name="programme_name_is_unique_within_its_party"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="programme",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "RECYCLER"), ("route", "RECYCLE")),
                            models.Q(
                                ("kind", "SECOND_LIFE"),
                                models.Q(("route", "RECYCLE"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="programme_recycles_or_gives_a_second_life",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="programme",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("soh_min__gte", 0),
                            ("soh_min__lt", models.F("soh_max")),
                            ("soh_max__lte", "1.2"),
                        ),
                        name="programme_window_is_open",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="programme",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("capacity_packs__gte", 0)),
                        name="programme_capacity_is_not_negative",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="programme",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("closes_on__isnull", True),
                            ("closes_on__gt", models.F("opens_on")),
                            _connector="OR",
                        ),
                        name="programme_closes_after_it_opens",
                    ),
                ),
                migrations.AddIndex(
                    model_name="retirement",
                    index=models.Index(
                        fields=["keeper", "state", "id"], name="retirement_of_keeper"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="retirement",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "CLOSED"), _negated=True),
                        fields=("battery",),
                        name="retirement_is_open_once_per_battery",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planline",
                    constraint=models.UniqueConstraint(
                        fields=("plan", "retirement"), name="line_names_a_retirement_once_per_plan"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planline",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("programme__isnull", True), ("route__isnull", True)),
                            models.Q(("programme__isnull", False), ("route__isnull", False)),
                            _connector="OR",
                        ),
                        name="line_has_a_route_exactly_when_it_has_a_programme",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planline",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("gate_route", "A"),
                            ("route__isnull", True),
                            ("route", "RECYCLE"),
                            _connector="OR",
                        ),
                        name="line_respects_its_gate",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planline",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("regret_cents__gte", 0)),
                        name="line_regret_is_not_negative",
                    ),
                ),
                migrations.AddIndex(
                    model_name="offer",
                    index=models.Index(fields=["to_party", "state"], name="offer_inbox"),
                ),
                migrations.AddIndex(
                    model_name="offer",
                    index=models.Index(
                        condition=models.Q(("state__in", ("PROPOSED", "ACCEPTED"))),
                        fields=["programme"],
                        name="offer_places",
                    ),
                ),
                migrations.AddIndex(
                    model_name="offer",
                    index=models.Index(
                        condition=models.Q(("state", "PROPOSED")),
                        fields=["expires_at"],
                        name="offer_due",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="offer",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state__in", ("PROPOSED", "ACCEPTED"))),
                        fields=("retirement",),
                        name="offer_is_live_once_per_retirement",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="offer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("from_party", models.F("to_party")), _negated=True),
                        name="offer_goes_to_somebody_else",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="offer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hand_over__isnull", False), ("state", "ACCEPTED")),
                            models.Q(
                                models.Q(("state", "ACCEPTED"), _negated=True),
                                ("hand_over__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="offer_opens_a_handover_exactly_when_accepted",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="offer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("proposed_at"))),
                        name="offer_expires_after_it_is_made",
                    ),
                ),
                migrations.AddIndex(
                    model_name="treatment",
                    index=models.Index(
                        fields=["recycler", "-booked_at"], name="treatment_of_recycler"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="treatment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("mass_in_kg__gt", 0), ("mass_out_kg__gt", 0)),
                        name="treatment_masses_are_positive",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="treatment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "mass_out_kg__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("mass_in_kg"), "*", models.Value(Decimal("0.98"))
                                ),
                            ),
                            (
                                "mass_out_kg__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("mass_in_kg"), "*", models.Value(Decimal("1.02"))
                                ),
                            ),
                        ),
                        name="treatment_masses_close_within_two_percent",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="fraction",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("mass_kg__gt", 0)), name="fraction_mass_is_positive"
                    ),
                ),
            ]
        ),
    ]
