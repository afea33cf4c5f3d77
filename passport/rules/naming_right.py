"""Who may name a battery how: prefixes of GS1 and domains, and what a name of each stands under.

A name and a right are both written as a stem, so that a right covers a name just when the right's
stem begins the name's: gs1:9521234 covers gs1:952123400001, dns:example.maker. covers
dns:example.maker.id. and not dns:example.makers.
"""

import re
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from passport.rules.errors import Conflict, Malformed, Refusal
from passport.rules.identity import Identity, IdentityKind


class Kind(StrEnum):
    """What a right is about."""

    GS1_PREFIX = "GS1_PREFIX"
    DOMAIN = "DOMAIN"


class State(StrEnum):
    """How far a claim has come."""

    CLAIMED = "CLAIMED"
    PROVEN = "PROVEN"
    REFUSED = "REFUSED"
    REVOKED = "REVOKED"


class Basis(StrEnum):
    """What a decision rests on."""

    DOMAIN = "DOMAIN"  # the domain answered with a signed challenge
    DOCUMENT = "DOCUMENT"  # an operator looked at a document
    OPERATOR = "OPERATOR"  # an operator took a right away, or would not give it


class Standing(StrEnum):
    """How a name stands towards the party that gave it."""

    PROVEN = "PROVEN"
    UNPROVEN = "UNPROVEN"
    ANOTHERS = "ANOTHERS"


class NotAPrefix(Malformed):
    """A GS1 company prefix is 4 to 12 digits, and not of a range that GS1 keeps for itself."""

    code = "not-a-prefix"
    title = "This is no GS1 company prefix"


class NotADomain(Malformed):
    """A domain is a name in lower case with at least two labels, without scheme, port or path."""

    code = "not-a-domain"
    title = "This is no domain"


class NamedByAnother(Conflict):
    """A party registers under prefixes and domains of its own. [GS1 General Specifications 1.4]"""

    code = "named-by-another"
    title = "The prefix or domain is another party's"


class TooManyClaims(Conflict):
    """People look at each claim: a party's wait in bounds."""

    code = "too-many-claims"
    title = "Enough claims of yours wait already"


class NotDecidedSo(Refusal):
    """A claim is decided once, and only a proven right is taken away."""

    code = "not-decided-so"
    title = "The claim cannot be decided like this now"


# GS1 keeps these for use inside one company or region, for coupons and for publications, so that
# nobody holds them. [GS1 General Specifications 26.0, figure 1.4.3]
_NOBODYS = ("02", "04", "2", "977", "978", "979", "98", "99")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z]){_LABEL}\Z")
_LONGEST_PREFIX = 12
MOST_WAITING = 20
_NEXT = {
    State.CLAIMED: {State.PROVEN, State.REFUSED},
    State.PROVEN: {State.REVOKED},
    State.REFUSED: frozenset(),
    State.REVOKED: frozenset(),
}


def read_value(*, kind: str, value: str) -> str:
    """The one spelling of what is claimed. [naming-1] Refuses NotAPrefix, NotADomain."""
    text = value.strip()
    if Kind(kind) is Kind.GS1_PREFIX:
        return _prefix(text)
    text = text.lower().rstrip(".")
    if not _DOMAIN.match(text) or len(text) > 253:
        raise NotADomain(
            f'"{value[:80]}" is no domain',
            pointer="/value",
            remedy="write the host alone, as in maker.example",
        )
    return text


def stem_of_right(*, kind: str, value: str) -> str:
    """The stem of a right whose value is in its one spelling."""
    return f"gs1:{value}" if Kind(kind) is Kind.GS1_PREFIX else _of_host(value)


def stem_of(*, identity: Identity) -> str:
    """The stem that a battery's name stands under; a right covers it when its own begins it."""
    if identity.gtin:
        # The first of the 14 digits is the packaging level, the last the check digit.
        return f"gs1:{identity.gtin[1:13]}"
    return _stem_of_link(identity.canonical, identity.kind is IdentityKind.LINK)


@lru_cache(maxsize=4096)
def _stem_of_link(canonical: str, own: bool) -> str:
    if own:
        return _of_host(urlsplit(canonical).hostname or "")
    ai, value = canonical.split("/")[3:5]
    # A piece of a trade item (8006) begins with its GTIN, other keys with the company prefix.
    digits = value[1:13] if ai == "8006" else re.match(r"[0-9]*", value)[0]  # type: ignore[index]
    return f"gs1:{digits[:_LONGEST_PREFIX]}"


def covering(*, stem: str) -> tuple[str, ...]:
    """Every stem that could cover this one, shortest first; at most some dozens."""
    scheme, _, rest = stem.partition(":")
    if scheme == "gs1":
        return tuple(f"gs1:{rest[:end]}" for end in range(4, len(rest) + 1))
    labels = rest.split(".")[:-1]
    return tuple(f"dns:{'.'.join(labels[:end])}." for end in range(2, len(labels) + 1))


def under_another(*, stem: str) -> NamedByAnother:
    """The refusal of a name under what another party has proven. [naming-2]"""
    return NamedByAnother(
        f"another party has proven that {in_words(stem=stem)} is its own",
        pointer="/id",
        remedy="check the number; if it is yours, claim it: POST /api/v1/naming-rights",
    )


def check_waiting(*, count: int) -> None:
    """So many claims of one party wait at a time. [naming-4] Refuses TooManyClaims."""
    if count >= MOST_WAITING:
        raise TooManyClaims(
            f"{count} claims of yours wait for a decision",
            remedy="wait until they are decided, or have your domains asked",
        )


def check_step(*, before: str, after: str) -> None:
    """CLAIMED → PROVEN or REFUSED, PROVEN → REVOKED. [naming-3] Refuses NotDecidedSo."""
    if State(after) in _NEXT[State(before)]:
        return
    raise NotDecidedSo(
        f"the claim is {before.lower()}; it cannot become {after.lower()}",
        remedy="let the party claim it again, or revoke the right that is proven",
    )


def in_words(*, stem: str) -> str:
    """A stem as a sentence says it: the GS1 numbers 952123…, the domain id.maker.example."""
    scheme, _, rest = stem.partition(":")
    if scheme == "gs1":
        return f"the GS1 prefix of {rest}"
    return "the domain " + ".".join(reversed(rest.strip(".").split(".")))


def advice(*, standing: str) -> str:
    """What the maker of a battery does about how its name stands."""
    return {
        Standing.PROVEN: "",
        Standing.UNPROVEN: "prefix unproven: the maker claims its GS1 prefix or its domain and"
        " proves it (POST /api/v1/naming-rights)",
        Standing.ANOTHERS: "another party has proven that this prefix or domain is its own: compare"
        " the label with what that maker says",
    }[Standing(standing)]


def _prefix(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and 4 <= len(text) <= _LONGEST_PREFIX):
        raise NotAPrefix(
            f'"{text[:40]}" is no GS1 company prefix',
            pointer="/value",
            remedy="write its 4 to 12 digits as GS1 licensed them; put a 0 before a U.P.C. prefix",
        )
    kept = next((each for each in _NOBODYS if text.startswith(each)), "")
    if kept:
        raise NotAPrefix(
            f"numbers that begin with {kept} are licensed to nobody",
            pointer="/value",
            remedy="write the company prefix on your GS1 licence",
        )
    return text


def _of_host(host: str) -> str:
    return f"dns:{'.'.join(reversed(host.lower().rstrip('.').split('.')))}."
