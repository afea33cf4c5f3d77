"""Parties, their facilities, and who and what may act for them."""

import hashlib
import re
import secrets
import uuid
import zlib
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from passport.actions.password import check_strength, proof_of
from passport.models import ApiKey, Facility, Membership, Party, Person, Role
from passport.postgres import people
from passport.proof.did import parse_did
from passport.rules.errors import Conflict, Malformed, NotAllowed, NotFound
from passport.rules.wording import check_line

SCOPES = ("read", "register", "attest", "record", "plan", "treat")
_LONGEST_NAME = 120
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


class NameTaken(Conflict):
    """Somebody else has this name already."""

    code = "name-taken"
    title = "The name is taken"


@transaction.atomic
def register_party(
    *, name: str, slug: str, roles: Sequence[str], country: str, did: str | None, at: datetime
) -> Party:
    """Register a party. Refuses Malformed, NameTaken, and a DID outside did:web (BadDid)."""
    check_line(text=name, pointer="/name", most=_LONGEST_NAME)
    if not _SLUG.match(slug):
        raise Malformed(f"{slug!r} is no short name", pointer="/slug", remedy="use a-z, 0-9 and -")
    unknown = set(roles) - set(Role.values)
    if unknown or not roles:
        raise Malformed(
            f"unknown role {min(unknown)}" if unknown else "a party needs a role",
            pointer="/roles",
            remedy="choose from " + ", ".join(Role.values),
        )
    if did is not None:
        parse_did(did)
    try:
        with transaction.atomic():
            return Party.objects.create(
                name=name, slug=slug, roles=list(roles), country=country, did=did, registered_at=at
            )
    except IntegrityError as clash:
        raise NameTaken(
            f"the short name {slug} or the DID {did} is registered already",
            pointer="/slug",
            remedy="choose another one",
        ) from clash


def add_facility(
    *,
    party: Party,
    name: str,
    country: str,
    address: str = "",
    gln: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
) -> Facility:
    """Add a place where a party makes, keeps or treats batteries. Refuses NameTaken, BadWording."""
    check_line(text=name, pointer="/name", most=_LONGEST_NAME)
    if address:
        check_line(text=address, pointer="/address")
    try:
        with transaction.atomic():
            return Facility.objects.create(
                party=party,
                name=name,
                country=country,
                address=address,
                gln=gln,
                latitude=latitude,
                longitude=longitude,
            )
    except IntegrityError as clash:
        raise NameTaken(f"you have a facility named {name} already", pointer="/name") from clash


@transaction.atomic
def register_person(*, email: str, name: str, password: str) -> Person:
    """Register somebody who may sign in, as the system; everybody else comes in by a link.

    The password is kept as Argon2id. Refuses BadWording, WeakPassword.
    """
    check_line(text=name, pointer="/name", most=_LONGEST_NAME)
    check_strength(password=password, email=email, name=name)
    person = Person(email=email.lower(), name=name, password=make_password(password))
    person.save(force_insert=True)
    people.call("keep proof", person.pk, proof_of(email=email, password=password))
    return person


def join(*, person: Person, party: Party, at: datetime) -> Membership:
    """Let a person act for a party; joining twice changes nothing."""
    membership, _ = Membership.objects.get_or_create(
        person=person, party=party, defaults={"since": at}
    )
    return membership


def issue_api_key(
    *,
    party: Party,
    name: str,
    scopes: Sequence[str],
    at: datetime,
    expires_at: datetime | None = None,
    environment: str = "live",
) -> tuple[ApiKey, str]:
    """Issue a key for a machine: the row, and the secret, which is shown this once.

    256 random bits need no slow hash: SHA-256 is what is kept. Refuses Malformed.
    """
    check_line(text=name, pointer="/name", most=80)
    unknown = set(scopes) - set(SCOPES)
    if unknown or not scopes:
        raise Malformed(
            f"unknown scope {min(unknown)}" if unknown else "a key needs a scope",
            pointer="/scopes",
            remedy="choose from " + ", ".join(SCOPES),
        )
    key_id, secret = secrets.token_hex(8), secrets.token_bytes(32)
    stem = f"bp_{environment}_{key_id}_{secret.hex()}"
    key = ApiKey.objects.create(
        party=party,
        name=name,
        key_id=key_id,
        secret_sha256=hashlib.sha256(secret).digest(),
        scopes=list(scopes),
        created_at=at,
        expires_at=expires_at,
    )
    return key, f"{stem}_{zlib.crc32(stem.encode()):08x}"


def note_use(*, key_id: uuid.UUID, at: datetime) -> None:
    """Write down the day on which a key of the acting party let a machine in.

    Whoever finds somebody else writing it leaves it alone: no request waits for this.
    """
    rows = ApiKey.objects.select_for_update(skip_locked=True).filter(pk=key_id)
    if rows.exclude(used_on=at.date()).exists():
        ApiKey.objects.filter(pk=key_id).update(used_on=at.date())


def revoke_api_key(*, key_id: str, by: Party, at: datetime) -> None:
    """Revoke a key of one's own, at once and for good. Refuses NotFound, NotAllowed."""
    key = ApiKey.objects.filter(key_id=key_id).first()
    if key is None:
        raise NotFound("no such API key", remedy="check the id of the key")
    if key.party_id != by.pk:
        raise NotAllowed("the key belongs to another party", remedy="ask that party")
    if key.revoked_at is None:
        ApiKey.objects.filter(pk=key.pk).update(revoked_at=at)
