"""Registers the lines of one intake: models, then batteries from the outside in, then assembly.

Set-based: a file of any length costs a fixed number of statements a level.
"""

import logging
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from passport.actions import alarm, model, placing
from passport.models import Battery, BatteryModel, Facility, Party
from passport.models.ids import new_id, new_salt
from passport.postgres.bulk import claim_identities
from passport.proof.errors import ProofError
from passport.queries.naming_right import under_others
from passport.rules import intake as lines
from passport.rules.assembly import RANK, AssemblyCycle, Level, check_levels, find_cycle
from passport.rules.errors import Conflict, NotFound, Refusal
from passport.rules.intake import AssemblyLine, BatteryLine, Line, ModelLine
from passport.rules.naming_right import under_another

log = logging.getLogger(__name__)

_INWARDS = sorted(Level, key=lambda level: -RANK[level])


class DuplicateSerial(Conflict):
    """The identity is taken; one serial names one battery for ever."""

    code = "duplicate-serial"
    title = "The serial is registered already"


class UnknownFacility(NotFound):
    """A battery is made at a facility of its maker."""

    code = "unknown-facility"
    title = "The facility is not registered"


class UnknownParent(NotFound):
    """A parent stands in the same file, or is in the maker's hands."""

    code = "unknown-parent"
    title = "The parent is not registered"


@dataclass(frozen=True)
class Fault:
    number: int
    raw: bytes
    refusal: Refusal | ProofError


@dataclass
class Register:
    """The lines of one intake on their way into the registry; good ones land, bad ones are kept."""

    by: Party
    intake_id: uuid.UUID
    at: datetime
    faults: dict[int, Fault] = field(default_factory=dict)
    accepted: int = 0
    duplicates: int = 0
    created: dict[str, Battery] = field(default_factory=dict)
    _models: list[ModelLine] = field(default_factory=list)
    _batteries: dict[str, BatteryLine] = field(default_factory=dict)
    _assemblies: list[AssemblyLine] = field(default_factory=list)
    _raw: dict[int, bytes] = field(default_factory=dict)
    _known: dict[str, Battery] = field(default_factory=dict)
    _before: set[str] = field(default_factory=set)
    _grown: dict[uuid.UUID, Battery] = field(default_factory=dict)
    _models_of: dict[str, BatteryModel] = field(default_factory=dict)

    def refuse(self, number: int, raw: bytes, refusal: Refusal | ProofError) -> None:
        """Keep a line out, with the reason."""
        self.faults[number] = Fault(number, raw, refusal)

    def add(self, line: Line, raw: bytes) -> None:
        """Take a checked line."""
        self._raw[line.number] = raw
        if isinstance(line, ModelLine):
            self._models.append(line)
        elif isinstance(line, AssemblyLine):
            self._assemblies.append(line)
        else:
            self._add_battery(line)

    def register(self) -> None:
        """Write all good lines; the caller holds the transaction."""
        models = self._register_models()
        self._refuse_names_of_others()
        self._refuse_cycles()
        self._register_batteries(models)
        placed = placing.assemble(
            lines=self._assemblies, created=self.created, by=self.by, at=self.at
        )
        for line, refusal in placed.refused:
            self._out(line.number, refusal)
        self.accepted += placed.count
        self.duplicates += placed.repeated
        placing.announce(
            created=self.created,
            grown=self._grown | placed.grown,
            intake_id=self.intake_id,
            by=self.by,
            at=self.at,
        )

    def _out(self, number: int, refusal: Refusal) -> None:
        self.refuse(number, self._raw[number], refusal)

    def _add_battery(self, line: BatteryLine) -> None:
        identity = line.identity.canonical
        first = self._batteries.setdefault(identity, line)
        if first is line:
            return
        if lines.digest(first) == lines.digest(line):
            self.duplicates += 1
        else:
            self._out(
                line.number,
                DuplicateSerial(
                    f"{identity} stands on line {first.number} already, with other data",
                    pointer="/id",
                    remedy="keep the line that is right and drop the other",
                ),
            )

    def _register_models(self) -> dict[str, BatteryModel]:
        done = model.register(
            lines=self._models,
            codes={line.model for line in self._batteries.values()},
            by=self.by,
            at=self.at,
        )
        for line, refusal in done.refused:
            self._out(line.number, refusal)
        self.accepted += done.accepted
        self.duplicates += done.repeated
        return done.models

    def _refuse_names_of_others(self) -> None:
        names = (line.identity for line in self._batteries.values())
        for identity, stem in under_others(names=names, by=self.by.pk).items():
            self._drop(self._batteries[identity], under_another(stem=stem))

    def _refuse_cycles(self) -> None:
        edges = {
            identity: line.parent.canonical
            for identity, line in self._batteries.items()
            if line.parent is not None
        }
        while circle := find_cycle(parents=edges):
            for identity in circle:
                del edges[identity]
                self._drop(
                    self._batteries[identity],
                    AssemblyCycle(
                        "following the parents leads back here: " + " in ".join(circle),
                        pointer="/parent",
                        remedy="take one of these parents out; nothing contains itself",
                    ),
                )

    def _register_batteries(self, models: dict[str, BatteryModel]) -> None:
        facilities = {row.name: row for row in Facility.objects.filter(party=self.by)}
        parents = {
            identity: line.parent.canonical
            for identity, line in self._batteries.items()
            if line.parent
        }
        self._models_of = models
        self._known = placing.known(identities=parents.values(), by=self.by)
        added = [identity for identity, parent in parents.items() if parent in self._known]
        # A line that comes again stays a repetition, whoever holds its parent now.
        self._before = set(placing.known(identities=added, by=self.by))
        for level in _INWARDS:
            fresh = []
            for line in list(self._batteries.values()):
                of = models.get(line.model)
                # A line without a model is refused once, in the last round.
                if (of.level if of else Level.CELL) != level:
                    continue
                battery = self._checked(line, of=of, facilities=facilities)
                if battery is not None:
                    fresh.append((line, battery))
            self._land(fresh)

    def _checked(
        self, line: BatteryLine, *, of: BatteryModel | None, facilities: dict[str, Facility]
    ) -> Battery | None:
        try:
            return self._battery(line, of=of, facilities=facilities)
        except Refusal as refusal:
            self._drop(line, refusal)
            return None

    def _battery(
        self, line: BatteryLine, *, of: BatteryModel | None, facilities: dict[str, Facility]
    ) -> Battery:
        if of is None:
            raise model.unknown(line.model)
        lines.check_gtin(identity=line.identity, model_gtin=of.gtin)
        if line.facility and line.facility not in facilities:
            raise UnknownFacility(
                f"you have no facility named {line.facility}",
                pointer="/facility",
                remedy="add the facility first, or leave the field out",
            )
        parent = self._parent_of(line, of)
        battery = Battery(
            id=new_id(),
            identity=line.identity.canonical,
            maker=self.by,
            model=of,
            level=of.level,
            serial=line.identity.serial,
            manufactured_on=line.manufactured_on,
            facility=facilities.get(line.facility),
            holder=self.by if parent is None else parent.holder,
            registered_at=self.at,
            intake_id=self.intake_id,
            salt=line.log_salt or new_salt(),
            lot=line.lot,
        )
        battery.unit = battery if parent is None else parent.unit
        return battery

    def _parent_of(self, line: BatteryLine, of: BatteryModel) -> Battery | None:
        if line.parent is None:
            return None
        wanted = line.parent.canonical
        parent = self.created.get(wanted) or self._known.get(wanted)
        if parent is None:
            self._check_beside(wanted, of)
            raise _no_parent(wanted)
        check_levels(parent=parent.level, child=of.level)
        if wanted not in self.created and line.identity.canonical not in self._before:
            if parent.unit.holder_id != self.by.pk:
                raise _no_parent(wanted)
            placing.check_state(parent.unit, pointer="/parent")
        return parent

    def _check_beside(self, wanted: str, of: BatteryModel) -> None:
        """A parent that stands in this file and has not landed is no higher than its child."""
        beside = self._batteries.get(wanted)
        above = self._models_of.get(beside.model) if beside else None
        if above is not None:
            check_levels(parent=above.level, child=of.level)

    def _land(self, fresh: list[tuple[BatteryLine, Battery]]) -> None:
        """Claim the identities of one level and write those that are new."""
        claims = [(b.identity, lines.digest(line), b.pk) for line, b in fresh]
        outcomes = claim_identities(claims=claims, owner=self.by.pk, at=self.at)
        clashing = [name for name, (outcome, _) in outcomes.items() if outcome == "clash"]
        if clashing:
            alarm.raise_clashes(identities=clashing, by=self.by, at=self.at)
        new: list[tuple[BatteryLine, Battery]] = []
        for line, battery in fresh:
            outcome, _ = outcomes[battery.identity]
            if outcome == "clash":
                log.warning("identity clash", extra={"identity": battery.identity})
                self._drop(line, _taken(battery.identity))
            elif outcome == "same":
                self.duplicates += 1
            else:
                new.append((line, battery))
        Battery.objects.bulk_create([battery for _, battery in new], batch_size=1000)
        placing.place(
            pairs=[
                (self._held(line.parent.canonical), battery, line.position)
                for line, battery in new
                if line.parent is not None
            ],
            at=self.at,
        )
        for line, _ in new:
            if line.parent and line.parent.canonical not in self.created:
                unit = self._held(line.parent.canonical).unit
                self._grown[unit.pk] = unit
        self.created |= {battery.identity: battery for _, battery in new}
        self.accepted += len(new)
        repeated = [b.identity for _, b in fresh if outcomes[b.identity][0] == "same"]
        self._known |= placing.known(identities=repeated, by=self.by)

    def _held(self, identity: str) -> Battery:
        return self.created.get(identity) or self._known[identity]

    def _drop(self, line: BatteryLine, refusal: Refusal) -> None:
        self._out(line.number, refusal)
        self._batteries.pop(line.identity.canonical, None)


def _no_parent(identity: str) -> UnknownParent:
    return UnknownParent(
        f"{identity} is neither in this file nor in your hands",
        pointer="/parent",
        remedy="register the parent first, or correct its line if that was refused",
    )


def _taken(identity: str) -> DuplicateSerial:
    return DuplicateSerial(
        f"{identity} is registered already, with other data",
        pointer="/id",
        remedy="check the serial; a battery that changed keeps its registration",
    )
