"""Masses in, masses out: what a recycler made of batteries, in one act or in steps; append-only."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from passport.models import Battery, Facility, LifecycleEvent, Party
from passport.models.ids import new_id


class Process(models.TextChoices):
    HYDRO = "hydro", "mechanical separation, then leaching"
    PYRO = "pyro", "smelting, then refining"
    PYRO_LI = "pyro_li", "smelting with lithium from the slag"
    DIRECT = "direct", "cathode renewed as it is"


class StepName(models.TextChoices):
    WHOLE = "WHOLE", "treated in one act"
    DISCHARGE = "DISCHARGE", "discharged"
    DISMANTLE = "DISMANTLE", "dismantled"
    SHRED = "SHRED", "shredded"
    BLACK_MASS = "BLACK_MASS", "separated into black mass and metals"
    REFINE = "REFINE", "refined"


class FractionFate(models.TextChoices):
    RECYCLED = "RECYCLED", "recycled"
    ONWARD = "ONWARD", "goes into a further step"
    ENERGY = "ENERGY", "burnt for energy"
    DISPOSED = "DISPOSED", "disposed of"
    EMITTED = "EMITTED", "emitted"


class TreatmentBatch(models.Model):
    """Several steps that belong together, under a recycler's own number; certified as one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recycler = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="treatment_batches", db_index=False
    )
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True)
    number = models.CharField(max_length=40)
    identity = models.CharField(max_length=255, unique=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="treatment_batch_has_its_own_number", fields=("recycler", "number")
            ),
        )

    def __str__(self) -> str:
        return self.number


class Treatment(models.Model):
    """A battery treated in one act, or one step of a batch; `body` is what the log took of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    battery = models.OneToOneField(
        Battery, on_delete=models.PROTECT, null=True, related_name="treatment"
    )
    batch = models.ForeignKey(
        TreatmentBatch, on_delete=models.PROTECT, null=True, related_name="steps"
    )
    step = models.CharField(max_length=10, choices=StepName.choices, default=StepName.WHOLE)
    booking_id = models.UUIDField(null=True)
    recycler = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="treatments", db_index=False
    )
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True)
    event = models.OneToOneField(
        LifecycleEvent, on_delete=models.PROTECT, null=True, related_name="treatment"
    )
    process = models.CharField(max_length=7, choices=Process.choices, blank=True)
    chemistry = models.CharField(max_length=20, blank=True)
    mass_in_kg = models.DecimalField(max_digits=12, decimal_places=5)
    mass_out_kg = models.DecimalField(max_digits=12, decimal_places=5)
    efficiency = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    efficiency_floor = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    tables_version = models.CharField(max_length=60)
    treated_at = models.DateTimeField()
    booked_at = models.DateTimeField()
    body = models.BinaryField(null=True)
    body_sha256 = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="treatment_masses_are_positive",
                condition=Q(mass_in_kg__gt=0, mass_out_kg__gt=0),
            ),
            models.CheckConstraint(
                name="treatment_masses_close_within_two_percent",
                condition=Q(mass_out_kg__gte=F("mass_in_kg") * Decimal("0.98"))
                & Q(mass_out_kg__lte=F("mass_in_kg") * Decimal("1.02")),
            ),
            models.CheckConstraint(
                name="treatment_is_of_a_battery_or_a_step_of_a_batch",
                condition=Q(
                    step="WHOLE", battery__isnull=False, event__isnull=False, batch__isnull=True
                )
                | (
                    ~Q(step="WHOLE")
                    & Q(battery__isnull=True, event__isnull=True, batch__isnull=False)
                    & Q(booking_id__isnull=False, body__isnull=False, body_sha256__isnull=False)
                ),
            ),
            models.UniqueConstraint(
                name="treatment_step_is_booked_once", fields=("recycler", "booking_id")
            ),
        )
        indexes = (models.Index(fields=("recycler", "-booked_at"), name="treatment_of_recycler"),)

    def __str__(self) -> str:
        return f"{self.battery_id or self.batch_id} {self.step.lower()}: {self.process}"


class Fraction(models.Model):
    """An output. `assay` maps elements to shares of the mass; its paper is known by its digest."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.PROTECT, related_name="fractions")
    material = models.CharField(max_length=40)
    mass_kg = models.DecimalField(max_digits=12, decimal_places=5)
    fate = models.CharField(max_length=8, choices=FractionFate.choices)
    assay = models.JSONField(null=True)
    assay_sha256 = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(name="fraction_mass_is_positive", condition=Q(mass_kg__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.mass_kg} kg {self.material}"
