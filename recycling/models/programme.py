"""What a second-life operator or a recycler takes, on which terms, and how many."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from passport.models import Party
from passport.models.ids import new_id


class ProgrammeKind(models.TextChoices):
    SECOND_LIFE = "SECOND_LIFE", "second life"
    RECYCLER = "RECYCLER", "recycler"


class EndRoute(models.TextChoices):
    """Where a retired battery goes; the first three are second lives."""

    REUSE = "REUSE", "reuse"
    REPURPOSE = "REPURPOSE", "repurpose"
    REMANUFACTURE = "REMANUFACTURE", "remanufacture"
    RECYCLE = "RECYCLE", "recycle"


class Programme(models.Model):
    """Published terms, seen by every party. Cents above zero are paid to the holder.

    `band_width` (a fraction of health) says that it takes lots: one pack model, one band, at least
    `lot_minimum_packs`; without it packs are taken one by one. `lanes` and `recovery` hold
    what rules.lanes reads: one lane a country, one share a material.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="programmes", db_index=False
    )
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=11, choices=ProgrammeKind.choices)
    route = models.CharField(max_length=13, choices=EndRoute.choices)
    chemistries = ArrayField(models.CharField(max_length=20))
    model_codes = ArrayField(models.CharField(max_length=60), default=list)
    soh_min = models.DecimalField(max_digits=4, decimal_places=3)
    soh_max = models.DecimalField(max_digits=4, decimal_places=3)
    resistance_max = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    contract_years = models.DecimalField(max_digits=4, decimal_places=1)
    accepts_damaged = models.BooleanField(default=False)
    price_cents_per_kwh = models.IntegerField(default=0)
    fee_cents_per_kg = models.IntegerField(null=True)
    use = models.CharField(max_length=30, blank=True)
    capacity_packs = models.IntegerField()
    weekly_capacity_packs = models.IntegerField(null=True)
    lot_minimum_packs = models.IntegerField(null=True)
    lot_maximum_packs = models.IntegerField(null=True)
    band_width = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    process = models.CharField(max_length=10, blank=True)
    recovery = models.JSONField(default=list)
    permit_waste_codes = ArrayField(models.CharField(max_length=10), default=list)
    permit_countries = ArrayField(models.CharField(max_length=2), default=list)
    lanes = models.JSONField(default=list)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    max_distance_km = models.IntegerField(null=True)
    opens_on = models.DateField()
    closes_on = models.DateField(null=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="programme_name_is_unique_within_its_party", fields=("party", "name")
            ),
            models.CheckConstraint(
                name="programme_recycles_or_gives_a_second_life",
                condition=Q(kind="RECYCLER", route="RECYCLE")
                | (Q(kind="SECOND_LIFE") & ~Q(route="RECYCLE")),
            ),
            models.CheckConstraint(
                name="programme_window_is_open",
                condition=Q(soh_min__gte=0) & Q(soh_min__lt=F("soh_max")) & Q(soh_max__lte="1.2"),
            ),
            models.CheckConstraint(
                name="programme_capacity_is_not_negative", condition=Q(capacity_packs__gte=0)
            ),
            models.CheckConstraint(
                name="programme_closes_after_it_opens",
                condition=Q(closes_on__isnull=True) | Q(closes_on__gt=F("opens_on")),
            ),
            models.CheckConstraint(
                name="programme_takes_lots_of_one_band_or_single_packs",
                condition=Q(
                    band_width__isnull=True,
                    lot_minimum_packs__isnull=True,
                    lot_maximum_packs__isnull=True,
                )
                | Q(
                    band_width__isnull=False,
                    band_width__gt=0,
                    band_width__lte="1.2",
                    lot_minimum_packs__isnull=False,
                    lot_minimum_packs__gte=1,
                ),
            ),
            models.CheckConstraint(
                name="programme_lot_has_room_for_its_minimum",
                condition=Q(lot_maximum_packs__isnull=True)
                | Q(lot_maximum_packs__gte=F("lot_minimum_packs")),
            ),
            models.CheckConstraint(
                name="programme_takes_a_pack_a_week_at_least",
                condition=Q(weekly_capacity_packs__isnull=True) | Q(weekly_capacity_packs__gte=1),
            ),
            models.CheckConstraint(
                name="programme_that_recovers_materials_recycles",
                condition=Q(kind="RECYCLER") | Q(process="", recovery=[]),
            ),
        )

    def __str__(self) -> str:
        return self.name
