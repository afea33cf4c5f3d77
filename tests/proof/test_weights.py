"""How much of a battery is attested, by exact mass: nothing twice, nothing rounded up."""

import hashlib
from decimal import Decimal
from itertools import pairwise

import pytest

from passport.audit.telling import print_report
from passport.proof import amounts, batch, canonical, verdict
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadBundle
from passport.proof.keyfile import KeyFile
from passport.proof.kinds import MATERIAL
from passport.proof.report import Report
from tests import later, simulator
from tests.simulator import PACK, Simulator, key_of, salt

MINE = key_of("issuer", "did:web:mine.example#key-1")
REFINER = key_of("issuer", "did:web:refiner.example#key-1")
CELLS = key_of("issuer", simulator.CELLMAKER + "#key-1")
PACKS = key_of("issuer", simulator.PACKMAKER + "#key-1")
ORE, CATHODE, MODULE = "urn:lot:ore", "urn:lot:cathode", "urn:module:1"
NAMES = ["urn:cell:0", "urn:cell:1", "urn:cell:2"]


def kg(text: str) -> dict[str, str]:
    return {"value": text, "unit": "KGM"}


class Line:
    """A story told from the mine to the pack; each step may be told otherwise by a test."""

    def __init__(self) -> None:
        self.world = Simulator()
        self.items: list[simulator.ItemGroup] = []
        for key in (MINE, REFINER, CELLS, PACKS):
            self.world.enrol(key)

    def attest(self, key: KeyFile, about: str, kind: str = "", **claims: object) -> str:
        """One attestation; return its digest as others name it."""
        document = simulator.origin_of(key, about, **claims)
        if kind:
            document["type"] = ["VerifiableCredential", kind]
        data = simulator.sign(key, document)
        self.world.enter("attestation", data, key.name, [about])
        return b64u_encode(hashlib.sha256(data).digest())

    def materials(self) -> str:
        """Ore of a mine, and cathode material that is six tenths of it."""
        ore = self.attest(MINE, ORE, MATERIAL, material="ore", mass=kg("1000"))
        part = {"material": "ore", "massFraction": "0.6", "attestation": ore}
        return self.attest(
            REFINER, CATHODE, MATERIAL, material="cathode", mass=kg("10"), materials=[part]
        )

    def cells(self, mass: str | None = "0.25", **common: object) -> str:
        """Three cells in one signed batch; return the digest of the batch."""
        own = {} if mass is None else {"mass": kg(mass)}
        rows = [canonical.encode({"id": n, "salt": b64u_encode(salt(n)), **own}) for n in NAMES]
        made = batch.build(rows, common=common)
        header = batch.Header(CELLS.did, simulator.AT, salt("b"), "public", common)
        data = simulator.sign(CELLS, batch.document(batch=made, header=header))
        self.world.enter("batch", data, CELLS.name, NAMES)
        digest = hashlib.sha256(data).digest()
        self.items.append(simulator.items_of(digest, made, range(3)))
        return b64u_encode(digest)

    def verify(self, components: dict[str, list[str]], asked: tuple[str, ...] = (PACK,)) -> Report:
        policy = self.world.policy(MINE, REFINER, CELLS, PACKS)
        return verdict.verify(self.bundle(components, asked), policy=policy)

    def bundle(self, components: dict[str, list[str]], asked: tuple[str, ...] = (PACK,)) -> bytes:
        world = self.world
        contents = simulator.Contents(
            batteries={each: len(world.chains.get(each, [])) - 1 for each in asked},
            checkpoint=world.signed_head(),
            salts={each: salt(each) for each in world.chains},
            documents=list(world.documents.values()),
            items=self.items,
            components=components,
            **world.shown(),
        )
        key = simulator.RecordKey(method=world.record.name, signer=world.record.private_key)
        return simulator.bundle.assemble(contents=contents, key=key, at=simulator.AT)


def cathode(digest: str, share: str = "0.3") -> dict[str, object]:
    return {"material": "cathode", "massFraction": share, "attestation": digest}


def whole_line(pack_mass: str = "1.5") -> Line:
    line = Line()
    cells = line.cells(materials=[cathode(line.materials())])
    inside = batch.component_root(NAMES)
    line.attest(PACKS, PACK, components=inside, upstream=[cells], mass=kg(pack_mass))
    return line


def test_a_pack_is_weighed_from_its_cells_to_the_mine(capsys):
    report = whole_line().verify({PACK: NAMES})
    (found,) = report.attested

    assert report.doubts == []
    assert (found.issuer, found.mass, found.components_mass) == (
        simulator.PACKMAKER,
        Decimal("1.5"),
        Decimal("0.75"),
    )
    assert [(each.mass, each.shares[0].issuer) for each in found.levels] == [
        (Decimal("0.225"), REFINER.did),
        (Decimal("0.135"), MINE.did),
    ]
    assert report.coverage.depth == 4
    assert canonical.encode(report.as_json())
    print_report(report)
    printed = capsys.readouterr().out
    assert "0.75 kg of 1.5 kg (50.00 %) in components that their makers weigh" in printed
    assert "0.225 kg of 0.75 kg (30.00 %) in materials attested 1 upstream" in printed
    assert "0.135 kg of 0.75 kg (18.00 %) in materials attested 2 upstream" in printed
    assert f"3  by {simulator.CELLMAKER} (pinned): 0.75 kg" in printed


def test_what_a_module_weighs_is_not_weighed_again_in_its_cells():
    line = Line()
    line.cells(materials=[cathode(line.materials())])
    line.attest(PACKS, MODULE, mass=kg("1"), components=batch.component_root(NAMES))
    line.attest(PACKS, PACK, mass=kg("1.5"), components=batch.component_root([MODULE]))
    (found,) = line.verify({PACK: [MODULE], MODULE: NAMES}).attested

    assert (found.components, found.count, found.components_mass) == (4, 4, Decimal(1))
    assert [(each.issuer, each.count, each.mass) for each in found.shares] == [
        (simulator.CELLMAKER, 3, Decimal("0.75")),
        (simulator.PACKMAKER, 1, Decimal(1)),
    ]
    assert found.levels[0].mass == Decimal("0.225")


def test_materials_named_for_the_module_yield_to_those_of_its_cells():
    line = Line()
    lot = line.materials()
    line.cells(materials=[cathode(lot)])
    line.attest(
        PACKS,
        MODULE,
        mass=kg("1"),
        components=batch.component_root(NAMES),
        materials=[cathode(lot, "0.9")],
    )
    report = line.verify({MODULE: NAMES}, asked=(MODULE,))

    assert report.attested[0].levels[0].mass == Decimal("0.225")


def test_a_battery_without_components_is_weighed_by_its_own_materials():
    line = Line()
    line.attest(PACKS, PACK, mass=kg("2"), materials=[cathode(line.materials())])
    (found,) = line.verify({}).attested

    assert (found.components, found.base, found.levels[0].mass) == (0, Decimal(2), Decimal("0.6"))
    assert found.as_json()["materials"][0]["share"] == "0.3000"


def test_what_nobody_weighs_is_said_plainly(capsys):
    line = Line()
    line.cells(mass=None)
    line.attest(PACKS, PACK, components=batch.component_root([*NAMES, "urn:bare"]))
    report = line.verify({PACK: [*NAMES, "urn:bare"]})
    print_report(report)
    printed = capsys.readouterr().out

    assert "not known: the mass of the battery" in printed
    assert "not known: the mass of 4 components" in printed
    assert "no materials with a share of mass attested upstream" in printed
    assert report.attested[0].as_json()["components"]["share"] is None


def test_materials_whose_attestation_is_hidden_withdrawn_or_unweighed_count_nothing():
    line = Line()
    lot = line.materials()
    at = len(line.world.entries) - 1
    hidden = {"material": "lithium", "massFraction": "0.1", "attestation": "A" * 43}
    unweighed = {"material": "cathode", "attestation": lot}
    line.cells(materials=[hidden, unweighed, cathode(lot)])
    line.attest(PACKS, PACK, mass=kg("1"), components=batch.component_root(NAMES))
    assert line.verify({PACK: NAMES}).coverage.upstream_hidden == 1

    later.withdraw(line.world, REFINER, at, [CATHODE])
    assert line.verify({PACK: NAMES}).attested[0].levels == ()


def more_than_the_lot() -> Line:
    line = Line()
    line.cells(mass="12.5", materials=[cathode(line.materials())])
    line.attest(PACKS, PACK, mass=kg("40"), components=batch.component_root(NAMES))
    return line


def too_much_of_it() -> Line:
    line = Line()
    lot = line.materials()
    line.cells(materials=[cathode(lot, "0.6"), cathode(lot, "0.6")])
    line.attest(PACKS, PACK, mass=kg("1"), components=batch.component_root(NAMES))
    return line


def two_masses() -> Line:
    line = whole_line()
    line.attest(PACKS, PACK, mass=kg("1.50001"))
    return line


DOUBTS = {
    "components that weigh more than the whole": (
        lambda: whole_line(pack_mass="0.7"),
        f"The components of {PACK} weigh 0.75 kg, it itself only 0.7 kg.",
    ),
    "more of a lot than was made": (
        more_than_the_lot,
        f"This bundle uses 11.25 kg of {CATHODE}; {REFINER.did} attests 10 kg.",
    ),
    "materials that make up more than all": (
        too_much_of_it,
        "The materials of urn:cell:0 make up 1.2 of its mass.",
    ),
    "two masses of one battery": (
        two_masses,
        f"The mass of {PACK} is attested as 1.5 kg and as 1.50001 kg.",
    ),
}


@pytest.mark.parametrize("case", DOUBTS)
def test_doubts(case):
    tell, doubt = DOUBTS[case]

    assert doubt in tell().verify({PACK: NAMES}).doubts


def test_several_batteries_are_weighed_each_for_itself():
    line = whole_line()
    report = line.verify({PACK: NAMES}, asked=(PACK, NAMES[0]))
    first, second = sorted(report.attested, key=lambda each: each.battery)

    assert (first.battery, second.battery) == (PACK, NAMES[0])
    assert (second.mass, second.levels[1].mass) == (Decimal("0.25"), Decimal("0.045"))
    assert report.doubts == []


def test_components_nested_without_end_are_refused():
    line = Line()
    line.attest(PACKS, PACK)
    names = [PACK, *(f"urn:nested:{each:02}" for each in range(33))]
    with pytest.raises(BadBundle, match="nested deeper than 32") as refused:
        line.verify({above: [below] for above, below in pairwise(names)})

    assert refused.value.step == 11


AMOUNTS = {"0": "0", "0.250": "0.25", "100": "100", "1e3": "1000"}


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_is_written_without_needless_zeroes(text):
    assert amounts.written(Decimal(text)) == AMOUNTS[text]


def test_a_share_is_cut_off_and_never_rounded_up():
    assert amounts.share(Decimal(2), Decimal(3)) == "0.6666"
    assert amounts.share(Decimal("0.99999999999999999999999999999999999"), Decimal(1)) == "0.9999"
    assert amounts.share(Decimal(3), Decimal(2)) == "1.5000"
    assert amounts.share(Decimal(1), Decimal(0)) is None
