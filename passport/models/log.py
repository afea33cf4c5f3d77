"""The transparency log: what waits for it, its entries, its head, and its signed checkpoints."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from passport.proof import did, leaf

models.CharField.register_lookup(Length)


class Outbox(models.Model):
    """What a business transaction wants logged; written with it, taken by the sequencer."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=16)
    digest = models.BinaryField(max_length=32)
    method = models.CharField(max_length=300, null=True)  # noqa: DJ001 - null in the leaf
    subjects = models.IntegerField()
    subject = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        # What the sequencer could not write as a leaf would stop the log, so it never gets here.
        constraints = (
            models.CheckConstraint(
                name="wish_is_of_a_kind_that_leaves_have", condition=Q(kind__in=leaf.KINDS)
            ),
            models.CheckConstraint(
                name="wish_names_a_method_just_when_it_is_signed",
                condition=Q(kind__in=leaf.SIGNED, method__isnull=False)
                | (~Q(kind__in=leaf.SIGNED) & Q(method__isnull=True)),
            ),
            models.CheckConstraint(
                name="wish_of_the_log_itself_is_about_nobody",
                condition=Q(subjects=0) | (Q(subjects__gt=0) & ~Q(kind__in=leaf.OWN)),
            ),
            models.CheckConstraint(
                name="wish_names_a_method_that_a_leaf_can_hold",
                condition=Q(method__isnull=True) | Q(method__length__lte=did.MAX_METHOD),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class LogEntry(models.Model):
    """One leaf, for ever."""

    index = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=16)
    leaf = models.BinaryField(max_length=512)
    leaf_hash = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    subject = models.BinaryField(max_length=32)
    method = models.CharField(max_length=300, null=True)  # noqa: DJ001 - null in the leaf
    outbox_id = models.BigIntegerField(unique=True)

    class Meta:
        indexes = (
            models.Index(fields=("digest",), name="log_entry_digest"),
            models.Index(fields=("subject", "index"), name="log_entry_subject"),
        )

    def __str__(self) -> str:
        return f"{self.index} {self.kind}"


class LogSubject(models.Model):
    """The newest entry of a single subject, from which its next entry is chained."""

    subject = models.BinaryField(primary_key=True, max_length=32)
    sequence = models.IntegerField()
    leaf_hash = models.BinaryField(max_length=32)
    index = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{bytes(self.subject).hex()} {self.sequence}"


class LogHead(models.Model):
    """The one row that says how far the log has come: its size and right edge."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    origin = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    edge = ArrayField(models.BinaryField(max_length=32), default=list)
    published_size = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(name="log_has_one_head", condition=Q(id=1)),
            models.CheckConstraint(
                name="log_publishes_only_what_it_holds",
                condition=Q(published_size__lte=models.F("size")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"


class Checkpoint(models.Model):
    """A signed tree head; kept for ever, with the time bounds its cosignatures give."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    body = models.BinaryField()
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"checkpoint {self.size}"


class Cosignature(models.Model):
    """A witness's signature line on a checkpoint."""

    id = models.BigAutoField(primary_key=True)
    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, related_name="cosignatures", db_index=False
    )
    witness = models.CharField(max_length=200)
    line = models.CharField(max_length=400)
    received_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="cosignature_is_one_per_witness", fields=("checkpoint", "witness")
            ),
        )

    def __str__(self) -> str:
        return f"{self.witness} on {self.checkpoint_id}"


class LogEra(models.Model):
    """One name of the log: the same tree goes on under a new origin and key, usually each year.

    `began_at` is the size of the tree when the name came into use; `before` is the digest of the
    last witnessed checkpoint under the old name, null for the first.
    """

    origin = models.CharField(max_length=200, primary_key=True)
    began_at = models.BigIntegerField(unique=True)
    before = models.BinaryField(max_length=32, null=True)
    begun_on = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.origin} from {self.began_at}"


class LogDocument(models.Model):
    """The bytes of what the service itself had logged: snapshots, old checkpoints, manifests."""

    sha256 = models.BinaryField(primary_key=True, max_length=32)
    kind = models.CharField(max_length=16)
    body = models.BinaryField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("kind", "recorded_at"), name="log_document_of_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {bytes(self.sha256).hex()}"


class CheckpointTimestamp(models.Model):
    """A token of a time-stamping authority over a checkpoint's text (RFC 3161)."""

    id = models.BigAutoField(primary_key=True)
    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, related_name="timestamps", db_index=False
    )
    authority = models.CharField(max_length=300)
    token = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="timestamp_is_one_per_authority", fields=("checkpoint", "authority")
            ),
        )

    def __str__(self) -> str:
        return f"{self.authority} on {self.checkpoint_id}"
