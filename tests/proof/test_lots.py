"""Lots of material, one by one and in batches: taken back, too small, or of something else."""

import hashlib
from dataclasses import replace

import pytest

from passport.proof import batch, canonical, kinds, verdict
from passport.proof.encoding import b64u_encode
from passport.proof.kinds import MATERIAL
from passport.proof.report import Report
from tests import later, simulator
from tests.proof.test_weights import CELLS, MINE, NAMES, PACKS, REFINER, Line, cathode, kg
from tests.simulator import PACK, salt

LOTS = ["urn:lot:a", "urn:lot:b"]
CATHODE: dict[str, object] = {"material": "cathode"}


class Lots(Line):
    """Cells made of a batch of two lots, which weigh something each or (``common``) alike."""

    def __init__(
        self,
        own: dict[str, object] | None = None,
        common: dict[str, object] = CATHODE,
        kind: str = MATERIAL,
    ) -> None:
        super().__init__()
        rows = [canonical.encode({"id": n, "salt": b64u_encode(salt(n)), **(own or {})})
                for n in LOTS]  # fmt: skip
        self.lots = batch.build(rows, common=common, item_type=kind)
        header = batch.Header(
            REFINER.did, simulator.AT, salt("lots"), "public", common, item_type=kind
        )
        data = simulator.sign(REFINER, batch.document(batch=self.lots, header=header))
        self.at = self.world.enter("batch", data, REFINER.name, LOTS)
        self.digest = hashlib.sha256(data).digest()
        cells = self.cells(materials=[cathode(b64u_encode(self.digest))])
        inside = batch.component_root(NAMES)
        self.attest(PACKS, PACK, components=inside, upstream=[cells], mass=kg("1.5"))

    def show_lots(self) -> None:
        shown = simulator.items_of(self.digest, self.lots, range(2))
        self.items = sorted([*self.items, shown], key=lambda group: group.batch)

    def told(self, asked: tuple[str, ...] = (PACK,)) -> Report:
        return self.verify({PACK: NAMES}, asked=asked)

    def proven(self, **parts: object) -> Report:
        """The same with an index over all of it; ``parts`` may name some of the lots."""
        world = self.world
        about = {who: set(chain) for who, chain in world.chains.items()}
        for index in (self.at, self.at + 1):
            for who in world.about[index]:
                about.setdefault(who, set()).add(index)
        rows = later.rows_of(world, about.items())
        entry = later.take_snapshot(world, rows)
        world.chains.pop(None, None)
        named = (*world.chains, NAMES[0], *parts.pop("also", ()))
        contents = simulator.Contents(
            batteries={PACK: 0},
            checkpoint=world.signed_head(),
            salts={each: salt(each) for each in named},
            documents=list(world.documents.values()),
            items=self.items,
            components={PACK: NAMES},
            index=later.index_for(entry, rows, named),
            **world.shown(),
        )
        key = simulator.RecordKey(method=world.record.name, signer=world.record.private_key)
        made = replace(contents, **parts)
        data = simulator.bundle.assemble(contents=made, key=key, at=simulator.AT)
        return verdict.verify(data, policy=world.policy(MINE, REFINER, CELLS, PACKS))


def test_lots_taken_back_item_by_item_are_a_doubt_and_weigh_nothing():
    line = Lots(own={"mass": kg("1")})
    assert line.told().attested[0].levels[0].shares[0].issuer == REFINER.did

    at = later.withdraw(line.world, REFINER, line.at, LOTS, items=LOTS)
    report = line.told()
    assert report.attested[0].levels == ()
    assert (
        f"2 items of the batch at {line.at}, of which none is shown, were taken back at {at} by"
        f" {REFINER.name}: wrong facility." in report.doubts
    )


def test_of_a_batch_of_which_nobody_is_named_completeness_is_not_proven():
    line = Lots(own={"mass": kg("1")})
    report = line.proven()

    assert report.completeness.startswith("in part proven up to entry 7 (")
    assert report.completeness.endswith(
        f"; completeness not proven for the batch at entry {line.at}, of which no item is shown"
    )


def test_of_a_batch_completeness_is_proven_through_a_lot_that_is_asked_about():
    line = Lots(own={"mass": kg("1")})
    asked = {PACK: 0, LOTS[0]: -1}
    members = [simulator.members_of(line.at, LOTS, LOTS[:1])]
    report = line.proven(also=LOTS[:1], batteries=asked, members=members)

    assert report.completeness.startswith("proven up to entry 7 (")


LOT_SIZES: dict[str, tuple[Lots, str]] = {
    "said of none, which is a doubt": (
        Lots(own={"mass": kg("1")}),
        "This bundle uses 0.225 kg of the lots of the batch at 4; did:web:refiner.example attests"
        " no mass: lot size unknown.",
    ),
    "said of all, and too small together": (
        Lots(common={**CATHODE, "mass": kg("0.1")}),
        "This bundle uses 0.225 kg of the lots of the batch at 4; did:web:refiner.example attests"
        " 0.2 kg.",
    ),
}


@pytest.mark.parametrize("case", LOT_SIZES)
def test_the_mass_of_a_batch_of_lots(case):
    line, doubt = LOT_SIZES[case]

    assert line.told().doubts == [doubt]


def test_a_batch_of_lots_that_are_large_enough_is_no_doubt():
    assert Lots(common={**CATHODE, "mass": kg("0.1125")}).told().doubts == []


def test_of_a_batch_the_lots_that_are_shown_supply_what_they_weigh():
    line = Lots(own={"mass": kg("0.1")})
    line.show_lots()
    doubts = line.told((PACK, *LOTS)).doubts
    assert any("uses 0.225 kg of the lots of the batch at 4;" in each for each in doubts)
    assert any(each.endswith(" attests 0.2 kg.") for each in doubts)


NAMED_WRONGLY = {
    "another material": (MATERIAL, {"material": "nickel", "mass": kg("9")}, "nickel"),
    "a test": (kinds.TEST, {"soh": "0.9"}, "no one material"),
    "a battery": (kinds.ORIGIN, {"mass": kg("9")}, "no one material"),
}


@pytest.mark.parametrize("case", NAMED_WRONGLY)
def test_what_is_named_for_a_material_and_is_not_of_it_weighs_nothing(case):
    kind, claims, told = NAMED_WRONGLY[case]
    line = Line()
    named = line.attest(MINE, "urn:x", kind, **claims)
    line.cells(materials=[cathode(named)])
    line.attest(PACKS, PACK, components=batch.component_root(NAMES), mass=kg("1.5"))
    report = line.verify({PACK: NAMES})

    assert report.attested[0].levels == ()
    assert report.doubts == [f"The attestation at 4 is named for cathode; it is of {told}."]


def test_a_batch_of_batteries_supplies_no_material():
    report = Lots(common={"mass": kg("9")}, kind=kinds.ORIGIN).told()

    assert report.attested[0].levels == ()
    assert "named for cathode; it is of no one material." in report.doubts[0]


def test_what_the_lots_of_a_batch_are_made_of_is_followed_upstream():
    common = {**CATHODE, "mass": kg("9"), "materials": [{"material": "ore", "massFraction": "1"}]}
    assert len(Lots(common=common).told().attested[0].levels) == 1
