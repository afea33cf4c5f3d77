"""Second lives: what shows that a battery is no waste any more, and the passports that follow."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from passport.models import Battery, Document, Party
from passport.models.ids import new_id
from recycling.models.test_order import TestOrder


class EvidenceFile(models.Model):
    """The file of Article 73: a test in a Member State, a contract, transport; append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    battery = models.ForeignKey(
        Battery, on_delete=models.PROTECT, related_name="evidence_files", db_index=False
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="evidence_files")
    test = models.ForeignKey(TestOrder, on_delete=models.PROTECT)
    contract = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    transport = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("battery", "-made_at"), name="evidence_of_battery"),)

    def __str__(self) -> str:
        return f"file of {self.battery_id}"


class SecondLifeState(models.TextChoices):
    WAITING = "WAITING", "waiting for a worker"
    REGISTERED = "REGISTERED", "registered"
    REFUSED = "REFUSED", "refused"


class SecondLife(models.Model):
    """One act: these originals go on as those batteries. The application asks, the worker does.

    `lines` holds what rules.second_life reads, `made` the ids of the batteries that came of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="second_lives", db_index=False
    )
    status = models.CharField(
        max_length=14,
        choices=[(each, each) for each in ("re-used", "repurposed", "remanufactured")],
    )
    originals = ArrayField(models.UUIDField())
    lines = models.JSONField()
    made = ArrayField(models.UUIDField(), default=list)
    state = models.CharField(
        max_length=10, choices=SecondLifeState.choices, default=SecondLifeState.WAITING
    )
    refusal = models.CharField(max_length=400, blank=True)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="second_life_has_what_its_state_says",
                condition=Q(state="WAITING", settled_at__isnull=True, made=[], refusal="")
                | Q(state="REFUSED", settled_at__isnull=False, made=[])
                | Q(state="REGISTERED", settled_at__isnull=False, refusal="") & ~Q(made=[]),
            ),
        )
        indexes = (models.Index(fields=("party", "-id"), name="second_life_of_party"),)

    def __str__(self) -> str:
        return f"{self.status} by {self.party_id}: {self.state}"
