"""Where whoever holds a battery keeps it: said by the holder, for itself, append-only."""

from django.db import models

from passport.models.battery import Battery
from passport.models.ids import new_id
from passport.models.party import Facility, Party, Person


class Siting(models.Model):
    """From this moment the battery stands at `facility`; None takes it off every site."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    battery = models.ForeignKey(
        Battery, on_delete=models.PROTECT, related_name="sitings", db_index=False
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="sitings")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)
    since = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("battery", "party", "-id"), name="siting_newest"),)

    def __str__(self) -> str:
        return f"{self.battery_id} {self.facility_id}"
