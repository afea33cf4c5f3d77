"""Refusals of the end of life that belong to no single rule."""

from passport.rules.errors import Conflict, Malformed, Refusal


class NothingToPlan(Refusal):
    """The party has no battery that waits for a plan."""

    code = "nothing-to-plan"
    title = "Nothing waits for a plan"


class MarketMoved(Conflict):
    """Others retired, answered or published faster than the plan was made."""

    code = "market-moved"
    title = "The market changed while it was planned"


class TermsBroken(Malformed):
    """The terms of the programme contradict each other."""

    code = "programme-terms"
    title = "The terms of the programme do not fit each other"


class PartNotSolved(Refusal):
    """A worker has failed at a part of the market as often as it may."""

    code = "part-not-solved"
    title = "A part of the market could not be solved"
