"""What a party is to be told that has no entry in the log: of an offer, of a plan."""

from django.db import models

from passport.models.ids import new_id
from passport.models.party import Party


class News(models.Model):
    """Written in the transaction of what it tells of, and never changed.

    `by` is who did it; nobody, where the clock did. `links` are addresses below the API, by name.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="news", db_index=False)
    by = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    kind = models.CharField(max_length=40)
    said = models.JSONField()
    links = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("party", "at"), name="news_of_party"),)

    def __str__(self) -> str:
        return f"{self.kind} for {self.party_id}"
