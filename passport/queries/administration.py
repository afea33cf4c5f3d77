"""What an administrator sees: parties and applications, people, links, and what was done."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q

from passport.models import (
    AdministrativeAct,
    Administrator,
    Application,
    ApplicationState,
    Evidence,
    LinkKind,
    Membership,
    NamingRight,
    NamingState,
    OneTimeLink,
    Party,
    Person,
)
from passport.postgres import people as functions
from passport.queries import tenancy
from passport.queries.tenancy import Seat
from passport.rules.errors import NotFound

MOST = 200


@dataclass(frozen=True)
class LinkLine:
    """A link as its issuer sees it; `state` is OPEN, WAITING, USED, EXPIRED or REVOKED."""

    id: uuid.UUID
    kind: str
    email: str
    party_name: str
    person_id: uuid.UUID | None
    issued_by: str
    issued_at: datetime
    expires_at: datetime
    state: str
    by_mail: bool
    sent_at: datetime | None
    last_error: str


@dataclass(frozen=True)
class MemberLine:
    id: uuid.UUID
    person_id: uuid.UUID
    name: str
    email: str
    since: datetime
    last_seen_at: datetime | None


@dataclass(frozen=True)
class PartySeen:
    id: uuid.UUID
    name: str
    slug: str
    country: str
    did: str
    roles: tuple[str, ...]
    registered_at: datetime
    members: int


@dataclass(frozen=True)
class PersonSeen:
    id: uuid.UUID
    name: str
    email: str
    open: bool
    administrator: bool
    parties: tuple[tuple[uuid.UUID, str], ...]
    last_seen_at: datetime | None


@dataclass(frozen=True)
class Paper:
    id: uuid.UUID
    name: str
    media_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class ApplicationLine:
    id: uuid.UUID
    name: str
    country: str
    roles: tuple[str, ...]
    did: str
    gs1_prefix: str
    domain: str
    contact_name: str
    contact_email: str
    has_account: bool
    state: str
    reason: str
    received_at: datetime
    decided_at: datetime | None
    decided_by: str
    party_id: uuid.UUID | None
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True)
class ActLine:
    at: datetime
    deed: str
    actor: str
    whom: str
    party: str
    about: str
    kind: str
    detail: str


@dataclass(frozen=True)
class Overview:
    """What waits for an administrator, and how much there is."""

    applications: int
    names: int
    resets: tuple[LinkLine, ...]
    links: int
    parties: int
    people: int


def is_administrator(*, person_id: uuid.UUID) -> bool:
    """Whether this person may sit down as an administrator."""
    tenancy.act_as_person(person_id)
    return Administrator.objects.filter(
        person_id=person_id, ended_at__isnull=True, person__is_active=True
    ).exists()


def seated(*, seat: Seat) -> bool:
    """Take the seat for this transaction: whether the database believes that it is one."""
    tenancy.take_seat(seat)
    return functions.call("administrator")["who"] is not None


def overview(*, at: datetime) -> Overview:
    """The counts of the first page. The transaction must have taken an administrator's seat."""
    waiting = _links(OneTimeLink.objects.filter(kind=LinkKind.RESET, by_mail=False), at=at)
    return Overview(
        applications=Application.objects.filter(state=ApplicationState.RECEIVED).count(),
        names=NamingRight.objects.filter(
            state=NamingState.CLAIMED, document_sha256__isnull=False
        ).count(),
        resets=tuple(each for each in waiting if each.state == "ASKED"),
        links=_open(at).exclude(kind=LinkKind.RESET).count(),
        parties=Party.objects.count(),
        people=Person.objects.count(),
    )


def applications(*, state: str) -> tuple[ApplicationLine, ...]:
    """Applications of one state, newest first."""
    rows = _applications().filter(state=state).order_by("-received_at")[:MOST]
    return tuple(_application(row) for row in rows)


def application(*, application_id: uuid.UUID) -> ApplicationLine:
    """One application with its evidence. Refuses NotFound."""
    papers = Prefetch("evidence", Evidence.objects.defer("content").order_by("id"))
    row = _applications().filter(pk=application_id).prefetch_related(papers).first()
    if row is None:
        raise NotFound("there is no such application", remedy="go back to the list")
    return _application(row, papers=row.evidence.all())


def paper(*, application_id: uuid.UUID, evidence_id: uuid.UUID) -> tuple[Paper, bytes]:
    """A document that came with an application, and its bytes. Refuses NotFound."""
    row = Evidence.objects.filter(pk=evidence_id, application_id=application_id).first()
    if row is None:
        raise NotFound("there is no such document", remedy="go back to the application")
    return _paper(row), bytes(row.content)


def parties(*, text: str = "") -> tuple[PartySeen, ...]:
    """Parties by name; `text` is a part of the name, the short name or the DID."""
    rows = Party.objects.annotate(members=Count("memberships")).order_by("name")
    if text:
        rows = rows.filter(
            Q(name__icontains=text) | Q(slug__icontains=text) | Q(did__icontains=text)
        )
    return tuple(_party(row) for row in rows[:MOST])


def party(*, party_id: uuid.UUID) -> PartySeen:
    """One party. Refuses NotFound."""
    row = Party.objects.annotate(members=Count("memberships")).filter(pk=party_id).first()
    if row is None:
        raise NotFound("there is no such party", remedy="go back to the list")
    return _party(row)


def people(*, text: str = "") -> tuple[PersonSeen, ...]:
    """People by name; `text` is a part of the name or the address."""
    of_whom = Prefetch("memberships", Membership.objects.select_related("party"))
    rows = Person.objects.prefetch_related(of_whom).order_by("name")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(email__icontains=text))
    ruling = set(
        Administrator.objects.filter(ended_at__isnull=True).values_list("person_id", flat=True)
    )
    return tuple(_person(row, ruling=row.pk in ruling) for row in rows[:MOST])


def person(*, person_id: uuid.UUID) -> PersonSeen:
    """One person. Refuses NotFound."""
    of_whom = Prefetch("memberships", Membership.objects.select_related("party"))
    row = Person.objects.prefetch_related(of_whom).filter(pk=person_id).first()
    if row is None:
        raise NotFound("there is nobody of this name", remedy="go back to the list")
    ruling = Administrator.objects.filter(person_id=person_id, ended_at__isnull=True).exists()
    return _person(row, ruling=ruling)


def links(*, at: datetime, party_id: uuid.UUID | None = None) -> tuple[LinkLine, ...]:
    """Invitations, newest first: all of them, or those into one party."""
    rows = OneTimeLink.objects.exclude(kind=LinkKind.RESET)
    return _links(rows.filter(party_id=party_id) if party_id else rows, at=at)


def members(*, party_id: uuid.UUID) -> tuple[MemberLine, ...]:
    """Who acts for a party, by name."""
    rows = Membership.objects.filter(party_id=party_id).select_related("person")
    return tuple(
        MemberLine(
            id=row.pk,
            person_id=row.person_id,
            name=row.person.name,
            email=row.person.email,
            since=row.since,
            last_seen_at=row.person.last_login,
        )
        for row in rows.order_by("person__name")
    )


def acts(*, limit: int = MOST, **about: uuid.UUID) -> tuple[ActLine, ...]:
    """What was done last, newest first; of one person or party when `person_id`, `party_id`."""
    rows = AdministrativeAct.objects.filter(**about).order_by("-at")
    rows = rows.select_related("actor", "person", "party")
    found = list(rows[:limit])
    links = OneTimeLink.objects.filter(pk__in=[row.link_id for row in found])
    mails = {each["id"]: each for each in links.values("id", "email", "kind")}
    names = dict(
        Application.objects.filter(pk__in=[row.application_id for row in found]).values_list(
            "id", "name"
        )
    )
    return tuple(_act(row, mails, names) for row in found)


def _act(row: AdministrativeAct, links: dict[Any, Any], names: dict[Any, str]) -> ActLine:
    link = links.get(row.link_id, {})
    return ActLine(
        at=row.at,
        deed=row.deed,
        actor=row.actor.name if row.actor else "",
        whom=row.person.name if row.person else "",
        party=row.party.name if row.party else "",
        about=link.get("email", "") or names.get(row.application_id, ""),
        kind=link.get("kind", ""),
        detail=row.detail,
    )


def _open(at: datetime) -> Any:
    return OneTimeLink.objects.filter(
        used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=at
    )


def _links(rows: Any, *, at: datetime) -> tuple[LinkLine, ...]:
    # The digest of the token is not the application's to read.
    found = rows.order_by("-issued_at").select_related("party", "issued_by").defer("token_sha256")
    return tuple(_link(row, at=at) for row in found[:MOST])


def _link(row: OneTimeLink, *, at: datetime) -> LinkLine:
    return LinkLine(
        id=row.pk,
        kind=row.kind,
        email=row.email,
        party_name=row.party.name if row.party else "",
        person_id=row.person_id,
        issued_by=row.issued_by.name if row.issued_by else "",
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        state=_state(row, at),
        by_mail=row.by_mail,
        sent_at=row.sent_at,
        last_error=row.last_error,
    )


def _state(row: OneTimeLink, at: datetime) -> str:
    if row.used_at is not None:
        return "USED"
    if row.revoked_at is not None:
        return "REVOKED"
    if row.expires_at <= at:
        return "EXPIRED"
    if row.by_mail and row.sent_at is None:
        return "WAITING"
    return "ASKED" if row.sent_at is None else "OPEN"


def _applications() -> Any:
    # Of the receipt the application's role reads nothing.
    rows = Application.objects.select_related("decided_by")
    return rows.defer("receipt_sha256")


def _application(row: Application, papers: Iterable[Evidence] = ()) -> ApplicationLine:
    return ApplicationLine(
        id=row.pk,
        name=row.name,
        country=row.country,
        roles=tuple(row.roles),
        did=row.did,
        gs1_prefix=row.gs1_prefix,
        domain=row.domain,
        contact_name=row.contact_name,
        contact_email=row.contact_email,
        has_account=row.person_id is not None,
        state=row.state,
        reason=row.reason,
        received_at=row.received_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by.name if row.decided_by else "",
        party_id=row.party_id,
        papers=tuple(_paper(each) for each in papers),
    )


def _paper(row: Evidence) -> Paper:
    return Paper(
        id=row.pk,
        name=row.file_name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        sha256=bytes(row.sha256).hex(),
    )


def _party(row: Any) -> PartySeen:
    return PartySeen(
        id=row.pk,
        name=row.name,
        slug=row.slug,
        country=row.country,
        did=row.did or "",
        roles=tuple(row.roles),
        registered_at=row.registered_at,
        members=row.members,
    )


def _person(row: Person, *, ruling: bool) -> PersonSeen:
    return PersonSeen(
        id=row.pk,
        name=row.name,
        email=row.email,
        open=row.is_active,
        administrator=ruling,
        parties=tuple((each.party_id, each.party.name) for each in row.memberships.all()),
        last_seen_at=row.last_login,
    )
