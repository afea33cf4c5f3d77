"""What the gates said of a battery, as it was known when they were asked; append-only."""

from django.db import models

from passport.models import Battery, HealthReading, Party
from passport.models.ids import new_id
from recycling.models.plan import GateRouteWord
from recycling.models.retirement import Retirement
from recycling.models.test_order import TestOrder


class CheckedBecause(models.TextChoices):
    RETIRED = "RETIRED", "it retired"
    TESTED = "TESTED", "it was tested"
    ASKED = "ASKED", "somebody asked"


class GateCheck(models.Model):
    """`results` has a row a gate: rule, field, reading, threshold, verdict, route, why, source."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    battery = models.ForeignKey(
        Battery, on_delete=models.PROTECT, related_name="gate_checks", db_index=False
    )
    asked_by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    because = models.CharField(max_length=7, choices=CheckedBecause.choices)
    rules_version = models.CharField(max_length=60)
    route = models.CharField(max_length=1, choices=GateRouteWord.choices)
    results = models.JSONField()
    retirement = models.ForeignKey(Retirement, on_delete=models.PROTECT, null=True)
    reading = models.ForeignKey(HealthReading, on_delete=models.PROTECT, null=True)
    test = models.ForeignKey(TestOrder, on_delete=models.PROTECT, null=True)
    checked_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("battery", "-checked_at"), name="gates_of_battery"),)

    def __str__(self) -> str:
        return f"{self.battery_id} {self.route} ({self.rules_version})"
