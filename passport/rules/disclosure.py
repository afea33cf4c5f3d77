"""Which audience sees what: a lattice, since no audience sees all that another one sees."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Protocol, TypeVar

from passport.rules.lifecycle import EventKind


class Access(StrEnum):
    """The set of audiences that a data point or a credential is for, by Annex XIII."""

    PUBLIC = "public"  # point 1
    INTEREST_AND_AUTHORITY = "legitimateInterestAndAuthority"  # point 2
    AUTHORITY = "authority"  # point 3
    LEGITIMATE_INTEREST = "legitimateInterest"  # point 4
    PARTIES = "parties"  # not in the law: what the parties concerned tell one another


class Audience(StrEnum):
    """In which quality somebody reads; one reader may have several."""

    ANYBODY = "anybody"
    LEGITIMATE_INTEREST = "legitimateInterest"
    AUTHORITY = "authority"
    PARTY = "party"  # a party concerned: holder, offered, let in by the holder
    OPERATOR = "operator"  # the party responsible for this passport


class HasAccess(Protocol):
    """Anything that says for which audiences it is."""

    @property
    def access(self) -> Access: ...


Point = TypeVar("Point", bound=HasAccess)

# Art. 77(2): authorities read points 1 to 3 and not 4; legitimate interest 1, 2, 4 and not 3.
# The operator keeps the passport accurate (Art. 77(4)), so it reads all of its own.
READERS: dict[Access, frozenset[Audience]] = {
    Access.PUBLIC: frozenset(Audience),
    Access.INTEREST_AND_AUTHORITY: frozenset(
        {Audience.LEGITIMATE_INTEREST, Audience.AUTHORITY, Audience.OPERATOR}
    ),
    Access.AUTHORITY: frozenset({Audience.AUTHORITY, Audience.OPERATOR}),
    Access.LEGITIMATE_INTEREST: frozenset({Audience.LEGITIMATE_INTEREST, Audience.OPERATOR}),
    Access.PARTIES: frozenset({Audience.PARTY, Audience.OPERATOR}),
}

# For whom what an event says is; that it happened is for whoever sees the battery.
_ANYBODY = frozenset({Access.PUBLIC})
_USE = frozenset({Access.LEGITIMATE_INTEREST})
_HANDS = frozenset({Access.PARTIES})
_END = frozenset({Access.INTEREST_AND_AUTHORITY, Access.PARTIES})
EVENTS: dict[EventKind, frozenset[Access]] = {
    EventKind.REGISTERED: _ANYBODY,
    EventKind.MERGED: _ANYBODY,
    EventKind.CORRECTED: _ANYBODY,
    # These name batteries by salted digests alone.
    EventKind.ASSEMBLED: _ANYBODY,
    EventKind.DISASSEMBLED: _ANYBODY,
    EventKind.REPLACED: _ANYBODY,
    # Annex XIII 4(b) to (d): health, status, accidents and what else its use has left.
    EventKind.HEALTH_READ: _USE,
    EventKind.INCIDENT: _USE,
    EventKind.REPAIRED: _USE,
    EventKind.RETIRED: _USE,
    EventKind.REGRADED: _USE,
    # Who had it, and on which terms it went on.
    EventKind.HANDED_OVER: _HANDS,
    EventKind.ROUTED: _HANDS,
    # In somebody's own words: where it was, for which order, whatever else they say.
    EventKind.OBSERVED: _HANDS,
    # What an authority and an auditor count at its begin and at its end.
    EventKind.COMMISSIONED: _END,
    EventKind.RECEIVED: _END,
    EventKind.TREATED: _END,
}

# Art. 77(2)(c): repairers, remanufacturers, second-life operators, recyclers, and the purchaser.
INTERESTED_ROLES = frozenset({"KEEPER", "WORKSHOP", "RECYCLER"})


def visible(access: Access, audience: Audience) -> bool:
    """Whether this audience reads what is marked so. [Art. 77(2), Annex XIII]"""
    return audience in READERS[access]


def filter_points(points: Iterable[Point], *audiences: Audience) -> list[Point]:
    """The points that at least one of the reader's audiences sees, in their order. [Art. 77(2)]"""
    readers = {Audience.ANYBODY, *audiences}
    return [point for point in points if readers & READERS[point.access]]


def reads(audiences: Collection[Audience]) -> frozenset[Access]:
    """The access sets that a reader of these qualities is in. [Art. 77(2)]"""
    return frozenset(access for access in Access if READERS[access].intersection(audiences))


def closed_events(*, reads: Collection[Access]) -> frozenset[EventKind]:
    """The kinds of events whose particulars are not for who reads these sets. [Annex XIII]"""
    return frozenset(kind for kind, access in EVENTS.items() if not access.intersection(reads))


def audiences_of(
    *, roles: Collection[str], concerned: bool, responsible: bool
) -> frozenset[Audience]:
    """In which qualities a party reads one battery's passport. [Art. 77(2)]

    `concerned`: the battery is in its hands, offered to it, or its holder let it in.
    A role alone opens nothing but the authority's view.
    """
    found = {Audience.ANYBODY}
    if "AUTHORITY" in roles:
        found.add(Audience.AUTHORITY)
    if concerned:
        found.add(Audience.PARTY)
    if concerned and INTERESTED_ROLES.intersection(roles):
        found.add(Audience.LEGITIMATE_INTEREST)
    if responsible:
        found.add(Audience.OPERATOR)
    return frozenset(found)
