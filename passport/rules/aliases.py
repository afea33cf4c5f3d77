"""Other names of one battery: by its maker, by China's coding rule, by GS1 keys, links and DIDs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from passport.rules import identity
from passport.rules.errors import Malformed, NotAllowed, Refusal, Several
from passport.rules.gs1 import LENIENT
from passport.rules.identity import IdentityKind

MOST = 8
LONGEST = 255
LONGEST_SERIAL = 80


class AliasScheme(StrEnum):
    """By whose rule a name is made."""

    MAKER_SERIAL = "MAKER_SERIAL"  # what the maker counts by: unique within that maker alone
    GS1 = "GS1"  # a GS1 key of one battery, as a link or as an element string
    LINK = "LINK"  # IEC 61406: a link on the party's own domain
    DID = "DID"  # W3C decentralized identifier
    GB_T_34014 = "GB_T_34014"  # China's code of traction batteries


# What anybody may resolve: it stands on the battery and names it the world over.
PUBLIC = frozenset(AliasScheme) - {AliasScheme.MAKER_SERIAL}
# Such a name could be the identity of a battery as well, so both are claimed in one place.
CLAIMED = frozenset({AliasScheme.GS1, AliasScheme.LINK})


@dataclass(frozen=True, slots=True)
class Alias:
    """One other name, in its one spelling."""

    scheme: AliasScheme
    value: str


class NotAnAlias(Malformed):
    """The text does not follow the scheme that it is said to follow."""

    code = "not-an-alias"
    title = "This is no name of that scheme"


class WrongLevelOfCode(Refusal):
    """A code says in itself whether it names a pack, a module or a cell."""

    code = "wrong-level-of-code"
    title = "The code names another kind of battery"


class NotYoursToName(NotAllowed):
    """A maker's serial is given by the maker; other names by the maker or whoever holds it."""

    code = "not-yours-to-name"
    title = "Your party may not give this name"


class WrongAliases(Several, Malformed):
    """More than one name of a list is wrong."""

    code = "wrong-aliases"
    title = "Some of these names cannot be read"


_DID = re.compile(
    r"did:[a-z0-9]+:(?:[A-Za-z0-9._:-]|%[0-9A-F]{2})*(?:[A-Za-z0-9._-]|%[0-9A-F]{2})", re.ASCII
)
# Maker, product, chemistry, specification, traceability code, day, serial; a code of a second life
# has no traceability code, and ends in R with what it was made of.
_GB_T = re.compile(
    r"[A-Z0-9]{3}[PMC][A-GZ][A-Z0-9]{2}(?:[A-Z0-9]{7}[1-9A-NPR-Y][1-9A-C][0-9A-NPR-Y][0-9]{7}"
    r"|[1-9A-NPR-Y][1-9A-C][0-9A-NPR-Y][0-9]{6,7}R[PMC])",
    re.ASCII,
)
_LEVELS = {"P": ("PACK", "SYSTEM"), "M": ("MODULE",), "C": ("CELL",)}


def parse_aliases(value: object) -> tuple[Alias, ...]:
    """The names of a list of {"scheme", "value"}, in order, in their one spelling. [alias-1]

    Refuses NotAnAlias, and what identity.parse() refuses; WrongAliases when several are wrong.
    """
    if not isinstance(value, list) or not 1 <= len(value) <= MOST:
        raise NotAnAlias(
            f"the names are not a list of 1 to {MOST}",
            remedy='write [{"scheme":"GB_T_34014","value":"…"}]',
        )
    found: list[Alias] = []
    wrong: list[Refusal] = []
    for number, each in enumerate(value):
        try:
            found.append(_parse_entry(each))
        except Refusal as refusal:
            wrong.append(refusal.at(f"/{number}"))
    if len(wrong) > 1:
        raise WrongAliases(f"{len(wrong)} of {len(value)} names are wrong", each=wrong)
    if wrong:
        raise wrong[0]
    return tuple(found)


def _parse_entry(entry: object) -> Alias:
    if not isinstance(entry, Mapping) or set(entry) != {"scheme", "value"}:
        raise NotAnAlias(
            "a name has exactly the fields scheme and value",
            remedy='write {"scheme":"GB_T_34014","value":"…"}',
        )
    return parse_alias(scheme=entry["scheme"], value=entry["value"])


def parse_alias(*, scheme: object, value: object) -> Alias:
    """One name in its one spelling. [alias-1] Refuses as parse_aliases()."""
    known = ", ".join(AliasScheme)
    if not isinstance(scheme, str) or scheme not in AliasScheme.__members__:
        raise NotAnAlias(
            "there is no such scheme of names", pointer="/scheme", remedy=f"schemes are: {known}"
        )
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST:
        raise NotAnAlias(
            f"a name is text of 1 to {LONGEST} characters",
            pointer="/value",
            remedy="send what stands on the battery",
        )
    kind = AliasScheme(scheme)
    try:
        return Alias(kind, _READERS[kind](value))
    except Refusal as refusal:
        raise refusal.at("/value") from None


def readings_of(text: str) -> tuple[Alias, ...]:
    """Every name that a text could be, to look for; none is refused, since none is given."""
    found = []
    for scheme in AliasScheme if 1 <= len(text) <= LONGEST else ():
        try:
            found.append(Alias(scheme, _READERS[scheme](text)))
        except Refusal:
            continue
    return tuple(found)


def check_naming(*, alias: Alias, level: str, makes: bool, holds: bool) -> None:
    """Whether a party may give this name to a battery of this level. [alias-2]

    Refuses NotYoursToName, WrongLevelOfCode.
    """
    if not makes and (alias.scheme is AliasScheme.MAKER_SERIAL or not holds):
        raise NotYoursToName(
            "a maker's serial is given by the maker"
            if holds
            else "the battery is neither made by your party nor in its hands",
            pointer="/scheme",
            remedy="ask the maker to name it",
        )
    if alias.scheme is AliasScheme.GB_T_34014:
        product = alias.value[3]
        if level not in _LEVELS[product]:
            raise WrongLevelOfCode(
                f"the fourth character is {product}, and the battery is a {level.lower()}",
                pointer="/value",
                remedy="P stands for a pack, M for a module, C for a cell: scan the right label",
            )


def _serial(value: str) -> str:
    if len(value) > LONGEST_SERIAL or not value.isprintable() or value != value.strip():
        raise NotAnAlias(
            f"a maker's serial has 1 to {LONGEST_SERIAL} visible characters, no space around it",
            remedy="send it as it stands on the battery",
        )
    return value


def _did(value: str) -> str:
    if not _DID.fullmatch(value):
        raise NotAnAlias(
            "it is no DID without path, query and fragment",
            remedy="write it as in did:web:maker.example:battery:4711",
        )
    return value


def _gb_t(value: str) -> str:
    if not _GB_T.fullmatch(value):
        raise NotAnAlias(
            f"it has {len(value)} characters that do not follow GB/T 34014",
            remedy="24 characters: maker 3, product P, M or C, chemistry 1, specification 2, "
            "traceability 7, day 3, serial 7; capital letters, no O, Q or Z in the day",
        )
    return value


def _gs1(value: str) -> str:
    found = identity.parse(value, reading=LENIENT)
    if found.kind is IdentityKind.LINK:
        raise NotAnAlias("it is no GS1 key", remedy="send it with the scheme LINK")
    return found.canonical


def _link(value: str) -> str:
    found = identity.parse(value)
    if found.kind is not IdentityKind.LINK:
        raise NotAnAlias("it is a GS1 key", remedy="send it with the scheme GS1")
    return found.canonical


_READERS = {
    AliasScheme.MAKER_SERIAL: _serial,
    AliasScheme.GS1: _gs1,
    AliasScheme.LINK: _link,
    AliasScheme.DID: _did,
    AliasScheme.GB_T_34014: _gb_t,
}
