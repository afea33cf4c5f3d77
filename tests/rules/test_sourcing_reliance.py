"""The reliance gate: one thing bent at a time, and each refusal named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from passport.rules.sourcing_case import Flag, Statement
from passport.rules.sourcing_party import Entity, EntityKind, Listed, Register
from passport.rules.sourcing_reliance import (
    Gap,
    ListedMaker,
    check_statement,
    item_for,
    kept_until,
    open_flags,
    relies,
)
from tests.rules.sourcing_papers import AS_OF, ITEM, LINE, PAPER, PRICE, case

ENTRY = Listed("seller", "NDAA_154B", "Seller Incorporated", since=date(2026, 1, 1))
TOLD = Flag("F-1", "TOLD", "L-1", "a letter came", raised_on=date(2026, 5, 1))


def _gaps(paper=PAPER, line=LINE, **changed):
    found = relies(certificate=paper, line=line, case=case(line, papers=(paper,), **changed))
    assert found.holds is (not found.hindrances)
    assert all(each.says for each in found.hindrances)
    return {each.gap for each in found.hindrances}


def test_a_certificate_without_a_fault_is_relied_upon():
    found = relies(certificate=PAPER, line=LINE, case=case())
    assert found.holds
    assert (found.certificate, found.line, found.item) == ("C-1", "L-1", ITEM)


BENT = {
    "by somebody else": (replace(PAPER, supplier="trader"), {Gap.NOT_DIRECT}),
    "no perjury": (replace(PAPER, jurat="I declare this."), {Gap.NO_JURAT}),
    "no person": (replace(PAPER, signatory=" "), {Gap.NO_SIGNATORY}),
    "no title": (replace(PAPER, signatory_title=""), {Gap.NO_SIGNATORY}),
    "no diligence": (replace(PAPER, due_diligence=""), {Gap.NO_DILIGENCE}),
    "no tax id": (replace(PAPER, tax_id=" "), {Gap.NO_TAX_ID}),
    "no such tax id": (replace(PAPER, tax_id="12-34"), {Gap.NO_TAX_ID}),
    "a foreign tax id": (replace(PAPER, tax_id="KR 1234", tax_id_kind="FOREIGN"), set()),
    "a signature that nobody checked": (
        replace(PAPER, signature_verdict="NOT_CHECKED"), {Gap.NOT_SIGNED},
    ),
    "a broken signature": (replace(PAPER, signature_verdict="INVALID"), {Gap.NOT_SIGNED}),
    "a suspect key": (replace(PAPER, signature_verdict="SUSPECT"), {Gap.NOT_SIGNED}),
    "another model": (replace(PAPER, items=(replace(ITEM, model="PK-1"),)), {Gap.OTHER_ITEM}),
    "another row": (replace(PAPER, items=(replace(ITEM, row="cells"),)), {Gap.OTHER_ITEM}),
    "no row": (replace(PAPER, items=(replace(ITEM, row=""),)), set()),
    "other serials under the same invoice": (
        replace(PAPER, items=(replace(ITEM, serials_sha256="aa" * 32),)), {Gap.OTHER_ITEM},
    ),
    "the invoice alone": (replace(PAPER, items=(replace(ITEM, serials_sha256=""),)), set()),
    "another invoice and no serials": (
        replace(PAPER, items=(replace(ITEM, serials_sha256="", invoices=("INV-2",)),)),
        {Gap.OTHER_ITEM},
    ),
    "the second item": (replace(PAPER, items=(replace(ITEM, model="PK-1"), ITEM)), set()),
    "fewer than were bought": (
        replace(PAPER, items=(replace(ITEM, quantity=Decimal(2)),)), {Gap.OTHER_QUANTITY},
    ),
    "signed by a key of the owner's": (replace(PAPER, signed_by_owner=True), {Gap.OWN_KEY}),
    "given to this taxpayer": (replace(PAPER, taxpayer="x", taxpayer_tax_id="123456789"), set()),
    "given to another by tax id": (
        replace(PAPER, taxpayer_tax_id="98-7654321"), {Gap.OTHER_TAXPAYER},
    ),
    "given to another by name": (replace(PAPER, taxpayer="Trader"), {Gap.OTHER_TAXPAYER}),
    "no period": (replace(PAPER, incurred_to=None), {Gap.OTHER_PERIOD}),
    "a period of before": (
        replace(PAPER, incurred_from=date(2025, 1, 1), incurred_to=date(2025, 12, 31)),
        {Gap.OTHER_PERIOD},
    ),
    "signed after the day that counts": (
        replace(PAPER, signed_on=date(2026, 12, 1)), {Gap.NOT_YET},
    ),
    "taken back": (replace(PAPER, revoked_on=AS_OF), {Gap.REVOKED}),
    "taken back later": (replace(PAPER, revoked_on=date(2026, 11, 2)), set()),
    "superseded": (replace(PAPER, superseded_by="C-2"), {Gap.SUPERSEDED}),
    "everything": (
        replace(PAPER, jurat="", tax_id="", items=(), superseded_by="C-2"),
        {Gap.NO_JURAT, Gap.NO_TAX_ID, Gap.OTHER_ITEM, Gap.SUPERSEDED},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BENT)
def test_each_thing_that_does_not_hold_is_named(name):
    paper, gaps = BENT[name]
    assert _gaps(paper) == gaps


def test_a_cost_outside_the_period_is_refused_though_another_lies_inside():
    late = replace(PRICE, incurred_on=date(2027, 1, 1))
    assert _gaps(line=replace(LINE, costs=(PRICE, late))) == {Gap.OTHER_PERIOD}
    assert _gaps(line=replace(LINE, serials_sha256="", costs=(replace(PRICE, invoice=""),))) == {
        Gap.OTHER_ITEM
    }


def test_a_certificate_given_to_the_taxpayer_by_name_is_its_own():
    owner = Entity("owner", "Mesa, LLC", EntityKind.CORPORATION, also_called=("Mesa Storage",))
    register = Register(entities={"owner": owner})
    for name in ("MESA LLC", "Mesa Storage"):
        assert _gaps(replace(PAPER, taxpayer=name), register=register) == set()


def test_what_speaks_of_three_speaks_of_no_six_in_however_many_lines():
    other = replace(LINE, id="L-2")
    both = case(LINE, other)
    (said,) = relies(certificate=PAPER, line=other, case=both).hindrances
    assert (said.gap, "of 6 together" in said.says) == (Gap.OTHER_QUANTITY, True)
    # Of cells inside the packs, and of what is no part of the property, it is another question.
    cells = replace(LINE, id="cells", row="cells")
    for apart in (replace(other, excluded="spare"), cells, replace(other, certificates=())):
        assert relies(certificate=PAPER, line=LINE, case=case(LINE, apart)).holds
    half = replace(LINE, quantity=Decimal("1.5"))
    assert relies(certificate=PAPER, line=half, case=case(half, replace(half, id="L-2"))).holds


def test_the_serials_alone_tell_the_item():
    line = replace(LINE, costs=(replace(PRICE, invoice=""),))
    assert item_for(certificate=PAPER, line=line) == ITEM


@pytest.mark.parametrize("about", ["L-1", "C-1", "seller", "maker"])
def test_an_open_flag_stands_in_the_way_and_a_resolved_one_does_not(about):
    flag = replace(TOLD, about=about)
    assert _gaps(flags=(flag,)) == {Gap.REASON_TO_KNOW}
    assert _gaps(flags=(replace(flag, resolved_on=AS_OF),)) == set()
    assert _gaps(flags=(replace(flag, about="another"),)) == set()
    later = replace(flag, resolved_on=date(2026, 11, 2))
    assert list(open_flags([later], as_of=AS_OF)) == [later]
    assert list(open_flags([replace(flag, raised_on=date(2026, 11, 2))], as_of=AS_OF)) == []


ENTRIES = {
    "listed": (ENTRY, True),
    "confirmed": (replace(ENTRY, decision="CONFIRMED"), True),
    "dismissed": (replace(ENTRY, decision="DISMISSED"), False),
    "listed later": (replace(ENTRY, since=date(2026, 12, 1)), False),
    "off the list again": (replace(ENTRY, until=date(2026, 6, 1)), False),
    "to leave the list": (replace(ENTRY, until=date(2026, 12, 1)), True),
    "on another list": (replace(ENTRY, list_id="UFLPA"), False),
    "somebody else": (replace(ENTRY, entity="other"), False),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_a_maker_named_in_section_154b_cannot_clear_its_own_product(name):
    entry, barred = ENTRIES[name]
    register = Register(listed=(entry,))
    own = replace(LINE, producer="seller")
    assert (Gap.LISTED_MAKER in _gaps(line=own, register=register)) is barred
    if not barred:
        check_statement(certificate=PAPER, register=register, as_of=AS_OF)
        return
    with pytest.raises(ListedMaker, match="Seller Incorporated"):
        check_statement(certificate=PAPER, register=register, as_of=AS_OF)


def test_it_may_say_what_its_costs_are_and_what_others_made():
    register = Register(listed=(ENTRY,))
    costs = replace(PAPER, statement=Statement.DIRECT_COSTS)
    check_statement(certificate=costs, register=register, as_of=AS_OF)
    assert _gaps(costs, replace(LINE, producer="seller"), register=register) == set()
    assert _gaps(register=register) == set()


def test_it_is_kept_for_six_years():
    assert kept_until(certificate=PAPER) == date(2032, 4, 1)
    leap = replace(PAPER, signed_on=date(2028, 2, 29))
    assert kept_until(certificate=leap) == date(2034, 3, 1)
