"""Lots of material, one by one and in batches: taken back, too small, or of something else."""

import hashlib
from dataclasses import replace

from passport.proof import batch, canonical, verdict
from passport.proof.encoding import b64u_encode
from passport.proof.kinds import MATERIAL
from passport.proof.report import Report
from tests import later, simulator
from tests.proof.test_weights import CELLS, MINE, NAMES, PACKS, REFINER, Line, cathode, kg
from tests.simulator import PACK, salt

LOTS = ["urn:lot:a", "urn:lot:b"]
_CATHODE: dict[str, object] = {"material": "cathode"}


class Lots(Line):
    """Cells made of a batch of two lots, which weigh something each or (``common``) alike."""

    def __init__(
        self,
        own: dict[str, object] | None = None,
        common: dict[str, object] = _CATHODE,
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
