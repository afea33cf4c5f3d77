"""A battery sent to be tested for another use: ordered, booked, recorded. [UL 1974]"""

from django.db import models
from django.db.models import Q

from passport.models import Battery, HealthReading, LifecycleEvent, Party
from passport.models.ids import new_id
from recycling.models.retirement import Retirement


class TestState(models.TextChoices):
    ORDERED = "ORDERED", "ordered"
    BOOKED = "BOOKED", "booked"
    RECORDED = "RECORDED", "recorded"
    CANCELLED = "CANCELLED", "cancelled"


class TestVerdict(models.TextChoices):
    PASSED = "PASSED", "passed"
    FAILED = "FAILED", "failed"


class TestOrder(models.Model):
    """`items` and `answers` are empty until it is recorded: what rules.testing reads."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    battery = models.ForeignKey(
        Battery, on_delete=models.PROTECT, related_name="test_orders", db_index=False
    )
    retirement = models.ForeignKey(Retirement, on_delete=models.PROTECT, null=True)
    ordered_by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="tests_ordered")
    tester = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="tests_received", db_index=False
    )
    state = models.CharField(max_length=9, choices=TestState.choices, default=TestState.ORDERED)
    ordered_at = models.DateTimeField()
    booked_on = models.DateField(null=True)
    facility = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)
    certificate = models.CharField(max_length=80, blank=True)
    items = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    verdict = models.CharField(max_length=6, choices=TestVerdict.choices, blank=True)
    reading = models.ForeignKey(HealthReading, on_delete=models.PROTECT, null=True)
    event = models.ForeignKey(LifecycleEvent, on_delete=models.PROTECT, null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="test_is_under_way_once_per_battery",
                fields=("battery",),
                condition=Q(state__in=("ORDERED", "BOOKED")),
            ),
            models.CheckConstraint(
                name="test_has_a_verdict_exactly_when_recorded",
                condition=Q(
                    state="RECORDED",
                    verdict__in=("PASSED", "FAILED"),
                    reading__isnull=False,
                    event__isnull=False,
                    settled_at__isnull=False,
                )
                & ~Q(certificate="")
                & ~Q(facility="")
                & ~Q(country="")
                | ~Q(state="RECORDED") & Q(verdict="", reading__isnull=True, event__isnull=True),
            ),
        )
        indexes = (
            models.Index(fields=("tester", "state"), name="test_inbox"),
            models.Index(fields=("battery", "-settled_at"), name="test_of_battery"),
        )

    def __str__(self) -> str:
        return f"test of {self.battery_id}: {self.state}"
