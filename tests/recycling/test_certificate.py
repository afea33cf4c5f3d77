"""Certificates of recycling: signed of what is booked, and read by whom they concern, as far."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

import pytest
from django.db import DatabaseError

from passport.models import Battery
from passport.models.ids import new_id
from passport.proof import kinds
from passport.proof.encoding import b64u_encode
from passport.rules.errors import NotFound
from recycling.actions import paper, retirement, treatment
from recycling.actions.step import Draw
from recycling.models import Process, RetirementReason, TreatmentPaper
from recycling.queries import certificate, papers
from recycling.rules.material import LotNotAttested, SaysSomethingElse
from recycling.rules.recovery import Fate, Output
from tests.cast import THEN, battery_line, give, model_line, take_in
from tests.passport.acting import REFUSED_BELOW, acting, run
from tests.passport.claiming import claim, taking_back, withdraw
from tests.recycling import loop as loops

SHREDDED = (("metals", "1400", "RECYCLED", None), ("rest", "1600", "DISPOSED", None))
FORGED = (
    "INSERT INTO recycling_treatmentpaper (id, treatment_id, attestation_id, sha256, filed_at)"
    " VALUES (%s, %s, %s, sha256(''), now())"
)
GTIN = "09521234000068"


@pytest.fixture(scope="module")
def taken_in(begin):
    return begin(loops.begin)


@pytest.fixture(scope="module")
def begun(begin, taken_in):
    """A batch of two packs of the keeper and one of a stranger's, certified."""
    return begin(_shared, after=taken_in)


def _shared(loop):
    cast = loop.cast
    gtin = model_line("OTHER", gtin=GTIN, mass_kg="1000")
    line = battery_line("", model="OTHER", id=f"https://id.gs1.org/01/{GTIN}/21/OTHER-1")
    done = take_in(cast["second-maker"], [gtin, line])
    other = Battery.objects.select_related("model").get(intake=done)
    give(other, cast["second-maker"], cast["stranger"])
    retirement.retire(
        battery_id=other.pk, by=cast["stranger"], reason=RetirementReason.CAPACITY, condition={},
        event_id=new_id(), at=THEN,
    )  # fmt: skip
    give(other, cast["stranger"], cast["recycler"])
    opened = loop.open()
    inside = [*loop.old[:2], other]
    draws = [Draw(battery_id=each.pk, mass_kg=Decimal(1000)) for each in inside]
    loop.book(opened, "SHRED", draws, SHREDDED)
    loop.certify(opened)
    return loop, opened, other


@pytest.fixture
def shared(begun, database):
    return deepcopy(begun.made)


# Who, of which pack: how many inputs it is told, and how many more there are.
READERS = {
    "the keeper of two": ("keeper", "own", 2, 1),
    "the maker of two": ("maker", "own", 2, 1),
    "the keeper of the third": ("stranger", "other", 1, 2),
    "the recycler": ("recycler", "own", 3, 0),
    "an authority": ("authority", "other", 3, 0),
}


def test_each_reads_of_a_shared_certificate_what_is_its_own(shared):
    loop, opened, other = shared
    for who, (name, which, told, others) in READERS.items():
        about = loop.old[0] if which == "own" else other
        with acting(loop.cast[name]):
            found = certificate.by_battery(battery_id=about.pk)
        assert (len(found.inputs), found.others) == (told, others), who
        assert (found.body is None) is (others > 0), who
        assert (found.mass_kg is None, found.fractions == ()) == (others > 0, others > 0), who
        assert (found.process, found.batch_number) == ("shredded", "B-1"), who
    for name, about in (("keeper", other), ("stranger", loop.old[0]), ("workshop", other)):
        with acting(loop.cast[name]):
            assert certificate.of_battery(battery_id=about.pk) is None
    with acting(loop.cast["recycler"]):
        assert certificate.by_batch(batch_id=opened.pk).mass_kg == 3000
    for name in ("keeper", "maker"):
        with acting(loop.cast[name]), pytest.raises(NotFound):
            certificate.by_batch(batch_id=opened.pk)
    with acting(None):
        assert certificate.of_battery(battery_id=other.pk) is None


@pytest.fixture
def treated(shared):
    """A pack treated in one act, whose copper fills a lot."""
    loop, pack = shared[0], shared[0].old[2]
    with acting(loop.cast["recycler"]):
        booked = treatment.book(
            battery_id=pack.pk, by=loop.cast["recycler"], mass_in_kg=Decimal(1000),
            process=Process.HYDRO, event_id=new_id(), at=THEN, fractions=[
                Output(material="Cu", mass_kg=Decimal(80), fate=Fate.RECYCLED),
                Output(material="rest", mass_kg=Decimal(920), fate=Fate.DISPOSED),
            ],
        )  # fmt: skip
        lot = loop.lot("CU-1", booked.fractions.get(material="Cu"))
        with pytest.raises(LotNotAttested, match="certificate of recycling"):
            papers.lot_facts(lot=lot)
    return loop, pack, booked, lot


def _signed(loop, booked, **changed) -> bytes:
    with acting(loop.cast["recycler"]):
        facts = papers.treatment_facts(treatment=booked) | changed
    about = str(facts.pop("id"))
    return claim(loop.keys["recycler"], kinds.RECYCLING, about, access="parties", **facts)


def _file(loop, booked, signed: bytes) -> TreatmentPaper:
    with acting(loop.cast["recycler"]):
        return paper.certify_treatment(
            treatment_id=booked.pk, credential_bytes=signed, by=loop.cast["recycler"], at=THEN
        )


def test_a_battery_treated_in_one_act_is_certified_as_it_was_booked(treated):
    loop, pack, booked, lot = treated
    with pytest.raises(SaysSomethingElse):
        _file(loop, booked, _signed(loop, booked, efficiency="0.9"))
    signed = _signed(loop, booked)
    filed = _file(loop, booked, signed)
    assert _file(loop, booked, signed) == filed
    with pytest.raises(SaysSomethingElse, match="another paper"):
        _file(loop, booked, _signed(loop, booked, treatedAt="2026-01-05T08:00:00Z"))
    with acting(loop.cast["recycler"]):
        assert papers.lot_facts(lot=lot)["upstream"] == [b64u_encode(bytes(filed.sha256))]
        loop.attest(lot)
    with acting(loop.cast["keeper"]):
        found = certificate.by_battery(battery_id=pack.pk)
    assert (found.body, found.others, found.efficiency) == (signed, 0, Decimal("0.08"))
    assert [(each.name, each.identity) for each in found.fractions] == [("Cu", lot.identity)]
    back = taking_back(loop.keys["recycler"], found.sha256, about=pack.identity, access="parties")
    withdraw(back, loop.cast["recycler"])
    with acting(loop.cast["keeper"]):
        assert certificate.by_battery(battery_id=pack.pk).withdrawn_at is not None


def test_nobody_files_a_certificate_below_for_what_another_treated(treated):
    loop, _, booked, _ = treated
    filed = _file(loop, booked, _signed(loop, booked))
    for name in ("keeper", "maker", "refiner"):
        with acting(loop.cast[name]), pytest.raises(DatabaseError, match=REFUSED_BELOW):
            run(FORGED, new_id(), booked.pk, filed.attestation_id)
    with acting(loop.cast["recycler"]), pytest.raises(DatabaseError, match=REFUSED_BELOW):
        run("UPDATE recycling_treatmentpaper SET filed_at = now()")
    with acting(loop.cast["refiner"]), pytest.raises(NotFound):
        paper.certify_treatment(
            treatment_id=booked.pk, credential_bytes=b"{}", by=loop.cast["refiner"], at=THEN
        )
