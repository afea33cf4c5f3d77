"""Registers the battery lines of a file, chunk by chunk: claims, rows, places, custody.

Set-based: a chunk costs a fixed number of statements for each level that it nests.
"""

import hashlib
import logging
import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from operator import attrgetter

from passport.actions import alarm, legacy, model
from passport.actions.intake_chunk import Bad, Row
from passport.actions.placing import check_state_of
from passport.actions.registration_lines import Lines, lines_of, nested
from passport.actions.registration_refusals import (
    no_facility,
    no_parent,
    other_gtin,
    taken_already,
)
from passport.actions.registration_rows import Held, Known, Ready, ready
from passport.models import Battery, BatteryModel, BatteryState, Facility, Party
from passport.postgres import registering
from passport.queries.naming_right import judge
from passport.rules import identity as identities
from passport.rules.assembly import PlaceTaken, check_levels, check_not_offered
from passport.rules.errors import Refusal
from passport.rules.intake import ModelLine
from passport.rules.naming_right import Standing, stem_of, under_another

log = logging.getLogger(__name__)

_FEW = 8
_MOST_MODELS = 10_000
_NUMBER_BITS = 38
_TAG_BITS = 36


@dataclass
class Taken:
    """What came of some lines; `waiting` are those whose model or parent is not there yet."""

    accepted: int = 0
    duplicates: int = 0
    bad: list[Bad] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)
    grown: set[uuid.UUID] = field(default_factory=set)
    lost: int = 0


@dataclass
class Register:
    """Takes lines of one intake, whose transactions the caller holds. What others are put into is
    looked at anew in each of them: its holder may hand it over meanwhile.
    """

    by: Party
    intake_id: uuid.UUID
    received_at: datetime
    at: datetime
    # Whether each line so far has made a battery, under the id of its number.
    all_new: bool = True
    _first: int = 0
    _own: bytes = b""
    _fitting: set[tuple[str, str]] = field(default_factory=set)
    _models: dict[str, BatteryModel] = field(default_factory=dict)
    _facilities: dict[str, bytes] = field(default_factory=dict)
    _held: dict[str, Held] = field(default_factory=dict)
    _places: dict[tuple[bytes, str], str] = field(default_factory=dict)
    # Parents of lines in more than one level.
    _spread: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._own = self.by.pk.bytes
        millis = int(self.received_at.timestamp() * 1000)
        tag = int.from_bytes(hashlib.sha256(self.intake_id.bytes).digest()[:5], "big")
        value = (tag & ((1 << _TAG_BITS) - 1)) << _NUMBER_BITS
        high, low = value >> 62, value & ((1 << 62) - 1)
        self._first = millis << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low

    def forget(self) -> None:
        """Begin anew after a transaction that was rolled back: what it wrote is not there."""
        self._models.clear()
        self._held.clear()

    def take_models(self, given: Sequence[tuple[ModelLine, bytes]]) -> Taken:
        """Register models; a line that changes one is refused (ModelChanged)."""
        taken = Taken()
        if not given:
            return taken
        raws = {line.number: raw for line, raw in given}
        done = model.register(
            lines=[line for line, _ in given], codes=set(), by=self.by, at=self.at
        )
        self._models |= done.models
        taken.accepted, taken.duplicates = done.accepted, done.repeated
        taken.bad = [Bad(line.number, raws[line.number], why) for line, why in done.refused]
        return taken

    def nested(self, rows: Sequence[Row]) -> list[Lines]:
        """Lines as take() has them. Nothing is asked: another thread may do it ahead."""
        return nested(rows, key_of=self.key_of)

    def take(self, given: Sequence[Lines]) -> Taken:
        """Register batteries, from the outside in; what cannot be placed yet is left waiting."""
        taken = Taken()
        if len(self._models) > _MOST_MODELS:
            self._models.clear()
        self._held.clear()
        self._places.clear()
        groups = [group.row for lines in given for group in lines.groups]
        self._find_models({row.model for row in groups} - self._models.keys())
        self._find_facilities({row.facility for row in groups} - {"", *self._facilities})
        levels = [self._judged(lines, taken) for lines in given]
        wanted = {row.parent for row in groups if row.parent}
        met = Counter(name for lines in given for name in {g.row.parent for g in lines.groups})
        self._spread = {name for name, count in met.items() if count > 1}
        self._find(wanted)
        for lines in levels:
            self._land(self._parted(lines, taken), wanted, taken)
        taken.waiting.sort(key=attrgetter("number"))
        return taken

    def know(self, rows: Sequence[Row]) -> None:
        """Look up what these lines name, before refusal_of() is asked of each."""
        self._find_models({row.model for row in rows} - self._models.keys())

    def refusal_of(self, row: Row) -> Refusal:
        """Why a line that has waited to the end of the file is refused."""
        if row.model not in self._models:
            return model.unknown(row.model)
        return no_parent(row.parent)

    def line_of(self, battery: uuid.UUID) -> int | None:
        """On which line of this file a battery stood, None when it was in the registry before."""
        number = battery.int & ((1 << _NUMBER_BITS) - 1)
        return number if battery == self.id_of(number) else None

    # --- what a line says, held against the registry -----------------------------------------

    def _judged(self, lines: Lines, taken: Taken) -> Lines:
        """Those that name what is there, and may be named as they are."""
        others, kept = self._under_others(lines), []
        for group in lines.groups:
            rows = lines.within(group)
            of = self._models.get(group.row.model)
            if others:
                named = [row for row in rows if row.identity in others]
                _refuse(taken, [(r, under_another(stem=others[r.identity])) for r in named])
                rows = [row for row in rows if row.identity not in others]
            if of is None:
                taken.waiting += rows
            elif group.row.gtin and of.gtin and group.row.gtin != of.gtin:
                _refuse(taken, [(row, other_gtin(row, of)) for row in rows])
            elif group.row.facility and group.row.facility not in self._facilities:
                _refuse(taken, [(row, no_facility(row.facility)) for row in rows])
            else:
                kept.append(rows)
        return self._only(lines, kept)

    def _only(self, lines: Lines, kept: Sequence[Sequence[Row]]) -> Lines:
        """The same lines, or what is left of them."""
        if sum(map(len, kept)) == len(lines.rows):
            return lines
        return lines_of(list(chain.from_iterable(kept)), key_of=self.key_of)

    def _find_models(self, codes: Collection[str]) -> None:
        if codes:
            found = BatteryModel.objects.filter(maker=self.by, code__in=codes)
            self._models |= {each.code: each for each in found}

    def _find_facilities(self, names: Collection[str]) -> None:
        if names:
            found = Facility.objects.filter(party=self.by, name__in=names)
            self._facilities |= {each.name: each.pk.bytes for each in found}

    def _under_others(self, lines: Lines) -> dict[str, str]:
        """Names under what another party has proven, without those registered before that."""
        stems = {group.row.gtin: f"gs1:{group.row.gtin[1:13]}" for group in lines.groups}
        alone = [g for g in lines.groups if not g.row.gtin]
        stems |= {row.identity: _stem(row) for group in alone for row in lines.within(group)}
        stems.pop("", None)
        found = judge(stems=set(stems.values()), by=self.by.pk)
        foreign = {stem for stem, standing in found.items() if standing is Standing.ANOTHERS}
        if not foreign:
            return {}
        named = {row.identity: stems[row.gtin or row.identity] for row in lines.rows}
        others = {name: stem for name, stem in named.items() if stem in foreign}
        mine = Battery.objects.filter(maker=self.by, identity__in=list(others))
        for name in mine.values_list("identity", flat=True):
            del others[name]
        return others

    # --- parents -----------------------------------------------------------------------------

    def _find(self, names: Collection[str]) -> None:
        """Parents that are registered: those that this party made, and those that it holds."""
        found = registering.holders(names=names, by=self.by.pk)
        for name, battery, level, unit, holder, state, intake, offered in found:
            self._held[name] = Held(
                id=battery.bytes,
                level=level,
                unit=unit.bytes,
                holder=holder.bytes,
                state=state,
                here=intake == self.intake_id,
                offered=offered,
            )
        self._look_at([self._held[name] for name, *_ in found])

    def _look_at(self, parents: Collection[Held]) -> None:
        """Who stands where in these. Of this file's own only where few go on from an earlier chunk:
        a file that goes round and round would have all of them read again with each.
        """
        own = [each.id for each in parents if each.here]
        looked = {each.id for each in parents if not each.here}
        looked |= set(own) if len(own) <= _FEW else set()
        self._places |= {
            (parent, position): name
            for parent, position, name in registering.standing(parents=looked)
        }

    def _parted(self, lines: Lines, taken: Taken) -> Lines:
        """Those that can land now; of the others, those whose parent has not landed wait.

        An open recall keeps none out: it was built so, and who holds the whole is warned by that.
        """
        crowded = {parent for parent, _ in self._places}
        kept: list[Sequence[Row]] = []
        closed: list[Row] = []
        for group in lines.groups:
            rows = lines.within(group)
            parent = self._held.get(group.row.parent) if group.row.parent else None
            if parent is None:
                (taken.waiting.extend if group.row.parent else kept.append)(rows)
                continue
            try:
                self._check_levels(parent.level, self._models[group.row.model].level)
            except Refusal as refusal:
                _refuse(taken, [(row, refusal) for row in rows])
                continue
            alone = lines.apart and group.row.parent not in self._spread
            if not alone or parent.id in crowded:
                rows = [row for row in rows if self._has_place(parent.id, row, taken)]
            (kept.append if self._is_open(parent) else closed.extend)(rows)
        return self._only(lines, [*kept, self._repeated(closed, taken)])

    def _check_levels(self, parent: str, child: str) -> None:
        if (parent, child) not in self._fitting:
            check_levels(parent=parent, child=child)
            self._fitting.add((parent, child))

    def _has_place(self, parent: bytes, row: Row, taken: Taken) -> bool:
        """Whether nothing else stands there: one battery at a position. [assembly-5]"""
        there = (parent, row.position)
        if not row.position or self._places.setdefault(there, row.identity) == row.identity:
            return True
        refusal = PlaceTaken(
            f"another battery stands at position {row.position}",
            pointer="/position",
            remedy="correct the position, or record first that the other one was taken out",
        )
        _refuse(taken, [(row, refusal)])
        return False

    def _is_open(self, parent: Held) -> bool:
        mine = parent.holder == self._own and not parent.offered
        return mine and parent.state == BatteryState.REGISTERED

    def _repeated(self, rows: Sequence[Row], taken: Taken) -> Sequence[Row]:
        """Of lines whose parent may be out of reach, those that repeat a registration anyway."""
        if not rows:
            return []
        names = [row.identity for row in rows]
        known = {name for name, *_ in registering.holders(names=names, by=self.by.pk)}
        kept = []
        for row in rows:
            try:
                if row.identity not in known:
                    self._check_open(row)
            except Refusal as refusal:
                _refuse(taken, [(row, refusal)])
            else:
                kept.append(row)
        return kept

    def _check_open(self, row: Row) -> None:
        parent = self._held[row.parent]
        if parent.holder != self._own:
            raise no_parent(row.parent)
        check_not_offered(offered=parent.offered, pointer="/parent")
        check_state_of(parent.state, pointer="/parent")

    # --- writing -----------------------------------------------------------------------------

    def _land(self, lines: Lines, wanted: Collection[str], taken: Taken) -> None:
        """Claim names, and write what is new."""
        if not lines.rows:
            return
        claims = (lines.names, lines.digests, lines.ids)
        with registering.claiming(claims=claims, owner=self.by.pk, at=self.at) as answer:
            # As if none were taken, while the database looks: in most files none is.
            made = self._ready(lines)
            known = answer()
        again: set[str] = set()
        if known:
            self.all_new = False
            rows = lines.rows
            self._tell_clashes([rows[at].identity for at in known if known[at][0] == "clash"])
            for place, (outcome, battery) in known.items():
                self._settle(rows[place], outcome, battery, taken)
            again = {rows[place].identity for place in known} & set(wanted)
            left = [row for at, row in enumerate(rows) if at not in known]
            lines = lines_of(left, key_of=self.key_of)
            made = self._ready(lines)
        made.write(maker=self.by.pk, intake=self.intake_id, at=self.at)
        self._held |= made.held
        taken.grown |= made.grown
        taken.accepted += len(lines.rows)
        self._find(again - self._held.keys())

    def _ready(self, lines: Lines) -> Ready:
        known = Known(self._own, self._models, self._facilities, self._held)
        return ready(lines, known=known)

    def _tell_clashes(self, names: Sequence[str]) -> None:
        if names:
            log.warning("identities clash", extra={"count": len(names), "first": names[0]})
            alarm.raise_clashes(identities=names, by=self.by, at=self.at)

    def _settle(self, row: Row, outcome: str, battery: uuid.UUID | None, taken: Taken) -> None:
        if outcome == "same":
            taken.duplicates += 1
            return
        if outcome == "legacy":
            return self._take_over(row, taken)
        line = None if battery is None else self.line_of(battery)
        _refuse(taken, [(row, taken_already(row.identity, line))])

    def _take_over(self, row: Row, taken: Taken) -> None:
        """Its keeper had registered it as found: one record from now on, with both histories."""
        claimed = legacy.Claimed(
            identity=row.identity, digest=row.digest, model=self._models[row.model],
            serial=row.serial, manufactured_on=row.made_on, log_salt=row.salt,
            facility=self._facilities.get(row.facility), inside=bool(row.parent),
        )  # fmt: skip
        try:
            legacy.take_over(claimed=claimed, by=self.by, at=self.at)
            taken.accepted += 1
        except Refusal as refusal:
            _refuse(taken, [(row, refusal)])

    def id_of(self, number: int) -> uuid.UUID:
        """The id of what a line registers: a UUIDv7 that grows with the lines, whenever asked."""
        return uuid.UUID(int=self._first | number)

    def key_of(self, number: int) -> bytes:
        """The same as 16 bytes."""
        return (self._first | number).to_bytes(16, "big")


def _stem(row: Row) -> str:
    return stem_of(identity=identities.parse(row.identity))


def _refuse(taken: Taken, refused: Sequence[tuple[Row, Refusal]]) -> None:
    taken.bad += [Bad(row.number, row.raw, why) for row, why in refused]
    taken.lost += sum(row.item is not None for row, _ in refused)
