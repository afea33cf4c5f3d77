"""What travels together from one party to another: offered, and answered, as one."""

from django.db import models
from django.db.models import F, Q

from passport.models.ids import new_id
from passport.models.party import Party


class ShipmentState(models.TextChoices):
    """As rules.shipment has it, without the draft: nobody is told of one, so none is kept."""

    OFFERED = "OFFERED", "offered"
    ACCEPTED = "ACCEPTED", "accepted"
    PARTLY = "PARTLY", "accepted in part"
    REFUSED = "REFUSED", "refused"
    WITHDRAWN = "WITHDRAWN", "withdrawn"


class Shipment(models.Model):
    """Batteries on their way together, with what their papers say.

    `papers` counts what was inside when it was offered, a row a model, since the giver does not see
    batteries any more that it has given away. `dangerous_goods` is null where nothing was stated.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    from_party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="ships", db_index=False
    )
    to_party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="is_shipped", db_index=False
    )
    sscc = models.CharField(max_length=18, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    carrier = models.CharField(max_length=120, blank=True)
    vehicle = models.CharField(max_length=60, blank=True)
    dangerous_goods = models.JSONField(null=True)
    papers = models.JSONField()
    pieces = models.IntegerField()
    state = models.CharField(
        max_length=9, choices=ShipmentState.choices, default=ShipmentState.OFFERED
    )
    reason = models.CharField(max_length=300, blank=True)
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="shipment_sscc_is_under_way_once",
                fields=("from_party", "sscc"),
                condition=Q(state="OFFERED") & ~Q(sscc=""),
            ),
            models.CheckConstraint(
                name="shipment_goes_to_somebody_else", condition=~Q(from_party=F("to_party"))
            ),
            models.CheckConstraint(
                name="shipment_sscc_has_eighteen_digits",
                condition=Q(sscc="") | Q(sscc__regex=r"^[0-9]{18}$"),
            ),
            models.CheckConstraint(
                name="shipment_holds_something", condition=Q(pieces__gte=1, pieces__lte=10_000)
            ),
            models.CheckConstraint(
                name="shipment_is_answered_at_a_moment",
                condition=Q(state="OFFERED", answered_at__isnull=True)
                | (~Q(state="OFFERED") & Q(answered_at__isnull=False)),
            ),
        )
        indexes = (
            models.Index(fields=("to_party", "state"), name="shipment_inbox"),
            models.Index(fields=("from_party",), name="shipment_of_giver"),
            models.Index(fields=("sscc",), name="shipment_sscc", condition=~Q(sscc="")),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What it is called: its SSCC, or the id that this service gave it."""
        return self.sscc or str(self.pk)
