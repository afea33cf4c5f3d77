"""What gives a taxpayer reason to know: contradictions that stand in its own file.

A certificate may not be relied upon by who knows, or has reason to know, that it is not right. So
whatever contradicts it is told, until a person has resolved it.
[26 USC 7701(a)(52)(D)(iii)(III)]
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from passport.rules.sourcing_case import Case, Certificate, CostKind, Flag, Line, Statement
from passport.rules.sourcing_party import Determination, Entity, Standing
from passport.rules.sourcing_reliance import item_for

_SHOWN = 600
_CONTROL = 50


class Clash(StrEnum):
    """What contradicts what."""

    ORIGIN = "ORIGIN"  # attested origin against the bill of materials
    PRODUCER = "PRODUCER"  # attested maker against the producer that is named
    FACILITY = "FACILITY"  # one factory under two producers
    PREFIX = "PREFIX"  # serials that begin as those of another maker do
    LISTED = "LISTED"  # a list names the supplier, the producer or a parent
    STANDING = "STANDING"  # the register finds prohibited whom a certificate clears
    NAME = "NAME"  # the certificate is in the name of somebody else
    AMOUNT = "AMOUNT"  # the certificate is above the invoice, or does not add up
    SERIALS = "SERIALS"  # lists of a line do not agree, or stand under two lines
    TOLD = "TOLD"  # a person raised it


@dataclass(frozen=True)
class Seen:
    """What is recorded of serials of a line in the registry: made and attested by whom, where."""

    line: str
    maker: str
    producer: str
    facility: str
    country: str
    found: int
    attested: int
    sample: str
    seen_on: date


@dataclass(frozen=True)
class SeenPrefix:
    """That batteries whose serials begin as all those of a line do were made by `maker`."""

    line: str
    prefix: str
    maker: str
    seen_on: date


@dataclass(frozen=True)
class SeenApart:
    """That the serials of a line, stage by stage, are not the same; `lists` names them."""

    line: str
    lists: str
    seen_on: date


def flag_of(*, kind: str, about: str, says: str, raised_on: date) -> Flag:
    """A flag whose id is made of what it says, so that it is known again. [knowing-1]"""
    said = says[:_SHOWN]
    digest = hashlib.sha256(f"{kind}\n{about}\n{said}".encode()).hexdigest()
    return Flag(id=f"{kind}-{digest[:24]}", kind=kind, about=about, says=said, raised_on=raised_on)


def contradictions(
    *,
    case: Case,
    seen: Iterable[Seen] = (),
    prefixes: Iterable[SeenPrefix] = (),
    apart: Iterable[SeenApart] = (),
    standings: Mapping[str, Determination] | None = None,
) -> tuple[Flag, ...]:
    """All that speaks against the certificates and lines of a case, by id. [knowing-2]

    `seen` and `prefixes` are what the registry holds of the serials, `apart` the lines whose lists
    do not agree; `standings` are determinations of suppliers and producers. Flags that the case has
    already are not looked at.
    """
    lines = {each.id: each for each in case.lines}
    found = {
        flag.id: flag
        for flag in (
            *_attested(lines, seen, case),
            *_prefixed(lines, prefixes, case),
            *_apart(lines, apart),
            *_twice(case),
            *_factories(case),
            *_listed(case),
            *_cleared(case, standings or {}),
            *_papers(case),
        )
    }
    return tuple(found[key] for key in sorted(found))


def with_known(*, found: Iterable[Flag], known: Iterable[Flag]) -> tuple[Flag, ...]:
    """Flags that were found, and those that are kept: what is kept says how one ended. [knowing-3]

    A kept flag of a person's stays; one that was found once, and is gone, stays with its end.
    """
    kept = {each.id: each for each in known}
    both = {each.id: each for each in found}
    for key, flag in kept.items():
        first = both.get(key)
        both[key] = flag if first is None else replace(
            flag, raised_on=min(flag.raised_on, first.raised_on)
        )  # fmt: skip
    return tuple(both[key] for key in sorted(both))


def _attested(lines: Mapping[str, Line], seen: Iterable[Seen], case: Case) -> Iterator[Flag]:
    for each in seen:
        line = lines.get(each.line)
        if line is None:
            continue
        what = f"{each.found} serials of line {line.id} (such as {each.sample})"
        if each.country and line.made_in and each.country != line.made_in:
            yield flag_of(
                kind=Clash.ORIGIN,
                about=line.id,
                says=f"{what} are recorded as made in {each.country}, the line says {line.made_in}",
                raised_on=each.seen_on,
            )
        names = [each.producer] if each.producer else [each.maker]
        if line.producer and not _is_called(case, line.producer, names):
            yield flag_of(
                kind=Clash.PRODUCER,
                about=line.id,
                says=f"{what} are recorded as made by {names[0]}, the line says"
                f" {_name(case, line.producer)}",
                raised_on=each.seen_on,
            )
        if each.facility and line.facility and not _alike(each.facility, line.facility):
            yield flag_of(
                kind=Clash.FACILITY,
                about=line.id,
                says=f"{what} are recorded as made at {each.facility}, the line says"
                f" {line.facility}",
                raised_on=each.seen_on,
            )


def _prefixed(
    lines: Mapping[str, Line], prefixes: Iterable[SeenPrefix], case: Case
) -> Iterator[Flag]:
    own: dict[str, list[SeenPrefix]] = defaultdict(list)
    for each in prefixes:
        own[each.line].append(each)
    for name, some in own.items():
        line = lines.get(name)
        makers = [each.maker for each in some]
        if line is None or not line.producer or _is_called(case, line.producer, makers):
            continue
        yield flag_of(
            kind=Clash.PREFIX,
            about=line.id,
            says=f"the serials of line {line.id} begin with {some[0].prefix}, as those of"
            f" {', '.join(sorted(set(makers)))} do; the line says {_name(case, line.producer)}",
            raised_on=some[0].seen_on,
        )


def _apart(lines: Mapping[str, Line], apart: Iterable[SeenApart]) -> Iterator[Flag]:
    for each in apart:
        if each.line in lines:
            yield flag_of(
                kind=Clash.SERIALS,
                about=each.line,
                says=f"the serials of line {each.line} do not agree: {each.lists}",
                raised_on=each.seen_on,
            )


def _twice(case: Case) -> Iterator[Flag]:
    """The same serials under two lines of one row: what is there once was not bought twice."""
    by: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for line in case.lines:
        if line.serials_sha256 and not line.excluded:
            by[line.serials_sha256, line.kind, line.product, line.row].append(line.id)
    for names in by.values():
        for name in names if len(names) > 1 else ():
            yield flag_of(
                kind=Clash.SERIALS,
                about=name,
                says=f"the same serials stand under the lines {', '.join(sorted(names))}",
                raised_on=case.as_of,
            )


def _factories(case: Case) -> Iterator[Flag]:
    """One factory that is said to be of two producers."""
    by: dict[str, dict[str, Line]] = defaultdict(dict)
    for line in case.lines:
        if line.facility and line.producer and not line.excluded:
            by[_plain(line.facility)].setdefault(line.producer, line)
    for owners in by.values():
        if len(owners) > 1:
            names = ", ".join(sorted(_name(case, each) for each in owners))
            for line in owners.values():
                yield flag_of(
                    kind=Clash.FACILITY,
                    about=line.id,
                    says=f"{line.facility} is named as the factory of {names}",
                    raised_on=case.as_of,
                )


def _listed(case: Case) -> Iterator[Flag]:
    for entity in sorted(_named(case)):
        for parent, how in ((entity, ""), *_parents(case, entity)):
            for entry in case.register.listed:
                over = entry.until is not None and entry.until <= case.as_of
                if entry.entity != parent or entry.decision == "DISMISSED":
                    continue
                if entry.since > case.as_of or over:
                    continue
                yield flag_of(
                    kind=Clash.LISTED,
                    about=entity,
                    says=f"{_name(case, parent)}{how} stands on {entry.list_id} as"
                    f" {entry.listed_name} since {entry.since}",
                    raised_on=entry.since,
                )


def _parents(case: Case, entity: str) -> Iterator[tuple[str, str]]:
    """Who holds more than half of an entity, and so on upwards."""
    seen, waiting = {entity}, [entity]
    while waiting:
        owned = waiting.pop()
        for each in case.register.holdings:
            over = each.until is not None and each.until <= case.as_of
            if each.owned != owned or each.since > case.as_of or over:
                continue
            if each.percent > _CONTROL and each.owner not in seen:
                seen.add(each.owner)
                waiting.append(each.owner)
                yield each.owner, f", which holds {each.percent:f} % of {_name(case, owned)},"


def _cleared(case: Case, standings: Mapping[str, Determination]) -> Iterator[Flag]:
    """Somebody whom a certificate clears, and whom the register finds prohibited."""
    for entity, papers in sorted(_clears(case).items()):
        found = standings.get(entity)
        if found is None or found.standing not in (Standing.SPECIFIED, Standing.INFLUENCED):
            continue
        for paper_id in sorted(papers):
            yield flag_of(
                kind=Clash.STANDING,
                about=paper_id,
                says=f"it clears {_name(case, entity)}, whom the register finds"
                f" {found.standing.lower()} as of {found.tested_on} under {found.clause}",
                raised_on=min(found.tested_on, case.as_of),
            )


def _clears(case: Case) -> Mapping[str, set[str]]:
    """Producer → the certificates that say of its product that no prohibited entity made it."""
    cleared: dict[str, set[str]] = defaultdict(set)
    for line in case.lines:
        papers = [
            case.certificates[name] for name in line.certificates if name in case.certificates
        ]
        for paper in papers:
            if paper.statement is Statement.NOT_PROHIBITED:
                for entity in filter(None, (line.producer, line.product_producer)):
                    cleared[entity].add(paper.id)
    return cleared


def _papers(case: Case) -> Iterator[Flag]:
    for paper in case.certificates.values():
        entity = case.register.entities.get(paper.supplier)
        if entity is not None:
            yield from _in_another_name(paper, entity)
        yield from _amounts(paper, case)
        yield from _of_another_maker(paper, case)


def _of_another_maker(paper: Certificate, case: Case) -> Iterator[Flag]:
    """A certificate that names who made its items, and a line that names somebody else."""
    for line in case.lines:
        if not paper.producer or paper.id not in line.certificates or not line.producer:
            continue
        if not _is_called(case, line.producer, [paper.producer]):
            yield flag_of(
                kind=Clash.PRODUCER,
                about=paper.id,
                says=f"it names {paper.producer} as the producer, line {line.id} names"
                f" {_name(case, line.producer)}",
                raised_on=paper.signed_on,
            )


def _in_another_name(paper: Certificate, supplier: Entity) -> Iterator[Flag]:
    for how, name in (
        ("is in the name of", paper.supplier_name),
        ("is signed by", paper.signed_by),
    ):
        if name and not _has_name(supplier, [name]):
            yield flag_of(
                kind=Clash.NAME,
                about=paper.id,
                says=f"it {how} {name}, the supplier is {supplier.name}",
                raised_on=paper.signed_on,
            )


def _amounts(paper: Certificate, case: Case) -> Iterator[Flag]:
    for place, item in enumerate(paper.items, start=1):
        total, clean, tainted = item.total_price, item.not_prohibited_cost, item.prohibited_cost
        if total is None:
            continue
        parts = (clean or Decimal(0)) + (tainted or Decimal(0))
        if parts > total or (clean is not None and tainted is not None and parts != total):
            yield flag_of(
                kind=Clash.AMOUNT,
                about=paper.id,
                says=f"the parts of item {place} come to {parts:f} {item.currency}, its total is"
                f" {total:f}",
                raised_on=paper.signed_on,
            )
        billed = _billed(paper, place - 1, case)
        if billed is not None and total > billed:
            yield flag_of(
                kind=Clash.AMOUNT,
                about=paper.id,
                says=f"item {place} comes to {total:f} {item.currency}, above the"
                f" {billed:f} that were invoiced",
                raised_on=paper.signed_on,
            )


def _billed(paper: Certificate, place: int, case: Case) -> Decimal | None:
    """What was invoiced for an item, in its currency; None where nothing can be compared."""
    item = paper.items[place]
    amounts = [
        cost.amount
        for line in case.lines
        if paper.id in line.certificates and item_for(certificate=paper, line=line) is item
        for cost in line.costs
        if cost.kind is CostKind.PRICE and cost.currency == item.currency
    ]
    return sum(amounts, Decimal(0)) if amounts else None


def _named(case: Case) -> set[str]:
    lines = [line for line in case.lines if not line.excluded]
    named = {each for line in lines for each in (line.producer, line.product_producer)}
    named |= {line.supplier for line in lines} | {
        each.supplier for each in case.certificates.values()
    }
    return {each for each in named if each}


def _name(case: Case, entity: str) -> str:
    found = case.register.entities.get(entity)
    return entity if found is None else found.name


def _is_called(case: Case, entity: str, names: Iterable[str]) -> bool:
    found = case.register.entities.get(entity)
    if found is None:
        return any(_alike(entity, each) for each in names)
    return _has_name(found, names)


def _has_name(entity: Entity, names: Iterable[str]) -> bool:
    own = {_plain(each) for each in (entity.name, *entity.also_called)}
    return any(_plain(each) in own for each in names)


def _alike(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    """Letters and digits alone: a comma or a point makes no other company."""
    return "".join(each for each in name.casefold() if each.isalnum())
