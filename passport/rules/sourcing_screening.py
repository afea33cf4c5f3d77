"""Lists of entities as they were retrieved, and who of a register bears a name on them."""

import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain

from passport.rules.errors import Malformed, Refusal, Several
from passport.rules.sourcing_names import SAME, Spelled, likeness, spelled

NEAR = Decimal("0.80")
MOST_ENTRIES = 50_000
_MOST_TOLD = 20
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_KNOWN = ("name", "since", "until", "also")


class NotAList(Malformed):
    """The file cannot be read as a list of entities."""

    code = "sourcing-not-a-list"
    title = "The list cannot be read"


class BadEntry(Malformed):
    """A row of the list says not what is due."""

    code = "sourcing-bad-entry"
    title = "A row of the list cannot be read"


class NoReason(Refusal):
    """A match is dismissed, or confirmed, for a reason that others can follow."""

    code = "sourcing-no-reason"
    title = "A reason is due"


@dataclass(frozen=True)
class Entry:
    """Who stands on a list, since when, under which other names."""

    name: str
    since: date
    until: date | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """A name of an entity that is, or is like, a name of an entry."""

    entity: str
    entry: Entry
    own_name: str
    listed_name: str
    score: Decimal

    @property
    def exact(self) -> bool:
        """Whether the names are the same but for spelling and legal form."""
        return self.score == SAME


def read_list(*, content: bytes) -> tuple[Entry, ...]:
    """The entries of a list: CSV with a head, or JSON, an array of objects. [sourcing-23]

    Members: name, since (2026-01-31), and if need be until and also, other names (in CSV parted by
    semicolons). Refuses NotAList; BadEntry, or Several of them, each with the place of its row.
    """
    rows = _rows(_text(content))
    if len(rows) > MOST_ENTRIES:
        raise NotAList(f"the list has more than {MOST_ENTRIES} rows", remedy="send it in two lists")
    found, wrong = [], []
    for place, row in rows:
        try:
            found.append(_entry(row, place))
        except BadEntry as refusal:
            wrong.append(refusal)
    if len(wrong) > 1:
        raise Several(f"{len(wrong)} rows cannot be read", each=wrong[:_MOST_TOLD])
    if wrong:
        raise wrong[0]
    if not found:
        raise NotAList("the list has no rows", remedy="send at least one name with its day")
    return tuple(found)


def screen(
    *, names: Mapping[str, Collection[str]], entries: Sequence[Entry], near: Decimal = NEAR
) -> tuple[Match, ...]:
    """Who of a register bears a name of the list, or one like it; the likest first. [sourcing-24]

    `names` has each entity's names by its id. Of an entity and an entry only the likest pair of
    names counts, from `near` on.
    """
    index = _Index(entries)
    found = [
        match
        for entity, own in names.items()
        for match in _matches(entity, own, entries, index)
        if match.score >= near
    ]
    return tuple(sorted(found, key=lambda each: (-each.score, each.entity, each.listed_name)))


def check_reason(*, reason: str) -> None:
    """Whoever decides a match says why, in words. [sourcing-25] Refuses NoReason."""
    if len(reason.strip()) < 10:
        raise NoReason(
            "the reason has fewer than ten letters",
            pointer="/reason",
            remedy="say what tells the two apart, or makes them one, and where you looked",
        )


class _Index:
    """Entries by the beginnings and ends of their words, so that not all are compared."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.keys: dict[str, set[int]] = {}
        for place, entry in enumerate(entries):
            for key in chain.from_iterable(_keys(spelled(name)) for name in _all(entry)):
                self.keys.setdefault(key, set()).add(place)

    def near(self, name: Spelled) -> Iterable[int]:
        return sorted(set().union(*(self.keys.get(key, set()) for key in _keys(name))))


def _keys(name: Spelled) -> set[str]:
    parts = {part for word in name.words for part in (word[:3], "-" + word[-3:])}
    initials = "".join(word[0] for word in name.words)
    return {*parts, name.whole[:3], initials[:3]}


def _all(entry: Entry) -> tuple[str, ...]:
    return (entry.name, *entry.also)


def _matches(
    entity: str, own: Collection[str], entries: Sequence[Entry], index: _Index
) -> Iterable[Match]:
    places = sorted({place for name in own for place in index.near(spelled(name))})
    for place in places:
        entry = entries[place]
        score, mine, theirs = max(
            (likeness(a=spelled(mine), b=spelled(theirs)), mine, theirs)
            for mine in own
            for theirs in _all(entry)
        )
        yield Match(entity, entry, mine, theirs, score)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAList(
            f"byte {error.start} is no UTF-8", remedy="save the file as UTF-8"
        ) from error


def _rows(text: str) -> list[tuple[str, Mapping[str, object]]]:
    if text.lstrip()[:1] in ("[", "{"):
        return _json_rows(text)
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        heads = [each.strip().lower() for each in reader.fieldnames or ()]
        if not {"name", "since"} <= set(heads):
            raise NotAList(
                "the first line does not name the columns",
                remedy="begin with a line such as name,since,until,also",
            )
        reader.fieldnames = heads
        return [(f"line {reader.line_num}", row) for row in reader]
    except csv.Error as error:
        raise NotAList(
            f"line {reader.line_num} is no CSV: {error}", remedy="close its quotes"
        ) from error


def _json_rows(text: str) -> list[tuple[str, Mapping[str, object]]]:
    try:
        told = json.loads(text)
    except ValueError as error:
        raise NotAList(f"this is no JSON: {error}", remedy="check its brackets") from error
    if not isinstance(told, list):
        raise NotAList("this is no array", remedy="send an array of objects")
    return [
        (f"row {place}", each if isinstance(each, dict) else {})
        for place, each in enumerate(told, 1)
    ]


def _entry(row: Mapping[str, object], place: str) -> Entry:
    name = row.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > 200:
        raise BadEntry(
            f"{place}: no name", pointer="/content", remedy="write a name of 200 letters"
        )
    until = row.get("until")
    return Entry(
        name=name.strip(),
        since=_day(row.get("since"), place, "since"),
        until=_day(until, place, "until") if until else None,
        also=_also(row.get("also"), place),
    )


def _day(told: object, place: str, member: str) -> date:
    if isinstance(told, str) and _DAY.fullmatch(told.strip()):
        # No such day is told below, in the same words as another spelling.
        with suppress(ValueError):
            return date.fromisoformat(told.strip())
    raise BadEntry(
        f"{place}: {member} is no day: {told!r:.40}",
        pointer="/content",
        remedy="write it as 2026-01-31: the day on which the name came on the list",
    )


def _also(told: object, place: str) -> tuple[str, ...]:
    names = told.split(";") if isinstance(told, str) else told or []
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise BadEntry(
            f"{place}: also is no list of names", pointer="/content", remedy="send texts"
        )
    return tuple(each.strip() for each in names if each.strip())
