"""The making of a plan: what it is made from, and the parts that workers solve."""

from django.db import models
from django.db.models import Q

from passport.models import Job, Party
from passport.models.ids import new_id


class RunState(models.TextChoices):
    SOLVING = "SOLVING", "parts are being solved"
    DONE = "DONE", "a plan came of it"
    MOVED = "MOVED", "the market changed meanwhile"
    FAILED = "FAILED", "a part could not be solved"


class PlanRun(models.Model):
    """A snapshot of the market, kept as it was read: packs, programmes, tables. See rules.inputs.

    One run that binds is under way at a time, since all plans fill the same places.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="plan_runs")
    keeper = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="plan_runs", db_index=False
    )
    binding = models.BooleanField()
    state = models.CharField(max_length=7, choices=RunState.choices, default=RunState.SOLVING)
    snapshot_sha256 = models.BinaryField(max_length=32)
    content = models.BinaryField()
    change = models.JSONField(default=dict)
    packs = models.IntegerField()
    edges = models.IntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_plan_a_market_at_a_time",
                fields=("state",),
                condition=Q(state="SOLVING", binding=True),
            ),
            models.CheckConstraint(
                name="run_has_ended_exactly_when_it_solves_no_more",
                condition=Q(state="SOLVING", ended_at__isnull=True)
                | (~Q(state="SOLVING") & Q(ended_at__isnull=False)),
            ),
        )
        indexes = (models.Index(fields=("keeper", "-began_at"), name="run_of_keeper"),)

    def __str__(self) -> str:
        return f"{self.packs} packs of {self.keeper_id}: {self.state}"


class PlanPart(models.Model):
    """One connected part of a market, and what a worker found for it; `result` is written once.

    `cut_off`: time ran out; what stands there is the best that was found until then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(PlanRun, on_delete=models.PROTECT, related_name="parts", db_index=False)
    number = models.IntegerField()
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="plan_part")
    label = models.CharField(max_length=200)
    packs = models.IntegerField()
    programmes = models.IntegerField()
    content = models.BinaryField()
    result = models.BinaryField(null=True)
    method = models.CharField(max_length=20, blank=True)
    solver = models.CharField(max_length=120, blank=True)
    objective_cents = models.BigIntegerField(null=True)
    bound_cents = models.BigIntegerField(null=True)
    best_edge_first_cents = models.BigIntegerField(null=True)
    seconds = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    cut_off = models.BooleanField(default=False)
    solved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="part_has_its_number_once", fields=("run", "number")),
            models.CheckConstraint(
                name="part_has_its_sums_exactly_when_it_has_a_result",
                condition=Q(result__isnull=True, objective_cents__isnull=True)
                | Q(
                    result__isnull=False,
                    objective_cents__isnull=False,
                    bound_cents__gte=models.F("objective_cents"),
                    best_edge_first_cents__lte=models.F("objective_cents"),
                ),
            ),
        )

    def __str__(self) -> str:
        return f"part {self.number} of {self.run_id}"
