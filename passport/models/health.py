"""State of health as read: an interval with a method and a source, append-only."""

from django.db import models
from django.db.models import F, Q

from passport.models.battery import Battery
from passport.models.event import LifecycleEvent
from passport.models.ids import new_id
from passport.models.party import Party
from passport.rules.health import Kind, Method


class HealthReading(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    battery = models.ForeignKey(
        Battery, on_delete=models.PROTECT, related_name="readings", db_index=False
    )
    event = models.OneToOneField(LifecycleEvent, on_delete=models.PROTECT, related_name="reading")
    recorder = models.ForeignKey(Party, on_delete=models.PROTECT)
    soh = models.DecimalField(max_digits=6, decimal_places=5)
    soh_low = models.DecimalField(max_digits=6, decimal_places=5)
    soh_high = models.DecimalField(max_digits=6, decimal_places=5)
    method = models.CharField(max_length=13, choices=[(m.value, m.value) for m in Method])
    kind = models.CharField(
        max_length=16, choices=[(k.value, k.value) for k in Kind], default=Kind.CAPACITY
    )
    source = models.CharField(max_length=200)
    measured_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    resistance_ratio = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    capacity_ah = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    equivalent_cycles = models.DecimalField(max_digits=9, decimal_places=1, null=True)
    minimum_cell_v = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    cell_spread_mv = models.DecimalField(max_digits=8, decimal_places=1, null=True)
    isolation_ohm_per_v = models.DecimalField(max_digits=12, decimal_places=1, null=True)
    self_discharge_percent_per_month = models.DecimalField(
        max_digits=6, decimal_places=3, null=True
    )
    module_spread = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    highest_temperature_c = models.DecimalField(max_digits=5, decimal_places=1, null=True)

    class Meta:
        indexes = (models.Index(fields=("battery", "-measured_at"), name="reading_latest"),)
        constraints = (
            models.CheckConstraint(
                name="reading_lies_within_its_interval_and_within_physics",
                condition=Q(soh_low__gte=0, soh_high__lte="1.2")
                & Q(soh_low__lte=F("soh"))
                & Q(soh__lte=F("soh_high")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.battery_id} {self.soh} ({self.method})"
