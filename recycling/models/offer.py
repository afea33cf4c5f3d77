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
    ACCEPTED = "ACCEPTED", "accepted"
    DECLINED = "DECLINED", "declined"
    EXPIRED = "EXPIRED", "expired"


LIVE = (OfferState.PROPOSED.value, OfferState.ACCEPTED.value)


class Offer(models.Model):
    """A live offer holds a place of its programme; an answered one never changes again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan_line = models.OneToOneField(PlanLine, on_delete=models.PROTECT, related_name="offer")
    retirement = models.ForeignKey(Retirement, on_delete=models.PROTECT, related_name="offers")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="offers")
    from_party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="offers_made")
    to_party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="offers_received")
    value_cents = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=OfferState.choices, default=OfferState.PROPOSED)
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
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
                name="offer_expires_after_it_is_made", condition=Q(expires_at__gt=F("proposed_at"))
            ),
        )
        indexes = (
            models.Index(fields=("to_party", "state"), name="offer_inbox"),
            models.Index(fields=("programme",), name="offer_places", condition=Q(state__in=LIVE)),
            models.Index(fields=("expires_at",), name="offer_due", condition=Q(state="PROPOSED")),
        )

    def __str__(self) -> str:
        return f"{self.retirement_id} to {self.to_party_id}: {self.state}"
