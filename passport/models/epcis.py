"""EPCIS 2.0 as it comes in: documents on their way, what was wrong in them, and the index by which
events are asked for.

What an event says stands in its LifecycleEvent. Only where it names several batteries does that
hold a digest: it is shown to whom one of them concerns, and what it says to whom all of them do.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from passport.models.event import LifecycleEvent
from passport.models.ids import new_id
from passport.models.job import Job
from passport.models.party import Party


class ErrorBehaviour(models.TextChoices):
    """What a fault in one event means for the others of its document. [EPCIS 12.7]"""

    ROLLBACK = "ROLLBACK", "nothing is kept"
    PROCEED = "PROCEED", "the others are kept"


class CaptureState(models.TextChoices):
    WAITING = "WAITING", "waits for its turn"
    KEPT = "KEPT", "its events are recorded"
    REFUSED = "REFUSED", "nothing of it is recorded"


class EpcisCapture(models.Model):
    """A document and what became of it.

    `body` is the document as received, packed with zstd, until it is settled: by then each of its
    events stands in a row of its own, or was refused, and an erasure finds no second copy.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="captures", db_index=False
    )
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="capture")
    error_behaviour = models.CharField(max_length=8, choices=ErrorBehaviour.choices)
    received_at = models.DateTimeField()
    sha256 = models.BinaryField(max_length=32)
    size_bytes = models.BigIntegerField()
    events = models.IntegerField()
    body = models.BinaryField(null=True)
    state = models.CharField(
        max_length=7, choices=CaptureState.choices, default=CaptureState.WAITING
    )
    accepted = models.IntegerField(default=0)
    duplicates = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("party", "id"), name="capture_of_party"),)
        constraints = (
            models.CheckConstraint(
                name="capture_keeps_its_document_until_it_is_settled",
                condition=Q(state="WAITING", body__isnull=False, finished_at__isnull=True)
                | Q(state__in=("KEPT", "REFUSED"), body__isnull=True, finished_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.party_id} {self.state} {self.events}"


class EpcisError(models.Model):
    """What was wrong in a document: in the event at `position`, or around the events.

    A `warning` says how something was read that another reader may read otherwise.
    """

    id = models.BigAutoField(primary_key=True)
    capture = models.ForeignKey(EpcisCapture, on_delete=models.PROTECT, related_name="errors")
    position = models.IntegerField(null=True)
    pointer = models.TextField(blank=True)
    code = models.CharField(max_length=60)
    detail = models.TextField()
    remedy = models.TextField(blank=True)
    warning = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.capture_id} {self.pointer}: {self.code}"


class EpcisEvent(models.Model):
    """How an event is found: its own id, its hash, and everything by which EPCIS lets one ask.

    `terms` are "<query parameter> <value>" (rules/epcis_terms.py), `measured` the quantities and
    sensor values that are compared. `event_uri` is the eventID as it was sent, or the hash id that
    the service gave it; an error declaration has that of the event that it declares wrong. Rows
    come by the thousand, so what they point to is looked at once a statement: sql/epcis_v1.sql.
    """

    event = models.OneToOneField(
        LifecycleEvent,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="epcis",
        db_constraint=False,
    )
    recorder = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    capture = models.ForeignKey(
        EpcisCapture,
        on_delete=models.PROTECT,
        null=True,
        related_name="taken",
        db_constraint=False,
        db_index=False,
    )
    event_uri = models.TextField()
    declaration = models.BooleanField()
    event_hash = models.BinaryField(max_length=32)
    event_type = models.TextField()
    event_time = models.DateTimeField()
    record_time = models.DateTimeField()
    terms = ArrayField(models.TextField())
    measured = models.JSONField(null=True)
    # Canonical JSON {context, epcis, salt}, of an event about several batteries.
    apart = models.BinaryField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="epcis_event_is_captured_once_by_its_recorder",
                fields=("event_uri", "recorder", "declaration"),
            ),
        )
        indexes = (
            GinIndex(fields=("terms",), name="epcis_event_terms"),
            models.Index(fields=("event_time",), name="epcis_event_time"),
            # They are few, and asked for with each event that comes.
            models.Index(
                fields=("recorder", "event_uri"),
                name="epcis_event_declared",
                condition=Q(declaration=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_uri}"


class EpcisMark(models.Model):
    """The one row that says up to which entry of the log events have their rows in the index."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    next_index = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="epcis_index_has_one_mark", condition=Q(id=1, next_index__gte=0)
            ),
        )

    def __str__(self) -> str:
        return f"{self.next_index}"
