"""What an attestation supplies for others to build upon: one lot of a material, or a batch of lots.

Only who attests the origin of a material supplies it; any other kind weighs nothing here.
"""

from collections.abc import Mapping
from decimal import Decimal

from passport.proof import batch, facts
from passport.proof.amounts import multiply, total
from passport.proof.case import Case
from passport.proof.credential import BATCH, Credential
from passport.proof.kinds import MATERIAL


def claims_of(signed: Credential) -> Mapping[str, object]:
    """Return what an attestation says of its lot, or of all lots of its batch."""
    return batch.common_of(signed) if signed.kind == BATCH else signed.subject


def material_of(signed: Credential) -> str | None:
    """Return which material an attestation is of; None when of none, or of several."""
    kind = batch.item_type_of(signed) if signed.kind == BATCH else signed.kind
    material = claims_of(signed).get("material") if kind == MATERIAL else None
    return None if material is None else str(material)


def mass_of(case: Case, digest: bytes) -> Decimal | None:
    """Return how many kilograms there are: of a batch, by what is common or by the items shown.

    None when no mass is told.
    """
    signed = case.credentials[digest]
    each = facts.mass_of(claims_of(signed))
    if signed.kind != BATCH:
        return each
    if each is not None:
        return multiply(each, Decimal(batch.signed_tree(signed)[0]))
    shown = [items[digest] for items in case.items.values() if digest in items]
    masses = [mass for claims in shown if (mass := facts.mass_of(claims)) is not None]
    return total(masses) if masses else None
