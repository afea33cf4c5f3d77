"""What makers say of the batteries of a bundle, as far as it stands: who, mass, materials."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from passport.proof import amounts
from passport.proof.case import Case
from passport.proof.origins import origins_of, stands
from passport.proof.standing import Voucher
from passport.proof.upstream import materials_of


@dataclass(frozen=True)
class Facts:
    """What the maker of a battery says of it; ``mass`` in kilograms, None when it says none."""

    issuer: str
    voucher: Voucher
    mass: Decimal | None
    materials: Sequence[Mapping[str, object]]


def mass_of(claims: Mapping[str, object]) -> Decimal | None:
    """Return the mass in kilograms that a claim gives, None when it gives none."""
    mass = claims.get("mass")
    return Decimal(str(mass["value"])) if isinstance(mass, dict) else None


def collect(case: Case) -> dict[str, Facts]:
    """Read the facts of each battery whose origin is attested by a claim that stands.

    Two masses of one battery, and materials that make up more than all of it, are doubts.
    """
    contents = case.bundle.contents
    everybody = {*contents.batteries}.union(*contents.components.values())
    found = ((each, _read(case, each)) for each in sorted(everybody))
    return {battery: facts for battery, facts in found if facts is not None}


def _read(case: Case, battery: str) -> Facts | None:
    """Read what stands; the first claim in the log that gives a mass or materials counts."""
    good = sorted(
        (case.judgements[digest].index, digest)
        for digest in origins_of(case, battery)
        if stands(case, battery, digest)
    )
    if not good:
        return None
    said = origins_of(case, battery)
    masses = [mass for _, each in good if (mass := mass_of(said[each])) is not None]
    materials = [found for _, each in good if (found := materials_of(said[each]))]
    if len(set(masses)) > 1:
        several = " and as ".join(f"{amounts.written(each)} kg" for each in sorted(set(masses)))
        case.report.doubts.append(f"The mass of {battery} is attested as {several}.")
    kept = materials[0] if materials else []
    _check_shares(case, battery, kept)
    first = case.judgements[good[0][1]]
    return Facts(
        issuer=first.issuer,
        voucher=first.voucher,
        mass=masses[0] if masses else None,
        materials=kept,
    )


def _check_shares(case: Case, battery: str, materials: Sequence[Mapping[str, object]]) -> None:
    whole = amounts.total(Decimal(str(each.get("massFraction", "0"))) for each in materials)
    if whole > 1:
        case.report.doubts.append(
            f"The materials of {battery} make up {amounts.written(whole)} of its mass."
        )
