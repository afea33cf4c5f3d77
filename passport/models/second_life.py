"""Passports that follow on others: a battery that was reworked, and those that it came from."""

from django.db import models
from django.db.models import F, Q

from passport.models.battery import Battery
from passport.models.ids import new_id


class PassportLink(models.Model):
    """The original goes on as the successor: one of several, or together with others.

    [Art. 77(7)] Append-only, and told to whoever reads either passport.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    original = models.ForeignKey(
        Battery, on_delete=models.PROTECT, related_name="successors", db_index=False
    )
    successor = models.ForeignKey(Battery, on_delete=models.PROTECT, related_name="originals")
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="passport_follows_on_another_once", fields=("original", "successor")
            ),
            models.CheckConstraint(
                name="passport_never_follows_on_itself", condition=~Q(original=F("successor"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.original_id} goes on as {self.successor_id}"
