"""What a refusal of the database means to a caller, by its SQLSTATE."""

from typing import Final

import psycopg
from django.db import Error

from api.http.problems import Fault, Problem

_BUSY = {"Retry-After": "2"}

BY_STATE: Final = {
    "23505": Problem(
        409, "already-there", "It is there already", "Something with this identity exists."
    ),
    "23P01": Problem(
        409, "overlaps", "It overlaps with what is there", "Another record holds for that time."
    ),
    "23503": Problem(
        409, "refers-to-nothing", "It refers to nothing", "A record that this one needs is absent."
    ),
    "23514": Problem(
        422, "breaks-an-invariant", "It would break an invariant", "The database refused it."
    ),
    "23001": Problem(409, "still-needed", "It is still needed", "Other records refer to it."),
    # Row-level security: the same words as for what does not exist.
    "42501": Problem(404, "not-found", "Not found", "There is nothing here that you may see."),
    "22021": Problem(400, "bad-text", "The text cannot be kept", "A character cannot be stored."),
    "22P05": Problem(400, "bad-text", "The text cannot be kept", "A character cannot be stored."),
    "22003": Problem(
        422, "out-of-range", "The number is out of range", "A quantity is too large to be kept."
    ),
    "57014": Problem(
        503, "took-too-long", "It took too long", "The work was stopped; nothing was changed.",
        headers=_BUSY,
    ),
    "55P03": Problem(
        503, "busy", "Somebody else is at it", "The record is locked; nothing was changed.",
        headers=_BUSY,
    ),
    "40001": Problem(
        503, "busy", "Somebody else was faster", "Nothing was changed; send it again.",
        headers={"Retry-After": "1"},
    ),
    "40P01": Problem(
        503, "busy", "Somebody else was faster", "Nothing was changed; send it again.",
        headers={"Retry-After": "1"},
    ),
    "53100": Problem(
        507, "disk-full", "The disk is full", "Nothing was changed; reading still works.",
        headers={"Retry-After": "60"},
    ),
}  # fmt: skip
AWAY = Problem(
    503, "database-away", "The database is away", "Nothing was changed; try again shortly.",
    headers={"Retry-After": "5"},
)  # fmt: skip
_REMEDIES: Final = {
    "already-there": "Read what is there; send the same bytes again only to repeat a request.",
    "overlaps": "End the record that holds now, or give another time.",
    "refers-to-nothing": "Register what it refers to first.",
    "bad-text": "Remove NUL and unpaired surrogates.",
}


def problem_of(error: Error | psycopg.Error) -> Problem | None:
    """Return the problem for a database error, or None when it is a fault of ours."""
    driver = error if isinstance(error, psycopg.Error) else error.__cause__
    state = getattr(driver, "sqlstate", None)
    if state is None:
        return AWAY if type(error).__name__ in ("OperationalError", "InterfaceError") else None
    if state[:2] in ("08", "57") and state not in BY_STATE:
        return AWAY
    found = BY_STATE.get(state)
    if found is None or found.code not in _REMEDIES:
        return found
    fault = Fault(code=_constraint(driver) or found.code, detail=found.detail,
                  remedy=_REMEDIES[found.code])  # fmt: skip
    return Problem(found.status, found.code, found.title, found.detail, (fault,), found.headers)


def _constraint(driver: BaseException | None) -> str:
    """The constraint's own name, which states what must hold, in the wire's spelling."""
    diagnosis = getattr(driver, "diag", None)
    return (getattr(diagnosis, "constraint_name", None) or "").replace("_", "-")
