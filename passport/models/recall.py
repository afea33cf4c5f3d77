"""Safety recalls: what a maker or an authority calls back, why, and since when."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from passport.models.battery import Battery
from passport.models.ids import new_id, new_salt
from passport.models.party import Party


class Recall(models.Model):
    """A recall of a maker's batteries, published to everybody while it is open and after.

    Its scope is the batteries of the maker that are of one of `lots` and of one of the models (an
    empty list leaves all open), and those that are named one by one, which only their parties see.
    `body` and `closing_body` are the bytes that are logged, in a chain of the recall's own.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    maker = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="recalls")
    opened_by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="opened_recalls")
    reason = models.CharField(max_length=600)
    advice = models.CharField(max_length=600, blank=True)
    notice_url = models.CharField(max_length=600, blank=True)
    document_sha256 = models.BinaryField(max_length=32, null=True)
    lots = ArrayField(models.CharField(max_length=20), default=list)
    model_ids = ArrayField(models.UUIDField(), default=list)
    named = models.IntegerField(default=0)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, related_name="closed_recalls"
    )
    closed_because = models.CharField(max_length=600, blank=True)
    salt = models.BinaryField(max_length=16, default=new_salt)
    body = models.BinaryField()
    sha256 = models.BinaryField(max_length=32, unique=True)
    closing_body = models.BinaryField(default=b"")
    closing_sha256 = models.BinaryField(max_length=32, null=True, unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="recall_is_of_something",
                condition=Q(lots__len__gt=0) | Q(model_ids__len__gt=0) | Q(named__gt=0),
            ),
            models.CheckConstraint(
                name="recall_is_closed_by_somebody_with_a_word",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closing_sha256=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False)
                & Q(closing_sha256__isnull=False)
                & ~Q(closed_because=""),
            ),
        )
        indexes = (
            models.Index(fields=("maker",), name="recall_open", condition=Q(closed_at=None)),
        )

    def __str__(self) -> str:
        return f"recall of {self.maker_id} since {self.opened_at}"

    @property
    def subject(self) -> str:
        """How the log knows it, salted."""
        return f"urn:uuid:{self.pk}"


class RecallSubject(models.Model):
    """A battery that a recall names by itself."""

    id = models.BigAutoField(primary_key=True)
    recall = models.ForeignKey(
        Recall, on_delete=models.PROTECT, related_name="subjects", db_index=False
    )
    battery = models.ForeignKey(Battery, on_delete=models.PROTECT, related_name="recalled_by")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="recall_names_a_battery_once", fields=("recall", "battery")
            ),
        )

    def __str__(self) -> str:
        return f"{self.battery_id} in {self.recall_id}"
