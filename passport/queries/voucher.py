"""Who says that a key is its party's, as far as this service has seen it for itself.

An auditor's own pins and fetches weigh more, and are not ours to know.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings

from passport.models import DidDocument
from passport.proof import didanswer, vouching
from passport.proof.did import parse_did
from passport.queries import key
from passport.queries.key import EventLine, History, Standing


class Voucher(StrEnum):
    """Who says that a key is its party's; HOSTED says that it is not in its hands alone."""

    DOMAIN = "DOMAIN"
    ENDORSED = "ENDORSED"
    SERVICE = "SERVICE"
    HOSTED = "HOSTED"


@dataclass(frozen=True)
class KeyLine:
    """A key as its party sees it."""

    standing: Standing
    events: tuple[EventLine, ...]
    vouched_by: Voucher

    @property
    def came(self) -> EventLine:
        """The event that brought the key in."""
        return self.events[0]


def lines(*, party_id: uuid.UUID) -> tuple[KeyLine, ...]:
    """The keys of a party, each with its events and who vouches for it, oldest first."""
    return _lines(key.of_party(party_id=party_id))


def line(*, key_id: uuid.UUID, did: str) -> KeyLine:
    """One key of an issuer."""
    (found,) = (each for each in _lines(key.of_issuer(did=did)) if each.standing.id == key_id)
    return found


def find(*, method: str) -> KeyLine | None:
    """The key of this verification method; None when nobody enrolled it."""
    lines = _lines(key.of_issuer(did=method.partition("#")[0]))
    return next((each for each in lines if each.standing.method == method), None)


def of_method(*, method: str) -> Voucher | None:
    """Who vouches for the key of this verification method; None when nobody enrolled it."""
    found = find(method=method)
    return None if found is None else found.vouched_by


def newest(*, did: str, good: bool = False) -> DidDocument | None:
    """What the domain of this DID answered last; with `good`, its last good document."""
    rows = DidDocument.objects.filter(did=did)
    return (rows.filter(trouble="") if good else rows).order_by("-id").first()


def is_operators(*, did: str) -> bool:
    """Whether the DID lies on a host of this service's own, or below one: vouches for nothing."""
    own = (
        parse_did(settings.PASSPORT_SERVICE_DID).host,
        urlsplit(settings.PASSPORT_PUBLIC_URL).hostname or "",
        settings.PASSPORT_LOG_ORIGIN.partition("/")[0],
    )
    return vouching.is_on(name=did, hosts=[each.partition(":")[0] for each in own])


def _lines(histories: Iterable[History]) -> tuple[KeyLine, ...]:
    known = list(histories)
    listed = _listed([each.standing for each in known])
    judged: dict[str, KeyLine] = {}
    # A key comes after the one that it replaces, so that one has been judged already.
    for each in known:
        before = judged.get(each.standing.replaces)
        vouched_by = _judge(each, before, listed=each.standing.method in listed)
        judged[each.standing.method] = KeyLine(each.standing, each.events, vouched_by)
    return tuple(judged.values())


def _listed(keys: Iterable[Standing]) -> set[str]:
    """The methods that the newest good document of their own domain lists."""
    documents: dict[str, bytes] = {}
    for did in {each.did for each in keys}:
        found = None if is_operators(did=did) else newest(did=did, good=True)
        if found is not None:
            documents[did] = didanswer.decode(data=bytes(found.body)).body
    return {
        each.method
        for each in keys
        if each.did in documents
        and vouching.lists(
            documents[each.did],
            name=each.did,
            method=each.method,
            public_key=each.public_key,
        )
    }


def _judge(each: History, before: KeyLine | None, *, listed: bool) -> Voucher:
    """Hosted, listed, or brought in by a key that is vouched for and not suspected by then."""
    if each.standing.hosted:
        return Voucher.HOSTED
    if listed:
        return Voucher.DOMAIN
    if before is None or before.vouched_by not in (Voucher.DOMAIN, Voucher.ENDORSED):
        return Voucher.SERVICE
    suspect, index = before.standing.suspect_from, each.events[0].index
    trusted = suspect is None or (index is not None and index < suspect)
    return Voucher.ENDORSED if trusted else Voucher.SERVICE
