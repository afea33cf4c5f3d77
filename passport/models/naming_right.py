"""Under which GS1 prefixes and domains a party may name batteries, and how that was decided."""

from django.db import models
from django.db.models import Q

from passport.models.ids import new_id
from passport.models.party import Party, Person
from passport.proof.naming_right import url_of


class NamingKind(models.TextChoices):
    GS1_PREFIX = "GS1_PREFIX", "GS1 company prefix"
    DOMAIN = "DOMAIN", "domain"


class NamingState(models.TextChoices):
    CLAIMED = "CLAIMED", "claimed"
    PROVEN = "PROVEN", "proven"
    REFUSED = "REFUSED", "refused"
    REVOKED = "REVOKED", "revoked"


class NamingBasis(models.TextChoices):
    DOMAIN = "DOMAIN", "the domain answered with a signed challenge"
    DOCUMENT = "DOCUMENT", "a document that an operator looked at"
    OPERATOR = "OPERATOR", "an operator decided"


class NamingRight(models.Model):
    """A claim to a prefix or a domain; `stem` is written by the database.

    Two parties never have proven rights of which one covers the other (naming_rights_v1.sql).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="naming_rights")
    kind = models.CharField(max_length=10, choices=NamingKind.choices)
    value = models.CharField(max_length=253)
    stem = models.CharField(max_length=260)
    state = models.CharField(max_length=7, choices=NamingState.choices, default=NamingState.CLAIMED)
    challenge = models.CharField(max_length=44)
    document_sha256 = models.BinaryField(max_length=32, null=True)
    # Why the domain's newest answer proves nothing; empty when it was not asked, or proved it.
    trouble = models.CharField(max_length=300, blank=True)
    claimed_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="naming_right_is_claimed_once_by_a_party",
                fields=("party", "kind", "value"),
                condition=Q(state__in=("CLAIMED", "PROVEN")),
            ),
        )
        indexes = (
            models.Index(fields=("stem",), name="naming_right_proven", condition=Q(state="PROVEN")),
        )

    def __str__(self) -> str:
        return f"{self.value} {self.state}"

    @property
    def challenge_url(self) -> str | None:
        """Where a domain serves its challenge; a prefix has no such place."""
        return url_of(domain=self.value) if self.kind == NamingKind.DOMAIN else None

    @property
    def history(self) -> "list[NamingDecision]":
        """What was decided, oldest first."""
        return sorted(self.decisions.all(), key=lambda each: each.id)


class NamingDecision(models.Model):
    """One step of a claim, for good: what was decided, upon what, and by whom."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    right = models.ForeignKey(
        NamingRight, on_delete=models.PROTECT, related_name="decisions", db_index=False
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT)
    state = models.CharField(max_length=7, choices=NamingState.choices)
    basis = models.CharField(max_length=8, choices=NamingBasis.choices)
    decided_by = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=255, blank=True)
    document_sha256 = models.BinaryField(max_length=32, null=True)
    body = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    decided_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("right", "id"), name="naming_decision_of_right"),)

    def __str__(self) -> str:
        return f"{self.right_id} {self.state}"


class NamingVerdict(models.TextChoices):
    ACCEPT = "ACCEPT", "accept"
    REFUSE = "REFUSE", "refuse"
    REVOKE = "REVOKE", "revoke"


class NamingOrder(models.Model):
    """What an administrator decided about a name; the worker carries it out, and logs it.

    Without a right it is about a prefix or a domain that an application named.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="naming_orders")
    right = models.ForeignKey(
        NamingRight, on_delete=models.PROTECT, null=True, related_name="orders"
    )
    kind = models.CharField(max_length=10, choices=NamingKind.choices)
    value = models.CharField(max_length=253)
    verdict = models.CharField(max_length=6, choices=NamingVerdict.choices)
    reason = models.CharField(max_length=255)
    document_sha256 = models.BinaryField(max_length=32, null=True)
    ordered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=255, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("ordered_at",), name="naming_order_waits", condition=Q(done_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.verdict} {self.value}"
