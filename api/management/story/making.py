"""Second chapter: cells are made and attested, travel to the pack line, and become packs."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from api.management.story import names, signing
from api.management.story.plot import CELLS_A_PACK, Pack
from api.management.story.telling import StoryStuck, Tale, Tick, perform
from passport.actions import attestation, consignment, intake
from passport.models import Battery, Party
from passport.proof import canonical
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


def attest_cells(tale: Tale, tick: Tick) -> None:
    """One signature a maker over all of its cells."""
    for number, maker in enumerate(tale.plot.cell_makers):
        by, at = tale.parties[maker], tale.plot.moment("cells_attested", hour=9 + number)
        if retelling.batch(issuer=by) is None:
            told = tale.plot.cells_of(maker)
            common = {
                **told["common"],
                "facility": told["lots"]["facility"],
                "facilityCountry": by.country,
                "model": told["model"]["code"],
            }
            items = [
                {"id": cell, "lot": pack.number, "madeOn": _made_on(tale, pack)}
                for pack in packs_of(tale, maker)
                for cell in cells_of(tale, pack)
            ]
            signed, salted = signing.signed_batch(
                tale.keys[maker], items=items, common=common, at=at
            )
            attestation.record(credential_bytes=signed, items=salted, by=by, at=at)
        tick(1)


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


def attest_packs(tale: Tale, tick: Tick) -> None:
    """Each pack is attested with the root of its cells and the batch they come from."""
    slug, maker = tale.plot.one("pack_maker"), tale.party("pack_maker")
    known = registered(tale)
    done = retelling.attested(issuer=maker)
    upstream = {each: _batch_digest(tale.parties[each]) for each in tale.plot.cell_makers}
    for pack in tale.plot.packs:
        battery = known[identity_of(tale, pack)]
        at = tale.plot.moment("packs_attested") + timedelta(minutes=5 * pack.index)
        if battery.pk not in done:
            signed = signing.signed_origin(
                tale.keys[slug],
                identity=battery.identity,
                facts={"facilityCountry": maker.country, "model": battery.model.code},
                components=cells_of(tale, pack),
                upstream=[upstream[maker_of(tale, pack)]],
                at=at,
            )
            attestation.record(credential_bytes=signed, items=None, by=maker, at=at)
        tick(1)


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
        consignment.offer(battery_ids=loose, to_id=taker.pk, by=giver, at=offered_at)
    waiting = retelling.offered(to=taker, identities=identities)
    if waiting:
        consignment.accept(hand_over_ids=waiting, by=taker, at=accepted_at)


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
                    "manufactured_on": _made_on(tale, pack),
                    "facility": told["lots"]["facility"],
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
            yield canonical.encode(
                {
                    "type": "battery",
                    "model": model["code"],
                    "id": identity_of(tale, pack),
                    "manufactured_on": made.isoformat(),
                    "facility": place,
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


def _made_on(tale: Tale, pack: Pack) -> str:
    return (tale.plot.day("cells_made") + timedelta(days=pack.number - 1)).isoformat()


def _batch_digest(maker: Party) -> bytes:
    signed = retelling.batch(issuer=maker)
    if signed is None:
        raise StoryStuck(
            f"{maker.name} has not attested its cells.", remedy="Tell the story from the start."
        )
    return bytes(signed.sha256)
