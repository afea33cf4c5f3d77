"""Who may attest what: the whole table, by kind, subject, role and tie."""

from itertools import product

import pytest

from passport.rules import attestation
from passport.rules.attestation import (
    RIGHTS,
    AboutSomethingElse,
    NotALot,
    NotAnAttestation,
    NotYourBattery,
    NotYourLot,
    NotYourRole,
    OtherSalt,
    Subject,
    Tie,
    check_attestor,
    check_log_salt,
    check_lot,
    readable_sets,
    subjects_of,
    upstream_audiences,
)
from passport.rules.disclosure import Audience
from passport.rules.errors import Refusal
from passport.rules.gs1_values import WrongCheckDigit

ROLES = ("MAKER", "KEEPER", "WORKSHOP", "RECYCLER", "AUDITOR", "AUTHORITY")
# (kind, subject) → the roles that may, and the ties of which one must be there.
MAY = {
    ("BatteryOriginAttestation", Subject.BATTERY): (ROLES, {Tie.MADE}),
    ("AttestationBatch", Subject.BATCH): (ROLES, {Tie.MADE}),
    ("MaterialOriginAttestation", Subject.LOT): (("MAKER", "RECYCLER"), {Tie.OWNS}),
    ("BatteryTestRecord", Subject.BATTERY): (ROLES[:4], {Tie.SEES}),
    ("FeocSupplierCertificate", Subject.BATTERY): (("MAKER",), {Tie.MADE, Tie.HOLDS}),
    ("FeocSupplierCertificate", Subject.LOT): (("MAKER", "RECYCLER"), {Tie.OWNS}),
    ("RepurposingAttestation", Subject.BATTERY): (("WORKSHOP",), {Tie.HOLDS, Tie.LET_IN}),
    ("RecyclingAttestation", Subject.BATTERY): (("RECYCLER",), {Tie.HOLDS}),
    ("RecyclingAttestation", Subject.LOT): (("RECYCLER",), {Tie.OWNS}),
}
QUESTIONS = list(product(RIGHTS, Subject, ROLES, Tie))


def _refusal(rule, **told) -> Refusal | None:
    try:
        rule(**told)
    except Refusal as caught:
        refused = caught
    else:
        return None
    assert refused.detail
    assert refused.remedy
    assert refused.code
    return refused


def test_every_pair_of_kind_and_subject_stands_in_the_table():
    assert {(kind, subject) for kind in RIGHTS for subject in RIGHTS[kind]} == set(MAY)


@pytest.mark.parametrize("kind", RIGHTS)
def test_the_table_holds_for_every_role_and_tie(kind):
    for _, subject, role, tie in [each for each in QUESTIONS if each[0] == kind]:
        refused = _refusal(check_attestor, kind=kind, subject=subject, roles=[role], ties=[tie])
        if subject not in RIGHTS[kind]:
            assert isinstance(refused, AboutSomethingElse)
        elif role not in MAY[kind, subject][0]:
            assert isinstance(refused, NotYourRole)
        elif tie not in MAY[kind, subject][1]:
            assert isinstance(refused, NotYourBattery | NotYourLot)
        else:
            assert refused is None


@pytest.mark.parametrize(("kind", "subject"), MAY)
def test_without_a_tie_nobody_attests(kind, subject):
    refused = _refusal(check_attestor, kind=kind, subject=subject, roles=ROLES, ties=[])
    assert isinstance(refused, NotYourLot if subject is Subject.LOT else NotYourBattery)
    assert refused.pointer == "/credentialSubject/id"


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("KeyEvent", "/api/v1/keys"),
        ("AttestationWithdrawal", "/attestations/withdrawals"),
        ("ProvenanceRecord", "MaterialOriginAttestation"),
        ("IntakeReceipt", "BatteryTestRecord"),
    ],
)
def test_other_kinds_are_sent_where_they_belong(kind, told):
    refused = _refusal(subjects_of, kind=kind)
    assert isinstance(refused, NotAnAttestation)
    assert told in refused.remedy


@pytest.mark.parametrize(
    "identity",
    ["https://id.gs1.org/01/09521234000013/10/L24-7", "https://erzbach.example/lots/ip-24-03"],
)
def test_a_lot_has_a_name(identity):
    check_lot(identity=identity)


LOTS = {
    "one battery": ("https://id.gs1.org/01/09521234000013/21/C1", NotALot),
    "a model": ("https://id.gs1.org/01/09521234000013", NotALot),
    "another spelling": ("https://ID.GS1.org/01/09521234000013/10/L1", NotALot),
    "an own link in another spelling": ("HTTPS://erzbach.example/lots/1", NotALot),
    "no link": ("lot 7", Refusal),
    "a wrong check digit": ("https://id.gs1.org/01/09521234000014/10/L1", WrongCheckDigit),
}


@pytest.mark.parametrize(("identity", "refused"), LOTS.values(), ids=LOTS)
def test_what_is_no_name_of_a_lot_is_refused(identity, refused):
    with pytest.raises(refused):
        check_lot(identity=identity)


def test_a_salt_that_is_signed_is_the_one_that_is_known():
    check_log_salt(signed=None, known=bytes(16), pointer="/x")
    check_log_salt(signed=bytes(16), known=bytes(16), pointer="/x")
    with pytest.raises(OtherSalt) as refused:
        check_log_salt(signed=bytes(15) + b"1", known=bytes(16), pointer="/x")
    assert refused.value.pointer == "/x"


def test_the_sets_that_a_reader_reads_are_those_of_the_lattice():
    assert readable_sets(audiences=[Audience.ANYBODY]) == ["public"]
    assert readable_sets(audiences=[Audience.AUTHORITY]) == [
        "authority",
        "legitimateInterestAndAuthority",
        "public",
    ]
    assert "parties" in readable_sets(audiences=[Audience.PARTY])


def test_neither_maker_nor_holder_reads_what_a_supplier_tells_its_own():
    everything = upstream_audiences(audiences=list(Audience))
    assert everything == {Audience.ANYBODY, Audience.LEGITIMATE_INTEREST, Audience.AUTHORITY}
    assert "parties" not in readable_sets(audiences=everything)
    assert attestation.upstream_audiences(audiences=[Audience.PARTY]) == frozenset()
