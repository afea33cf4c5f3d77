"""Plans are made in parts, offers answered with other terms, and some plans bind nobody."""

import django.db.models.deletion
import passport.models.ids
from django.db import migrations, models

from passport.postgres.script import body
from passport.postgres.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0038_batteries_of_a_file_lie_side_by_side"),
        ("recycling", "0007_every_kilogram_is_drawn_once"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="CounterOffer",
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
                        ("price_cents", models.BigIntegerField()),
                        ("pick_up_on", models.DateField(null=True)),
                        ("note", models.CharField(blank=True, max_length=300)),
                        ("made_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("taken", models.BooleanField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="PlanPart",
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
                        ("number", models.IntegerField()),
                        ("label", models.CharField(max_length=200)),
                        ("packs", models.IntegerField()),
                        ("programmes", models.IntegerField()),
                        ("content", models.BinaryField()),
                        ("result", models.BinaryField(null=True)),
                        ("method", models.CharField(blank=True, max_length=20)),
                        ("solver", models.CharField(blank=True, max_length=120)),
                        ("objective_cents", models.BigIntegerField(null=True)),
                        ("bound_cents", models.BigIntegerField(null=True)),
                        ("best_edge_first_cents", models.BigIntegerField(null=True)),
                        ("seconds", models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                        ("cut_off", models.BooleanField(default=False)),
                        ("solved_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="PlanRun",
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
                        ("binding", models.BooleanField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("SOLVING", "parts are being solved"),
                                    ("DONE", "a plan came of it"),
                                    ("MOVED", "the market changed meanwhile"),
                                    ("FAILED", "a part could not be solved"),
                                ],
                                default="SOLVING",
                                max_length=7,
                            ),
                        ),
                        ("snapshot_sha256", models.BinaryField(max_length=32)),
                        ("content", models.BinaryField()),
                        ("change", models.JSONField(default=dict)),
                        ("packs", models.IntegerField()),
                        ("edges", models.IntegerField()),
                        ("began_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                ),
            ]
        ),
        migrations.RemoveConstraint(
            model_name="offer",
            name="offer_is_live_once_per_retirement",
        ),
        migrations.RemoveConstraint(
            model_name="planline",
            name="line_respects_its_gate",
        ),
        migrations.RemoveIndex(
            model_name="offer",
            name="offer_places",
        ),
        migrations.RemoveIndex(
            model_name="offer",
            name="offer_due",
        ),
        Together(
            [
                migrations.AddField(
                    model_name="offer",
                    name="firm_at",
                    field=models.DateTimeField(null=True),
                ),
                migrations.AddField(
                    model_name="offer",
                    name="indicative",
                    field=models.BooleanField(default=False),
                ),
                migrations.AddField(
                    model_name="offer",
                    name="price_cents",
                    field=models.BigIntegerField(default=0),
                ),
                migrations.AddField(
                    model_name="plan",
                    name="base",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="variants",
                        to="recycling.plan",
                    ),
                ),
                migrations.AddField(
                    model_name="plan",
                    name="change",
                    field=models.JSONField(default=dict),
                ),
                migrations.AddField(
                    model_name="planline",
                    name="indicative",
                    field=models.BooleanField(default=False),
                ),
                migrations.AddField(
                    model_name="planline",
                    name="price_cents",
                    field=models.BigIntegerField(default=0),
                ),
                migrations.AddField(
                    model_name="planline",
                    name="row",
                    field=models.IntegerField(null=True),
                ),
                migrations.AlterField(
                    model_name="offer",
                    name="state",
                    field=models.CharField(
                        choices=[
                            ("PROPOSED", "waits for an answer"),
                            ("COUNTER", "waits for the keeper's answer to other terms"),
                            ("ACCEPTED", "accepted"),
                            ("DECLINED", "declined"),
                            ("EXPIRED", "expired"),
                        ],
                        default="PROPOSED",
                        max_length=8,
                    ),
                ),
                migrations.AlterField(
                    model_name="plan",
                    name="state",
                    field=models.CharField(
                        choices=[
                            ("OFFERED", "offers are out"),
                            ("HELD", "every pack stays where it is"),
                            ("WHATIF", "binds nobody"),
                        ],
                        max_length=7,
                    ),
                ),
                migrations.AlterField(
                    model_name="planline",
                    name="explanation",
                    field=models.JSONField(null=True),
                ),
            ]
        ),
        Together(
            [
                migrations.AddIndex(
                    model_name="offer",
                    index=models.Index(
                        condition=models.Q(("state__in", ("PROPOSED", "COUNTER", "ACCEPTED"))),
                        fields=["programme"],
                        name="offer_places",
                    ),
                ),
                migrations.AddIndex(
                    model_name="offer",
                    index=models.Index(
                        condition=models.Q(("state__in", ("PROPOSED", "COUNTER"))),
                        fields=["expires_at"],
                        name="offer_due",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="offer",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state__in", ("PROPOSED", "COUNTER", "ACCEPTED"))),
                        fields=("retirement",),
                        name="offer_is_live_once_per_retirement",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="offer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ACCEPTED"), _negated=True),
                            ("indicative", False),
                            ("firm_at__isnull", False),
                            _connector="OR",
                        ),
                        name="offer_is_firm_before_it_is_accepted",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planline",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("gate_route", "A"),
                            ("route__isnull", True),
                            ("route", "RECYCLE"),
                            models.Q(("gate_route", "T"), ("indicative", True)),
                            _connector="OR",
                        ),
                        name="line_respects_its_gate",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planline",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("explanation__isnull", False), ("row__isnull", False), _connector="OR"
                        ),
                        name="line_has_an_explanation_or_a_place_in_its_snapshot",
                    ),
                ),
            ]
        ),
        Together(
            [
                migrations.AddField(
                    model_name="counteroffer",
                    name="offer",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counters",
                        to="recycling.offer",
                    ),
                ),
                migrations.AddField(
                    model_name="planpart",
                    name="job",
                    field=models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_part",
                        to="passport.job",
                    ),
                ),
                migrations.AddField(
                    model_name="planrun",
                    name="job",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_runs",
                        to="passport.job",
                    ),
                ),
                migrations.AddField(
                    model_name="planrun",
                    name="keeper",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_runs",
                        to="passport.party",
                    ),
                ),
                migrations.AddField(
                    model_name="planpart",
                    name="run",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="recycling.planrun",
                    ),
                ),
                migrations.AddField(
                    model_name="plan",
                    name="run",
                    field=models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan",
                        to="recycling.planrun",
                    ),
                ),
            ]
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="plan",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("base__isnull", False), ("state", "WHATIF")),
                            models.Q(
                                models.Q(("state", "WHATIF"), _negated=True), ("base__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="plan_that_binds_nobody_varies_another",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="counteroffer",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("offer",),
                        name="counter_waits_once_per_offer",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="counteroffer",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("taken", True)),
                        fields=("offer",),
                        name="counter_is_taken_once_per_offer",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="counteroffer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("taken__isnull", True)),
                            models.Q(("answered_at__isnull", False), ("taken__isnull", False)),
                            _connector="OR",
                        ),
                        name="counter_is_taken_or_not_when_it_is_answered",
                    ),
                ),
                migrations.AddIndex(
                    model_name="planrun",
                    index=models.Index(fields=["keeper", "-began_at"], name="run_of_keeper"),
                ),
                migrations.AddConstraint(
                    model_name="planrun",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("binding", True), ("state", "SOLVING")),
                        fields=("state",),
                        name="one_plan_a_market_at_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planrun",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state", "SOLVING")),
                            models.Q(
                                models.Q(("state", "SOLVING"), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="run_has_ended_exactly_when_it_solves_no_more",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planpart",
                    constraint=models.UniqueConstraint(
                        fields=("run", "number"), name="part_has_its_number_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planpart",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("objective_cents__isnull", True), ("result__isnull", True)),
                            models.Q(
                                ("best_edge_first_cents__lte", models.F("objective_cents")),
                                ("bound_cents__gte", models.F("objective_cents")),
                                ("objective_cents__isnull", False),
                                ("result__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="part_has_its_sums_exactly_when_it_has_a_result",
                    ),
                ),
            ]
        ),
        migrations.RunSQL(body("plan_runs_v1"), migrations.RunSQL.noop),
    ]
