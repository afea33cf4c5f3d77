"""Masses in, masses out: what a recycler made of a battery; append-only."""

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


class FractionFate(models.TextChoices):
    RECYCLED = "RECYCLED", "recycled"
    ENERGY = "ENERGY", "burnt for energy"
    DISPOSED = "DISPOSED", "disposed of"
    EMITTED = "EMITTED", "emitted"


class Treatment(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    battery = models.OneToOneField(Battery, on_delete=models.PROTECT, related_name="treatment")
    recycler = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="treatments")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True)
    event = models.OneToOneField(LifecycleEvent, on_delete=models.PROTECT, related_name="treatment")
    process = models.CharField(max_length=7, choices=Process.choices)
    chemistry = models.CharField(max_length=20)
    mass_in_kg = models.DecimalField(max_digits=12, decimal_places=5)
    mass_out_kg = models.DecimalField(max_digits=12, decimal_places=5)
    efficiency = models.DecimalField(max_digits=6, decimal_places=5)
    efficiency_floor = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    tables_version = models.CharField(max_length=60)
    treated_at = models.DateTimeField()
    booked_at = models.DateTimeField()

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
        )
        indexes = (models.Index(fields=("recycler", "-booked_at"), name="treatment_of_recycler"),)

    def __str__(self) -> str:
        return f"{self.battery_id} treated: {self.process}"


class Fraction(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.PROTECT, related_name="fractions")
    material = models.CharField(max_length=40)
    mass_kg = models.DecimalField(max_digits=12, decimal_places=5)
    fate = models.CharField(max_length=8, choices=FractionFate.choices)

    class Meta:
        constraints = (
            models.CheckConstraint(name="fraction_mass_is_positive", condition=Q(mass_kg__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.mass_kg} kg {self.material}"
