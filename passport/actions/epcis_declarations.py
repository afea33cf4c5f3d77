"""Error declarations of EPCIS: each is kept in its words, and declares its event wrong here too.

One that comes before its event waits for it: it stands as it was said, and takes effect when that
arrives.
"""

import logging
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from passport.actions import correction
from passport.actions.epcis_reading import effect_of
from passport.models import EpcisEvent, LifecycleEvent, Party
from passport.postgres import capturing
from passport.queries.correction import standing
from passport.rules.correction import NoCorrective, Reason
from passport.rules.errors import Refusal

log = logging.getLogger(__name__)


class NotTheSameEvent(Refusal):
    """But for its errorDeclaration, a declaration is the very event that it declares wrong."""

    code = "epcis-not-the-same-event"
    title = "The declaration differs from the event that it declares wrong"


@dataclass(frozen=True)
class Said:
    """What a declaration says, by the terms that it is found by."""

    uri: str
    hash: bytes
    terms: Collection[str]

    @property
    def reason(self) -> Reason:
        """Incorrect data, unless it says that nothing of it occurred."""
        gone = "errorReason did_not_occur" in self.terms
        return Reason.DID_NOT_OCCUR if gone else Reason.INCORRECT_DATA

    @property
    def correctives(self) -> list[str]:
        """The eventIDs of the events that stand in its place."""
        return list(self._after("correctiveEventID "))

    def _after(self, stem: str) -> Iterator[str]:
        return (each.removeprefix(stem) for each in self.terms if each.startswith(stem))


def is_own(*, uri: str, by: Party) -> bool:
    """Whether the party has recorded the event of this eventID itself."""
    return EpcisEvent.objects.filter(recorder=by, event_uri=uri, declaration=False).exists()


def declare(
    *, said: Said, by: Party, at: datetime, words: Mapping[str, object] | None = None
) -> LifecycleEvent | None:
    """Let a declaration take effect, if its event is there. [EPCIS 7.4.1.2]

    Correctives that are not there yet, or about something else, are found by their eventIDs.
    `words` are those of the declaration, where no event of its own holds them. Refuses
    NotTheSameEvent, and what actions.correction.declare refuses.
    """
    if said.reason is Reason.DID_NOT_OCCUR and said.correctives:
        raise NoCorrective(
            "what did not occur is replaced by nothing",
            pointer="/errorDeclaration/correctiveEventIDs",
            remedy="leave correctiveEventIDs out, or give incorrect_data as the reason",
        )
    rows = EpcisEvent.objects.filter(recorder=by, event_uri=said.uri, declaration=False)
    wrong = rows.select_related("event").first()
    if wrong is None:
        return None
    if bytes(wrong.event_hash) != said.hash:
        raise NotTheSameEvent(
            f"the event {said.uri} was recorded with other contents",
            pointer="/errorDeclaration",
            remedy="repeat the event as you sent it, and add errorDeclaration alone",
        )
    return correction.declare(
        event_id=wrong.pk,
        reason=said.reason,
        correctives=_standing(said.correctives, wrong.event, by),
        declaration_id=effect_of(uri=said.uri),
        by=by,
        at=at,
        words=words,
    )


def _standing(uris: Collection[str], wrong: LifecycleEvent, by: Party) -> list[uuid.UUID]:
    """Those that can take the place of the wrong one here: about the same, and not wrong too."""
    if not uris:
        return []
    rows = LifecycleEvent.objects.filter(
        epcis__recorder=by,
        epcis__event_uri__in=uris,
        epcis__declaration=False,
        battery=wrong.battery_id,
        members=wrong.members,
    )
    return list(standing(rows.exclude(pk=wrong.pk)).order_by("id").values_list("pk", flat=True))


def catch_up(*, uris: Collection[str], by: Party, at: datetime) -> None:
    """Let declarations take effect that came before these events of theirs."""
    if not uris:
        return
    for uri, hashed, terms in capturing.declarations(recorder=by.pk, uris=uris):
        try:
            with transaction.atomic():
                declare(said=Said(uri, hashed, terms), by=by, at=at)
        except Refusal as refusal:
            # It stands as it was said; that it says of another event is for its recorder to see.
            log.info("declaration without effect", extra={"event": uri, "code": refusal.code})
