"""Refusals of the end of life that belong to no single rule."""

from passport.rules.errors import Conflict, Refusal


class NothingToPlan(Refusal):
    """The party has no battery that waits for a plan."""

    code = "nothing-to-plan"
    title = "Nothing waits for a plan"


class MarketMoved(Conflict):
    """Others retired, answered or published faster than the plan was made."""

    code = "market-moved"
    title = "The market changed while it was planned"
