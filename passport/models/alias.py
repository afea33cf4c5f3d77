"""Other names of batteries, and serials that this service issued to makers without their own."""

from django.db import models
from django.db.models import Q

from passport.models.battery import Battery, BatteryModel
from passport.models.ids import new_id
from passport.models.party import Party


class Scheme(models.TextChoices):
    """As rules.aliases.AliasScheme, with words for people."""

    MAKER_SERIAL = "MAKER_SERIAL", "serial of its maker"
    GS1 = "GS1", "GS1 key"
    LINK = "LINK", "identification link"
    DID = "DID", "decentralized identifier"
    GB_T_34014 = "GB_T_34014", "code by GB/T 34014"


class BatteryAlias(models.Model):
    """Another name of a battery, given once; the party is who gave it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    battery = models.ForeignKey(Battery, on_delete=models.PROTECT, related_name="aliases")
    scheme = models.CharField(max_length=12, choices=Scheme.choices)
    value = models.CharField(max_length=255)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="aliases_given")
    named_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="alias_names_one_battery",
                fields=("scheme", "value"),
                condition=~Q(scheme=Scheme.MAKER_SERIAL),
            ),
            models.UniqueConstraint(
                name="alias_serial_names_one_battery_of_its_maker",
                fields=("party", "value"),
                condition=Q(scheme=Scheme.MAKER_SERIAL),
            ),
        )
        indexes = (models.Index(fields=("value",), name="alias_value"),)

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class SerialIssue(models.Model):
    """Serials that a maker was given for a model, all at once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    maker = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="serial_issues", db_index=False
    )
    model = models.ForeignKey(BatteryModel, on_delete=models.PROTECT, related_name="serial_issues")
    count = models.IntegerField()
    issued_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("maker", "id"), name="serial_issue_of_maker"),)
        constraints = (
            models.CheckConstraint(name="serial_issue_is_of_some", condition=Q(count__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.count} serials for {self.model_id}"


class IssuedSerial(models.Model):
    """One serial, issued once in all time and to one maker."""

    serial = models.CharField(max_length=20, primary_key=True)
    issue = models.ForeignKey(SerialIssue, on_delete=models.PROTECT, related_name="serials")

    def __str__(self) -> str:
        return self.serial
