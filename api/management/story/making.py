"""Second chapter: cells are made, travel to the pack line, and become packs."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from api.management.story import names
from api.management.story.plot import CELLS_A_PACK, Pack
from api.management.story.telling import StoryStuck, Tale, Tick, perform
from passport.actions import custody, intake
from passport.models import Battery, Party
from passport.proof import canonical
from passport.proof.encoding import b64u_encode
from passport.queries import retelling

MEDIA_TYPE = "application/x-ndjson"
_KIND = ("lfp", "nmc")


def packs_of(tale: Tale, maker: str) -> list[Pack]:
    """The packs that this cell maker's cells go into."""
    kind = _KIND[tale.plot.cell_makers.index(maker)]
    return [pack for pack in tale.plot.packs if pack.kind == kind]


def maker_of(tale: Tale, pack: Pack) -> str:
    """Whose cells a pack holds."""
    return tale.plot.cell_makers[_KIND.index(pack.kind)]


def cells_of(tale: Tale, pack: Pack) -> list[str]:
    """The cells of a pack by position; the lot that is made for it."""
    gtin = tale.plot.cells_of(maker_of(tale, pack))["model"]["gtin"]
    return [names.identity(gtin, pack.name, number) for number in range(1, CELLS_A_PACK + 1)]


def identity_of(tale: Tale, pack: Pack) -> str:
    """The canonical name of a pack."""
    model = tale.plot.pack_model(tale.plot.cells_of(maker_of(tale, pack))["pack"])
    return names.identity(model["gtin"], pack.name)


def take_in_cells(tale: Tale, tick: Tick) -> None:
    """Each cell maker sends its model and its cells in one file."""
    for number, maker in enumerate(tale.plot.cell_makers):
        at = tale.plot.moment("cells_taken_in", hour=9 + number)
        take_in(tale.parties[maker], list(cell_lines(tale, maker)), at=at)
        tick(CELLS_A_PACK * len(packs_of(tale, maker)))


def consign_cells(tale: Tale, tick: Tick) -> None:
    """Each lot is offered to the pack maker and taken in its hand."""
    for pack in tale.plot.packs:
        identities, minutes = cells_of(tale, pack), timedelta(minutes=10 * pack.index)
        giver, taker = tale.parties[maker_of(tale, pack)], tale.party("pack_maker")
        offered_at = tale.plot.moment("cells_offered", hour=7) + minutes
        accepted_at = tale.plot.moment("cells_accepted", hour=7) + minutes
        pass_on(identities, giver, taker, offered_at=offered_at, accepted_at=accepted_at)
        tick(len(identities))


def take_in_packs(tale: Tale, tick: Tick) -> None:
    """The pack maker sends models, packs, and which cell sits where."""
    maker, at = tale.party("pack_maker"), tale.plot.moment("packs_taken_in")
    take_in(maker, list(_pack_lines(tale)), at=at)
    tick(len(tale.plot.packs))


def registered(tale: Tale) -> dict[str, Battery]:
    """The packs of the story, by name. Refuses StoryStuck when one is missing."""
    wanted = [identity_of(tale, pack) for pack in tale.plot.packs]
    known = retelling.batteries(identities=wanted)
    if len(known) != len(wanted):
        raise StoryStuck(
            f"Of {len(wanted)} packs {len(known)} are registered.",
            remedy="`manage.py demo --fresh` begins anew.",
        )
    return known


def pass_on(
    identities: Sequence[str],
    giver: Party,
    taker: Party,
    *,
    offered_at: datetime,
    accepted_at: datetime,
) -> None:
    """Hand over what the giver still holds; what is on offer already is accepted."""
    loose = retelling.held_loose(by=giver, identities=identities)
    if loose:
        custody.hand_over_all(battery_ids=loose, to_id=taker.pk, by=giver, at=offered_at)
    waiting = retelling.offered(to=taker, identities=identities)
    if waiting:
        custody.accept_all(hand_over_ids=waiting, by=taker, at=accepted_at)


def take_in(by: Party, lines: list[bytes], *, at: datetime) -> None:
    """Send a file in and register it; refuses (StoryStuck) when a line is refused."""
    digest = hashlib.sha256(b"".join(line + b"\n" for line in lines)).digest()
    received = retelling.intake(of=by, sha256=digest) or intake.receive(
        lines=lines, media_type=MEDIA_TYPE, by=by, at=at
    )
    if received.job is not None:
        perform(received.job, at=at)
    received.refresh_from_db()
    if received.rejected:
        raise StoryStuck(
            f"{received.rejected} lines of {by.name} were refused.",
            remedy="See the errors of the intake; the fixtures and the rules differ.",
        )


def cell_lines(tale: Tale, maker: str) -> Iterator[bytes]:
    """The file that a cell maker sends: its model, then every cell."""
    told = tale.plot.cells_of(maker)
    yield canonical.encode(told["model"])
    for pack in packs_of(tale, maker):
        for cell in cells_of(tale, pack):
            yield canonical.encode(
                {
                    "type": "battery",
                    "model": told["model"]["code"],
                    "id": cell,
                    "manufactured_on": made_on(tale, pack),
                    "facility": told["lots"]["facility"],
                    "log_salt": b64u_encode(tale.files.log_salt(maker, cell)),
                }
            )


def _pack_lines(tale: Tale) -> Iterator[bytes]:
    own = tale.plot.one("pack_maker")
    place = next(row for row in tale.plot.parties if row["slug"] == own)["facilities"][0]["name"]
    for maker in tale.plot.cell_makers:
        model = tale.plot.pack_model(tale.plot.cells_of(maker)["pack"])
        yield canonical.encode(model)
        for pack in packs_of(tale, maker):
            made = tale.plot.day("packs_made") + timedelta(days=pack.number)
            identity = identity_of(tale, pack)
            yield canonical.encode(
                {
                    "type": "battery",
                    "model": model["code"],
                    "id": identity,
                    "manufactured_on": made.isoformat(),
                    "facility": place,
                    "log_salt": b64u_encode(tale.files.log_salt(own, identity)),
                }
            )
            yield from _assembly_lines(tale, pack)


def _assembly_lines(tale: Tale, pack: Pack) -> Iterator[bytes]:
    parent = identity_of(tale, pack)
    for number, cell in enumerate(cells_of(tale, pack), start=1):
        yield canonical.encode(
            {
                "type": "assembly",
                "parent": parent,
                "child": cell,
                "position": f"{number}/{CELLS_A_PACK}",
            }
        )


def made_on(tale: Tale, pack: Pack) -> str:
    """The day on which the cells of a pack were made."""
    return (tale.plot.day("cells_made") + timedelta(days=pack.number - 1)).isoformat()
