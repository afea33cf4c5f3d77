"""The battery, its model, what it is made of, and which parties it concerns."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q

from passport.models.ids import new_id, new_salt
from passport.models.party import Facility, Party
from passport.rules.naming_right import Standing, advice


class Level(models.TextChoices):
    CELL = "CELL", "cell"
    MODULE = "MODULE", "module"
    PACK = "PACK", "pack"
    SYSTEM = "SYSTEM", "system"


class Category(models.TextChoices):
    EV = "EV", "electric vehicle battery"
    LMT = "LMT", "light means of transport battery"
    INDUSTRIAL = "INDUSTRIAL", "industrial battery"
    STATIONARY = "STATIONARY", "stationary battery energy storage"


class BatteryStatus(models.TextChoices):
    """Annex XIII point 4(c) of Regulation (EU) 2023/1542; not public."""

    ORIGINAL = "original", "original"
    REPURPOSED = "repurposed", "repurposed"
    REUSED = "re-used", "re-used"
    REMANUFACTURED = "remanufactured", "remanufactured"
    WASTE = "waste", "waste"


class BatteryState(models.TextChoices):
    REGISTERED = "REGISTERED", "registered"
    IN_SERVICE = "IN_SERVICE", "in service"
    RETIRED = "RETIRED", "retired"
    RECYCLED = "RECYCLED", "recycled"
    MERGED = "MERGED", "goes on under another name"


class TstzRange(Func):
    """tstzrange(since, until): half-open, an open end is NULL."""

    function = "TSTZRANGE"


class BatteryModel(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    maker = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="battery_models", db_index=False
    )
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=6, choices=Level.choices)
    category = models.CharField(max_length=10, choices=Category.choices)
    chemistry = models.CharField(max_length=20)
    gtin = models.CharField(max_length=14, blank=True)
    rated_capacity_ah = models.DecimalField(max_digits=12, decimal_places=4)
    rated_energy_kwh = models.DecimalField(max_digits=12, decimal_places=5)
    nominal_voltage_v = models.DecimalField(max_digits=9, decimal_places=3)
    minimum_voltage_v = models.DecimalField(max_digits=9, decimal_places=3)
    maximum_voltage_v = models.DecimalField(max_digits=9, decimal_places=3)
    mass_kg = models.DecimalField(max_digits=12, decimal_places=5)
    facts = models.JSONField(default=dict)
    digest = models.BinaryField(max_length=32)
    registered_at = models.DateTimeField()

    class Meta:
        # Whoever scans a code without a serial asks by the GTIN.
        indexes = (models.Index(fields=("gtin",), name="model_gtin", condition=~Q(gtin="")),)
        constraints = (
            models.UniqueConstraint(
                name="model_code_is_unique_within_its_maker", fields=("maker", "code")
            ),
            models.CheckConstraint(
                name="model_voltages_stand_in_order",
                condition=Q(minimum_voltage_v__lt=F("nominal_voltage_v"))
                & Q(nominal_voltage_v__lt=F("maximum_voltage_v")),
            ),
            models.CheckConstraint(
                name="model_quantities_are_positive",
                condition=Q(rated_capacity_ah__gt=0, rated_energy_kwh__gt=0, mass_kg__gt=0),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Battery(models.Model):
    """Rows come by the million, so what they point to is looked at once a statement, by a trigger,
    and not once a row, by foreign keys: sql/references_v1.sql. A column without an index of its own
    begins another one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    identity = models.CharField(max_length=255, unique=True)
    maker = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="made", db_constraint=False, db_index=False
    )
    model = models.ForeignKey(
        BatteryModel, on_delete=models.PROTECT, related_name="batteries", db_constraint=False
    )
    level = models.CharField(max_length=6, choices=Level.choices)
    serial = models.CharField(max_length=255)
    lot = models.CharField(max_length=20, blank=True)
    manufactured_on = models.DateField()
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, null=True, db_constraint=False, db_index=False
    )
    salt = models.BinaryField(max_length=16, default=new_salt)
    unit = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="contents",
        db_constraint=False,
        db_index=False,
    )
    holder = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="holds", db_constraint=False, db_index=False
    )
    status = models.CharField(
        max_length=14, choices=BatteryStatus.choices, default=BatteryStatus.ORIGINAL
    )
    state = models.CharField(
        max_length=10, choices=BatteryState.choices, default=BatteryState.REGISTERED
    )
    registered_at = models.DateTimeField()
    intake = models.ForeignKey(
        "passport.Intake", on_delete=models.PROTECT, null=True, db_constraint=False
    )

    # How its name stands towards its maker, where queries.naming_right.mark() has said so.
    naming: Standing

    class Meta:
        indexes = (
            models.Index(fields=("unit",), name="battery_unit"),
            models.Index(fields=("maker", "id"), name="battery_of_maker"),
            models.Index(fields=("holder", "id"), name="battery_of_holder"),
            # People know a battery by its serial, and type how it begins.
            models.Index(
                fields=("serial",), name="battery_serial", opclasses=("varchar_pattern_ops",)
            ),
            # What a file registered lies side by side: kept by ranges of pages, it costs no line of
            # a file anything, and finds them among ten million others.
            BrinIndex(fields=("intake",), name="battery_of_intake", autosummarize=True),
            # Labels wait for what is larger than a cell: cells are marked as they are made.
            models.Index(fields=("intake",), name="battery_labelled", condition=~Q(level="CELL")),
            # Of a damaged label a part of the serial can still be read.
            models.Index(
                fields=("unit", "serial"), name="battery_serial_in_unit", condition=~Q(level="CELL")
            ),
            models.Index(
                fields=("maker", "serial"), name="battery_serial_made", condition=~Q(level="CELL")
            ),
            # A recall is of a lot.
            models.Index(fields=("maker", "lot"), name="battery_lot", condition=~Q(lot="")),
        )

    def __str__(self) -> str:
        return self.identity

    @property
    def naming_advice(self) -> str:
        """What its maker does about how its name stands."""
        return advice(standing=self.naming)


class Assembly(models.Model):
    """A child in a parent, for a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parent = models.ForeignKey(
        Battery,
        on_delete=models.PROTECT,
        related_name="children",
        db_constraint=False,
        db_index=False,
    )
    child = models.ForeignKey(
        Battery, on_delete=models.PROTECT, related_name="parents", db_constraint=False
    )
    position = models.CharField(max_length=60, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("parent",), name="assembly_parent"),)
        constraints = (
            ExclusionConstraint(
                name="assembly_one_parent_at_a_time",
                expressions=(
                    (F("child"), RangeOperators.EQUAL),
                    (TstzRange("since", "until"), RangeOperators.OVERLAPS),
                ),
            ),
            models.CheckConstraint(
                name="assembly_is_never_within_itself", condition=~Q(parent=F("child"))
            ),
            models.CheckConstraint(
                name="assembly_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.child_id} in {self.parent_id}"


class ConcernReason(models.TextChoices):
    HOLDER = "HOLDER", "holds it"
    OFFER = "OFFER", "was offered it"
    GRANT = "GRANT", "was let in by its holder"


class Concern(models.Model):
    """A party that a whole unit concerns for a time: the key that row-level security turns on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    battery = models.ForeignKey(Battery, on_delete=models.PROTECT, related_name="concerns")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="concerns")
    reason = models.CharField(max_length=6, choices=ConcernReason.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="concern_is_open_once_per_reason",
                fields=("battery", "party", "reason"),
                condition=Q(until__isnull=True),
            ),
        )
        indexes = (
            models.Index(
                fields=("party", "battery"), name="concern_open", condition=Q(until__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.party_id} {self.reason} {self.battery_id}"


class IdentityClaim(models.Model):
    """Which party registered an identity, and with which words: read only through SQL functions.

    Row-level security would hide another party's battery, so a clash is decided here.
    """

    identity = models.CharField(max_length=255, primary_key=True)
    owner = models.ForeignKey(Party, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    digest = models.BinaryField(max_length=32)
    battery_id = models.UUIDField()
    claimed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.identity
