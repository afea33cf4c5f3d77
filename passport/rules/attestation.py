"""Who may attest what: one row a kind, with what ties the attesting party to its subject."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from passport.rules.disclosure import READERS, Access, Audience
from passport.rules.errors import Conflict, Malformed, NotAllowed, Refusal
from passport.rules.identity import IdentityKind, parse_any


class Subject(StrEnum):
    """What a claim is about."""

    BATTERY = "a battery"
    LOT = "a lot of material"
    BATCH = "a batch of batteries"


class Tie(StrEnum):
    """How a party stands to the subject; it may stand to it in several ways at once."""

    MADE = "made it"  # registered it as its maker
    HOLDS = "holds it"
    LET_IN = "was let in by its holder"
    SEES = "sees it"  # any of the above, or was offered it
    OWNS = "named the lot first"


class NotAnAttestation(Malformed):
    """The credential is signed well, but of a kind that is not taken in here."""

    code = "not-an-attestation"
    title = "This kind is not recorded here"


class AboutSomethingElse(Refusal):
    """The kind says nothing about such a subject."""

    code = "about-something-else"
    title = "This kind is not about such a subject"


class NotYourRole(NotAllowed):
    """The kind is attested by parties of another role."""

    code = "not-your-role"
    title = "Parties of your role do not attest this"


class NotYourBattery(NotAllowed):
    """The party is not tied to the battery as this kind of claim asks."""

    code = "not-your-battery"
    title = "This is not yours to attest"


class NotYourLot(NotAllowed):
    """The lot belongs to the party that named it first."""

    code = "not-your-lot"
    title = "The lot was named by another party"


class NotALot(Malformed):
    """The identity does not name a lot."""

    code = "not-a-lot"
    title = "This does not name a lot"


class OtherSalt(Conflict):
    """A log salt is drawn once, when its subject is registered."""

    code = "other-log-salt"
    title = "The log knows this under another salt"


@dataclass(frozen=True)
class Right:
    """Parties of one of `roles` (empty: any), tied to the subject by one of `ties`."""

    ties: frozenset[Tie]
    roles: frozenset[str] = frozenset()
    remedy: str = "ask the party that is"


_MAKER = Right(
    frozenset({Tie.MADE}), remedy="the maker attests the origin; attest batteries you registered"
)
_OWNER = Right(
    frozenset({Tie.OWNS}),
    frozenset({"MAKER", "RECYCLER"}),
    remedy="name a lot of your own, for example by your own domain",
)

# Kind → what it may be about → who may say so.
RIGHTS: Mapping[str, Mapping[Subject, Right]] = {
    "BatteryOriginAttestation": {Subject.BATTERY: _MAKER},
    "AttestationBatch": {Subject.BATCH: _MAKER},
    "MaterialOriginAttestation": {Subject.LOT: _OWNER},
    "BatteryTestRecord": {
        Subject.BATTERY: Right(
            frozenset({Tie.SEES}),
            frozenset({"MAKER", "KEEPER", "WORKSHOP", "RECYCLER"}),
            remedy="ask the holder to let you in",
        )
    },
    "FeocSupplierCertificate": {
        Subject.BATTERY: Right(
            frozenset({Tie.MADE, Tie.HOLDS}),
            frozenset({"MAKER"}),
            remedy="certify what you made or sell; buyers ask their direct supplier",
        ),
        Subject.LOT: _OWNER,
    },
    "RepurposingAttestation": {
        Subject.BATTERY: Right(
            frozenset({Tie.HOLDS, Tie.LET_IN}),
            frozenset({"WORKSHOP"}),
            remedy="let the workshop that did it attest it, with the battery in its hands",
        )
    },
    "RecyclingAttestation": {
        Subject.BATTERY: Right(
            frozenset({Tie.HOLDS}),
            frozenset({"RECYCLER"}),
            remedy="let the recycler that treated it attest it",
        ),
        # A batch of treatment, under the name that the recycler opened it with.
        Subject.LOT: Right(
            frozenset({Tie.OWNS}),
            frozenset({"RECYCLER"}),
            remedy="let the recycler that treated the batch attest it",
        ),
    },
}
_ELSEWHERE = {
    "KeyEvent": "send it to POST /api/v1/keys",
    "AttestationWithdrawal": "send it to POST /api/v1/attestations/withdrawals",
}
_TIED_TO_LOT = frozenset({Tie.OWNS})


def subjects_of(*, kind: str) -> frozenset[Subject]:
    """What a kind of attestation may be about. [attestation-1] Refuses NotAnAttestation."""
    rights = RIGHTS.get(kind)
    if rights is None:
        raise NotAnAttestation(
            f"a {kind} is not recorded as an attestation",
            pointer="/type",
            remedy=_ELSEWHERE.get(kind, "send one of: " + ", ".join(sorted(RIGHTS))),
        )
    return frozenset(rights)


def check_attestor(
    *, kind: str, subject: Subject, roles: Collection[str], ties: Collection[Tie]
) -> None:
    """Only who is tied to the subject in the way of this kind attests it. [attestation-2]

    Refuses NotAnAttestation, AboutSomethingElse, NotYourRole, NotYourBattery, NotYourLot.
    """
    about = subjects_of(kind=kind)
    if subject not in about:
        wanted = " or ".join(sorted(each.value for each in about))
        raise AboutSomethingElse(
            f"a {kind} is about {wanted}, not about {subject.value}",
            pointer="/credentialSubject",
            remedy=f"sign it about {wanted}",
        )
    right = RIGHTS[kind][subject]
    if right.roles and not right.roles.intersection(roles):
        raise NotYourRole(
            f"a {kind} is attested by: {', '.join(sorted(right.roles)).lower()}",
            remedy=right.remedy,
        )
    if not right.ties.intersection(ties):
        refused = NotYourLot if right.ties == _TIED_TO_LOT else NotYourBattery
        needed = " or ".join(each.value for each in Tie if each in right.ties)
        raise refused(
            f"a {kind} about {subject.value} comes from a party that {needed}",
            pointer="/credentialSubject/id",
            remedy=right.remedy,
        )


def check_lot(*, identity: str) -> None:
    """A lot is named by GTIN and lot, or by a link on its owner's domain. [attestation-3]

    The name is in its one spelling, since it is signed. Refuses NotALot, and what
    identity.parse_any() refuses.
    """
    found = parse_any(identity)
    if found.kind not in (IdentityKind.BATCH, IdentityKind.LINK):
        raise NotALot(
            f"{identity} names a {found.kind.lower()}, not a lot",
            pointer="/credentialSubject/id",
            remedy="write https://id.gs1.org/01/<14 digits>/10/<lot>, or a link of your own domain",
        )
    if found.canonical != identity:
        raise NotALot(
            f"{identity} is another spelling of {found.canonical}",
            pointer="/credentialSubject/id",
            remedy=f"sign over {found.canonical}",
        )


def check_log_salt(*, signed: bytes | None, known: bytes, pointer: str) -> None:
    """A salt that a maker signs is the one under which the log knows the subject. [attestation-4]

    Both have 16 bytes; None is a claim that signs no salt. Refuses OtherSalt.
    """
    if signed is not None and signed != known:
        raise OtherSalt(
            "logSalt is not the salt that was registered",
            pointer=pointer,
            remedy="sign the log_salt of your intake line, or leave logSalt out",
        )


def readable_sets(*, audiences: Collection[Audience]) -> list[str]:
    """The access sets that a reader in these qualities may read, sorted. [attestation-5]"""
    readers = set(audiences)
    return sorted(each.value for each in Access if readers & READERS[each])


def upstream_audiences(*, audiences: Collection[Audience]) -> frozenset[Audience]:
    """In which qualities a reader of a battery reads what it builds upon. [attestation-6]

    The supplier is responsible for its lot, and the parties concerned by it are its own: neither
    quality is passed down to whoever makes or holds the battery.
    """
    return frozenset(audiences) - {Audience.OPERATOR, Audience.PARTY}
