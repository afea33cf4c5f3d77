"""The end of a battery's present life: declared by its keeper, with what an inspection found."""

from django.db import models
from django.db.models import Q

from passport.models import Battery, Facility, LifecycleEvent, Party
from passport.models.ids import new_id


class RetirementState(models.TextChoices):
    OPEN = "OPEN", "waiting for a plan"
    PLANNED = "PLANNED", "offered"
    ROUTED = "ROUTED", "accepted"
    CLOSED = "CLOSED", "closed"


class RetirementReason(models.TextChoices):
    CAPACITY = "CAPACITY", "too little capacity left for its duty"
    RESISTANCE = "RESISTANCE", "too much resistance for its duty"
    DAMAGE = "DAMAGE", "damaged"
    RECALL = "RECALL", "recalled"
    CONTRACT_END = "CONTRACT_END", "its duty has ended"
    REPLACED = "REPLACED", "replaced"
    OTHER = "OTHER", "another reason"


class Retirement(models.Model):
    """`condition` holds one answer a question of the inspection; no answer is not a no.

    From `ready_on` it may be fetched, by `due_on` it must be gone; None where any day will do.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    battery = models.ForeignKey(Battery, on_delete=models.PROTECT, related_name="retirements")
    keeper = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="retirements", db_index=False
    )
    event = models.OneToOneField(
        LifecycleEvent, on_delete=models.PROTECT, related_name="retirement"
    )
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True)
    reason = models.CharField(max_length=12, choices=RetirementReason.choices)
    condition = models.JSONField(default=dict)
    declared_at = models.DateTimeField()
    ready_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    state = models.CharField(
        max_length=7, choices=RetirementState.choices, default=RetirementState.OPEN
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="retirement_is_open_once_per_battery",
                fields=("battery",),
                condition=~Q(state="CLOSED"),
            ),
            models.CheckConstraint(
                name="retirement_is_due_when_it_is_ready_or_later",
                condition=Q(ready_on__isnull=True)
                | Q(due_on__isnull=True)
                | Q(due_on__gte=models.F("ready_on")),
            ),
        )
        indexes = (models.Index(fields=("keeper", "state", "id"), name="retirement_of_keeper"),)

    def __str__(self) -> str:
        return f"{self.battery_id} retired: {self.reason}"
