"""Signed claims of makers, kept as the bytes that were signed, and the keys that signed them."""

from django.db import models

from passport.models.battery import Battery
from passport.models.ids import new_id
from passport.models.party import Party


class VouchedBy(models.TextChoices):
    """Who says that a key is its party's; the auditor's own pin is not ours to store."""

    DOMAIN = "DOMAIN", "the party's own domain"
    SERVICE = "SERVICE", "this service"


class SigningKey(models.Model):
    """A maker's public key. The private half never comes here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="signing_keys")
    did = models.CharField(max_length=255)
    method = models.CharField(max_length=300, unique=True)
    public_key = models.BinaryField(max_length=32)
    enrolment = models.BinaryField()
    enrolment_sha256 = models.BinaryField(max_length=32, unique=True)
    enrolled_at = models.DateTimeField()
    vouched_by = models.CharField(
        max_length=7, choices=VouchedBy.choices, default=VouchedBy.SERVICE
    )

    def __str__(self) -> str:
        return self.method


class KeyChallenge(models.Model):
    """A nonce that the holder of a private key signs to prove possession; used once."""

    nonce = models.CharField(max_length=44, primary_key=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.nonce


class Attestation(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    issuer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="attestations")
    kind = models.CharField(max_length=60)
    method = models.CharField(max_length=300)
    body = models.BinaryField()
    sha256 = models.BinaryField(max_length=32, unique=True)
    battery = models.ForeignKey(
        Battery, on_delete=models.PROTECT, null=True, related_name="attestations"
    )
    batch_size = models.IntegerField(null=True)
    batch_root = models.BinaryField(max_length=32, null=True)
    access = models.CharField(max_length=20)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="attestation_is_about_one_battery_or_a_batch",
                condition=models.Q(battery__isnull=False) ^ models.Q(batch_size__gt=0),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} by {self.method}"


class AttestationItem(models.Model):
    """One battery's leaf of a batch, with its stored bytes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    attestation = models.ForeignKey(Attestation, on_delete=models.PROTECT, related_name="items")
    index = models.IntegerField()
    battery = models.ForeignKey(Battery, on_delete=models.PROTECT, related_name="attestation_items")
    body = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="attestation_item_has_one_place", fields=("attestation", "index")
            ),
            models.UniqueConstraint(
                name="attestation_item_is_one_per_battery", fields=("attestation", "battery")
            ),
        )

    def __str__(self) -> str:
        return f"{self.attestation_id}[{self.index}]"
