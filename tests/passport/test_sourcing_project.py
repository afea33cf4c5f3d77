"""A project keeps every version of its terms and lines, and is nobody's but its owner's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from passport.actions import sourcing_project
from passport.queries.sourcing_case import case_of
from passport.queries.sourcing_project import by_id, terms_at
from passport.rules.errors import NotFound, Several
from passport.rules.sourcing_case import CostKind, LineKind, Method
from passport.rules.sourcing_entry import LineBroken, TermsMissing
from tests.cast import THEN
from tests.passport.acting import REFUSED_BELOW, acting
from tests.passport.projecting import BOUGHT, LATER, case, cost, line, opened, put, terms

DAY = date(2026, 1, 5)


def test_what_was_entered_is_what_the_file_states(cast):
    keeper = cast["keeper"]
    bought = line(costs=(cost(), cost(80, kind=CostKind.DUTY, currency="EUR", rate=Decimal("1.1"),
                                      rate_on=BOUGHT, document_sha256="ab" * 32)))  # fmt: skip
    cells = line("L-2", kind=LineKind.COMPONENT, row="cells", producer=None, costs=())
    project = opened(keeper, bought, cells)
    found = case(keeper, project)
    assert found.lines == (bought, cells)
    assert found.project == replace(terms(), id=str(project.pk))
    assert found.rule_set == "US-FEOC-2026-10"


def test_a_line_is_superseded_and_its_past_stays(cast):
    keeper = cast["keeper"]
    project = opened(keeper, line(), line("L-2"))
    dearer = line(costs=(cost(1100),))
    put_once = put(keeper, project, dearer, line("L-2"), at=LATER)
    assert (put_once.added, put_once.changed, put_once.same) == (0, 1, 1)
    with acting(keeper):
        gone = {"project_id": project.pk, "names": ["L-2", "L-9"], "by": keeper, "at": LATER}
        assert sourcing_project.remove_lines(**gone) == 1
        assert sourcing_project.remove_lines(**gone) == 0
    assert case(keeper, project, as_of=date(2026, 3, 2)).lines == (dearer,)
    assert case(keeper, project, as_of=DAY).lines == (line(), line("L-2"))
    assert put(keeper, project, line("L-2"), at=LATER).added == 1


def test_terms_have_versions_and_a_project_one_name(cast):
    keeper = cast["keeper"]
    project = opened(keeper)
    placed = terms(placed_on=date(2027, 1, 1))
    told = {"project_id": project.pk, "rule_set": "US-FEOC-2026-10", "by": keeper, "at": LATER}
    with acting(keeper):
        assert sourcing_project.change_terms(terms=terms(), **told).number == 1
        assert sourcing_project.change_terms(terms=placed, **told).number == 2
        assert terms_at(project=project, as_of=DAY).placed_on is None
        with pytest.raises(NotFound):
            terms_at(project=project, as_of=date(2025, 1, 1))
        with pytest.raises(sourcing_project.ProjectNameTaken):
            sourcing_project.open_project(
                terms=terms(), rule_set="US-FEOC-2026-10", by=keeper, at=THEN
            )
    with acting(cast["maker"]), pytest.raises(sourcing_project.NotAKeeper):
        sourcing_project.open_project(
            terms=terms(), rule_set="US-FEOC-2026-10", by=cast["maker"], at=THEN
        )


def test_bad_terms_and_lines_are_refused_with_their_place(cast):
    keeper = cast["keeper"]
    project = opened(keeper)
    with acting(keeper):
        with pytest.raises(TermsMissing) as elects:
            sourcing_project.open_project(
                terms=terms(name="Other", method=Method.COST_PERCENTAGE),
                rule_set="US-FEOC-2026-10", by=keeper, at=THEN,
            )  # fmt: skip
        assert elects.value.pointer == "/elections"
    for wrong, pointer in {
        (line(quantity=Decimal(0)), "/quantity"),
        (line(costs=(cost(1, currency="EUR"),)), "/costs/0/rate_on"),
    }:
        with pytest.raises(LineBroken) as refused:
            put(keeper, project, wrong)
        assert refused.value.pointer == pointer
    with pytest.raises(Several):
        put(keeper, project, line(quantity=Decimal(0), made_in="usa"))
    with pytest.raises(LineBroken):
        put(keeper, project, line(), line())


def test_others_read_it_by_a_share_alone_and_while_it_lasts(cast):
    keeper, auditor = cast["keeper"], cast["auditor"]
    project = opened(keeper, line())
    with acting(keeper):
        share = sourcing_project.share(project_id=project.pk, reader=auditor, by=keeper, at=THEN)
        again = sourcing_project.share(project_id=project.pk, reader=auditor, by=keeper, at=THEN)
        assert share.pk == again.pk
    assert case(auditor, project).lines == (line(),)
    with acting(cast["stranger"]), pytest.raises(NotFound):
        by_id(project_id=project.pk)
    with acting(auditor), pytest.raises(NotFound):
        sourcing_project.put_lines(project_id=project.pk, lines=[line()], by=auditor, at=THEN)
    with acting(keeper):
        sourcing_project.end_share(project_id=project.pk, share_id=share.pk, by=keeper, at=LATER)
    with acting(auditor), pytest.raises(NotFound):
        case_of(project=project, as_of=BOUGHT)


INTO = "INSERT INTO passport_linecost (project_id, line_id, place, kind, amount, currency,"
BELOW = {
    "a cost slipped into a line": (
        "keeper",
        f"{INTO} incurred_on, rate, invoice) SELECT project_id, id, 7, 'PRICE', 1, 'USD', now(), 1,"
        " '' FROM passport_projectline",
    ),
    "a line of another's project": (
        "stranger",
        "INSERT INTO passport_projectterms (id, project_id, number, taxpayer, taxpayer_tax_id,"
        " site, credit, method, begins_by, nameplate_kwh, nameplate_kw, tax_year_starts, component,"
        " elections, rule_set, recorded_at) VALUES (gen_random_uuid(), %(project)s, 9, 'x', '', '',"
        " '48E_STORAGE', 'DIRECT_COST', '', 1, 1, '01-01', '', '{}', 'x', now())",
    ),
    "a share of one's own making": (
        "stranger",
        "INSERT INTO passport_projectshare (id, project_id, party_id, since)"
        " VALUES (gen_random_uuid(), %(project)s, %(stranger)s, now())",
    ),
    "a line changed": ("keeper", "UPDATE passport_projectline SET quantity = 1"),
    "a cost dropped": ("keeper", "DELETE FROM passport_linecost"),
    "a share that comes back": ("keeper", "UPDATE passport_projectshare SET until = NULL"),
    "a project of a maker": (
        "maker",
        "INSERT INTO passport_sourcingproject (id, owner_id, name, opened_at)"
        " VALUES (gen_random_uuid(), %(maker)s, 'x', now())",
    ),
}


def test_the_database_refuses_what_cheats(cast):
    project = opened(cast["keeper"], line())
    with acting(cast["keeper"]):
        sourcing_project.share(
            project_id=project.pk, reader=cast["auditor"], by=cast["keeper"], at=THEN
        )
    ids = {name: str(cast[name].pk) for name in ("stranger", "maker")}
    for name, (who, statement) in BELOW.items():
        with acting(cast[who]):
            refused = pytest.raises(DatabaseError, match=f"{REFUSED_BELOW}|open span|other costs")
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, ids | {"project": str(project.pk)})
                pytest.fail(name)
