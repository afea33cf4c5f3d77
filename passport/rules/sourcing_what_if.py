"""What if a maker becomes prohibited on a day: which projects lose their verdict.

A maker is tested for its whole taxable year, so that a change in June counts for what was paid for
in February, and in the first year not at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from passport.rules.errors import NotFound
from passport.rules.sourcing_outcome import Outcome
from passport.rules.sourcing_party import Listed, Register, Standing
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_scenario import Ground, Scenario, totals
from passport.rules.sourcing_standing import determine


@dataclass(frozen=True)
class Change:
    """One project with one mix, as things are and as they would be."""

    before: Outcome
    after: Outcome

    @property
    def falls(self) -> bool:
        """Whether it had its verdict and would lose it."""
        return self.before.supported and not self.after.supported

    @property
    def dearer(self) -> Fraction:
        """Dollars by which it would cost more, the credit included."""
        return self.after.net - self.before.net


def with_listing(*, register: Register, maker: str, list_id: str, on: date) -> Register:
    """The register if a maker came on a list on a day, and that was confirmed. Refuses NotFound."""
    if maker not in register.entities:
        raise NotFound(
            f"no company {maker} stands in the register",
            pointer="/maker",
            remedy="enter it, or choose one that you buy from",
        )
    supposed = Listed(
        entity=maker, list_id=list_id, listed_name=register.entities[maker].name, since=on,
        decision="CONFIRMED", reason="supposed",
    )  # fmt: skip
    return replace(register, listed=(*register.listed, supposed))


def lasting(register: Register, *, until: date) -> Register:
    """The register as a plan needs it: what was told completely once is supposed to hold on."""
    entities = {
        id: replace(each, complete_on=max(each.complete_on, until)) if each.complete_on else each
        for id, each in register.entities.items()
    }
    return replace(register, entities=entities)


def standings(
    *, register: Register, rules: RuleSet, asked: Iterable[tuple[str, date]]
) -> dict[tuple[str, date], Standing]:
    """What makers are for the days on which they are paid, if all stays as the register has it.

    One that is not in the register is not known. [supply-15]
    """
    known = sorted({each for each in asked if each[0] in register.entities})
    # Its taxable year may end in the year after.
    days = {on: lasting(register, until=date(on.year + 1, 12, 31)) for _, on in known}
    return {
        (maker, on): determine(
            register=days[on], entity=maker, incurred_on=on, rules=rules
        ).standing
        for maker, on in known
    }


def pairs(scenario: Scenario) -> Iterable[tuple[str, date]]:
    """The makers and days that a scenario asks after."""
    for mix in scenario.mixes:
        for part in mix.parts:
            for good in part.recipe.goods:
                for planned in scenario.pipeline:
                    yield good.maker, planned.incurred_on


def changes(
    *, scenario: Scenario, ground: Ground, supposed: Mapping[tuple[str, date], Standing]
) -> tuple[Change, ...]:
    """Every mix over every project before and after; those that fall first, the dearest first."""
    before = totals(scenario=scenario, ground=ground)
    after = totals(scenario=scenario, ground=replace(ground, standings=supposed, kept={}))
    found: Sequence[Change] = [
        Change(was, then)
        for one, other in zip(before, after, strict=True)
        for was, then in zip(one.outcomes, other.outcomes, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (not each.falls, -each.dearer)))
