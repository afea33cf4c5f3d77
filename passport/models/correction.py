"""Events that were declared wrong, by whoever recorded them: append-only, as they are."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from passport.models.event import LifecycleEvent
from passport.models.ids import new_id
from passport.models.party import Party
from passport.rules.correction import Reason


class Correction(models.Model):
    """`event` is wrong, says `declaration`, an event itself; `correctives` stand in its place."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.OneToOneField(
        LifecycleEvent, on_delete=models.PROTECT, related_name="correction"
    )
    declaration = models.OneToOneField(
        LifecycleEvent, on_delete=models.PROTECT, related_name="declares"
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="corrections")
    reason = models.CharField(max_length=14, choices=[(r.value, r.value) for r in Reason])
    correctives = ArrayField(models.UUIDField(), default=list)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="correction_of_what_did_not_occur_replaces_nothing",
                condition=~Q(reason="DID_NOT_OCCUR") | Q(correctives=[]),
            ),
            models.CheckConstraint(
                name="correction_is_declared_by_another_event",
                condition=~Q(event=models.F("declaration")),
            ),
        )
        indexes = (GinIndex(fields=("correctives",), name="correction_by_corrective"),)

    def __str__(self) -> str:
        return f"{self.event_id} {self.reason}"
