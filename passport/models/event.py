"""What happened to a battery: append-only, kept as the bytes whose digest is logged."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from passport.models.battery import Battery
from passport.models.ids import new_id
from passport.models.party import Party
from passport.rules.lifecycle import EventKind


class LifecycleEvent(models.Model):
    """One event; about one battery, about all batteries of one intake, or about its `members`.

    Members are batteries put into a whole or taken out of it in one act; the whole stands first.
    What a row points to is looked at once a statement (sql/event_references_v1.sql), and found by
    the indexes below.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event_id = models.UUIDField()
    recorder = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        related_name="recorded",
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in EventKind])
    battery = models.ForeignKey(
        Battery,
        on_delete=models.PROTECT,
        null=True,
        related_name="lifecycle_events",
        db_constraint=False,
        db_index=False,
    )
    intake = models.ForeignKey(
        "passport.Intake",
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
    )
    members = ArrayField(models.UUIDField(), null=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    body = models.BinaryField()
    body_sha256 = models.BinaryField(max_length=32)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="event_id_is_used_once_by_its_recorder", fields=("recorder", "event_id")
            ),
            models.CheckConstraint(
                name="event_is_about_a_battery_an_intake_or_its_members",
                condition=Q(battery__isnull=False, intake__isnull=True, members__isnull=True)
                | Q(battery__isnull=True, intake__isnull=False, members__isnull=True)
                | Q(battery__isnull=True, intake__isnull=True, members__isnull=False),
            ),
        )
        indexes = (
            models.Index(fields=("battery", "happened_at"), name="event_of_battery"),
            models.Index(fields=("intake",), name="event_of_intake"),
            models.Index(fields=("body_sha256",), name="event_digest"),
            GinIndex(
                fields=("members",), name="event_of_members", condition=Q(members__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.battery_id or self.intake_id or self.members}"


class SubjectBlock(models.Model):
    """Up to 256 of the sorted salted subjects of a log entry about many, which holds their root.

    From these it is proven that the entry is about one of them. Read by SQL functions alone.
    """

    id = models.BigAutoField(primary_key=True)
    of = models.BinaryField(max_length=32)
    place = models.IntegerField()
    first = models.BinaryField(max_length=32)
    subjects = models.BinaryField(max_length=8192)
    root = models.BinaryField(max_length=32)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="subject_block_has_one_place", fields=("of", "place")),
        )
        indexes = (models.Index(fields=("of", "first"), name="subject_block_of"),)

    def __str__(self) -> str:
        return f"{bytes(self.of).hex()} {self.place}"
