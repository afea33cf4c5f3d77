"""The figures that a party plans with instead of the released ones: versions, append-only."""

from django.db import models
from django.db.models import Q

from passport.models import Party
from passport.models.ids import new_id


class PartyPrices(models.Model):
    """`figures` holds what differs from the released table of `base`; see rules.prices."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="price_sets", db_index=False
    )
    version = models.CharField(max_length=40)
    base = models.CharField(max_length=60)
    in_force_on = models.DateField()
    figures = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="prices_have_each_version_once", fields=("party", "version")
            ),
            models.CheckConstraint(name="prices_have_a_version", condition=~Q(version="")),
        )
        indexes = (models.Index(fields=("party", "-in_force_on"), name="prices_in_force"),)

    def __str__(self) -> str:
        return f"{self.party_id} {self.version}"
