"""A company asks to be a party, with evidence; an administrator approves or refuses, once."""

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from psycopg.types.json import Jsonb

from passport.actions import naming_order
from passport.actions.party import NameTaken
from passport.actions.password import check_email
from passport.actions.token import Issued, new_token
from passport.models import Role
from passport.postgres import people
from passport.proof.did import parse_did
from passport.proof.errors import ProofError
from passport.queries import countries, tenancy
from passport.queries.tenancy import Seat
from passport.rules.errors import Conflict, Malformed, NotFound, Refusal, Several
from passport.rules.wording import check_line

MOST_FILES = 5
MOST_BYTES = 5 * 1024 * 1024
# What a file begins with, by what it says it is: the name alone proves nothing.
MEDIA = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
EXTENSIONS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_PREFIX = re.compile(r"\d{4,12}\Z")
_DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}\Z")


class WrongApplication(Several, Malformed):
    """Some of what an application says cannot be read."""

    code = "wrong-application"
    title = "The application is not complete"


class AlreadyDecided(Conflict):
    """An application is decided once."""

    code = "already-decided"
    title = "The application was decided"


class TooManyApplications(Conflict):
    """As many wait as people can read."""

    code = "too-many-applications"
    title = "Enough applications wait already"


@dataclass(frozen=True)
class Paper:
    """A document handed in as evidence."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Asked:
    """What a company says of itself; what it has not is empty."""

    name: str
    country: str
    roles: tuple[str, ...]
    did: str
    gs1_prefix: str
    domain: str
    contact_name: str
    contact_email: str


@dataclass(frozen=True)
class Approved:
    """The party that was made, and the link for its first member; none when it has joined."""

    party_id: uuid.UUID
    link: Issued | None


@transaction.atomic
def apply(*, asked: Asked, papers: Sequence[Paper], by: uuid.UUID | None) -> str:
    """Hand an application in; the answer is the token of its receipt.

    Papers are kept by their SHA-256. Refuses WrongApplication, with every fault and its field,
    and TooManyApplications.
    """
    faults = [*_faults(asked), *_paper_faults(papers)]
    if faults:
        raise WrongApplication(f"{len(faults)} things are missing or wrong", each=faults)
    if by is not None:
        tenancy.act_as_person(by)
    receipt = new_token()
    made = people.call(
        "apply",
        Jsonb(vars(asked) | {"roles": list(asked.roles)}),
        [paper.name for paper in papers],
        [_media_of(paper) for paper in papers],
        [paper.content for paper in papers],
        receipt.digest,
    )["made"]
    if made is None:
        raise TooManyApplications(
            "as many applications wait as can be read", remedy="apply again in a few days"
        )
    return receipt.text


@transaction.atomic
def approve(
    *,
    application_id: uuid.UUID,
    slug: str,
    names: Mapping[str, bytes],
    mailed: bool,
    seat: Seat,
) -> Approved:
    """Make the party, and the applicant its member, or a link for it.

    `names` says which names of it (GS1_PREFIX, DOMAIN) are taken for proven, each by the SHA-256 of
    a paper of the application; the worker carries that out, and logs it.
    Refuses NotFound, AlreadyDecided, Malformed, NameTaken.
    """
    if not _SLUG.match(slug):
        raise Malformed(
            f"{slug[:60]!r} is no short name", pointer="/slug", remedy="use a-z, 0-9, -"
        )
    tenancy.take_seat(seat)
    token = new_token()
    done = people.call("approve", application_id, slug, token.digest, mailed)
    _answer(done)
    for kind, paper in names.items():
        naming_order.accept_applied(
            application_id=application_id, kind=kind, paper=paper, seat=seat
        )
    if done["until"] is None:
        return Approved(party_id=done["made"], link=None)
    link = Issued(token="" if mailed else token.text, expires_at=done["until"])
    return Approved(party_id=done["made"], link=link)


@transaction.atomic
def refuse(*, application_id: uuid.UUID, reason: str, seat: Seat) -> None:
    """Refuse with a reason, which the applicant reads.

    Refuses NotFound, AlreadyDecided, BadWording.
    """
    check_line(text=reason, pointer="/reason", most=255)
    tenancy.take_seat(seat)
    _answer(people.call("refuse", application_id, reason))


def slug_of(name: str) -> str:
    """A short name made of a long one: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "party"


def digest_of(paper: Paper) -> str:
    """The SHA-256 by which a paper is known."""
    return hashlib.sha256(paper.content).hexdigest()


def _faults(asked: Asked) -> list[Refusal]:
    found = [
        _line(asked.name, "/name", "the company’s name"),
        _line(asked.contact_name, "/contact_name", "the contact person’s name"),
        _refused(check_email, email=asked.contact_email, pointer="/contact_email"),
        _chosen(asked.country in countries.names(), "/country", "no country is chosen"),
        _chosen(
            bool(asked.roles) and set(asked.roles) <= set(Role.values),
            "/roles",
            "no role is chosen",
        ),
        _refused(_check_did, did=asked.did),
        _shape(not asked.gs1_prefix or bool(_PREFIX.match(asked.gs1_prefix)), "/gs1_prefix",
               f"“{asked.gs1_prefix[:20]}” is no GS1 company prefix", "write its 4 to 12 digits"),
        _shape(not asked.domain or bool(_DOMAIN.match(asked.domain)), "/domain",
               f"“{asked.domain[:60]}” is no domain", "write it like id.company.example"),
    ]  # fmt: skip
    return [fault for fault in found if fault is not None]


def _line(text: str, pointer: str, what: str) -> Refusal | None:
    if not text:
        return Malformed(f"{what} is missing", pointer=pointer, remedy="write it")
    return _refused(check_line, text=text, pointer=pointer, most=120)


def _chosen(fine: bool, pointer: str, detail: str) -> Refusal | None:
    return None if fine else Malformed(detail, pointer=pointer, remedy="choose from the list")


def _shape(fine: bool, pointer: str, detail: str, remedy: str) -> Refusal | None:
    return None if fine else Malformed(detail, pointer=pointer, remedy=remedy)


def _check_did(*, did: str) -> None:
    if did:
        try:
            parse_did(did)
        except ProofError as wrong:
            raise Malformed(
                f"“{did[:60]}” cannot be used as a DID",
                pointer="/did",
                remedy="write it like did:web:company.example, or leave it empty",
            ) from wrong


def _refused(check: Callable[..., object], **values: object) -> Refusal | None:
    try:
        check(**values)
    except Refusal as refusal:
        return refusal
    return None


def _paper_faults(papers: Sequence[Paper]) -> list[Refusal]:
    if len(papers) > MOST_FILES:
        return [
            Malformed(
                f"{len(papers)} files are too many",
                pointer="/evidence",
                remedy=f"choose at most {MOST_FILES}",
            )
        ]
    return [fault for paper in papers if (fault := _paper_fault(paper))]


def _paper_fault(paper: Paper) -> Refusal | None:
    wrong = ""
    if not paper.content:
        wrong = f"“{paper.name[:60]}” is empty"
    elif len(paper.content) > MOST_BYTES:
        wrong = f"“{paper.name[:60]}” is larger than {MOST_BYTES // 2**20} MiB"
    elif not _media_of(paper):
        wrong = f"“{paper.name[:60]}” is neither PDF, PNG nor JPEG"
    named = wrong or _refused(check_line, text=paper.name, pointer="/evidence", most=120)
    if isinstance(named, str):
        return Malformed(named, pointer="/evidence", remedy="choose the file again, or another one")
    return named


def _media_of(paper: Paper) -> str:
    return next((kind for kind, mark in MEDIA.items() if paper.content.startswith(mark)), "")


def _answer(row: dict[str, object]) -> None:
    outcome = row["outcome"]
    if outcome == "UNKNOWN":
        raise NotFound("there is no such application", remedy="go back to the list")
    if outcome == "DECIDED":
        raise AlreadyDecided("the application was decided already", remedy="reload the page")
    if outcome == "TAKEN":
        raise NameTaken(
            "another party has this short name or this DID",
            pointer="/slug",
            remedy="choose another short name; a DID that is taken can only be refused",
        )
