"""How long a battery that waits for a plan lasts, kept so that no plan works it out again."""

from django.db import models
from django.db.models import Q

from passport.models import Battery


class KeptOutlook(models.Model):
    """Follows from the readings of the battery, of which `readings` count, the last of them
    recorded at `looked_until`; with another number, or a later one, it is worked out anew.

    `years_low` remain at least until the end of a second life, `knee` says whether it ages faster
    than before; None where nobody can tell.
    """

    battery = models.OneToOneField(
        Battery, on_delete=models.PROTECT, primary_key=True, related_name="kept_outlook"
    )
    readings = models.IntegerField()
    looked_until = models.DateTimeField()
    years_low = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    knee = models.BooleanField(null=True)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="outlook_leaves_no_less_than_nothing",
                condition=Q(years_low__isnull=True) | Q(years_low__gte=0),
            ),
        )

    def __str__(self) -> str:
        return f"{self.battery_id}: {self.years_low} years at least"
