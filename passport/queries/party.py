"""Who is who: parties, those who may act for them, their API keys and facilities."""

import hashlib
import re
import uuid
import zlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from passport.models import ApiKey, Facility, Membership, Party
from passport.queries import tenancy
from passport.rules.errors import NotFound

# bp_<environment>_<key id>_<256-bit secret>_<CRC-32 of what stands before it>
API_KEY = re.compile(r"bp_([a-z]{2,8})_([0-9a-f]{16})_([0-9a-f]{64})_([0-9a-f]{8})\Z")

# Told in the order of the columns of enter_by_key_v1().
_KEY = ("id", "party_id", "name", "scopes")
_PARTY = ("id", "name", "slug", "did", "country", "roles")


@dataclass(frozen=True)
class PartyLine:
    id: uuid.UUID
    name: str
    slug: str
    roles: tuple[str, ...]
    country: str
    did: str | None


@dataclass(frozen=True)
class ApiKeyLine:
    id: uuid.UUID
    name: str
    key_id: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_on: date | None


def find(*, slug: str) -> Party:
    """The party of this short name. Refuses NotFound."""
    party = Party.objects.filter(slug=slug).first()
    if party is None:
        raise NotFound(f"no party is named {slug}", remedy="check the short name of the party")
    return party


def by_id(*, party_id: uuid.UUID) -> Party:
    """The party of this id. Refuses NotFound."""
    party = Party.objects.filter(id=party_id).first()
    if party is None:
        raise NotFound("no such party", remedy="check the id of the party")
    return party


def acting(*, person_id: uuid.UUID, party_id: uuid.UUID) -> Party:
    """The party, if this person is a member of it. Refuses NotFound."""
    tenancy.act_as_person(person_id)
    membership = (
        Membership.objects.filter(person_id=person_id, party_id=party_id)
        .select_related("party")
        .first()
    )
    if membership is None:
        raise NotFound("you are no member of that party", remedy="choose a party of yours")
    return membership.party


def parties_of(*, person_id: uuid.UUID) -> tuple[PartyLine, ...]:
    """The parties that a signed-in person may act for, by name."""
    tenancy.act_as_person(person_id)
    rows = Party.objects.filter(memberships__person_id=person_id).order_by("name")
    return tuple(_line(row) for row in rows)


def others(*, party_id: uuid.UUID, role: str = "") -> tuple[PartyLine, ...]:
    """Whom a party can hand over to, by name; `role` narrows it."""
    rows = Party.objects.exclude(id=party_id).order_by("name")
    if role:
        rows = rows.filter(roles__contains=[role])
    return tuple(_line(row) for row in rows)


def facilities(*, party: Party, after: uuid.UUID | None, limit: int) -> list[Facility]:
    """A page of a party's facilities, by id."""
    rows = Facility.objects.filter(party=party).order_by("id")
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def api_keys_of(*, party_id: uuid.UUID) -> tuple[ApiKeyLine, ...]:
    """The API keys of a party, oldest first; the secrets are known to nobody."""
    return tuple(
        ApiKeyLine(
            id=row.id,
            name=row.name,
            key_id=row.key_id,
            scopes=tuple(row.scopes),
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            used_on=row.used_on,
        )
        for row in ApiKey.objects.filter(party_id=party_id).order_by("id")
    )


def enter_by_key(*, presented: str, at: datetime) -> ApiKey | None:
    """The live API key that was presented, with its party, for whom the transaction now reads and
    writes; None, and nothing opened, when it is not one of ours.

    The database compares digests of 256 random bits: how long that takes tells nothing of use.
    """
    read = API_KEY.match(presented)
    if read is None or f"{zlib.crc32(presented[:-9].encode()):08x}" != read[4]:
        return None
    digest = hashlib.sha256(bytes.fromhex(read[3])).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM enter_by_key_v1(%s, %s, %s)", [read[2], digest, at])
        row = cursor.fetchone()
    if row is None:
        return None
    party = Party.from_db(None, _PARTY, row[3:])
    key = ApiKey.from_db(None, _KEY, [row[0], party.pk, *row[1:3]])
    key.party = party
    return key


def _line(party: Party) -> PartyLine:
    return PartyLine(
        id=party.id,
        name=party.name,
        slug=party.slug,
        roles=tuple(party.roles),
        country=party.country,
        did=party.did,
    )
