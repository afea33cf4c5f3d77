"""How much of a battery, by mass, is attested: its components by their makers, their materials.

A component counts once, at the highest level that its maker weighs; materials count where they
are named lowest, so that nothing is counted twice.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from passport.proof import facts, supply
from passport.proof.amounts import ZERO, add, multiply, read, total, written
from passport.proof.attested import Attested, Level, Share
from passport.proof.case import Case
from passport.proof.encoding import b64u_decode
from passport.proof.facts import Facts
from passport.proof.standing import Voucher
from passport.proof.upstream import Graph, materials_of

MAX_LEVELS = 32
_Counts = dict[tuple[str, Voucher], tuple[int, Decimal]]
_Masses = dict[str, Decimal]


def weigh(case: Case, graph: Graph) -> dict[str, Decimal]:
    """Say of each battery asked about how much of it is attested, by whom, how deep.

    Return how many kilograms they use of each attestation named.

    What weighs more inside than as a whole is a doubt, and so is a lot of material that this
    bundle uses more of than its maker attests.
    """
    scale = _Scale(case, graph)
    inside = {each for some in case.bundle.contents.components.values() for each in some}
    used: _Masses = {}
    for battery in case.bundle.contents.batteries:
        attested, levels = scale.weigh(battery)
        case.report.attested.append(attested)
        for level in levels if battery not in inside else ():
            for name, mass in level.items():
                used[name] = add(used.get(name, ZERO), mass)
    scale.check_masses()
    case.report.doubts += sorted(scale.mistaken)
    for name, mass in sorted(used.items()):
        _check_lot(case, name, mass)
    return used


def _check_lot(case: Case, name: str, used: Decimal) -> None:
    digest = b64u_decode(name)
    signed, mass = case.credentials[digest], supply.mass_of(case, digest)
    what = signed.subject_id or f"the lots of the batch at {case.judgements[digest].index}"
    if mass is None or used > mass:
        attested = "no mass: lot size unknown" if mass is None else f"{written(mass)} kg"
        case.report.doubts.append(
            f"This bundle uses {written(used)} kg of {what}; {signed.issuer} attests {attested}."
        )


class _Scale:
    """Weighs the batteries of one bundle."""

    def __init__(self, case: Case, graph: Graph) -> None:
        self._case = case
        self._graph = graph
        self.mistaken: set[str] = set()
        self._facts: Mapping[str, Facts] = facts.collect(case)

    def weigh(self, battery: str) -> tuple[Attested, list[_Masses]]:
        """Weigh one battery; also return what it uses of each attestation, level by level."""
        own = self._facts.get(battery)
        weighed, unweighed = self._topmost(battery)
        counts, components = self._count(battery)
        levels = self._levels(weighed if components else [battery])
        attested = Attested(
            battery=battery,
            issuer=None if own is None else own.issuer,
            voucher=None if own is None else own.voucher,
            mass=None if own is None else own.mass,
            components=components,
            unweighed=unweighed,
            components_mass=self._mass(weighed),
            shares=_shares(counts),
            levels=tuple(self._level(each) for each in levels),
        )
        return attested, levels

    def check_masses(self) -> None:
        """Doubt a battery that weighs less than what it holds."""
        for battery in sorted(self._case.bundle.contents.components):
            own = self._facts.get(battery)
            held = self._mass(self._topmost(battery)[0])
            if own is not None and own.mass is not None and held > own.mass:
                self._case.report.doubts.append(
                    f"The components of {battery} weigh {written(held)} kg, it itself only"
                    f" {written(own.mass)} kg."
                )

    def _children(self, battery: str) -> Sequence[str]:
        return self._case.bundle.contents.components.get(battery, ())

    def _mass(self, batteries: Sequence[str]) -> Decimal:
        return total(self._facts[each].mass or ZERO for each in batteries)

    def _topmost(self, battery: str) -> tuple[list[str], int]:
        """The highest components that their makers weigh, and how many nobody weighs."""
        weighed, unweighed = [], 0
        waiting = list(self._children(battery))
        while waiting:
            each = waiting.pop()
            known, inside = self._facts.get(each), self._children(each)
            if known is not None and known.mass is not None:
                weighed.append(each)
                continue
            unweighed += not inside
            waiting.extend(inside)
        return weighed, unweighed

    def _count(self, battery: str) -> tuple[_Counts, int]:
        """How many components each maker attests and their mass, and how many there are.

        What lies inside a component of the same maker adds to the count, not to the mass.
        """
        counts: _Counts = {}
        components = 0
        waiting = [(each, frozenset[str]()) for each in self._children(battery)]
        while waiting:
            each, above = waiting.pop()
            components += 1
            known = self._facts.get(each)
            if known is not None:
                mass = ZERO if known.issuer in above else known.mass or ZERO
                _tally(counts, (known.issuer, known.voucher), mass)
                above = above | {known.issuer} if mass else above
            waiting.extend((inside, above) for inside in self._children(each))
        return counts, components

    def _sources(self, battery: str) -> list[str]:
        """Whose materials count for a battery: the lowest inside it that name some."""
        found = [each for child in self._children(battery) for each in self._sources(child)]
        known = self._facts.get(battery)
        if found or known is None or known.mass is None or not known.materials:
            return found
        return [battery]

    def _levels(self, weighed: Sequence[str]) -> list[_Masses]:
        """Follow the materials of these upstream, level by level, as far as they are attested."""
        level: _Masses = {}
        # Batteries of a batch share mass and materials: those are multiplied once.
        alike: dict[tuple[Decimal, int], list[Facts]] = {}
        for source in (each for battery in weighed for each in self._sources(battery)):
            known = self._facts[source]
            alike.setdefault((known.mass or ZERO, id(known.materials)), []).append(known)
        for (mass, _), several in alike.items():
            whole = multiply(mass, Decimal(len(several)))
            self._pass_on(whole, several[0].materials, level)
        found: list[_Masses] = []
        while level and len(found) < MAX_LEVELS:
            found.append(level)
            deeper: _Masses = {}
            for name, mass in level.items():
                claims = supply.claims_of(self._case.credentials[b64u_decode(name)])
                self._pass_on(mass, materials_of(claims), deeper)
            level = deeper
        return found

    def _pass_on(
        self, mass: Decimal, materials: Sequence[Mapping[str, object]], level: _Masses
    ) -> None:
        """Add to each attestation named the part of a mass that it stands for."""
        for each in materials:
            name, part = each.get("attestation"), each.get("massFraction")
            if not isinstance(name, str) or not isinstance(part, str):
                continue
            if self._graph.stands(name) and self._is_of(name, str(each["material"])):
                level[name] = add(level.get(name, ZERO), multiply(mass, read(part)))

    def _is_of(self, name: str, material: str) -> bool:
        """Whether an attestation speaks of a material; what is named wrongly is a doubt.

        A batch of which some lots were taken back weighs nothing: which were used, nobody says.
        """
        digest = b64u_decode(name)
        attested = supply.material_of(self._case.credentials[digest])
        if attested != material:
            index = self._case.judgements[digest].index
            self.mistaken.add(
                f"The attestation at {index} is named for {material};"
                f" it is of {attested or 'no one material'}."
            )
            return False
        return digest not in self._case.items_taken_back

    def _level(self, level: _Masses) -> Level:
        counts: _Counts = {}
        for name, mass in level.items():
            judgement = self._case.judgements[b64u_decode(name)]
            _tally(counts, (judgement.issuer, judgement.voucher), mass)
        return Level(mass=total(level.values()), shares=_shares(counts))


def _tally(counts: _Counts, who: tuple[str, Voucher], mass: Decimal) -> None:
    count, before = counts.get(who, (0, ZERO))
    counts[who] = (count + 1, add(before, mass))


def _shares(counts: _Counts) -> tuple[Share, ...]:
    return tuple(
        Share(issuer=issuer, voucher=voucher, count=count, mass=mass)
        for (issuer, voucher), (count, mass) in sorted(counts.items())
    )
