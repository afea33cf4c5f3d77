"""First chapter: all register, get a desk and a machine's key; who signs enrols its own."""

import secrets
from datetime import timedelta
from decimal import Decimal
from typing import Any

from api.management.story import signing
from api.management.story.telling import StoryStuck, Tale, Tick
from passport.actions import key as keys
from passport.actions import party as parties
from passport.models import Party, Role
from passport.queries import retelling
from passport.queries.key import standing

KEY_NAME = "demo"
_READ_ONLY = ("read",)


def register(tale: Tale, tick: Tick) -> None:
    """Parties with their facilities."""
    for number, row in enumerate(tale.plot.parties):
        at = tale.plot.moment("registered") + timedelta(minutes=number)
        party = retelling.party(slug=row["slug"]) or parties.register_party(
            name=row["name"],
            slug=row["slug"],
            roles=row["roles"],
            country=row["country"],
            did=f"did:web:{row['slug']}.example",
            at=at,
        )
        tale.parties[row["slug"]] = party
        _add_facilities(party, row["facilities"])
        tick(1)


def seat(tale: Tale, tick: Tick) -> None:
    """A person at each desk, with a password drawn for this installation alone."""
    rows = tale.files.read(tale.files.logins) or [_login(row) for row in tale.plot.parties]
    # Written before anybody is registered: a crash must not leave a password that nobody knows.
    tale.files.write(tale.files.logins, rows)
    for party, row, login in zip(tale.parties.values(), tale.plot.parties, rows, strict=True):
        person = retelling.person(email=login["email"])
        if person is None:
            person = parties.register_person(
                email=login["email"],
                name=f"{row['person']} at {row['name']}",
                password=login["password"],
            )
        elif not person.check_password(login["password"]):
            raise StoryStuck(
                f"{tale.files.logins} was lost, and the passwords with it.",
                remedy="`manage.py demo --fresh` begins anew.",
            )
        parties.join(person=person, party=party, at=tale.plot.moment("registered", hour=12))
        tick(1)


def issue_keys(tale: Tale, tick: Tick) -> None:
    """One API key a party; where the secret was lost, the old key is revoked."""
    known: dict[str, str] = tale.files.read(tale.files.api_keys) or {}
    at = tale.plot.moment("registered", hour=13)
    for slug, party in tale.parties.items():
        if slug not in known:
            for lost in retelling.open_api_keys(of=party, name=KEY_NAME):
                parties.revoke_api_key(key_id=lost, by=party, at=at)
            # A crash here leaves a key whose secret nobody has; the next telling revokes it.
            _, known[slug] = parties.issue_api_key(
                party=party, name=KEY_NAME, scopes=_scopes(party), at=at
            )
            tale.files.write(tale.files.api_keys, known)
        tick(1)


def enrol_keys(tale: Tale, tick: Tick) -> None:
    """Each who signs makes its key on its own side, and proves that it holds it."""
    for number, slug in enumerate(tale.signers):
        party, at = tale.parties[slug], tale.plot.moment("keys") + timedelta(minutes=5 * number)
        own = tale.files.maker_key(slug, str(party.did))
        tale.keys[slug] = own
        enrolled = standing(method=own.name)
        if enrolled is None:
            challenge = keys.issue_challenge(by=party, at=at)
            document = signing.enrolment(own, challenge=challenge.nonce, at=at)
            keys.enrol(document=document, by=party, at=at + timedelta(minutes=1))
        elif enrolled.public_key != own.public_key:
            raise StoryStuck(
                f"{own.name} is enrolled with another key than the file of {slug} holds.",
                remedy="Put the old file back, or begin anew: `manage.py demo --fresh`.",
            )
        tick(1)


def _add_facilities(party: Party, rows: list[dict[str, Any]]) -> None:
    known = retelling.facility_names(of=party)
    for row in rows:
        if row["name"] in known:
            continue
        place = {name: Decimal(row[name]) for name in ("latitude", "longitude")}
        parties.add_facility(party=party, **{**row, **place})


def _login(row: dict[str, Any]) -> dict[str, str]:
    return {
        "party": row["name"],
        "email": f"{row['person'].lower().replace(' ', '.')}@{row['slug']}.example",
        "password": "-".join(_letters() for _ in range(4)),
    }


def _letters() -> str:
    # Nothing in it is read as something else; four times four make 78 bits.
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(4))


def _scopes(party: Party) -> tuple[str, ...]:
    looks_on = set(party.roles) <= {Role.AUDITOR.value, Role.AUTHORITY.value}
    return _READ_ONLY if looks_on else parties.SCOPES
