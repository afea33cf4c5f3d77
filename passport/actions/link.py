"""One-time links by which people come in; a token is known to its holder, and here as a SHA-256.

The clock is the database's: no process whose clock is wrong revives a link that has expired.
"""

import uuid
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from passport.actions import password as passwords
from passport.actions.token import Issued, Token, new_token
from passport.models import LinkKind, Membership, Person
from passport.postgres import people
from passport.queries import tenancy
from passport.queries.admission import LinkSeen, refuse_link, trouble_of
from passport.queries.tenancy import Seat
from passport.rules.errors import Conflict, Malformed, NotFound
from passport.rules.wording import check_line

_LONGEST_NAME = 120


class AlreadyMember(Conflict):
    """Nobody is invited to where it is."""

    code = "already-member"
    title = "This person belongs to the party already"


@transaction.atomic
def first() -> Issued:
    """Make the link to the first administrator, as the system; an earlier one dies.

    Refuses UnusableLink when there is an administrator.
    """
    token = new_token()
    made = people.call("first link", token.digest)
    refuse_link(str(made["outcome"]))
    return _issued(token, made)


@transaction.atomic
def rescue(*, email: str) -> Issued:
    """Make the link to a new password, as the system, for whom nobody else can help.

    Refuses NotFound.
    """
    token = new_token()
    made = people.call("rescue", email.strip(), token.digest)
    if made["until"] is None:
        raise NotFound(f"no open account has the address {email}", remedy="check the address")
    return _issued(token, made)


@transaction.atomic
def invite(
    *, kind: str, email: str, party_id: uuid.UUID | None, mailed: bool, seat: Seat
) -> Issued:
    """Invite somebody, as an administrator: into a party, into none, or to administer.

    Refuses Malformed, AlreadyMember.
    """
    if kind not in (LinkKind.ADMINISTRATOR, LinkKind.PERSON, LinkKind.MEMBER):
        raise Malformed("nobody is invited to that", pointer="/kind", remedy="choose what it is")
    if (kind == LinkKind.MEMBER) != (party_id is not None):
        raise Malformed("no party is chosen", pointer="/party", remedy="choose the party")
    tenancy.take_seat(seat)
    return _invite(kind, email, party_id, mailed)


@transaction.atomic
def invite_colleague(*, email: str, party_id: uuid.UUID, mailed: bool, by: uuid.UUID) -> Issued:
    """Invite somebody into one's own party, as a member of it. Refuses Malformed, AlreadyMember."""
    tenancy.act_as_person(by)
    tenancy.act_as(party_id)
    return _invite(LinkKind.MEMBER, email, party_id, mailed)


@transaction.atomic
def revoke(*, link_id: uuid.UUID, by: uuid.UUID, party_id: uuid.UUID) -> None:
    """Take back a link of one's own party. Refuses NotFound, UnusableLink when it was used."""
    tenancy.act_as_person(by)
    tenancy.act_as(party_id)
    _revoke(link_id)


@transaction.atomic
def revoke_any(*, link_id: uuid.UUID, seat: Seat) -> None:
    """Take back any link, as an administrator. Refuses NotFound, UnusableLink when it was used."""
    tenancy.take_seat(seat)
    _revoke(link_id)


@transaction.atomic
def redeem(*, token: str, seen: LinkSeen, email: str, name: str, password: str) -> uuid.UUID:
    """Use a link to open an account: it says the id of the person.

    `email` counts for the first administrator alone; everybody else has the invited address.
    Refuses BadWording, Malformed, WeakPassword, UnusableLink.
    """
    if not seen.usable:
        raise trouble_of(seen.standing)
    check_line(text=name, pointer="/name", most=_LONGEST_NAME)
    address = passwords.check_email(email=email if seen.kind == LinkKind.FIRST else seen.email)
    passwords.check_strength(password=password, email=address, name=name)
    proof = passwords.proof_of(email=address, password=password)
    done = people.call("redeem", token, address, name, make_password(password), proof)
    refuse_link(str(done["outcome"]))
    return uuid.UUID(str(done["whom"]))


@transaction.atomic
def join(*, token: str, person_id: uuid.UUID, password: str = "") -> uuid.UUID:
    """Use a link for the account that is signed in; an administrator's asks for the password.

    Refuses UnusableLink: used, expired, taken back, for another address, or the wrong password.
    """
    person = Person.objects.get(pk=person_id)
    tenancy.act_as_person(person_id)
    proof = passwords.proof_of(email=person.email, password=password) if password else b""
    done = people.call("join", token, proof)
    refuse_link(str(done["outcome"]))
    return uuid.UUID(str(done["whom"]))


def _invite(kind: str, email: str, party_id: uuid.UUID | None, mailed: bool) -> Issued:
    address = passwords.check_email(email=email)
    there = Membership.objects.filter(person__email__iexact=address)
    if party_id is not None and there.filter(party_id=party_id).exists():
        raise AlreadyMember(f"{address} belongs to this party already", pointer="/email")
    token = new_token()
    made = people.call("invite", kind, address, party_id, None if mailed else token.digest)
    return _issued(Token("") if mailed else token, made)


def _revoke(link_id: uuid.UUID) -> None:
    outcome = people.call("revoke", link_id)["outcome"]
    if outcome == "UNKNOWN":
        raise NotFound("there is no such invitation", remedy="reload the page")
    refuse_link(str(outcome))


def _issued(token: Token, made: dict[str, Any]) -> Issued:
    return Issued(token=token.text, expires_at=made["until"])
