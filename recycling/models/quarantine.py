"""In which condition a battery may be carried, as somebody judged it; append-only."""

from django.db import models

from passport.models import Battery, LifecycleEvent, Party
from passport.models.ids import new_id


class Quarantine(models.Model):
    """The newest of a battery counts. `case` is what its dangerous-goods papers say."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    battery = models.ForeignKey(
        Battery, on_delete=models.PROTECT, related_name="quarantines", db_index=False
    )
    recorder = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    event = models.OneToOneField(
        LifecycleEvent, on_delete=models.PROTECT, related_name="quarantine"
    )
    condition = models.CharField(max_length=16)
    case = models.JSONField()
    assessed_by = models.CharField(max_length=120, blank=True)
    assessed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("battery", "-assessed_at"), name="quarantine_of_battery"),)

    def __str__(self) -> str:
        return f"{self.battery_id} {self.condition}"
