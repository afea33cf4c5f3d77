"""One pack of a plan put to one party, with a day on which the offer ends."""

from django.db import models
from django.db.models import F, Q

from passport.models import HandOver, Party
from passport.models.ids import new_id
from recycling.models.plan import PlanLine
from recycling.models.programme import Programme
from recycling.models.retirement import Retirement


class OfferState(models.TextChoices):
    PROPOSED = "PROPOSED", "waits for an answer"
    COUNTERED = "COUNTER", "waits for the keeper's answer to other terms"
    ACCEPTED = "ACCEPTED", "accepted"
    DECLINED = "DECLINED", "declined"
    EXPIRED = "EXPIRED", "expired"


LIVE = (OfferState.PROPOSED.value, OfferState.COUNTERED.value, OfferState.ACCEPTED.value)
# Somebody's answer is waited for.
PENDING = (OfferState.PROPOSED.value, OfferState.COUNTERED.value)


class Offer(models.Model):
    """A live offer holds a place of its programme; an answered one never changes again.

    `price_cents` is what the programme's own terms pay for the pack, below zero what they charge;
    the worth counts everything else as well. An indicative offer becomes firm by a test. By
    `goes_by` the pack goes, in the week of that day, where it holds one of its programme's places;
    a day that was agreed upon takes its place.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan_line = models.OneToOneField(PlanLine, on_delete=models.PROTECT, related_name="offer")
    retirement = models.ForeignKey(Retirement, on_delete=models.PROTECT, related_name="offers")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="offers")
    from_party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="offers_made")
    to_party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="offers_received", db_index=False
    )
    value_cents = models.BigIntegerField()
    price_cents = models.BigIntegerField(default=0)
    indicative = models.BooleanField(default=False)
    firm_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=OfferState.choices, default=OfferState.PROPOSED)
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    goes_by = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    hand_over = models.OneToOneField(
        HandOver, on_delete=models.PROTECT, related_name="offer", null=True
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="offer_is_live_once_per_retirement",
                fields=("retirement",),
                condition=Q(state__in=LIVE),
            ),
            models.CheckConstraint(
                name="offer_goes_to_somebody_else", condition=~Q(from_party=F("to_party"))
            ),
            models.CheckConstraint(
                name="offer_opens_a_handover_exactly_when_accepted",
                condition=Q(state="ACCEPTED", hand_over__isnull=False)
                | (~Q(state="ACCEPTED") & Q(hand_over__isnull=True)),
            ),
            models.CheckConstraint(
                name="offer_is_firm_before_it_is_accepted",
                condition=~Q(state="ACCEPTED") | Q(indicative=False) | Q(firm_at__isnull=False),
            ),
            models.CheckConstraint(
                name="offer_expires_after_it_is_made", condition=Q(expires_at__gt=F("proposed_at"))
            ),
        )
        indexes = (
            models.Index(fields=("to_party", "state"), name="offer_inbox"),
            models.Index(fields=("programme",), name="offer_places", condition=Q(state__in=LIVE)),
            models.Index(fields=("expires_at",), name="offer_due", condition=Q(state__in=PENDING)),
        )

    def __str__(self) -> str:
        return f"{self.retirement_id} to {self.to_party_id}: {self.state}"


class CounterOffer(models.Model):
    """Other terms that the receiver of an offer asks for; the keeper takes them or not.

    Terms that were taken stand in place of the offer's own.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="counters")
    price_cents = models.BigIntegerField()
    pick_up_on = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    taken = models.BooleanField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="counter_waits_once_per_offer",
                fields=("offer",),
                condition=Q(answered_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="counter_is_taken_once_per_offer", fields=("offer",), condition=Q(taken=True)
            ),
            models.CheckConstraint(
                name="counter_is_taken_or_not_when_it_is_answered",
                condition=Q(answered_at__isnull=True, taken__isnull=True)
                | Q(answered_at__isnull=False, taken__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.price_cents} for {self.offer_id}"
