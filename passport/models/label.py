"""Labels that came out of a printer: how many of which file, who says so, and when."""

from django.db import models
from django.db.models import Q

from passport.models.battery import Level
from passport.models.ids import new_id
from passport.models.intake import Intake
from passport.models.party import Party, Person


class LabelPrint(models.Model):
    """One print job that somebody has confirmed; a file that was fetched is not printed yet."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="label_prints")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="label_prints")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)
    level = models.CharField(max_length=6, choices=Level.choices)
    label = models.CharField(max_length=40)
    count = models.IntegerField()
    printed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(name="label_print_has_labels", condition=Q(count__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.count} × {self.level} of {self.intake_id}"
