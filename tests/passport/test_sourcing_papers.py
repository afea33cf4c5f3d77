"""Certificates, flags and serials of a project: kept as they came, and cheated from below."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from passport.actions import (
    sourcing_bill,
    sourcing_certificate,
    sourcing_flag,
)
from passport.proof.errors import ProofError
from passport.queries.sourcing_certificate import by_line
from passport.rules.errors import Malformed, NotFound
from passport.rules.sourcing_certificate import NotACertificate
from passport.rules.sourcing_reliance import Gap, relies
from tests.cast import THEN
from tests.passport import signing
from tests.passport.acting import REFUSED_BELOW, acting
from tests.passport.projecting import BOUGHT, LATER, bring, case, certificate, line, opened
from tests.simulator import key_of, origin_of, sign

THEN_DAY = THEN.date()


@pytest.fixture
def held(cast, as_system):
    """The maker's key, enrolled."""
    with as_system():
        return signing.enrolled(cast["maker"])


def _add(cast, project, body, **more):
    with acting(cast["keeper"]):
        return sourcing_certificate.add(
            project_id=project.pk, supplier="maker", body=body, by=cast["keeper"], at=THEN, **more
        )


def _gaps(found):
    (bought,) = [each for each in found.lines if each.id == "L-1"]
    return {
        hindrance.gap
        for name in bought.certificates
        for hindrance in relies(
            certificate=found.certificates[name], line=bought, case=found
        ).hindrances
    }


def test_a_signed_certificate_is_relied_upon_until_it_ends(cast, held):
    keeper = cast["keeper"]
    project = opened(keeper, line(), line("L-2", supplier="trader"))
    made, again = (_add(cast, project, certificate(held)) for _ in range(2))
    before = case(keeper, project)
    paper = before.certificates[str(made.pk)]
    told = (again.pk, paper.signature_verdict, paper.signed_by, _gaps(before))
    assert told == (made.pk, "VALID", cast["maker"].name, set())
    other = _add(cast, project, certificate(held, signedOn="2026-02-01"), lines=["L-2"])
    with acting(keeper):
        joined = {"L-1": [str(made.pk)], "L-2": [str(other.pk)]}
        assert by_line(project=project, as_of=BOUGHT) == joined
        said = {
            "certificate_id": made.pk, "ended_on": BOUGHT, "because": "corrected", "by": keeper,
            "at": LATER, "superseded_by": other.pk,
        }  # fmt: skip
        ended = sourcing_certificate.end(**said)
        assert sourcing_certificate.end(**said).pk == ended.pk
        with pytest.raises(sourcing_certificate.EndedBefore):
            sourcing_certificate.end(**said | {"because": "lost"})
        sourcing_certificate.join(certificate_id=other.pk, lines=["L-1"], by=keeper, at=LATER)
    after = case(keeper, project, as_of=LATER.date())
    joined = [len(each.certificates) for each in after.lines]
    assert (_gaps(after), joined) == ({Gap.SUPERSEDED}, [2, 0])
    assert _gaps(case(keeper, project, as_of=THEN_DAY)) == set()


def test_what_is_not_a_certificate_or_not_signed_is_refused(cast, held):
    project = opened(cast["keeper"], line())
    good = certificate(held)
    with pytest.raises(sourcing_certificate.SignatureBroken):
        _add(cast, project, good.replace(b"INV-1", b"INV-2"))
    with pytest.raises(NotACertificate):
        _add(cast, project, sign(held, origin_of(held, "urn:x")))
    with pytest.raises(ProofError):
        _add(cast, project, b"{}")
    strange = certificate(key_of("issuer", "did:web:unknown.example#key-1"))
    made = _add(cast, project, strange)
    found = case(cast["keeper"], project)
    assert found.certificates[str(made.pk)].signature_verdict == "NOT_CHECKED"
    assert _gaps(found) == {Gap.NOT_SIGNED}
    with acting(cast["stranger"]), pytest.raises(NotFound):
        sourcing_certificate.join(certificate_id=made.pk, lines=[], by=cast["stranger"], at=THEN)


def test_a_certificate_that_the_owner_signed_itself_is_kept_and_not_relied_upon(cast, as_system):
    """However the company is called in the owner's own register: its key tells."""
    keeper = cast["keeper"]
    with as_system():
        own = signing.enrolled(keeper)
    project = opened(keeper, line())
    _add(cast, project, certificate(own))
    assert Gap.OWN_KEY in _gaps(case(keeper, project))


def test_a_flag_stands_in_the_way_until_a_person_has_resolved_it(cast, held):
    keeper = cast["keeper"]
    project = opened(keeper, line())
    _add(cast, project, certificate(held))
    told = {"project_id": project.pk, "by": keeper, "at": THEN}
    with acting(keeper):
        flag = sourcing_flag.raise_flag(about="L-1", says="a letter came", **told)
        assert sourcing_flag.raise_flag(about="L-1", says="a letter came", **told).pk == flag.pk
        with pytest.raises(NotFound):
            sourcing_flag.raise_flag(about="L-9", says="x", **told)
    assert _gaps(case(keeper, project)) == {Gap.REASON_TO_KNOW}
    with acting(keeper):
        said = told | {"flag": flag.key, "says": "a namesake", "reviewer": "Counsel", "at": LATER}
        assert sourcing_flag.resolve(**said).pk == sourcing_flag.resolve(**said).pk
        with pytest.raises(sourcing_flag.ResolvedBefore):
            sourcing_flag.resolve(**said | {"says": "other"})
        with pytest.raises(Malformed):
            sourcing_flag.resolve(**said | {"reviewer": " "})
    assert _gaps(case(keeper, project, as_of=LATER.date())) == set()
    assert _gaps(case(keeper, project)) == {Gap.REASON_TO_KNOW}


BELOW = {
    "a serial slipped into a list": (
        "INSERT INTO passport_serialblock (project_id, serial_list_id, number, first, last, count,"
        " content) SELECT project_id, id, 9, 'Z', 'Z', 1, '' FROM passport_seriallist"
    ),
    "a block changed": "UPDATE passport_serialblock SET content = ''",
    "a certificate of another project": (
        "INSERT INTO passport_certificateline (project_id, certificate_id, line, linked,"
        " recorded_at) SELECT %(other)s, id, 'L-1', true, now() FROM passport_suppliercertificate"
        " WHERE project_id = %(project)s"
    ),
    "a certificate changed": "UPDATE passport_suppliercertificate SET body = ''",
    "a certificate dropped": "DELETE FROM passport_suppliercertificate",
}


def test_the_database_refuses_what_bends_papers_and_serials(cast, held):
    keeper = cast["keeper"]
    project, other = opened(keeper, line()), opened(keeper, line(), name="Other")
    _add(cast, project, certificate(held))
    bring(cast, project, ["PK-1"])
    ids = {"project": str(project.pk), "other": str(other.pk)}
    for name, statement in BELOW.items():
        with acting(keeper):
            refused = pytest.raises(
                DatabaseError, match=f"{REFUSED_BELOW}|other serials|of one project"
            )
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, ids)
                pytest.fail(name)


TABLE = """line;kind;product;row;model;quantity;price;incurred_on;invoice
L-1;product;battery_pack_module;;PK-300;3;1000;2026-03-01;INV-1
L-2;product;battery_pack_module;;PK-300;0;1000;2026-03-01;INV-1
"""


def test_a_table_lands_and_its_bad_row_is_told(cast):
    keeper = cast["keeper"]
    project = opened(keeper)
    told = {"project_id": project.pk, "text": TABLE, "by": keeper, "at": THEN}
    with acting(keeper):
        assert sourcing_bill.rehearse(**told).put.added == 1
    assert case(keeper, project).lines == ()
    with acting(keeper):
        taken = sourcing_bill.take(**told)
        assert (taken.put.added, [(f.row, f.column) for f in taken.bill.faults]) == (
            1, [(3, "quantity")],
        )  # fmt: skip
        assert sourcing_bill.take(**told).put.same == 1
    assert [each.id for each in case(keeper, project).lines] == ["L-1"]


def test_many_lines_land_and_are_read_in_one_go(cast):
    keeper = cast["keeper"]
    project = opened(keeper)
    rows = [f"L-{n:05d};product;p;;PK;1;10;2026-03-01;INV" for n in range(1500)]
    with acting(keeper):
        text = "\n".join([TABLE.splitlines()[0], *rows])
        taken = sourcing_bill.take(project_id=project.pk, text=text, by=keeper, at=THEN)
        assert (taken.put.added, taken.bill.faults) == (1500, [])
    found = case(keeper, project, as_of=date(2026, 3, 1))
    assert len(found.lines) == 1500
    assert sum(cost.amount for each in found.lines for cost in each.costs) == 15_000
