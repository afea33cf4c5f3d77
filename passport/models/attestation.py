"""Signed claims of makers and suppliers, kept as the bytes that were signed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from passport.models.battery import Battery
from passport.models.ids import new_id, new_salt
from passport.models.party import Party


class Lot(models.Model):
    """A lot of material that a supplier attests; its salt hides its name in the log."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    identity = models.CharField(max_length=255, unique=True)
    issuer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="lots")
    salt = models.BinaryField(max_length=16, default=new_salt)
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.identity


class Attestation(models.Model):
    """One signed claim: about one battery, one lot of material, or a batch of batteries."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    issuer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="attestations")
    kind = models.CharField(max_length=60)
    method = models.CharField(max_length=300)
    body = models.BinaryField()
    sha256 = models.BinaryField(max_length=32, unique=True)
    battery = models.ForeignKey(
        Battery, on_delete=models.PROTECT, null=True, related_name="attestations"
    )
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="attestations")
    batch_size = models.IntegerField(null=True)
    batch_root = models.BinaryField(max_length=32, null=True)
    access = models.CharField(max_length=20)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="attestation_is_about_one_battery_one_lot_or_a_batch",
                condition=models.Q(battery__isnull=False, lot__isnull=True, batch_size__isnull=True)
                | models.Q(battery__isnull=True, lot__isnull=False, batch_size__isnull=True)
                | models.Q(battery__isnull=True, lot__isnull=True, batch_size__gt=0),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} by {self.method}"


class AttestationItem(models.Model):
    """One battery's leaf of a batch, with its stored bytes. A trigger looks what it points to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    attestation = models.ForeignKey(
        Attestation,
        on_delete=models.PROTECT,
        related_name="items",
        db_constraint=False,
        db_index=False,
    )
    index = models.IntegerField()
    battery = models.ForeignKey(
        Battery,
        on_delete=models.PROTECT,
        related_name="attestation_items",
        db_constraint=False,
        db_index=False,
    )
    body = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="attestation_item_has_one_place", fields=("attestation", "index")
            ),
            models.UniqueConstraint(
                name="attestation_item_is_one_per_battery", fields=("battery", "attestation")
            ),
        )

    def __str__(self) -> str:
        return f"{self.attestation_id}[{self.index}]"


class AttestationUpstream(models.Model):
    """That an attestation builds upon another one, named by the digest of its bytes."""

    id = models.BigAutoField(primary_key=True)
    attestation = models.ForeignKey(
        Attestation, on_delete=models.PROTECT, related_name="upstream", db_index=False
    )
    sha256 = models.BinaryField(max_length=32)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="upstream_is_named_once", fields=("attestation", "sha256")
            ),
        )

    def __str__(self) -> str:
        return bytes(self.sha256).hex()


class BatchTile(models.Model):
    """A subtree of a batch's tree, four levels high: up to 16 neighbouring hashes of `level`, then
    the 8, 4 and 2 above them, as far as they are complete. `level` is a multiple of four.

    Paths of items are read from these, so that no request hashes a million items again. Written and
    read by SQL functions alone.
    """

    id = models.BigAutoField(primary_key=True)
    # Found by its place alone: an index of all tiles of a batch would be taken for a batch that the
    # last ANALYZE has not seen, and read whole for each tile.
    attestation = models.ForeignKey(
        Attestation, on_delete=models.PROTECT, related_name="tiles", db_index=False
    )
    level = models.SmallIntegerField()
    place = models.IntegerField()
    hashes = models.BinaryField(max_length=960)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="batch_tile_has_one_place", fields=("attestation", "level", "place")
            ),
        )

    def __str__(self) -> str:
        return f"{self.attestation_id} {self.level}/{self.place}"


class Withdrawal(models.Model):
    """The signed statement with which an issuer takes an attestation back.

    `items` are the batteries of a batch that it is taken back for; null is the whole attestation.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    attestation = models.ForeignKey(
        Attestation, on_delete=models.PROTECT, related_name="withdrawals"
    )
    issuer = models.ForeignKey(Party, on_delete=models.PROTECT)
    method = models.CharField(max_length=300)
    reason = models.CharField(max_length=300)
    items = ArrayField(models.CharField(max_length=255), null=True)
    body = models.BinaryField()
    sha256 = models.BinaryField(max_length=32, unique=True)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.attestation_id} withdrawn"
