"""One bundle for each fault of a log that goes on: under older names, in batches, out of time."""

from __future__ import annotations

from collections.abc import Iterator

from passport.proof import kinds
from tests import later, simulator
from tests.pages.mutants import Case
from tests.proof.test_cheats_on_times import attest
from tests.proof.test_lots import CATHODE, LOTS, Lots
from tests.proof.test_weights import CELLS, MINE, NAMES, PACKS, REFINER, cathode, kg
from tests.simulator import AT, CELLMAKER, PACK, cell_id

KIND = "a fault of the log"


def _case(pack: simulator.Pack, contents: simulator.Contents, trust: str | None = None) -> Case:
    text = trust or pack.world.policy_text(pack.cellmaker, pack.packmaker)
    return Case(KIND, pack.bundle(contents), text)


def older_names() -> Iterator[Case]:
    """A log that goes on under its older name, for who trusts the newer; and one for who waits."""
    old, new = simulator.pack_of_cells(), simulator.pack_of_cells()
    later.begin_year(new, "batterypassport.example/log/2027")
    trust = new.world.policy_text(new.cellmaker, new.packmaker)
    yield _case(old, old.contents(), trust)
    yield _case(old, old.contents(), "\n".join([*trust.split("\n")[1::-1], *trust.split("\n")[2:]]))


def batches_without_items() -> Iterator[Case]:
    """Batches of which no item is shown: as they are, taken back in part, and with one named."""
    cells = [cell_id(each) for each in range(20)]
    for items in ([], cells[:1], cells[2:4]):
        for named in ([], cells[1:2]):
            pack = simulator.pack_of_cells()
            if items:
                later.withdraw(pack.world, pack.cellmaker, pack.batch_index, cells, items=items)
            yield _without_items(pack, cells, named)


def _without_items(pack: simulator.Pack, cells: list[str], named: list[str]) -> Case:
    world = pack.world
    rows = later.rows_of(world, later.everybody(pack).items())
    entry = later.take_snapshot(world, rows)
    kept = [each for each in range(len(world.entries)) if each != pack.shared_index]
    kept = [each for each in kept if world.about[each] != [PACK]]
    batteries = dict.fromkeys(named or ["urn:never:met"], -1)
    who = [*batteries, CELLMAKER, simulator.PACKMAKER]
    contents = simulator.Contents(
        batteries=batteries,
        checkpoint=world.signed_head(),
        salts={each: simulator.salt(each) for each in who},
        documents=[world.documents[each] for each in kept],
        members=[simulator.members_of(pack.batch_index, cells, named)] if named else [],
        index=later.index_for(entry, rows, who),
        **world.shown(kept),  # type: ignore[arg-type]
    )
    return _case(pack, contents)


def lots_of_material() -> Iterator[Case]:
    """Lots too small, of no size known, shown, taken back, of another material or of none."""
    tonne = {"mass": kg("1000")}
    for line in (
        Lots(own=tonne), Lots(common={**CATHODE, **tonne}),
        Lots(common={**CATHODE, "mass": kg("0.1")}), Lots(common=tonne, kind=kinds.ORIGIN),
        Lots(own={"material": "cathode"}, common=tonne), Lots(common={"material": "ore", **tonne}),
        Lots(common={**CATHODE, **tonne, "materials": [cathode("A" * 43)]}),
    ):  # fmt: skip
        trust = line.world.policy_text(MINE, REFINER, CELLS, PACKS)
        yield Case(KIND, line.bundle({PACK: NAMES}), trust)
        later.withdraw(line.world, REFINER, line.at, LOTS, items=LOTS[:1])
        yield Case(KIND, line.bundle({PACK: NAMES}), trust)
        line.show_lots()
        yield Case(KIND, line.bundle({PACK: NAMES}, (PACK, *LOTS)), trust)


def times() -> Iterator[Case]:
    """Claims that came before what they stand after, and claims that ended, by their seconds."""
    for came, ends in (
        (AT, AT), (AT, "2026-03-01T08:00:01Z"), ("2026-03-01T07:59:00Z", "2026-03-01T07:59:59.9Z"),
        ("2026-03-01T07:54:59.999999Z", AT), ("2026-03-01T07:55:00Z", AT),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.1Z"), ("9999-12-31T23:59:59.999999Z", AT),
        ("2019-01-01T00:00:00Z", "2020-02-29T00:00:00Z"),
        ("2026-03-01T07:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ):  # fmt: skip
        pack = simulator.pack_of_cells()
        attest(pack, came=came, ends=ends)
        attest(pack)
        yield _case(pack, pack.contents())


def all_of_them() -> list[Case]:
    """Each of these cases once."""
    return [*older_names(), *batches_without_items(), *lots_of_material(), *times()]
