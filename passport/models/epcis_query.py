"""Queries of EPCIS that a party has given a name, to ask them again."""

from django.db import models
from django.db.models import Q

from passport.models.ids import new_id
from passport.models.party import Party


class EpcisQuery(models.Model):
    """What is asked: parameters with their values, and what their prefixes stand for.

    One that was ended is asked no more, and its name is free.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="epcis_queries")
    name = models.CharField(max_length=100)
    asked = models.JSONField()
    prefixes = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="epcis_query_has_its_name_alone",
                fields=("party", "name"),
                condition=Q(ended_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.name
