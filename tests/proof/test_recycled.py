"""Recycled content leads to the treatment that it came out of, and no kilogram counts twice."""

import pytest

from passport.audit.telling import print_report
from passport.proof import canonical
from passport.proof.kinds import MATERIAL, RECYCLING
from passport.proof.report import Report
from tests import later
from tests.proof.test_weights import CELLS, MINE, NAMES, PACKS, REFINER, Line, kg
from tests.simulator import PACK

BATCH, NICKEL, BLACK = "urn:treatment:1", "urn:lot:nickel", "urn:lot:black-mass"
SALT = "urn:lot:nickel-salt"
OLD = [{"id": "urn:pack:old-1", "mass": kg("300"), "chemistry": "NMC622"},
       {"id": "urn:pack:old-2", "mass": kg("310")}]  # fmt: skip


class Loop(Line):
    """A recycler (REFINER) treats old packs; nickel out of them goes into a new one."""

    def certificate(self, *, about: str = BATCH, lot: str = NICKEL, **claims: object) -> str:
        told = {
            "mass": kg("610"), "inputs": OLD, "operator": {"name": "Recycler"},
            "fractions": [{"material": "nickel", "mass": kg("20"), "lot": lot},
                          {"material": "slag", "mass": kg("9")}],
        }  # fmt: skip
        return self.attest(REFINER, about, RECYCLING, **(told | claims))

    def lot(self, *upstream: str, about: str = NICKEL, mass: str = "20", **claims: object) -> str:
        told = {"material": "nickel", "mass": kg(mass), "recycledShare": "1"}
        told |= {"upstream": list(upstream)} if upstream else {}
        return self.attest(REFINER, about, MATERIAL, **(told | claims))

    def salt(self, *upstream: str, about: str = SALT, mass: str = "50", share: str = "0.4") -> str:
        """What a maker makes of it: nickel salt, a part of it recycled."""
        return self.attest(
            MINE, about, MATERIAL, material="nickel salt", mass=kg(mass), recycledShare=share,
            upstream=list(upstream),
        )  # fmt: skip

    def pack(self, lot: str, *, material: str = "nickel salt", **said: str) -> Report:
        part = {"material": material, "massFraction": "0.05", "attestation": lot, **said}
        self.attest(PACKS, PACK, mass=kg("400"), materials=[part])
        return self.verify({})


def test_a_pack_leads_to_the_treatment_of_the_old_ones(capsys):
    loop = Loop()
    report = loop.pack(loop.salt(loop.lot(loop.certificate())), recycledShare="0.4")
    assert report.doubts == []
    nickel, salt = sorted(report.recycled, key=lambda each: each.index)
    (treated,) = salt.treatments
    assert (treated.about, treated.inputs, treated.issuer) == (BATCH, 2, REFINER.did)
    assert nickel.treatments == salt.treatments
    assert [str(each.mass) for each in (nickel, salt)] == ["20", "20.0"]
    assert (str(salt.used), str(nickel.used)) == ("8.000", "0")
    assert report.coverage.depth == 4
    assert canonical.encode(report.as_json())
    print_report(report)
    printed = capsys.readouterr().out
    assert f"Recycled: 20 kg of nickel salt in {SALT}" in printed
    assert "8 kg of it used here" in printed
    assert f"certificate of recycling of {BATCH} by {REFINER.did}: 2 inputs of 610 kg" in printed


def test_feed_that_two_recyclers_treat_leads_to_both():
    loop = Loop()
    first = loop.certificate(about="urn:treatment:0", lot=BLACK)
    black = loop.lot(first, about=BLACK, material="black mass")
    second = loop.certificate(upstream=[black], inputs=[{"id": BLACK, "mass": kg("20")}])
    report = loop.pack(loop.lot(second), material="nickel")
    assert report.doubts == []
    found = {each.about: [one.about for one in each.treatments] for each in report.recycled}
    assert sorted(found[NICKEL]) == ["urn:treatment:0", BATCH]


def _counts_more(loop):
    return loop.pack(loop.lot(loop.certificate(), mass="20.001"), material="nickel")


def _unknown_lot(loop):
    return loop.pack(loop.lot(loop.certificate(lot="urn:lot:other")), material="nickel")


def _no_fractions(loop):
    bare = loop.attest(REFINER, BATCH, RECYCLING, process="hydro")
    return loop.pack(loop.lot(bare), material="nickel")


def _maker_counts_more(loop):
    return loop.pack(loop.salt(loop.lot(loop.certificate()), share="0.5"))


def _two_makers(loop):
    """Each alone would be right; together they count the same kilograms twice."""
    lot = loop.lot(loop.certificate())
    other = loop.salt(lot, about="urn:lot:other-salt", mass="60", share="0.2")
    loop.attest(CELLS, "urn:pack:aside", upstream=[other])
    own = loop.salt(lot)
    part = {"material": "nickel salt", "massFraction": "0.1"}
    loop.attest(
        PACKS, PACK, mass=kg("400"),
        materials=[part | {"attestation": each} for each in (own, other)],
    )  # fmt: skip
    return loop.verify({})


def _twice_attested(loop):
    certificate = loop.certificate()
    loop.lot(certificate, mass="15")
    return loop.pack(loop.lot(certificate, mass="15", note="again"), material="nickel")


def _pack_says_more(loop):
    return loop.pack(loop.salt(loop.lot(loop.certificate())), recycledShare="0.41")


def _cells_say_more(loop):
    part = {"material": "nickel", "attestation": loop.lot(loop.certificate(), recycledShare="0.9")}
    loop.cells(materials=[part | {"recycledShare": "0.95"}])
    return loop.verify({PACK: NAMES})


DOUBTS = {
    "more than its certificate says": (_counts_more, "20.001 kg of urn:lot:nickel count as"
                                       " recycled; its treatments yielded 20 kg of it."),
    "a lot that no certificate names": (_unknown_lot, "urn:lot:nickel is in no fraction of the"
                                        " treatments that it builds upon."),
    "a certificate without fractions": (_no_fractions, "urn:lot:nickel is in no fraction of the"
                                        " treatments that it builds upon."),
    "a maker that counts more": (_maker_counts_more, "25 kg that build upon urn:lot:nickel count"
                                 " as recycled; it holds 20 kg."),
    "the same kilograms by two makers": (_two_makers, "32 kg that build upon urn:lot:nickel count"
                                         " as recycled; it holds 20 kg."),
    "a lot attested twice": (_twice_attested, "30 kg of urn:lot:nickel count as recycled;"
                             " its treatments yielded 20 kg of it."),
    "a pack that says more than its material": (_pack_says_more, "says that 0.41 of its nickel"
                                                " salt is recycled; of urn:lot:nickel-salt it is"
                                                " 0.4."),
    "cells that say more than theirs": (_cells_say_more, "says that 0.95 of its nickel is"
                                        " recycled; of urn:lot:nickel it is 0.9."),
}  # fmt: skip


@pytest.mark.parametrize(("told", "doubt"), DOUBTS.values(), ids=DOUBTS)
def test_what_counts_twice_or_too_much_is_named(told, doubt):
    report = told(Loop())
    assert [each for each in report.doubts if doubt in each], report.doubts
    assert report.exit_code == 1


def test_a_maker_may_blend_lots_up_to_what_both_hold():
    loop = Loop()
    certificate = loop.certificate(
        fractions=[{"material": "nickel", "mass": kg("20"), "lot": each} for each in (NICKEL, "b")]
    )
    lots = [loop.lot(certificate), loop.lot(certificate, about="b")]
    assert loop.pack(loop.salt(*lots, mass="80", share="0.5")).doubts == []
    again = Loop()
    certificate = again.certificate()
    assert again.pack(again.salt(again.lot(certificate), again.lot(about="c"))).doubts == []


def test_what_leads_to_no_treatment_stands_as_its_maker_says():
    loop = Loop()
    loop.lot(about="urn:lot:none", recycledShare="0")
    report = loop.pack(loop.salt(loop.lot(), share="1"))
    assert (report.recycled, report.doubts) == ([], [])


def test_a_certificate_taken_back_backs_nothing():
    loop = Loop()
    certificate = loop.certificate()
    later.withdraw(loop.world, REFINER, len(loop.world.entries) - 1, [BATCH])
    report = loop.pack(loop.lot(certificate), material="nickel")
    assert report.recycled == []
