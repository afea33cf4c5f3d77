"""What labels are made of: the facts of one battery, or what the batteries of a file share."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from django.db.models import CharField, Count, F, Max, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Concat, Length, LPad, TruncMonth

from passport.models import Battery, BatteryModel, Facility, Intake, LabelPrint, LegacyBattery
from passport.queries.battery import unknown
from passport.queries.legacy import plates
from passport.rules.assembly import RANK, Level
from passport.rules.identity import CANONICAL_STEM, parse
from passport.rules.label import Choice, blank
from passport.rules.label_text import Make, code_lines, link_length

# Batteries of one make say the same, their identities apart.
MakeKey: TypeAlias = tuple[uuid.UUID, uuid.UUID | None, date]
Kind: TypeAlias = tuple[MakeKey, int]
_AT_ONCE, _TO_SHOW = 1000, 50
# Digits of a length: an identity has 255 characters at most.
_DIGITS = 3
_NEWEST = ("-printed_at", "-id")
_COLUMNS = ("id", "identity", "level", "model_id", "facility_id", "manufactured_on")


@dataclass(frozen=True, slots=True)
class Item:
    """One battery to be labelled; its make is looked up by its key."""

    identity: str
    level: str
    make: MakeKey


@dataclass(frozen=True, slots=True)
class Extent:
    """The longest link and the longest lines of code among labels that are laid out alike."""

    length: int
    lines: tuple[str, ...]

    def with_(self, other: Extent) -> Extent:
        """What holds both."""
        lines = tuple(max(pair, key=len) for pair in zip(self.lines, other.lines, strict=True))
        return Extent(max(self.length, other.length), lines)


@dataclass(frozen=True, slots=True)
class Job:
    """A part of a file's labels: which, in which order, of which makes, and how large they get."""

    ids: tuple[uuid.UUID, ...]
    total: int
    makes: Mapping[MakeKey, Make]
    extents: Mapping[Kind, Extent]


def of_battery(*, battery_id: uuid.UUID, host: str) -> tuple[Item, Job]:
    """The label of one battery that the acting party sees, as a job of one. Refuses NotFound."""
    row = Battery.objects.filter(id=battery_id).values_list(*_COLUMNS).first()
    if row is None:
        raise unknown("battery")
    item = _item(row)
    return item, _job([row], total=1, host=host)


def of_intake(*, intake_id: uuid.UUID, choice: Choice, host: str) -> Job:
    """The labels of a file that the acting party sent, or a part of them. Refuses NotFound."""
    if not Intake.objects.filter(id=intake_id).exists():
        raise unknown("intake")
    rows = _chosen(intake_id, choice)
    total = rows.count()
    part = rows.values_list(*_COLUMNS)[choice.first : choice.first + choice.most]
    return _job(part.iterator(chunk_size=_AT_ONCE), total=total, host=host)


def outlook(*, intake_id: uuid.UUID, choice: Choice, host: str) -> Job:
    """How large all labels of a choice get and how many they are, in one pass and naming none.

    Refuses NotFound.
    """
    if not Intake.objects.filter(id=intake_id).exists():
        raise unknown("intake")
    alike = _chosen(intake_id, choice).order_by().annotate(
        month=TruncMonth("manufactured_on"),
        by_key=Q(identity__startswith=CANONICAL_STEM),
        with_serial=Q(identity__contains="/21/") | Q(identity__contains="/8011/"),
    )  # fmt: skip
    rows = alike.values_list("model_id", "facility_id", "month", "by_key", "with_serial").annotate(
        n=Count("id"), link=_longest("identity"), serial=_longest("serial")
    )
    total, extents = 0, dict[Kind, Extent]()
    for model, facility, month, _, _, n, *longest in rows.order_by("-n", "model_id"):
        total += n
        for identity in longest:
            _hold(extents, Item(identity[_DIGITS:], "", (model, facility, month)), host)
    return Job((), total, dict(_makes({make for make, _ in extents})), extents)


def _longest(field: str) -> Max:
    """The identity of whoever has the longest value, behind that length."""
    length = LPad(Cast(Length(field), CharField()), _DIGITS, Value("0"))
    return Max(Concat(length, F("identity"), output_field=CharField()))


@dataclass(frozen=True, slots=True)
class Progress:
    """How many batteries of one level a file has, and how many labels of them were printed."""

    level: str
    batteries: int
    printed: int

    @property
    def waiting(self) -> int:
        """Labels that nobody has printed yet."""
        return max(0, self.batteries - self.printed)


def progress(*, intake_id: uuid.UUID) -> tuple[Progress, ...]:
    """The levels of a file, the largest first."""
    rows = Battery.objects.filter(intake_id=intake_id).order_by()
    batteries = dict(rows.values_list("level").annotate(n=Count("id")))
    done = LabelPrint.objects.filter(intake_id=intake_id).order_by()
    printed = dict(done.values_list("level").annotate(n=Sum("count")))
    levels = sorted(batteries, key=lambda level: -RANK[Level(level)])
    return tuple(Progress(each, batteries[each], printed.get(each, 0)) for each in levels)


def prints(*, intake_id: uuid.UUID) -> list[LabelPrint]:
    """What was printed of a file, newest first."""
    rows = LabelPrint.objects.filter(intake_id=intake_id).select_related("person")
    return list(rows.order_by(*_NEWEST)[:_TO_SHOW])


def listing(*, intake_id: uuid.UUID, after: uuid.UUID | None, limit: int) -> list[LabelPrint]:
    """A page of what was printed of a file that the acting party sent, newest first."""
    if not Intake.objects.filter(id=intake_id).exists():
        raise unknown("intake")
    rows = LabelPrint.objects.filter(intake_id=intake_id).order_by(*_NEWEST)
    if after is not None:
        # Who prints may choose the id: it says nothing of the order.
        last = LabelPrint.objects.filter(intake_id=intake_id, id=after).values("printed_at")[:1]
        rows = rows.filter(
            Q(printed_at__lt=Subquery(last)) | Q(printed_at=Subquery(last), id__lt=after)
        )
    return list(rows[:limit])


def items(ids: Iterable[uuid.UUID]) -> list[Item]:
    """Some batteries of a job, in its order."""
    wanted = list(ids)
    rows = Battery.objects.filter(id__in=wanted).values_list(*_COLUMNS)
    found = {row[0]: _item(row) for row in rows}
    return [found[each] for each in wanted]


def _chosen(intake_id: uuid.UUID, choice: Choice) -> QuerySet[Battery]:
    rows = Battery.objects.filter(intake_id=intake_id)
    if choice.level:
        rows = rows.filter(level=choice.level)
    if choice.model:
        rows = rows.filter(model__code=choice.model)
    if choice.lot:
        rows = rows.filter(lot=choice.lot)
    # Ids grow in the order of registration: level by level, each as its lines stand in the file.
    return rows.order_by("serial", "id") if choice.by_serial else rows.order_by("id")


_Row: TypeAlias = tuple[uuid.UUID, str, str, uuid.UUID, uuid.UUID | None, date]


def _item(row: _Row) -> Item:
    _, identity, level, model, facility, made_on = row
    return Item(identity, level, (model, facility, made_on.replace(day=1)))


def _job(rows: Iterable[_Row], *, total: int, host: str) -> Job:
    ids: list[uuid.UUID] = []
    extents: dict[Kind, Extent] = {}
    for row in rows:
        _hold(extents, _item(row), host)
        ids.append(row[0])
    return Job(tuple(ids), total, dict(_makes({make for make, _ in extents})), extents)


def _hold(extents: dict[Kind, Extent], item: Item, host: str) -> None:
    """Let the label of its kind grow until it holds this one."""
    lines = tuple(map(blank, code_lines(parse(item.identity))))
    extent = Extent(link_length(identity=item.identity, host=host), lines)
    kind = (item.make, len(lines))
    known = extents.get(kind)
    extents[kind] = known.with_(extent) if known else extent


def _makes(keys: set[MakeKey]) -> Iterator[tuple[MakeKey, Make]]:
    models = BatteryModel.objects.select_related("maker").in_bulk({model for model, _, _ in keys})
    facilities = Facility.objects.in_bulk({facility for _, facility, _ in keys if facility})
    found = plates(model_ids=models)
    for key in keys:
        facility = facilities.get(key[1])
        place = (facility.name, facility.address, facility.country) if facility else ()
        made = Make(
            maker=models[key[0]].maker.name,
            category=models[key[0]].get_category_display(),
            model_code=models[key[0]].code,
            chemistry=models[key[0]].chemistry,
            capacity_ah=models[key[0]].rated_capacity_ah,
            energy_kwh=models[key[0]].rated_energy_kwh,
            mass_kg=models[key[0]].mass_kg,
            place=", ".join(each for each in place if each),
            made_on=key[2],
            facts=models[key[0]].facts,
        )
        plate = found.get(key[0])
        yield key, made if plate is None else _as_read(made, plate)


def _as_read(made: Make, found: LegacyBattery) -> Make:
    """What the plate of a battery says that was found: not who found it, and nothing assumed."""
    return replace(
        made,
        maker=found.maker_name,
        model_code=str(found.plate.get("model_name", "")),
        energy_kwh=None if "energy_kwh" in found.assumed else made.energy_kwh,
        made_on=None if "manufactured_on" in found.assumed else made.made_on,
    )
