"""Holdings that run in a circle: judged where the answer is one, else for counsel."""

from datetime import date
from decimal import Decimal

from passport.rules.sourcing_party import EntityKind, Holding, Measure, Standing
from tests.rules.sourcing_world import (
    FIRST,
    X,
    ask,
    entity,
    held,
    holding,
    listed,
)
from tests.rules.sourcing_world import told as told_of

INFLUENCED, CLEAN, REVIEW = Standing.INFLUENCED, Standing.CLEAN, Standing.REVIEW
CIRCLE = (holding("z", "y", "30"), holding("y", "z", "60"), holding("people", "z", "40"))


def test_circles_are_for_counsel_where_they_decide():
    listing = (entity("lister"), *held("lister"), listed("lister", "S1260H", FIRST))
    circle = (X, entity("y"), entity("z"), *CIRCLE, *listing)
    by_lister, by_state = (holding(each, "y", "70") for each in ("lister", "state"))
    # Of z, whoever holds y has 42 or 51.2 per cent.
    assert told_of(*circle, by_lister, *held("x", ("z", "50"))) == (REVIEW, "(D)(i)(I)(bb)")
    assert told_of(*circle, by_lister, *held("x", ("z", "10"))) == (CLEAN, "")
    found = ask(*circle, by_state, *held("x", ("z", "100")))
    assert found.standing is INFLUENCED
    assert found.review
    assert all("run in a circle" in text for text in found.review)


def test_partnerships_in_a_circle():
    p, q = (entity(each, kind=EntityKind.PARTNERSHIP) for each in "pq")
    parts = {"sp": "20", "qp": "50", "pp": "30", "pq": "100"}
    names = {"s": "lister", "p": "p", "q": "q"}
    loop = [
        Holding(names[pair[0]], names[pair[1]], Measure.CAPITAL, Decimal(part), date(2025, 1, 1))
        for pair, part in parts.items()
    ]
    listing = (entity("lister"), *held("lister"), listed("lister", "S1260H", FIRST))
    # One has all of what is not the partnerships' own; of all together it is 20 or more, up to 100.
    facts = (X, p, q, *loop, *listing)
    assert told_of(*facts, *held("x", ("p", "20"))) == (CLEAN, "")
    assert told_of(*facts, *held("x", ("p", "24.9"), ("lister", "20"))) == (
        INFLUENCED,
        "(D)(i)(I)(bb)",
    )
    assert told_of(*facts, *held("x", ("p", "24"), ("lister", "0.5"))) == (CLEAN, "")
