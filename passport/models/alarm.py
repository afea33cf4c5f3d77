"""Readings of labels, without anybody's data, and what looks wrong about some of them."""

from django.db import models
from django.db.models import Q

from passport.models.battery import Battery
from passport.models.ids import new_id
from passport.models.party import Party
from passport.rules.alarm import AlarmKind, AlarmState


class Scan(models.Model):
    """A label was read: which, when, and no finer than a tenth of a degree or a country, where.

    No address, no browser, no person. Written by the web, read by the worker, dropped by age.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    identity = models.CharField(max_length=255)
    battery_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=4, choices=[("PAGE", "page"), ("DATA", "data")])
    at = models.DateTimeField()
    country = models.CharField(max_length=2, blank=True)
    latitude = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    longitude = models.DecimalField(max_digits=4, decimal_places=1, null=True)

    class Meta:
        indexes = (
            models.Index(fields=("at",), name="scan_newest"),
            models.Index(fields=("identity", "at"), name="scan_of_identity"),
        )

    def __str__(self) -> str:
        return f"{self.identity} {self.at:%Y-%m-%d %H:%M}"


class Alarm(models.Model):
    """What looks wrong, as one of the parties that it concerns is told it.

    Each party has a row of its own, says itself that it has looked, and learns nothing by it of the
    others but that there are some. `details` holds what may be told to this one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="alarms", db_index=False
    )
    kind = models.CharField(max_length=12, choices=[(each.value, each.value) for each in AlarmKind])
    identity = models.CharField(max_length=260)
    battery = models.ForeignKey(Battery, on_delete=models.PROTECT, null=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    count = models.BigIntegerField(default=1)
    details = models.JSONField(default=dict)
    state = models.CharField(
        max_length=9,
        choices=[(each.value, each.value) for each in AlarmState],
        default=AlarmState.OPEN,
    )
    reason = models.CharField(max_length=255, blank=True)
    dismissed_by = models.CharField(max_length=120, blank=True)
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="alarm_is_open_once_for_a_party",
                fields=("party", "kind", "identity"),
                condition=Q(state="OPEN"),
            ),
            models.CheckConstraint(
                name="alarm_is_dismissed_by_somebody_for_a_reason",
                condition=Q(state="OPEN", dismissed_at__isnull=True)
                | (
                    Q(state="DISMISSED", dismissed_at__isnull=False)
                    & ~Q(reason="")
                    & ~Q(dismissed_by="")
                ),
            ),
        )
        indexes = (models.Index(fields=("party", "id"), name="alarm_of_party"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.identity}"


class ScanMark(models.Model):
    """The one row that says up to when the scans were looked at."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    looked_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(name="scan_has_one_mark", condition=Q(id=1)),)

    def __str__(self) -> str:
        return f"{self.looked_at:%Y-%m-%d %H:%M}"
