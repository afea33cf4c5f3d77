"""Lists of specified entities as retrieved, who was found on them, and what was decided."""

from django.db import models
from django.db.models import Q

from passport.models.ids import new_id
from passport.models.party import Party
from passport.rules.sourcing_register import Decision


class ListSnapshot(models.Model):
    """The bytes of a list as they were retrieved on a day; earlier ones tell of days before."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="list_snapshots", db_index=False
    )
    list_id = models.CharField(max_length=40)
    sha256 = models.BinaryField(max_length=32)
    content = models.BinaryField()
    entries = models.IntegerField()
    retrieved_on = models.DateField()
    source = models.CharField(max_length=300, blank=True)
    recorded_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="list_is_kept_once_as_it_was", fields=("owner", "list_id", "sha256")
            ),
        )

    def __str__(self) -> str:
        return f"{self.list_id} of {self.retrieved_on}"


class ListMatch(models.Model):
    """That a name of an entity is, or is like, a name in a snapshot."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="list_matches")
    snapshot = models.ForeignKey(
        ListSnapshot, on_delete=models.PROTECT, related_name="matches", db_index=False
    )
    entity = models.CharField(max_length=64)
    own_name = models.CharField(max_length=200)
    listed_name = models.CharField(max_length=200)
    score = models.DecimalField(max_digits=3, decimal_places=2)
    since = models.DateField()
    until = models.DateField(null=True)
    found_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="match_is_found_once_in_a_snapshot",
                fields=("snapshot", "entity", "listed_name", "since"),
            ),
            models.CheckConstraint(
                name="match_has_a_likeness", condition=Q(score__gt=0, score__lte=1)
            ),
        )

    def __str__(self) -> str:
        return f"{self.entity} like {self.listed_name}"


class MatchDecision(models.Model):
    """What was decided of an entity and a name on a list, in this snapshot and later ones.

    The newest decision counts; OPEN takes one back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="match_decisions")
    list_id = models.CharField(max_length=40)
    entity = models.CharField(max_length=64)
    listed_name = models.CharField(max_length=200)
    decision = models.CharField(max_length=9, choices=[(d.value, d.value) for d in Decision])
    reason = models.CharField(max_length=600)
    reviewer = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="match_is_decided_by_somebody_for_a_reason",
                condition=~Q(reason="") & ~Q(reviewer=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.entity} {self.decision}"
