"""What became of the batteries that a recycler took in, through every step, here and elsewhere.

The first recycler answers for the whole way (Annex XII). A step mixes what went in, so each of its
outputs is of a source by the source's share of the input: of the mass as a mass, of an element by
that element. Exact but for the last of forty digits.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from enum import StrEnum

from recycling.rules.recovery import Fate, RecoveryTables, Target, floor_on

_ZERO = Decimal(0)
_FINE = Context(prec=40)
ALL = ""


class Standing(StrEnum):
    """How a share stands to the floor of its day; before there is one, nothing is missed."""

    MET = "met"
    MISSED = "missed"
    NOT_YET = "not yet"


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Kilograms that went into a step: of a `source` before it, or of a battery taken in.

    `chemistry` names batteries that count for the roll-up; None are others'.
    """

    source: object
    mass_kg: Decimal
    elements: Mapping[str, Decimal] = field(default_factory=dict)
    chemistry: str | None = None


@dataclass(frozen=True, kw_only=True)
class Made:
    """An output of a step, under the key by which later steps draw on it."""

    key: object
    mass_kg: Decimal
    fate: str
    elements: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A step, or the filling of a lot, with what went in and what came out."""

    inputs: Sequence[Drawn]
    outputs: Sequence[Made]


@dataclass(frozen=True, kw_only=True)
class Way:
    """What became of some batteries: kilograms by fate, and each element in and recycled."""

    chemistry: str
    in_kg: Decimal
    by_fate: Mapping[str, Decimal]
    waiting_kg: Decimal
    contained: Mapping[str, Decimal]
    recovered: Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A share reached against the floor of the day, with the next floor to come."""

    subject: str
    part_kg: Decimal
    whole_kg: Decimal
    share: Decimal
    floor: Decimal | None
    standing: Standing
    coming: Target | None


@dataclass
class _Portion:
    """Which part of something is of the batteries asked about: of its mass, of each element."""

    mass: Decimal
    elements: dict[str, Decimal]

    def of(self, element: str) -> Decimal:
        return self.elements.get(element, self.mass)


def follow(*, stages: Sequence[Stage], chemistry: str = ALL) -> Way:
    """Follow the batteries of a chemistry (ALL: all that count) through stages in order. [rollup-1]

    What goes on and was not drawn yet is waiting.
    """
    portions: dict[object, _Portion] = {}
    left: dict[object, Decimal] = {}
    by_fate, in_kg = dict.fromkeys(map(str, Fate), _ZERO), _ZERO
    contained: dict[str, Decimal] = {}
    recovered: dict[str, Decimal] = {}
    for stage in stages:
        for each in stage.inputs:
            left[each.source] = left.get(each.source, _ZERO) - each.mass_kg
            if _counts(each, chemistry):
                in_kg += each.mass_kg
                _gather(contained, each.elements)
        portion = _portion(stage.inputs, portions, chemistry)
        for made in stage.outputs:
            portions[made.key], left[made.key] = portion, made.mass_kg
            by_fate[made.fate] += made.mass_kg * portion.mass
            if made.fate == Fate.RECYCLED:
                shares = {e: kg * portion.of(e) for e, kg in made.elements.items()}
                _gather(recovered, shares)
    onward = {m.key for s in stages for m in s.outputs if m.fate == Fate.ONWARD}
    waiting = sum((left[key] * portions[key].mass for key in onward), _ZERO)
    return Way(
        chemistry=chemistry, in_kg=in_kg, by_fate=by_fate, waiting_kg=waiting,
        contained=contained, recovered=recovered,
    )  # fmt: skip


def chemistries(stages: Iterable[Stage]) -> list[str]:
    """The chemistries of the batteries that count, sorted."""
    return sorted({e.chemistry for s in stages for e in s.inputs if e.chemistry is not None})


def held_against(
    way: Way,
    *,
    on: datetime.date,
    tables: RecoveryTables,
    efficiency: Sequence[Target] | None = None,
) -> tuple[Reached, ...]:
    """Recycling efficiency and recovery of each material, against Annex XII. [rollup-2]

    `efficiency` are the floors of a family that has others than lithium-based batteries.
    """
    if not way.in_kg:
        return ()
    floors = tables.efficiency_targets if efficiency is None else efficiency
    found = [_reached("recycling", way.by_fate[Fate.RECYCLED], way.in_kg, floors, on=on)]
    for material, targets in sorted(tables.material_targets.items()):
        inside = way.contained.get(material, _ZERO)
        if inside > 0:
            out = way.recovered.get(material, _ZERO)
            found.append(_reached(material, out, inside, targets, on=on))
    return tuple(found)


def _reached(
    subject: str, part: Decimal, whole: Decimal, targets: Sequence[Target], *, on: datetime.date
) -> Reached:
    share, floor = _FINE.divide(part, whole), floor_on(targets, on=on)
    coming = sorted((each for each in targets if each.since > on), key=lambda each: each.since)
    standing = Standing.NOT_YET
    if floor is not None:
        standing = Standing.MET if part >= floor * whole else Standing.MISSED
    return Reached(
        subject=subject, part_kg=part, whole_kg=whole, share=share, floor=floor,
        standing=standing, coming=coming[0] if coming else None,
    )  # fmt: skip


def _counts(drawn: Drawn, chemistry: str) -> bool:
    return drawn.chemistry is not None and chemistry in (ALL, drawn.chemistry)


def _portion(
    inputs: Sequence[Drawn], portions: Mapping[object, _Portion], chemistry: str
) -> _Portion:
    own, whole = _ZERO, _ZERO
    own_of: dict[str, Decimal] = {}
    whole_of: dict[str, Decimal] = {}
    for each in inputs:
        known = portions.get(each.source, _Portion(_ZERO, {}))
        if each.chemistry is not None:
            known = _Portion(Decimal(_counts(each, chemistry)), {})
        own, whole = own + each.mass_kg * known.mass, whole + each.mass_kg
        _gather(own_of, {e: kg * known.of(e) for e, kg in each.elements.items()})
        _gather(whole_of, each.elements)
    elements = {e: _FINE.divide(own_of[e], kg) for e, kg in whole_of.items() if kg}
    return _Portion(_FINE.divide(own, whole) if whole else _ZERO, elements)


def _gather(into: dict[str, Decimal], amounts: Mapping[str, Decimal]) -> None:
    for element, mass in amounts.items():
        into[element] = into.get(element, _ZERO) + mass
