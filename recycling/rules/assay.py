"""What a laboratory says of a fraction: the share of its mass that each element makes up."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from passport.rules.errors import Refusal


class NotAnAssay(Refusal):
    """The shares cannot be those of one material."""

    code = "not-an-assay"
    title = "These are no shares of a mass"


def check_assay(
    shares: Mapping[str, Decimal], *, elements: Collection[str], pointer: str
) -> dict[str, Decimal]:
    """Each share above 0 and up to 1, of elements that the tables know, 1 in all. [assay-1]

    Refuses NotAnAssay.
    """
    for element, share in shares.items():
        if element not in elements:
            raise NotAnAssay(
                f"{element!r} is in no table of elements",
                pointer=f"{pointer}/{element}",
                remedy="assay one of: " + ", ".join(sorted(elements)),
            )
        if not (share.is_finite() and 0 < share <= 1):
            raise NotAnAssay(
                f"{share} is no share of a mass",
                pointer=f"{pointer}/{element}",
                remedy="write a number above 0 and up to 1; leave out what is not there",
            )
    whole = sum(shares.values(), Decimal(0))
    if whole > 1:
        raise NotAnAssay(
            f"the shares make up {whole} of the mass",
            pointer=pointer,
            remedy="write shares of the dry mass, together at most 1",
        )
    return dict(shares)


def element_kg(
    *, element: str, material: str, mass_kg: Decimal, assay: Mapping[str, Decimal] | None
) -> Decimal | None:
    """Kilograms of an element in a fraction; None where nobody has looked.

    A fraction that is called by the element's own name and was not assayed is all of it; an assay
    that does not name the element found none. [assay-2]
    """
    if assay is not None:
        return mass_kg * assay.get(element, Decimal(0))
    if material == element:
        return mass_kg
    return None
