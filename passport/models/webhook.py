"""Addresses that a party has called when something happens, what is sent there, and how it went."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from passport.models.custody import HandOver
from passport.models.ids import new_id
from passport.models.news import News
from passport.models.party import Party
from passport.models.shipment import Shipment
from passport.rules.webhook import LONGEST_URL, DeliveryState, EndpointState


class WebhookEndpoint(models.Model):
    """Where a party wants to be told, of what, and how far it has been told.

    `next_index` is the first entry of the log that nobody has looked at for it: the log is the
    queue, so an endpoint that was paused goes on where it stopped. No `kinds` means all.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="webhooks")
    url = models.CharField(max_length=LONGEST_URL)
    description = models.CharField(max_length=120, blank=True)
    kinds = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    state = models.CharField(
        max_length=8,
        choices=[(each.value, each.value) for each in EndpointState],
        default=EndpointState.ACTIVE,
    )
    reason = models.CharField(max_length=300, blank=True)
    next_index = models.BigIntegerField()
    held_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="webhook_is_ended_at_a_moment",
                condition=Q(state="ENDED", ended_at__isnull=False)
                | (~Q(state="ENDED") & Q(ended_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="webhook_is_disabled_for_a_reason",
                condition=~Q(state="DISABLED", reason=""),
            ),
            models.CheckConstraint(
                name="webhook_begins_within_the_log", condition=Q(next_index__gte=0)
            ),
        )
        indexes = (
            models.Index(
                fields=("next_index",), name="webhook_to_feed", condition=Q(state="ACTIVE")
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class WebhookSecret(models.Model):
    """A secret of an endpoint in an envelope; two are in force while one takes over."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="secrets")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    kek_id = models.CharField(max_length=64)
    wrapped_key = models.BinaryField(max_length=128)
    sealed_seed = models.BinaryField(max_length=128)
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="webhook_has_one_secret_without_an_end",
                fields=("endpoint",),
                condition=Q(ends_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"secret of {self.endpoint_id}"


class WebhookDelivery(models.Model):
    """One message to one endpoint. `attempts` is the token of who sends it, as with a job.

    `log_index` is the entry that it tells of; null for what has no entry. A round of tries begins
    behind `round_start`: a message that was asked for again has the whole schedule before it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    message_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    log_index = models.BigIntegerField(null=True)
    hand_over = models.ForeignKey(
        HandOver, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    news = models.ForeignKey(
        News, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    body = models.BinaryField(max_length=20_480)
    state = models.CharField(
        max_length=9,
        choices=[(each.value, each.value) for each in DeliveryState],
        default=DeliveryState.WAITING,
    )
    attempts = models.IntegerField(default=0)
    round_start = models.IntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    last_status = models.SmallIntegerField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="webhook_tells_a_message_once", fields=("endpoint", "message_id")
            ),
            models.CheckConstraint(
                name="webhook_message_has_a_round_of_tries",
                condition=Q(round_start__gte=0, attempts__gte=models.F("round_start")),
            ),
        )
        indexes = (
            models.Index(fields=("next_at",), name="webhook_due", condition=Q(state="WAITING")),
            models.Index(fields=("endpoint", "id"), name="webhook_delivery_of"),
            models.Index(fields=("settled_at",), name="webhook_settled"),
            models.Index(
                fields=("hand_over", "endpoint"),
                name="webhook_of_hand_over",
                condition=Q(hand_over__isnull=False),
            ),
            models.Index(
                fields=("shipment", "endpoint"),
                name="webhook_of_shipment",
                condition=Q(shipment__isnull=False),
            ),
            models.Index(
                fields=("news", "endpoint"),
                name="webhook_of_news",
                condition=Q(news__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"


class WebhookAttempt(models.Model):
    """One try: when, what was answered, or why nothing was. Nothing of an answer's body is kept."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(
        WebhookDelivery, on_delete=models.PROTECT, related_name="tries", db_index=False
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    number = models.IntegerField()
    at = models.DateTimeField()
    took_ms = models.IntegerField()
    status = models.SmallIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="webhook_try_has_a_number", fields=("delivery", "number")),
        )

    def __str__(self) -> str:
        return f"{self.delivery_id} try {self.number}"
