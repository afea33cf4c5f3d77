"""A file of serials on its way in: its lines as received, and what was wrong with some."""

from django.db import models

from passport.models.ids import new_id
from passport.models.job import Job
from passport.models.party import Party


class IntakeState(models.TextChoices):
    RECEIVED = "RECEIVED", "received"
    RUNNING = "RUNNING", "running"
    DONE = "DONE", "done"


class Intake(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="intakes")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="intake", null=True)
    media_type = models.CharField(max_length=60)
    size_bytes = models.BigIntegerField(default=0)
    sha256 = models.BinaryField(max_length=32)
    state = models.CharField(
        max_length=8, choices=IntakeState.choices, default=IntakeState.RECEIVED
    )
    lines_read = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    duplicates = models.BigIntegerField(default=0)
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"intake {self.id} {self.state}"


class IntakeLine(models.Model):
    """One line as it came; gone once the intake is done."""

    id = models.BigAutoField(primary_key=True)
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="lines")
    number = models.BigIntegerField()
    raw = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="intake_line_has_one_number", fields=("intake", "number")),
        )

    def __str__(self) -> str:
        return f"{self.intake_id}:{self.number}"


class IntakeError(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="errors")
    number = models.BigIntegerField()
    pointer = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60)
    detail = models.TextField()
    remedy = models.TextField(blank=True)
    raw = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="intake_error_is_one_per_line", fields=("intake", "number")
            ),
        )

    def __str__(self) -> str:
        return f"line {self.number}: {self.code}"
