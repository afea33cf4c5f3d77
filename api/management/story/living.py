"""Third chapter: the keeper takes the packs over, runs them, reads them, and sees two go wrong."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.management.story import ageing, making, names
from api.management.story.plot import Pack
from api.management.story.telling import Tale, Tick
from passport.actions import custody, event, health
from passport.models import Battery
from passport.queries import retelling
from passport.rules.health import Reading
from passport.rules.lifecycle import EventKind

SHOWN = 3
_A_DELIVERY = 6
# An hour after it was measured, a reading reaches the service.
_LATER = timedelta(hours=1)


@dataclass(frozen=True)
class Deed:
    """One thing that the keeper records, at its moment."""

    moment: datetime
    event_id: uuid.UUID
    do: Callable[["Deed"], object]


def deliver(tale: Tale, tick: Tick) -> None:
    """The packs reach the keeper in deliveries of six."""
    packs = tale.plot.packs
    for first in range(0, len(packs), _A_DELIVERY):
        some = [making.identity_of(tale, pack) for pack in packs[first : first + _A_DELIVERY]]
        making.pass_on(
            some,
            tale.party("pack_maker"),
            tale.party("keeper"),
            offered_at=tale.plot.moment("packs_offered", hour=8) + timedelta(minutes=first),
            accepted_at=tale.plot.moment("packs_accepted", hour=8) + timedelta(minutes=first),
        )
        tick(len(some))


def deeds(tale: Tale) -> list[Deed]:
    """Two years of the keeper's records, in the order in which they happened."""
    known = making.registered(tale)
    told = [
        deed
        for pack in tale.plot.packs
        for deed in _of_pack(tale, pack, known[making.identity_of(tale, pack)])
    ]
    return sorted(told, key=lambda deed: (deed.moment, deed.event_id))


def live(tale: Tale, tick: Tick) -> None:
    """Record what is not recorded yet."""
    done = retelling.event_ids(recorder=tale.party("keeper"))
    for deed in deeds(tale):
        if deed.event_id not in done:
            deed.do(deed)
        tick(1)


def show(tale: Tale, tick: Tick) -> None:
    """The keeper lets the auditor see three packs that stay; not one that has left it since."""
    known, at = making.registered(tale), tale.plot.moment("granted")
    keeper = tale.party("keeper")
    for pack in [pack for pack in tale.plot.packs if pack.end is None][:SHOWN]:
        battery = known[making.identity_of(tale, pack)]
        if battery.holder_id == keeper.pk:
            custody.grant(battery_id=battery.pk, to_id=tale.party("auditor").pk, by=keeper, at=at)
        tick(1)


def _of_pack(tale: Tale, pack: Pack, battery: Battery) -> Iterator[Deed]:
    yield _commissioning(tale, pack, battery)
    for reading in ageing.readings(tale.plot, pack):
        yield _reading(tale, pack, battery, reading)
    if incident := pack.told.get("incident"):
        yield _event(
            tale,
            pack,
            battery,
            kind=EventKind.INCIDENT,
            moment=tale.plot.moment(incident["on"], hour=15),
            facts=incident["facts"],
        )


def _commissioning(tale: Tale, pack: Pack, battery: Battery) -> Deed:
    return _event(
        tale,
        pack,
        battery,
        kind=EventKind.COMMISSIONED,
        moment=ageing.commissioned_at(tale.plot, pack),
        facts={"duty": "site storage" if pack.kind == "lfp" else "delivery van"},
    )


def _event(
    tale: Tale,
    pack: Pack,
    battery: Battery,
    *,
    kind: EventKind,
    moment: datetime,
    facts: dict[str, object],
) -> Deed:
    def do(deed: Deed) -> object:
        return event.record(
            battery_id=battery.pk,
            kind=kind,
            happened_at=deed.moment,
            event_id=deed.event_id,
            facts=facts,
            by=tale.party("keeper"),
            at=deed.moment + _LATER,
        )

    return Deed(moment, names.event_id(moment, pack.name, kind), do)


def _reading(tale: Tale, pack: Pack, battery: Battery, reading: Reading) -> Deed:
    def do(deed: Deed) -> object:
        return health.read(
            battery_id=battery.pk,
            event_id=deed.event_id,
            reading=reading,
            by=tale.party("keeper"),
            at=deed.moment + _LATER,
        )

    return Deed(reading.measured_at, names.event_id(reading.measured_at, pack.name, "reading"), do)
