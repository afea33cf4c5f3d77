"""What lists and covered nations make of an entity alone (26 USC 7701(a)(51)(B), (C)(i)-(iv))."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from passport.rules.sourcing_party import Entity, EntityKind, Listed, Standing
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_sentences import say

REGIONS = frozenset({"HK", "MO"})  # of China, with a company law of their own
GOVERNMENT = "7701(a)(51)(C)(i)"
CITIZEN = "7701(a)(51)(C)(iii)"
ORGANISED = "7701(a)(51)(C)(iv)"


@dataclass(frozen=True)
class Finding:
    """One thing found of an entity: what it makes of it, by which clause, said with its source.

    `foreign` is set where clauses (C)(i) to (iv) are met: such a one controls what it owns.
    """

    standing: Standing
    clause: str
    says: tuple[str, ...]
    foreign: bool = False


def outright(
    *, entity: Entity, listed: Collection[Listed], on: date, rules: RuleSet
) -> tuple[Finding, ...]:
    """What an entity is by itself on a day, and what of that is open; () for nothing of it."""
    by_place = {EntityKind.GOVERNMENT: _government, EntityKind.PERSON: _person}
    places = by_place.get(entity.kind, _organised)(entity, rules)
    return (*_listed(entity, listed, on, rules), *places)


def _listed(
    entity: Entity, listed: Collection[Listed], on: date, rules: RuleSet
) -> Iterator[Finding]:
    for each in listed:
        if each.decision == "DISMISSED" or not _held(each.since, each.until, on):
            continue
        row = rules.entity_list(each.list_id)
        if row is None:
            said = say("list_unknown", name=entity.name, list=each.list_id)
            yield Finding(Standing.REVIEW, "", (said,))
        elif _held(row.since, row.until, on):
            yield _match(entity, each, row.clause)


def _match(entity: Entity, each: Listed, clause: str) -> Finding:
    told = {"name": entity.name, "list": each.list_id, "listed": each.listed_name}
    if each.decision == "OPEN":
        return Finding(Standing.REVIEW, clause, (say("near", score=each.score, **told),))
    said = say(
        "listed",
        since=each.since,
        snapshot=each.snapshot_sha256[:16],
        retrieved=each.retrieved_on,
        **told,
    )
    return Finding(Standing.SPECIFIED, clause, (said,))


def _held(since: date | None, until: date | None, on: date) -> bool:
    return (since is None or since <= on) and (until is None or on < until)


def _government(entity: Entity, rules: RuleSet) -> Iterator[Finding]:
    told = {"name": entity.name, "country": entity.country}
    if not entity.country:
        yield Finding(Standing.UNKNOWN, GOVERNMENT, (say("no_country", **told),))
    elif entity.country in REGIONS:
        yield Finding(Standing.REVIEW, GOVERNMENT, (say("region", **told),))
    elif entity.country in rules.tests.covered_nations:
        yield Finding(Standing.SPECIFIED, GOVERNMENT, (say("government", **told),), True)


def _person(entity: Entity, rules: RuleSet) -> Iterator[Finding]:
    if entity.us_person:
        return
    covered = {*rules.tests.covered_nations, *REGIONS} & set(entity.nationalities)
    told = {"name": entity.name, "country": ", ".join(sorted(covered))}
    if covered and entity.us_person is None:
        yield Finding(Standing.UNKNOWN, CITIZEN, (say("no_status", **told),))
    elif covered:
        yield Finding(Standing.SPECIFIED, CITIZEN, (say("citizen", **told),), True)
    elif not entity.nationalities:
        yield Finding(Standing.UNKNOWN, CITIZEN, (say("no_nationality", **told),))


def _organised(entity: Entity, rules: RuleSet) -> Iterator[Finding]:
    places = {"organised": entity.country, "principal": entity.principal_place}
    for key, country in places.items():
        told = {"name": entity.name, "country": country}
        if not country:
            missing = {"organised": "no_country", "principal": "no_principal"}[key]
            yield Finding(Standing.UNKNOWN, ORGANISED, (say(missing, **told),))
        elif country in REGIONS:
            yield Finding(Standing.REVIEW, ORGANISED, (say("region", **told),))
        elif country in rules.tests.covered_nations:
            yield Finding(Standing.SPECIFIED, ORGANISED, (say(key, **told),), True)
