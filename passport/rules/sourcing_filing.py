"""Serials as an evidence file tells them: which lists, what was replaced, how they agree.

And of how many of them makers attest the origin.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote

from passport.rules.errors import Malformed
from passport.rules.sourcing_case import Line
from passport.rules.sourcing_serials import Change, Reconciliation, Stage, reconcile


class NotTheSerials(Malformed):
    """A list holds other serials than it is said to hold."""

    code = "not-the-serials-filed"
    title = "The serials are not those that are told"


@dataclass(frozen=True)
class FiledList:
    """The serials of a line at one stage; `sha256` is of its file: sorted, a line feed each."""

    line: str
    stage: Stage
    count: int
    sha256: str
    certificate: str = ""
    source: str = ""


@dataclass(frozen=True)
class FiledChange:
    """One serial in the place of another."""

    line: str
    old: str
    new: str
    changed_on: date
    reason: str
    certified: bool = False


@dataclass(frozen=True)
class FiledAgreement:
    """How the lists of a line agree: a `Reconciliation` in plain words."""

    line: str
    counts: Mapping[str, int]
    missing: tuple[str, ...]
    agreed: int
    replaced: int
    mismatches: Mapping[str, int]
    examples: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class FiledOrigin:
    """Of how many serials of a line's lists makers attest the origin, as far as that is shown.

    `by_issuer` counts those that an issuer attests, `upstream` those whose attestation builds upon
    one of an issuer: the packs by whom their cells are attested.
    """

    line: str
    serials: int
    by_issuer: Mapping[str, int]
    upstream: Mapping[str, int]


@dataclass(frozen=True)
class FiledSerials:
    """All that is told of serials."""

    lists: tuple[FiledList, ...] = ()
    changes: tuple[FiledChange, ...] = ()
    agreements: tuple[FiledAgreement, ...] = ()
    origins: tuple[FiledOrigin, ...] = ()


def agreement(
    *,
    line: str,
    lists: Mapping[Stage, Iterable[str]],
    changes: Iterable[FiledChange] = (),
    placed_on: date | None,
) -> FiledAgreement:
    """Compare the lists of a line, see reconcile(). [filing-1] Refuses NotInOrder."""
    found: Reconciliation = reconcile(
        lists=lists,
        changes=[
            Change(
                old=each.old,
                new=each.new,
                changed_on=each.changed_on,
                reason=each.reason,
                certified=each.certified,
            )
            for each in changes
            if each.line == line
        ],
        placed_on=placed_on,
    )
    return FiledAgreement(
        line=line,
        counts={each.value: count for each, count in found.counts.items()},
        missing=tuple(each.value for each in found.missing),
        agreed=found.agreed,
        replaced=found.replaced,
        mismatches={each.value: count for each, count in found.mismatches.items()},
        examples={each.value: tuple(some) for each, some in found.examples.items()},
    )


def came_with(lists: Iterable[FiledList]) -> Mapping[str, FiledList]:
    """Line → the list of what came with it: what was delivered, else what is installed.
    [filing-2]
    """
    found: dict[str, FiledList] = {}
    for each in lists:
        if each.stage is Stage.DELIVERED or (
            each.stage is Stage.INSTALLED and each.line not in found
        ):
            found[each.line] = each
    return found


def check_counted(*, line: Line, came: FiledList | None) -> None:
    """The case counts the serials of a line as its list does. [filing-3] Refuses NotTheSerials."""
    told = (line.serials, line.serials_sha256)
    filed = (0, "") if came is None else (came.count, came.sha256)
    if told != filed:
        raise NotTheSerials(
            f"line {line.id} counts {told[0]} serials, its list {filed[0]}, or others",
            pointer=f"/lines/{line.id}/serials",
            remedy="ask for a file made of the lists as they were",
        )


def serials_in(pieces: Iterable[bytes]) -> Iterator[str]:
    """The serials of a list's file, as it comes in pieces. [filing-4] Refuses NotTheSerials."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for each in whole:
            if not (each and each.isascii()):
                raise NotTheSerials(f"{each[:40]!r} is no serial", remedy="one serial a line")
            yield each.decode()
    if rest:
        raise NotTheSerials("the list breaks off in a serial", remedy="end it with a line feed")


def serial_of(claims: Mapping[str, object]) -> str:
    """The serial that an attestation is about: its own term, or the end of the identity.
    [filing-5]
    """
    said = claims.get("serial")
    return said if isinstance(said, str) else unquote(str(claims["id"]).rpartition("/")[2])


@dataclass(frozen=True)
class Origin:
    """Who attests a serial, and by whom is attested what it was made of."""

    issuer: str
    upstream: frozenset[str] = frozenset()


def attested(said: Iterable[tuple[bytes, Mapping[str, object], Origin]]) -> dict[str, Origin]:
    """Serial → its origin, of attestations by their digests: of several, that of the lowest.
    [filing-6]
    """
    found: dict[str, tuple[bytes, Origin]] = {}
    for digest, claims, origin in said:
        serial = serial_of(claims)
        if serial not in found or digest < found[serial][0]:
            found[serial] = digest, origin
    return {serial: origin for serial, (_, origin) in found.items()}


def origin_of(*, line: str, serials: Iterable[str], attested: Mapping[str, Origin]) -> FiledOrigin:
    """Of how many serials that came with a line the origin is attested. [filing-7]"""
    count, by_issuer, upstream = 0, Counter[str](), Counter[str]()
    for each in serials:
        count += 1
        found = attested.get(each)
        if found is not None:
            by_issuer[found.issuer] += 1
            upstream.update(found.upstream)
    return FiledOrigin(line, count, dict(by_issuer), dict(upstream))
