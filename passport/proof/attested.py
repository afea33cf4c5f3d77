"""How much of one battery is attested: its components, their materials, by whom, how deep.

And what of the materials is recycled, out of which treatments.
"""

from dataclasses import dataclass
from decimal import Decimal

from passport.proof.amounts import ZERO, share, written
from passport.proof.standing import Voucher


@dataclass(frozen=True)
class Share:
    """What one maker attests with keys of one voucher: how many, and their mass in kilograms."""

    issuer: str
    voucher: Voucher
    count: int
    mass: Decimal

    def as_json(self) -> dict[str, object]:
        """Return the share for machines; masses are decimals written as text."""
        return {**vars(self), "voucher": self.voucher.value, "mass": written(self.mass)}


@dataclass(frozen=True)
class Level:
    """One step upstream: the mass, in kilograms, that attestations there stand for."""

    mass: Decimal
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Treated:
    """A certificate of recycling: what was treated, by whom, out of how many inputs.

    ``mass`` is what went in, in kilograms, None when it is not told.
    """

    index: int
    about: str
    issuer: str
    inputs: int
    mass: Decimal | None

    def as_json(self) -> dict[str, object]:
        """Return it for machines."""
        return {**vars(self), "mass": None if self.mass is None else written(self.mass)}


@dataclass(frozen=True)
class Recycled:
    """A lot of material with recycled content that leads to treatments.

    ``mass`` counts as recycled; ``used`` is what the batteries of the bundle use of that.
    """

    index: int
    about: str
    issuer: str
    voucher: Voucher
    material: str
    mass: Decimal
    used: Decimal
    treatments: tuple[Treated, ...]

    def as_json(self) -> dict[str, object]:
        """Return it for machines; masses are decimals written as text."""
        return {
            **vars(self),
            "voucher": self.voucher.value,
            "mass": written(self.mass),
            "used": written(self.used),
            "treatments": [each.as_json() for each in self.treatments],
        }


@dataclass(frozen=True)
class Attested:
    """What is attested of a battery. Masses are in kilograms and exact.

    ``mass`` is its own by its maker, None when unknown. ``components_mass`` is of components that
    their makers weigh, each once; ``unweighed`` are those at the bottom that nobody weighs.
    ``levels`` lead upstream from the materials of the components, or of a battery without any.
    """

    battery: str
    issuer: str | None
    voucher: Voucher | None
    mass: Decimal | None
    components: int
    unweighed: int
    components_mass: Decimal
    shares: tuple[Share, ...]
    levels: tuple[Level, ...]

    @property
    def count(self) -> int:
        """How many components their makers attest."""
        return sum(each.count for each in self.shares)

    @property
    def base(self) -> Decimal:
        """The mass whose materials are followed upstream."""
        return self.components_mass if self.components else self.mass or ZERO

    def as_json(self) -> dict[str, object]:
        """Return it for machines; shares have four digits, cut off and never rounded up."""
        return {
            "battery": self.battery,
            "issuer": self.issuer,
            "voucher": None if self.voucher is None else self.voucher.value,
            "mass": None if self.mass is None else written(self.mass),
            "components": {
                "count": self.components,
                "attested": self.count,
                "unweighed": self.unweighed,
                "mass": written(self.components_mass),
                "share": share(self.components_mass, self.mass),
                "by": [each.as_json() for each in self.shares],
            },
            "materials": [
                {
                    "mass": written(each.mass),
                    "share": share(each.mass, self.base),
                    "by": [part.as_json() for part in each.shares],
                }
                for each in self.levels
            ],
        }
