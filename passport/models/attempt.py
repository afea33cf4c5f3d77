"""What a party tried to record of a battery that it does not hold: refused, and kept."""

from django.db import models

from passport.models.battery import Battery
from passport.models.ids import new_id
from passport.models.party import Party


class Attempt(models.Model):
    """One refused attempt; `digest` is of `body`, and stands in the log under the party.

    What was to be recorded is not kept: `body` names the SHA-256 of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="attempts", db_index=False
    )
    at = models.DateTimeField()
    battery = models.ForeignKey(Battery, on_delete=models.PROTECT, related_name="attempts")
    event_id = models.UUIDField()
    code = models.CharField(max_length=60)
    detail = models.TextField()
    body = models.BinaryField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = (
            models.Index(fields=("party", "id"), name="attempt_of_party"),
            models.Index(fields=("digest",), name="attempt_digest"),
        )
        constraints = (
            # The same refused request again adds nothing.
            models.UniqueConstraint(
                name="attempt_is_kept_once", fields=("party", "battery", "event_id", "code")
            ),
        )

    def __str__(self) -> str:
        return f"{self.party_id} {self.code} {self.battery_id}"
