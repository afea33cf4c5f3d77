"""Gives batteries other names: many at once, each name to one battery for ever."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from passport.models import Battery, BatteryAlias, Party
from passport.queries import alias as names
from passport.queries import battery as batteries
from passport.queries.naming_right import judge
from passport.rules import identity
from passport.rules.aliases import CLAIMED, Alias, AliasScheme, check_naming, parse_aliases
from passport.rules.errors import Conflict, Refusal, Several
from passport.rules.naming_right import Standing, stem_of, under_another

_TRIES = 3


class AliasTaken(Conflict):
    """One name names one battery for ever."""

    code = "alias-taken"
    title = "The name is another battery's"


class RefusedAliases(Several, Conflict):
    """More than one name of a list cannot be given."""

    code = "refused-aliases"
    title = "Some of these names cannot be given"


@dataclass(frozen=True, slots=True)
class Naming:
    """One name for one battery."""

    battery: Battery
    alias: Alias


@dataclass
class Added:
    """What came of the names; `refused` has the place of each in the list that was given."""

    accepted: int = 0
    repeated: int = 0
    refused: list[tuple[int, Refusal]] = field(default_factory=list)


@transaction.atomic
def give(*, battery_id: uuid.UUID, aliases: object, by: Party, at: datetime) -> list[BatteryAlias]:
    """Give one battery these names, all or none; a name that it has already changes nothing.

    `aliases` is a list of {"scheme", "value"}; returns all names of the battery. Refuses NotFound,
    what parse_aliases() refuses, NotYoursToName, WrongLevelOfCode, AliasTaken, and RefusedAliases
    when several are wrong, each with its place below /aliases.
    """
    battery = batteries.by_id(battery_id=battery_id)
    parsed = _read(aliases)
    added = add(namings=[Naming(battery, alias) for alias in parsed], by=by, at=at)
    wrong = [refusal.at(f"/aliases/{place}") for place, refusal in added.refused]
    if len(wrong) > 1:
        raise RefusedAliases(f"{len(wrong)} of {len(parsed)} names cannot be given", each=wrong)
    if wrong:
        raise wrong[0]
    return names.of_battery(battery=battery)


@transaction.atomic
def add(*, namings: Sequence[Naming], by: Party, at: datetime) -> Added:
    """Give many batteries names, a thousand a statement; good ones land. [alias-2]

    What is wrong is in the answer: NotYoursToName, WrongLevelOfCode, AliasTaken, and NamedByAnother
    for what lies under a prefix or domain that neither this party nor the maker has proven, but
    another has. The same name for the same battery again changes nothing. A name that is registered
    in this very moment is refused as taken.
    """
    for _ in range(_TRIES - 1):
        try:
            with transaction.atomic():
                return _add(namings, by=by, at=at)
        except IntegrityError:
            # Somebody registered one of the names since we looked: now it is seen as taken.
            continue
    return _add(namings, by=by, at=at)


def _add(namings: Sequence[Naming], *, by: Party, at: datetime) -> Added:
    done = Added()
    fresh = _own(_new(_allowed(namings, by, done), by, done), by, done)
    BatteryAlias.objects.bulk_create(
        [
            BatteryAlias(
                battery=each.battery,
                scheme=each.alias.scheme.value,
                value=each.alias.value,
                party=by,
                named_at=at,
            )
            # In one order for all, so that two who name alike wait for each other, not in a circle.
            for _, each in sorted(fresh.items(), key=lambda item: item[1].alias.value)
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )
    landed = _ours(names.given(aliases=[each.alias for each in fresh.values()]), by)
    for place, each in fresh.items():
        _settle(place, each, landed, done)
    done.refused.sort(key=lambda item: item[0])
    return done


def _read(aliases: object) -> tuple[Alias, ...]:
    try:
        return parse_aliases(aliases)
    except Refusal as refusal:
        raise refusal.at("/aliases") from None


def _allowed(namings: Sequence[Naming], by: Party, done: Added) -> dict[int, Naming]:
    units = {each.battery.unit_id for each in namings}
    held = set(Battery.objects.filter(pk__in=units, holder=by).values_list("pk", flat=True))
    allowed = {}
    for place, each in enumerate(namings):
        try:
            check_naming(
                alias=each.alias,
                level=each.battery.level,
                makes=each.battery.maker_id == by.pk,
                holds=each.battery.unit_id in held,
            )
            allowed[place] = each
        except Refusal as refusal:
            done.refused.append((place, refusal))
    return allowed


def _new(namings: Mapping[int, Naming], by: Party, done: Added) -> dict[int, Naming]:
    """Those that are not given yet, and not taken by an identity; each name once."""
    claimed = {each.alias.value for each in namings.values() if each.alias.scheme in CLAIMED}
    # In this order: what is given meanwhile to the same battery is seen as given, not as taken.
    taken = names.taken(identities=sorted(claimed))
    before = _ours(names.given(aliases=[each.alias for each in namings.values()]), by)
    fresh: dict[int, Naming] = {}
    here: dict[Alias, uuid.UUID] = dict(before)
    for place, each in namings.items():
        owner = here.get(each.alias)
        if owner == each.battery.pk or each.alias.value == each.battery.identity:
            done.repeated += 1
        elif owner is not None or (each.alias.value in taken and each.alias.scheme in CLAIMED):
            done.refused.append((place, _taken(each.alias)))
        else:
            here[each.alias] = each.battery.pk
            fresh[place] = each
    return fresh


def _own(namings: Mapping[int, Naming], by: Party, done: Added) -> dict[int, Naming]:
    """Those that lie under no prefix or domain that a third party has proven. [naming-2]"""
    stems = {
        place: stem_of(identity=identity.parse(each.alias.value))
        for place, each in namings.items()
        if each.alias.scheme in CLAIMED
    }
    standing = {
        party: judge(stems=set(stems.values()), by=party)
        for party in {by.pk, *(namings[place].battery.maker_id for place in stems)}
        if stems
    }
    own = dict(namings)
    for place, stem in stems.items():
        towards = (standing[by.pk][stem], standing[namings[place].battery.maker_id][stem])
        if all(each is Standing.ANOTHERS for each in towards):
            done.refused.append((place, under_another(stem=stem).pointing("/value")))
            del own[place]
    return own


def _ours(rows: Mapping[Alias, Sequence[BatteryAlias]], by: Party) -> dict[Alias, uuid.UUID]:
    """The battery of each name; of a serial, the one that this maker gave it."""
    return {
        alias: row.battery_id
        for alias, found in rows.items()
        for row in found
        if alias.scheme is not AliasScheme.MAKER_SERIAL or row.party_id == by.pk
    }


def _settle(place: int, each: Naming, landed: Mapping[Alias, uuid.UUID], done: Added) -> None:
    # Another may have been quicker, for a battery that is hidden from this party.
    if landed.get(each.alias) == each.battery.pk:
        done.accepted += 1
    else:
        done.refused.append((place, _taken(each.alias)))


def _taken(alias: Alias) -> AliasTaken:
    return AliasTaken(
        f"{alias.value} names another battery",
        pointer="/value",
        remedy="scan the label again; if it stands on this battery, tell the operator",
    )
