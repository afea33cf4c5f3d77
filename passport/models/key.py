"""Keys with which parties sign, how they end, and what is known of whose they are."""

from django.db import models

from passport.models.ids import new_id
from passport.models.party import Party


class KeyCustody(models.TextChoices):
    """Where the private half lies."""

    OWN = "OWN", "with its party"
    HOSTED = "HOSTED", "with this service, in an envelope"


class SigningKey(models.Model):
    """A public key, with the event that brought it in: an add, or a rotation of the one before."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="signing_keys")
    did = models.CharField(max_length=255)
    method = models.CharField(max_length=300, unique=True)
    public_key = models.BinaryField(max_length=32, unique=True)
    enrolment = models.BinaryField()
    enrolment_sha256 = models.BinaryField(max_length=32, unique=True)
    enrolled_at = models.DateTimeField()
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    custody = models.CharField(max_length=6, choices=KeyCustody.choices, default=KeyCustody.OWN)

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


class KeyRevocation(models.Model):
    """The signed event that withdraws a key. A later one may only widen the suspicion."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="revocations")
    party = models.ForeignKey(Party, on_delete=models.PROTECT)
    signed_by = models.CharField(max_length=300)
    reason = models.CharField(max_length=24)
    suspect_from = models.BigIntegerField(null=True)
    body = models.BinaryField()
    sha256 = models.BinaryField(max_length=32, unique=True)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key_id} {self.reason}"


class HostedKey(models.Model):
    """A private key in an envelope; only a re-wrap changes the row, and then only its wrapping."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="hosted_keys")
    method = models.CharField(max_length=300, unique=True)
    purpose = models.CharField(max_length=16)
    kek_id = models.CharField(max_length=64)
    wrapped_key = models.BinaryField(max_length=128)
    sealed_seed = models.BinaryField(max_length=128)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.method


class DidDocument(models.Model):
    """What a party's own domain answered when it was asked for its DID document: evidence.

    `body` is what the log has the digest of: the answer to the byte, in proof.didanswer's words.
    `trouble` says why it vouches for nothing, and is empty when it is a good document.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="did_documents")
    did = models.CharField(max_length=255)
    url = models.CharField(max_length=600)
    body = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    trouble = models.CharField(max_length=300, blank=True)
    fetched_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("did", "-id"), name="did_document_newest"),)

    def __str__(self) -> str:
        return f"{self.did} {self.fetched_at:%Y-%m-%d}"
