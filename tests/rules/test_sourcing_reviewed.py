"""Where a reviewer speaks, and what is said: sources, figures, days, rules that nobody has read."""

from datetime import date
from fractions import Fraction

import pytest

from passport.rules.sourcing_party import Register, Reviewed, Snapshot, Standing
from passport.rules.sourcing_sentences import say
from passport.rules.sourcing_standing import determine, determine_all
from passport.rules.sourcing_year import NoSuchYear, taxable_year
from tests.rules.sourcing_world import (
    CLEAN_X,
    FIRST,
    X,
    ask,
    entity,
    held,
    parts_of_x,
    register,
    rules,
)
from tests.rules.sourcing_world import told as told_of

SPECIFIED, INFLUENCED, CLEAN = Standing.SPECIFIED, Standing.INFLUENCED, Standing.CLEAN
REVIEW, UNKNOWN = Standing.REVIEW, Standing.UNKNOWN


def _reviewed(conclusion: Standing, entity_id: str = "x", **told: object) -> Reviewed:
    known = {
        "entity": entity_id,
        "tested_on": FIRST,
        "conclusion": conclusion,
        "reviewer": "counsel",
        "decided_on": date(2026, 2, 1),
        "reason": "read the ladder",
    }
    return Reviewed(**{**known, **told})  # type: ignore[arg-type]


def test_a_reviewer_speaks_where_the_law_leaves_it_open_and_nowhere_else():
    traded = (entity("x", publicly_traded=True), *held("x"))
    for conclusion in (CLEAN, INFLUENCED, SPECIFIED):
        found = ask(*traded, reviewed=(_reviewed(conclusion),))
        assert (found.standing, found.reviewer) == (conclusion, "counsel")
    assert told_of(*traded, reviewed=(_reviewed(REVIEW),)) == (REVIEW, "(E)")
    another_day = _reviewed(CLEAN, tested_on=date(2027, 12, 31))
    assert told_of(*traded, reviewed=(another_day,)) == (REVIEW, "(E)")
    newer = _reviewed(REVIEW, decided_on=date(2026, 3, 1))
    assert told_of(*traded, reviewed=(newer, _reviewed(CLEAN))) == (REVIEW, "(E)")
    assert told_of(entity("x", "CN"), reviewed=(_reviewed(CLEAN),)) == (SPECIFIED, "(C)(iv)")


def test_a_reviewer_speaks_of_an_owner_too():
    facts = (X, *held("x", ("y", "60")), entity("y", publicly_traded=True))
    for conclusion, due in {
        CLEAN: (CLEAN, ""),
        SPECIFIED: (INFLUENCED, "(D)(i)(I)(bb)"),
        UNKNOWN: (UNKNOWN, "(D)(i)(I)(bb)"),
    }.items():
        assert told_of(*facts, reviewed=(_reviewed(conclusion, "y"),)) == due


def test_what_it_says_has_its_sources_and_what_nobody_has_read():
    found = ask(*parts_of_x(["25"]))
    assert any("source: share register" in text for text in found.because)
    late = ask(X, *held("x"), on=date(2027, 1, 1))
    assert late.unverified == ("ANY_YEAR",)
    shown = ask(*CLEAN_X, snapshots=(Snapshot("UFLPA", "ab", FIRST),))
    assert sum("No copy of the list" in text for text in shown.because) == 3
    assert say("remainder", percent=Fraction(2500005, 100000), name="X").startswith(
        "Who owns 25.00005 % of X"
    )
    assert "8.3333… (25/3) %" in say("remainder", percent=Fraction(25, 3), name="X")


def test_years_begin_on_a_day_that_every_year_has():
    assert taxable_year(starts="07-01", on=date(2026, 6, 30)).begins_on == date(2025, 7, 1)
    for wrong in ("02-29", "13-01", "4-1", "06-31"):
        with pytest.raises(NoSuchYear):
            taxable_year(starts=wrong, on=FIRST)


def test_nobody_on_record_is_not_known():
    found = determine(register=Register(), entity="x", incurred_on=FIRST, rules=rules())
    assert (found.standing, found.because) == (UNKNOWN, ("Nothing is recorded of x.",))


def test_all_at_once_are_what_each_is_alone():
    facts = parts_of_x(["14", "13", "13"])
    known = register(*facts, entity("late", tax_year_starts="04-01"))
    at_once = determine_all(register=known, incurred_on=date(2026, 5, 1), rules=rules())
    assert at_once.keys() == known.entities.keys()
    for id, found in at_once.items():
        alone = determine(register=known, entity=id, incurred_on=date(2026, 5, 1), rules=rules())
        assert found == alone
    assert {each.tested_on for each in at_once.values()} == {FIRST, date(2026, 4, 1)}
