"""Where kilograms go: drawn once, filled into lots, passed on, claimed; append-only."""

from django.db import models
from django.db.models import F, Q

from passport.models import Attestation, Battery, Party
from passport.models.ids import new_id
from recycling.models.treatment import Fraction, FractionFate, Treatment, TreatmentBatch


class LotState(models.TextChoices):
    OFFERED = "OFFERED", "offered"
    ACCEPTED = "ACCEPTED", "accepted"
    REFUSED = "REFUSED", "refused"
    WITHDRAWN = "WITHDRAWN", "withdrawn"


class MaterialLot(models.Model):
    """Kilograms of fractions under one number. Who holds it now is told by its hand-overs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recycler = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="material_lots", db_index=False
    )
    number = models.CharField(max_length=40)
    identity = models.CharField(max_length=255, unique=True)
    material = models.CharField(max_length=40)
    mass_kg = models.DecimalField(max_digits=12, decimal_places=5)
    fate = models.CharField(max_length=8, choices=FractionFate.choices)
    assay = models.JSONField(null=True)
    filled_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="material_lot_has_its_own_number", fields=("recycler", "number")
            ),
            models.CheckConstraint(
                name="material_lot_mass_is_positive", condition=Q(mass_kg__gt=0)
            ),
            models.CheckConstraint(
                name="material_lot_goes_to_a_maker_or_into_a_step",
                condition=Q(fate__in=("RECYCLED", "ONWARD")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.mass_kg} kg {self.material}"


class LotHandOver(models.Model):
    """A lot passed on, as a whole: offered by who holds it, answered by the other side."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lot = models.ForeignKey(
        MaterialLot, on_delete=models.PROTECT, related_name="hand_overs", db_index=False
    )
    place = models.IntegerField()
    from_party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="gives_lots")
    to_party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="is_given_lots")
    state = models.CharField(max_length=9, choices=LotState.choices, default=LotState.OFFERED)
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="lot_hand_over_has_one_place", fields=("lot", "place")),
            models.UniqueConstraint(
                name="lot_is_offered_to_one_party_at_a_time",
                fields=("lot",),
                condition=Q(state="OFFERED"),
            ),
            models.CheckConstraint(
                name="lot_goes_to_somebody_else", condition=~Q(from_party=F("to_party"))
            ),
            models.CheckConstraint(
                name="lot_hand_over_is_answered_at_a_moment",
                condition=Q(state="OFFERED", answered_at__isnull=True)
                | (~Q(state="OFFERED") & Q(answered_at__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.lot_id} {self.state}"


class MaterialClaim(models.Model):
    """Kilograms of a lot that a maker's attestation counts as recycled; logged as `body`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    claim_id = models.UUIDField()
    lot = models.ForeignKey(
        MaterialLot, on_delete=models.PROTECT, related_name="claims", db_index=False
    )
    maker = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="material_claims", db_index=False
    )
    attestation = models.ForeignKey(
        Attestation, on_delete=models.PROTECT, related_name="material_claims"
    )
    mass_kg = models.DecimalField(max_digits=12, decimal_places=5)
    claimed_at = models.DateTimeField()
    body = models.BinaryField()
    body_sha256 = models.BinaryField(max_length=32)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="material_claim_is_made_once", fields=("maker", "claim_id")
            ),
            models.UniqueConstraint(
                name="material_claim_is_one_of_an_attestation", fields=("lot", "attestation")
            ),
            models.CheckConstraint(
                name="material_claim_mass_is_positive", condition=Q(mass_kg__gt=0)
            ),
        )

    def __str__(self) -> str:
        return f"{self.mass_kg} kg of {self.lot_id}"


class MassUse(models.Model):
    """Kilograms drawn from a battery, a fraction or a lot, into a step or a lot."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="mass_uses")
    battery = models.OneToOneField(
        Battery, on_delete=models.PROTECT, null=True, related_name="mass_use"
    )
    fraction = models.ForeignKey(Fraction, on_delete=models.PROTECT, null=True, related_name="uses")
    lot = models.ForeignKey(MaterialLot, on_delete=models.PROTECT, null=True, related_name="uses")
    treatment = models.ForeignKey(
        Treatment, on_delete=models.PROTECT, null=True, related_name="inputs"
    )
    into_lot = models.ForeignKey(
        MaterialLot, on_delete=models.PROTECT, null=True, related_name="parts"
    )
    mass_kg = models.DecimalField(max_digits=12, decimal_places=5)

    class Meta:
        constraints = (
            models.CheckConstraint(name="mass_use_is_positive", condition=Q(mass_kg__gt=0)),
            models.CheckConstraint(
                name="mass_use_has_one_source",
                condition=Q(battery__isnull=False, fraction__isnull=True, lot__isnull=True)
                | Q(battery__isnull=True, fraction__isnull=False, lot__isnull=True)
                | Q(battery__isnull=True, fraction__isnull=True, lot__isnull=False),
            ),
            models.CheckConstraint(
                name="mass_use_has_one_end",
                condition=Q(treatment__isnull=False, into_lot__isnull=True)
                | Q(
                    treatment__isnull=True,
                    into_lot__isnull=False,
                    battery__isnull=True,
                    lot__isnull=True,
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.mass_kg} kg"


class MassTally(models.Model):
    """How much of a fraction or lot is used or claimed; only triggers write it."""

    source = models.UUIDField(primary_key=True)
    mass_kg = models.DecimalField(max_digits=12, decimal_places=5)
    used_kg = models.DecimalField(max_digits=12, decimal_places=5, default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="a_kilogram_is_used_once", condition=Q(used_kg__lte=F("mass_kg"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.used_kg} of {self.mass_kg} kg"


class TreatmentPaper(models.Model):
    """What a recycler signed: the certificate of recycling of a batch or of a battery treated in
    one act, or the origin of a lot.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.OneToOneField(
        TreatmentBatch, on_delete=models.PROTECT, null=True, related_name="certificate"
    )
    treatment = models.OneToOneField(
        Treatment, on_delete=models.PROTECT, null=True, related_name="certificate"
    )
    lot = models.OneToOneField(
        MaterialLot, on_delete=models.PROTECT, null=True, related_name="paper"
    )
    attestation = models.OneToOneField(
        Attestation, on_delete=models.PROTECT, related_name="treatment_paper"
    )
    sha256 = models.BinaryField(max_length=32)
    filed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="treatment_paper_is_of_one_thing",
                condition=Q(batch__isnull=False, treatment__isnull=True, lot__isnull=True)
                | Q(batch__isnull=True, treatment__isnull=False, lot__isnull=True)
                | Q(batch__isnull=True, treatment__isnull=True, lot__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return bytes(self.sha256).hex()
