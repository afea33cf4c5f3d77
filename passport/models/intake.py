"""A file of serials on its way in: its bytes as received, and what was wrong with some lines."""

from django.db import models
from django.db.models import Q

from passport.models.ids import new_id
from passport.models.job import Job
from passport.models.party import Party


class IntakeState(models.TextChoices):
    RECEIVING = "RECEIVING", "coming in"
    RECEIVED = "RECEIVED", "received"
    RUNNING = "RUNNING", "running"
    DONE = "DONE", "done"
    FAILED = "FAILED", "stopped after repeated failures"
    CANCELLED = "CANCELLED", "cancelled"


class Intake(models.Model):
    """A file and how far it is: `size_bytes` came in, `bytes_read` of them were worked off.

    The counts live while it runs. `sha256` is known when the file is whole. The worker looks at
    `cancel_asked_at` between two steps; what is registered by then stays.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="intakes")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="intake", null=True)
    # As its sender calls the file; empty for a stream.
    name = models.CharField(max_length=120, blank=True)
    # The Idempotency-Key under which it comes in: the same request again goes on with it.
    key = models.CharField(max_length=255, blank=True)
    # It holds the mended lines of this one: all of them, or the one of this number.
    mends = models.ForeignKey("self", on_delete=models.PROTECT, related_name="mended_by", null=True)
    mends_line = models.BigIntegerField(null=True)
    media_type = models.CharField(max_length=60)
    # How it is read, in words for its sender: delimiter, columns.
    read_as = models.CharField(max_length=120, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    sha256 = models.BinaryField(max_length=32, null=True)
    state = models.CharField(
        max_length=9, choices=IntakeState.choices, default=IntakeState.RECEIVED
    )
    bytes_read = models.BigIntegerField(default=0)
    lines_read = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    duplicates = models.BigIntegerField(default=0)
    received_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="intake_comes_in_once_a_key",
                fields=("party", "key"),
                condition=Q(state="RECEIVING") & ~Q(key=""),
            ),
        )
        indexes = (
            models.Index(
                fields=("received_at",),
                name="intake_open",
                condition=Q(state="RECEIVING"),
            ),
        )

    def __str__(self) -> str:
        return f"intake {self.id} {self.state}"


class IntakeBlock(models.Model):
    """Bytes of a file as they came, `size` of them from `offset` on; gone once the intake ends.

    `packed` blocks are kept under zstd, whatever the file's own encoding is.
    """

    id = models.BigAutoField(primary_key=True)
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="blocks")
    offset = models.BigIntegerField()
    size = models.IntegerField()
    packed = models.BooleanField()
    data = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="intake_block_has_one_place", fields=("intake", "offset")),
            models.CheckConstraint(
                name="intake_block_holds_bytes", condition=Q(size__gt=0, offset__gte=0)
            ),
        )

    def __str__(self) -> str:
        return f"{self.intake_id}+{self.offset}"


class IntakeError(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="errors")
    number = models.BigIntegerField()
    pointer = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60)
    detail = models.TextField()
    remedy = models.TextField(blank=True)
    raw = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="intake_error_is_one_per_line", fields=("intake", "number")
            ),
        )

    def __str__(self) -> str:
        return f"line {self.number}: {self.code}"
