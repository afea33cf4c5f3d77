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
    return amounts.read(str(mass["value"])) if isinstance(mass, dict) else None


def collect(case: Case) -> dict[str, Facts]:
    """Read the facts of each battery whose origin is attested by a claim that stands.

    Two masses of one battery, and materials that make up more than all of it, are doubts.
    """
    contents = case.bundle.contents
    everybody = {*contents.batteries}.union(*contents.components.values())
    found = {each: _read(case, each) for each in sorted(everybody)}
    # What all items of a batch share is one list: it is summed up once.
    sums: dict[int, Decimal] = {}
    known = {battery: facts for battery, facts in found.items() if facts is not None}
    for battery, facts in known.items():
        whole = sums.get(id(facts.materials))
        if whole is None:
            whole = sums[id(facts.materials)] = _sum_of_shares(facts.materials)
        if whole > 1:
            case.report.doubts.append(
                f"The materials of {battery} make up {amounts.written(whole)} of its mass."
            )
    return known


def _sum_of_shares(materials: Sequence[Mapping[str, object]]) -> Decimal:
    return amounts.total(amounts.read(str(each.get("massFraction", "0"))) for each in materials)


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
    first = case.judgements[good[0][1]]
    return Facts(
        issuer=first.issuer,
        voucher=first.voucher,
        mass=masses[0] if masses else None,
        materials=materials[0] if materials else (),
    )
