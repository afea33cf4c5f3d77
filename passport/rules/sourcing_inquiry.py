"""What the file says of makers and lines: standings, certificates and open reasons to know.

Each question is asked once: a bill of materials names few makers and many lines.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from passport.rules.sourcing_case import Case, Election, Line, Statement
from passport.rules.sourcing_party import Determination, Standing
from passport.rules.sourcing_piece import NOT_SHOWN, NOTHING, Doubt, DoubtKind, shown
from passport.rules.sourcing_reliance import Reliance, open_flags, relies, spoken_for
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_specified import Look
from passport.rules.sourcing_standing import determine

_WORST = tuple(Standing)
_PROHIBITED = (Standing.SPECIFIED, Standing.INFLUENCED)


class Inquiry:
    """Answers about one case under one rule set; it keeps what it has found."""

    def __init__(self, *, case: Case, rules: RuleSet) -> None:
        self.case = case
        self.rules = rules
        self.standings: dict[tuple[str, date], Determination] = {}
        self.reliances: dict[tuple[str, str], Reliance] = {}
        self._looks: dict[date, Look] = {}
        self._spoken = spoken_for(case=case)
        self._by_maker: dict[tuple[str, date], frozenset[Doubt]] = {}
        self.places = {line.id: place for place, line in enumerate(case.lines)}
        self._flags: dict[str, set[Doubt]] = defaultdict(set)
        for flag in open_flags(case.flags, as_of=case.as_of):
            self._flags[flag.about].add(Doubt(DoubtKind.FLAGGED, flag.id))

    def standing(self, entity: str, on: date) -> Determination:
        """What an entity is for its taxable year in which a cost of that day was incurred."""
        if (entity, on) not in self.standings:
            self.standings[entity, on] = determine(
                register=self.case.register,
                entity=entity,
                incurred_on=on,
                rules=self.rules,
                looks=self._looks,
            )
        return self.standings[entity, on]

    def maker(self, entity: str | None, on: Collection[date], line: str) -> frozenset[Doubt]:
        """What speaks against what an entity made, as of the costs of some days (R-3)."""
        if entity is None:
            return frozenset({Doubt(DoubtKind.NO_MAKER, line)})
        found = [self._one_maker(entity, each) for each in on]
        return found[0] if len(found) == 1 else NOTHING.union(*found)

    def own(self, line: Line, on: Collection[date]) -> frozenset[Doubt]:
        """What speaks against a line itself, whatever it is built into.

        A certificate that may be relied upon stands for what has not been shown; against what is
        known it does not help. An open reason to know, of the line or of a certificate of it,
        speaks against the line until somebody has resolved it.
        """
        found = self.maker(line.producer, on, line.id)
        for about in (line.id, *line.certificates):
            if about in self._flags:
                found |= self._flags[about]
        if any(each.kind in NOT_SHOWN for each in found) and self.cleared(line):
            return shown(found)
        return found

    def cleared(self, line: Line) -> bool:
        """Whether a certificate says that no prohibited entity made it, or anything before it."""
        return next(self.relied(line, Statement.NOT_PROHIBITED), None) is not None

    def relied(self, line: Line, statement: Statement) -> Iterator[Reliance]:
        """The certificates of a line, of one statement, that may be relied upon."""
        if Election.CERTIFICATION in self.case.project.elections:
            for id in line.certificates:
                if self.case.certificates[id].statement is statement:
                    found = self._reliance(id, line)
                    if found.holds:
                        yield found

    def all_reliances(self) -> tuple[Reliance, ...]:
        """Of every certificate of every line, whether it may be relied upon for it."""
        return tuple(
            self._reliance(id, line) for line in self.case.lines for id in line.certificates
        )

    def papers(self, line: Line) -> tuple[str, ...]:
        """Digests of the certificates of a line that were asked for, and may be relied upon."""
        return tuple(
            self.case.certificates[id].sha256
            for id in line.certificates
            if (id, line.id) in self.reliances and self.reliances[id, line.id].holds
        )

    def place(self, line: str, member: str = "") -> str:
        """Where a line, or a member of it, stands in the inputs."""
        return f"case:/lines/{self.places[line]}" + (f"/{member}" if member else "")

    def _reliance(self, id: str, line: Line) -> Reliance:
        if (id, line.id) not in self.reliances:
            self.reliances[id, line.id] = relies(
                certificate=self.case.certificates[id],
                line=line,
                case=self.case,
                spoken=self._spoken,
            )
        return self.reliances[id, line.id]

    def _one_maker(self, entity: str, on: date) -> frozenset[Doubt]:
        key = entity, on
        if key not in self._by_maker:
            found = self._flags.get(entity, set()) | set(_against(self.standing(entity, on)))
            self._by_maker[key] = frozenset(found)
        return self._by_maker[key]


def worst_standings(*, case: Case, rules: RuleSet) -> Mapping[str, Determination]:
    """What each producer of a line is found to be for the years of its costs: the worst.
    [sourcing-41]
    """
    asked = {
        (producer, cost.incurred_on)
        for line in case.lines
        for producer in (line.producer, line.product_producer)
        for cost in line.costs
        if producer
    }
    looks: dict[date, Look] = {}
    found: dict[str, Determination] = {}
    for producer, day in sorted(asked):
        judged = determine(
            register=case.register, entity=producer, incurred_on=day, rules=rules, looks=looks
        )
        before = found.get(producer)
        if before is None or _WORST.index(judged.standing) < _WORST.index(before.standing):
            found[producer] = judged
    return found


def _against(found: Determination) -> Iterator[Doubt]:
    if found.standing in _PROHIBITED:
        yield Doubt(DoubtKind.PROHIBITED, found.entity)
    elif found.standing is not Standing.CLEAN:
        yield Doubt(DoubtKind.UNKNOWN, found.entity)
