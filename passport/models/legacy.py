"""Batteries born before passports: as their keeper found them, until their maker claims them."""

from django.db import models
from django.db.models import Q

from passport.models.battery import Battery, Category, Level
from passport.models.ids import new_id
from passport.models.party import Party
from passport.rules.legacy import LegacyState


class LegacyBattery(models.Model):
    """What a keeper, workshop or recycler found, and the battery that was registered from it.

    `maker_name` is what the plate says, attested by nobody; empty is unknown. `plate` has what was
    read, `assumed` what only follows from it. Once merged, `merged_into` is the battery that
    answers: this one, when its maker registered the same name, or the maker's own.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="found")
    identity = models.CharField(max_length=255)
    level = models.CharField(max_length=6, choices=Level.choices)
    category = models.CharField(max_length=10, choices=Category.choices)
    maker_name = models.CharField(max_length=120, blank=True)
    plate = models.JSONField(default=dict)
    assumed = models.JSONField(default=list)
    photo_sha256 = models.BinaryField(max_length=32, null=True)
    digest = models.BinaryField(max_length=32)
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in LegacyState],
        default=LegacyState.WAITING,
    )
    refusal = models.CharField(max_length=400, blank=True)
    battery = models.OneToOneField(
        Battery, on_delete=models.PROTECT, null=True, related_name="legacy"
    )
    merged_into = models.ForeignKey(
        Battery, on_delete=models.PROTECT, null=True, related_name="merged_from"
    )
    claimant = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, related_name="claimed_legacies"
    )
    claim_digest = models.BinaryField(max_length=32, null=True)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    merged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="legacy_battery_is_asked_for_once",
                fields=("party", "identity"),
                condition=~Q(state="REFUSED"),
            ),
            models.CheckConstraint(
                name="legacy_battery_has_what_its_state_says",
                condition=Q(state__in=("WAITING", "REFUSED"), battery__isnull=True)
                | Q(state="REGISTERED", battery__isnull=False, merged_into__isnull=True)
                | Q(state="MERGED", battery__isnull=False, merged_into__isnull=False),
            ),
        )
        indexes = (models.Index(fields=("identity",), name="legacy_battery_identity"),)

    def __str__(self) -> str:
        return f"{self.identity} {self.state}"
