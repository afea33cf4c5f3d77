"""Accounts, memberships and administrators end, and accounts open again."""

import uuid

from django.db import transaction

from passport.postgres import people
from passport.queries import tenancy
from passport.queries.tenancy import Seat
from passport.rules.errors import Conflict, NotFound


class NotOneself(Conflict):
    """Nobody locks itself out, so that an administrator always remains."""

    code = "not-oneself"
    title = "You cannot do this to yourself"


class LastMember(Conflict):
    """A party without members could never act again."""

    code = "last-member"
    title = "The last member stays"


@transaction.atomic
def set_open(*, person_id: uuid.UUID, opened: bool, seat: Seat) -> None:
    """Close an account, and with it every session, or open it again.

    Refuses NotFound, NotOneself.
    """
    tenancy.take_seat(seat)
    _answer(people.call("set account", person_id, opened))


@transaction.atomic
def end_administrator(*, person_id: uuid.UUID, seat: Seat) -> None:
    """End the role of another administrator, at once. Refuses NotFound, NotOneself."""
    tenancy.take_seat(seat)
    _answer(people.call("end administrator", person_id))


@transaction.atomic
def end_membership(*, membership_id: uuid.UUID, seat: Seat) -> None:
    """End any membership, as an administrator. Refuses NotFound."""
    tenancy.take_seat(seat)
    _answer(people.call("end membership", membership_id))


@transaction.atomic
def let_go(*, membership_id: uuid.UUID, party_id: uuid.UUID, by: uuid.UUID) -> None:
    """End a membership in one's own party, as a member of it. Refuses NotFound, LastMember."""
    tenancy.act_as_person(by)
    tenancy.act_as(party_id)
    _answer(people.call("end membership", membership_id))


def _answer(row: dict[str, object]) -> None:
    outcome = row["outcome"]
    if outcome == "UNKNOWN":
        raise NotFound("there is nobody of this name here", remedy="reload the page")
    if outcome == "ONESELF":
        raise NotOneself(
            "an administrator does not close its own door",
            remedy="ask another administrator to do it",
        )
    if outcome == "LAST":
        raise LastMember("the last member of a party stays", remedy="invite somebody else first")
