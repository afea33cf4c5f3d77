"""Work that a row stands for: the truth of a job, of which a message is only a hint."""

from django.db import models
from django.db.models import Q

from passport.models.ids import new_id
from passport.models.party import Party


class JobState(models.TextChoices):
    READY = "READY", "waiting"
    RUNNING = "RUNNING", "running"
    DONE = "DONE", "done"
    RESTING = "RESTING", "stopped after repeated failures"


class Job(models.Model):
    """`attempts` is the fencing token: a worker that lost its lease can finish nothing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    dedupe_key = models.CharField(max_length=200, unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="jobs")
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=7, choices=JobState.choices, default=JobState.READY)
    attempts = models.IntegerField(default=0)
    run_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    done_count = models.BigIntegerField(default=0)
    total_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("run_after",),
                name="job_due",
                condition=Q(state__in=("READY", "RUNNING")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class IdempotencyKey(models.Model):
    """The answer that a request got, so that the same request gets it again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, db_index=False)
    route = models.CharField(max_length=120)
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(max_length=32)
    status = models.SmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    location = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="idempotency_key_is_used_once", fields=("party", "route", "key")
            ),
        )

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
