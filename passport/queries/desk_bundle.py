"""Bundles as the desk shows them: what a list names, how far each order is, and its trust file."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from passport.models import BundleOrder, Party
from passport.queries import bundle_order, naming, trust
from passport.queries.battery import several
from passport.queries.claims import claims
from passport.queries.genealogy import family

_SHOWN = 50


@dataclass(frozen=True)
class OrderLine:
    """`done` of `total` batteries are read; `expired` says that the file was there and is gone."""

    id: uuid.UUID
    title: str
    batteries: int
    state: str
    done: int
    total: int
    attempts: int
    last_error: str
    asked_at: datetime
    made_at: datetime | None
    expires_at: datetime | None
    expired: bool
    size_bytes: int
    sha256: str
    tree_size: int | None


@dataclass(frozen=True)
class NameLine:
    """One name of a list: the battery that it names; or none, or (not `unknown`) several."""

    text: str
    battery_id: uuid.UUID | None
    identity: str
    serial: str
    level: str
    unknown: bool
    remedy: str


def look_up(*, names: Sequence[str]) -> tuple[NameLine, ...]:
    """What each name of a list says to the acting party, in their order."""
    return tuple(_name(each) for each in naming.look_up(names=names))


def orders(*, party: Party, at: datetime) -> tuple[OrderLine, ...]:
    """The newest bundles that a party asked for."""
    rows = bundle_order.listing(party=party, after=None, limit=_SHOWN)
    return tuple(_line(row, at=at) for row in rows)


def order(*, order_id: uuid.UUID, at: datetime) -> OrderLine:
    """How far one bundle is. Refuses NotFound."""
    return _line(bundle_order.state(order_id=order_id), at=at)


def trust_of_order(*, order_id: uuid.UUID) -> str:
    """A trust file to begin with, for the issuers that a bundle shows. Refuses NotFound."""
    return trust.template(dids=bundle_order.state(order_id=order_id).issuers)


def trust_of_battery(*, battery_id: uuid.UUID, by: Party) -> str:
    """A trust file to begin with, for all who signed for a battery and its parts.

    Refuses NotFound, TooMuchInside.
    """
    kin = family(asked=several(battery_ids=[battery_id]))
    said = claims(family=kin, by=by)
    methods = {each.method for each in (*said.shown, *said.withheld)}
    methods |= {each.method for each in said.upstream}
    return trust.template(dids={each.partition("#")[0] for each in methods})


def _name(named: naming.Named) -> NameLine:
    row, refusal = named.battery, named.refusal
    return NameLine(
        text=named.text,
        battery_id=row.pk if row else None,
        identity=row.identity if row else "",
        serial=row.serial if row else "",
        level=row.level if row else "",
        unknown=isinstance(refusal, naming.UnknownBattery),
        remedy=refusal.remedy if refusal else "",
    )


def _line(row: BundleOrder, *, at: datetime) -> OrderLine:
    return OrderLine(
        id=row.pk,
        title=row.title,
        batteries=row.batteries,
        state=row.job.state,
        done=row.job.done_count,
        total=row.job.total_count or row.batteries,
        attempts=row.job.attempts,
        last_error=row.job.last_error.partition(": ")[2] or row.job.last_error,
        asked_at=row.asked_at,
        made_at=row.made_at,
        expires_at=row.expires_at,
        expired=row.expires_at is not None and row.expires_at <= at,
        size_bytes=row.size_bytes,
        sha256=bytes(row.sha256).hex() if row.sha256 else "",
        tree_size=row.tree_size,
    )
