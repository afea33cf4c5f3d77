"""Passwords: changed by who knows the old one, reset by a one-time link, proven to the database.

Django's hash says to the web process whether a password is right; the web's database role can read
it. A second, separate hash goes to a table that this role cannot read, so that a statement slipped
into the web changes no password and makes nobody an administrator: the database asks for the proof.
"""

import hashlib
import uuid

from argon2.low_level import Type, hash_secret_raw
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from passport.actions.token import Issued, new_token
from passport.models import Person
from passport.postgres import people
from passport.queries import tenancy
from passport.queries.admission import refuse_link
from passport.queries.tenancy import Seat
from passport.rules.errors import Malformed, NotAllowed, NotFound

# OWASP's least for Argon2id: 19 MiB, two passes; on this side it is paid once a sign-in.
_PASSES, _KIBIBYTES = 2, 19_456
LONGEST = 1024


class WeakPassword(Malformed):
    """The password would be guessed."""

    code = "weak-password"
    title = "The password is too easy to guess"


class WrongPassword(NotAllowed):
    """It is not the password of this account."""

    code = "wrong-password"
    title = "This is not your password"


def proof_of(*, email: str, password: str) -> bytes:
    """32 bytes that only this password of this account gives: Argon2id [RFC 9106]."""
    salt = hashlib.sha256(b"batterypassport/password-proof/v1\n" + email.lower().encode()).digest()
    return hash_secret_raw(
        password.encode(), salt[:16], _PASSES, _KIBIBYTES, 1, hash_len=32, type=Type.ID
    )


def check_strength(*, password: str, email: str, name: str, pointer: str = "/password") -> None:
    """Refuses WeakPassword: short, common, or like the name or the address of its owner."""
    if len(password) > LONGEST:
        raise WeakPassword(
            f"the password is longer than {LONGEST} characters",
            pointer=pointer,
            remedy="choose a shorter one",
        )
    try:
        validate_password(password, user=Person(email=email, name=name))
    except ValidationError as weak:
        raise WeakPassword(
            " ".join(weak.messages).rstrip("."),
            pointer=pointer,
            remedy="choose another; three unrelated words are easy to keep and hard to guess",
        ) from weak


def check_email(*, email: str, pointer: str = "/email") -> str:
    """The address in small letters, without blanks around it. Refuses Malformed."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise Malformed(
            f"“{address[:60]}” is no e-mail address" if address else "no e-mail address is given",
            pointer=pointer,
            remedy="write it like name@company.example",
        ) from wrong
    return address


@transaction.atomic
def change(*, person_id: uuid.UUID, old: str, new: str) -> None:
    """Change one's own password; every session of the person ends.

    Refuses WrongPassword, WeakPassword.
    """
    person = Person.objects.get(pk=person_id)
    if not check_password(old, person.password):
        raise _wrong()
    check_strength(password=new, email=person.email, name=person.name)
    tenancy.act_as_person(person_id)
    done = people.call(
        "change password",
        make_password(new),
        proof_of(email=person.email, password=new),
        proof_of(email=person.email, password=old),
    )
    if not done["done"]:
        raise _wrong()


@transaction.atomic
def ask_reset(*, email: str, mailed: bool) -> None:
    """Ask for a link to a new password; nobody learns whether there is such an account.

    `mailed`: the worker sends it; else the wish waits on the administrators' desk.
    """
    people.call("ask reset", email.strip().lower()[:254], mailed)


@transaction.atomic
def issue_reset(*, person_id: uuid.UUID, seat: Seat) -> Issued:
    """Make the link to a new password for somebody else. Refuses NotFound."""
    tenancy.take_seat(seat)
    token = new_token()
    made = people.call("issue reset", person_id, token.digest)
    if made["made"] is None:
        raise NotFound("nobody with an open account is meant", remedy="open the account first")
    return Issued(token=token.text, expires_at=made["until"])


@transaction.atomic
def reset(*, token: str, email: str, name: str, password: str) -> uuid.UUID:
    """Set a new password by a link; every session ends. Refuses WeakPassword, UnusableLink.

    `email` and `name` are whose the link is, as the link itself has told.
    """
    check_strength(password=password, email=email, name=name)
    proof = proof_of(email=email, password=password)
    done = people.call("reset password", token, make_password(password), proof)
    refuse_link(str(done["outcome"]))
    return uuid.UUID(str(done["whom"]))


@transaction.atomic
def sign_out_everywhere(*, person_id: uuid.UUID) -> None:
    """End every session and sitting of a person, this one too."""
    tenancy.act_as_person(person_id)
    people.call("sign out everywhere")


def _wrong() -> WrongPassword:
    return WrongPassword(
        "this is not the password of your account",
        pointer="/old",
        remedy="type the password with which you signed in",
    )
