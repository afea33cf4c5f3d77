"""One optimal assignment of a keeper's retired packs, and its line for each; append-only.

Why a pack goes where it goes is worked out from what was kept of the market it was planned in: see
models.plan_run.
"""

from django.db import models
from django.db.models import Q

from passport.models import Job, Party
from passport.models.ids import new_id
from recycling.models.plan_run import PlanRun
from recycling.models.programme import EndRoute, Programme
from recycling.models.retirement import Retirement


class PlanState(models.TextChoices):
    """Known when the plan is made; what becomes of it stands in its offers."""

    OFFERED = "OFFERED", "offers are out"
    HELD = "HELD", "every pack stays where it is"
    WHATIF = "WHATIF", "binds nobody"


class GateRouteWord(models.TextChoices):
    OFFER = "A", "may be offered"
    TEST = "T", "is tested first"
    RECYCLE = "R", "is recycled"
    QUARANTINE = "Q", "is damaged"


class Plan(models.Model):
    """The same snapshot is planned once; sums are integer cents.

    A plan that binds nobody says in `change` what it supposes, and of which plan it is a variant.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    keeper = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="plans", db_index=False
    )
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="plans")
    snapshot_sha256 = models.BinaryField(max_length=32)
    rules_version = models.CharField(max_length=60)
    prices_version = models.CharField(max_length=60)
    solver = models.CharField(max_length=120)
    objective_cents = models.BigIntegerField()
    linear_cents = models.BigIntegerField()
    best_edge_first_cents = models.BigIntegerField()
    seconds = models.DecimalField(max_digits=9, decimal_places=3)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=PlanState.choices)
    run = models.OneToOneField(PlanRun, on_delete=models.PROTECT, related_name="plan", null=True)
    base = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="variants", null=True, db_index=False
    )
    change = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="plan_that_binds_nobody_varies_another",
                condition=Q(state="WHATIF", base__isnull=False)
                | (~Q(state="WHATIF") & Q(base__isnull=True)),
            ),
            models.UniqueConstraint(
                name="plan_of_a_snapshot_is_made_once", fields=("keeper", "snapshot_sha256")
            ),
            models.CheckConstraint(
                name="plan_lies_between_best_edge_first_and_the_linear_optimum",
                condition=Q(objective_cents__lte=models.F("linear_cents"))
                & Q(objective_cents__gte=models.F("best_edge_first_cents")),
            ),
        )
        indexes = (models.Index(fields=("keeper", "-created_at"), name="plan_of_keeper"),)

    def __str__(self) -> str:
        return f"plan of {self.created_at:%Y-%m-%d %H:%M}"


class PlanLine(models.Model):
    """One pack of a plan: where it goes or why it stays; `row` is its place in the snapshot.

    `explanation` is only written where no run keeps what decided. An indicative line is of a pack
    whose health only a test makes sure of. `goes_by` is the last day on which a
    placed one goes, in the calendar week that the plan chose for it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="lines", db_index=False)
    retirement = models.ForeignKey(Retirement, on_delete=models.PROTECT, related_name="lines")
    gate_route = models.CharField(max_length=1, choices=GateRouteWord.choices)
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="lines", null=True
    )
    route = models.CharField(  # noqa: DJ001 - a pack that stays has no route, not an empty one
        max_length=13, choices=EndRoute.choices, null=True
    )
    reason = models.CharField(max_length=40)
    value_cents = models.BigIntegerField()
    regret_cents = models.BigIntegerField()
    price_cents = models.BigIntegerField(default=0)
    row = models.IntegerField(null=True)
    indicative = models.BooleanField(default=False)
    explanation = models.JSONField(null=True)
    goes_by = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="line_names_a_retirement_once_per_plan", fields=("plan", "retirement")
            ),
            models.CheckConstraint(
                name="line_has_a_route_exactly_when_it_has_a_programme",
                condition=Q(programme__isnull=True, route__isnull=True)
                | Q(programme__isnull=False, route__isnull=False),
            ),
            models.CheckConstraint(
                name="line_goes_somewhere_by_a_day",
                condition=Q(goes_by__isnull=True) | Q(programme__isnull=False),
            ),
            models.CheckConstraint(
                name="line_respects_its_gate",
                condition=Q(gate_route="A")
                | Q(route__isnull=True)
                | Q(route="RECYCLE")
                | Q(gate_route="T", indicative=True),
            ),
            models.CheckConstraint(
                name="line_has_an_explanation_or_a_place_in_its_snapshot",
                condition=Q(explanation__isnull=False) | Q(row__isnull=False),
            ),
            models.CheckConstraint(
                name="line_regret_is_not_negative", condition=Q(regret_cents__gte=0)
            ),
        )

    def __str__(self) -> str:
        return f"{self.retirement_id}: {self.route or 'stays'} ({self.reason})"
