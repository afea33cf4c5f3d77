"""Who has a battery in hand, and the hand-overs between them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from passport.models.battery import Battery, TstzRange
from passport.models.ids import new_id
from passport.models.party import Party
from passport.models.shipment import Shipment


class Custody(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    battery = models.ForeignKey(Battery, on_delete=models.PROTECT, related_name="custodies")
    holder = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="custodies")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="custody_one_holder_at_a_time",
                expressions=(
                    (F("battery"), RangeOperators.EQUAL),
                    (TstzRange("since", "until"), RangeOperators.OVERLAPS),
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.holder_id} holds {self.battery_id}"


class HandOverState(models.TextChoices):
    OFFERED = "OFFERED", "offered"
    ACCEPTED = "ACCEPTED", "accepted"
    REFUSED = "REFUSED", "refused"
    WITHDRAWN = "WITHDRAWN", "withdrawn"


class HandOver(models.Model):
    """Custody offered by the holder, to be answered by the other side.

    What travels in a shipment is answered with it, and `identity` says what it was called then:
    neither side need see the battery any more when the other one has it. `reason` says why it was
    not taken.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    battery = models.ForeignKey(Battery, on_delete=models.PROTECT, related_name="hand_overs")
    from_party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="gives")
    to_party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="is_given", db_index=False
    )
    state = models.CharField(
        max_length=9, choices=HandOverState.choices, default=HandOverState.OFFERED
    )
    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, null=True, related_name="hand_overs"
    )
    identity = models.CharField(max_length=255, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="handover_is_open_once_per_battery",
                fields=("battery",),
                condition=Q(state="OFFERED"),
            ),
            models.CheckConstraint(
                name="handover_goes_to_somebody_else", condition=~Q(from_party=F("to_party"))
            ),
        )
        indexes = (
            models.Index(fields=("to_party", "state"), name="handover_inbox"),
            # How it went is told to whoever gave it.
            models.Index(
                fields=("from_party", "answered_at"),
                name="handover_answered",
                condition=Q(shipment__isnull=True, answered_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.battery_id} to {self.to_party_id}: {self.state}"
