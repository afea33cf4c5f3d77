"""What people noted in the yard: each scan and each deed once, as their device sent it."""

from django.db import models
from django.db.models import Q

from passport.models.battery import Battery
from passport.models.event import LifecycleEvent
from passport.models.ids import new_id
from passport.models.party import Party, Person
from passport.rules.lifecycle import CLOCK_TOLERANCE
from passport.rules.yard import RecordKind


class YardRecord(models.Model):
    """One record of a device; the party's own, whether or not it says anything of a battery.

    `text` is what was read. `code` is empty where the record was acted on, else it says why not:
    such a record needs somebody's attention until it is settled. `happened_at` is by our clock,
    `offset_minutes` and `skew_s` lead back to what the device said.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="yard_records", db_index=False
    )
    record_id = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    device = models.CharField(max_length=60)
    kind = models.CharField(
        max_length=10, choices=[(kind.value, kind.value) for kind in RecordKind]
    )
    text = models.CharField(max_length=2000, blank=True)
    of = models.UUIDField(null=True)
    because = models.CharField(max_length=40, blank=True)
    happened_at = models.DateTimeField()
    offset_minutes = models.SmallIntegerField()
    skew_s = models.IntegerField()
    recorded_at = models.DateTimeField()
    digest = models.BinaryField(max_length=32)
    identity = models.CharField(max_length=255, blank=True)
    battery = models.ForeignKey(Battery, on_delete=models.PROTECT, null=True, related_name="+")
    event = models.ForeignKey(LifecycleEvent, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=60, blank=True)
    detail = models.CharField(max_length=600, blank=True)
    remedy = models.CharField(max_length=600, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="yard_record_is_kept_once_by_its_party", fields=("party", "record_id")
            ),
            models.CheckConstraint(
                name="yard_record_says_why_nothing_came_of_it",
                condition=Q(code="", detail="", remedy="") | ~Q(code="") & ~Q(detail=""),
            ),
        )
        indexes = (
            models.Index(fields=("party", "-id"), name="yard_record_newest"),
            models.Index(
                fields=("party", "-id"),
                name="yard_record_open",
                condition=~Q(code="") & Q(settled_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.text[:60]}"

    @property
    def off(self) -> bool:
        """Whether the device's clock was wrong by more than is forgiven."""
        return abs(self.skew_s) > CLOCK_TOLERANCE.total_seconds()
