"""How a scenario reckons, what it supposes, and what came of it for one project with one mix."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from passport.rules.sourcing_case import Method


@dataclass(frozen=True)
class Terms:
    """How a scenario reckons. The percentages of the credit and its adder are of the whole cost,
    and the buyer's own figures: wages, places and phase-outs are no matter of the rule set.
    """

    method: Method = Method.DIRECT_COST
    pro_rata: bool = False
    credit_percent: Decimal = Decimal(30)
    adder_percent: Decimal = Decimal(10)


@dataclass(frozen=True)
class Shift:
    """What is supposed to be otherwise: prices by a part of them, tariffs and credit by points."""

    clean_price: Fraction = Fraction(0)
    other_price: Fraction = Fraction(0)
    other_cost: Fraction = Fraction(0)
    tariff_points: Fraction = Fraction(0)
    credit_points: Fraction = Fraction(0)


@dataclass(frozen=True)
class Bill:
    """Dollars. `clean` is what clean goods cost with their duty; `dutiable` the price of goods to
    which a stack of the rule set applies: break-even points are reckoned from these two.
    """

    goods: Fraction
    duty: Fraction
    other: Fraction
    clean: Fraction
    dutiable: Fraction

    @property
    def capex(self) -> Fraction:
        """All that is paid."""
        return self.goods + self.duty + self.other


@dataclass(frozen=True)
class Outcome:
    """One project with one mix. `asked` is False where no ratio is asked for; `threshold` and
    `domestic` are percent. `at_stake` is all credit that hangs on the ratio.
    """

    mix: str
    project: str
    name: str
    year: int
    asked: bool
    ratio: Fraction
    potential: Fraction
    threshold: Fraction | None
    supported: bool
    domestic: Fraction
    domestic_threshold: Fraction | None
    bill: Bill
    credit: Fraction
    adder: Fraction
    at_stake: Fraction
    unverified: tuple[str, ...]
    no_duty: tuple[str, ...]  # origins whose duty nobody told: reckoned with none

    @property
    def net(self) -> Fraction:
        """What is left to pay after credit and adder."""
        return self.bill.capex - self.credit - self.adder

    @property
    def kept(self) -> Fraction:
        """The part of each further dollar that is not credited."""
        return self.net / self.bill.capex if self.bill.capex else Fraction(1)
