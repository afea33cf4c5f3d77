"""A file of serials on its way in: its bytes as received, and what was wrong with some lines."""

from django.contrib.postgres.fields import ArrayField
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
    intake = models.ForeignKey(
        Intake, on_delete=models.PROTECT, related_name="blocks", db_index=False
    )
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


class IntakeStep(models.TextChoices):
    """What the worker does with a file, in this order."""

    READING = "READING", "reads it line by line"
    WAITING = "WAITING", "takes lines up again whose parent or model stood further on"
    PLACING = "PLACING", "puts batteries into batteries"
    TELLING = "TELLING", "records the new batteries in the log"
    PROVING = "PROVING", "holds the items of a batch against what was signed"
    ATTESTING = "ATTESTING", "keeps the items of a batch"


class IntakeProgress(models.Model):
    """Where the worker goes on, written with each step's rows: a crash repeats nothing.

    `line` is the last one read, `round` counts how often waiting lines were taken up, `landed` how
    many of them landed in this round. Of a batch: the line it stands on, its credential, and the
    tree over the items so far, of which `lost` stood on lines that were refused. `place` is how far
    a later step is, in its own measure; `cut` that the file was cancelled before its end.
    """

    intake = models.OneToOneField(
        Intake, on_delete=models.PROTECT, primary_key=True, related_name="progress"
    )
    step = models.CharField(max_length=9, choices=IntakeStep.choices, default=IntakeStep.READING)
    line = models.BigIntegerField(default=0)
    round = models.IntegerField(default=0)
    landed = models.BigIntegerField(default=0)
    batch_line = models.BigIntegerField(null=True)
    credential = models.BinaryField(null=True)
    items = models.BigIntegerField(default=0)
    lost = models.BigIntegerField(default=0)
    cut = models.BooleanField(default=False)
    peaks = models.BinaryField(default=bytes)
    upstream = models.BinaryField(default=bytes)
    attestation = models.ForeignKey("passport.Attestation", on_delete=models.PROTECT, null=True)
    place = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.intake_id} {self.step}"


class IntakeWaiting(models.Model):
    """Lines of a file, under zstd, that can be taken only when others were: of which `kind`, and in
    which round they are taken up.
    """

    id = models.BigAutoField(primary_key=True)
    intake = models.ForeignKey(
        Intake, on_delete=models.PROTECT, related_name="waiting", db_index=False
    )
    kind = models.CharField(max_length=10)
    round = models.IntegerField()
    numbers = ArrayField(models.BigIntegerField())
    lines = models.BinaryField()

    class Meta:
        indexes = (models.Index(fields=("intake", "kind", "round"), name="intake_waiting_next"),)

    def __str__(self) -> str:
        return f"{self.intake_id} {self.kind} {self.round}"


class IntakeError(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    intake = models.ForeignKey(
        Intake, on_delete=models.PROTECT, related_name="errors", db_index=False
    )
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
