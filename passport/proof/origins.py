"""What makers say of a battery's origin, alone or as an item of a batch, and whether it stands."""

from passport.proof.case import Case, Claims
from passport.proof.credential import ORIGIN
from passport.proof.standing import Verdict


def origins_of(case: Case, battery: str) -> dict[bytes, Claims]:
    """What attestations of origin say of a battery, alone or as an item, by their digests.

    Asked again and again once all are read, so each answer is kept.
    """
    found = case.origins.get(battery)
    if found is None:
        found = case.origins[battery] = _origins_of(case, battery)
    return found


def _origins_of(case: Case, battery: str) -> dict[bytes, Claims]:
    found = {digest: case.credentials[digest].subject for digest in case.singles.get(battery, ())}
    for digest, claims in case.items.get(battery, {}).items():
        if case.credentials[digest].subject.get("itemType") == ORIGIN:
            found[digest] = claims
    return found


def stands(case: Case, battery: str, digest: bytes) -> bool:
    """Tell whether an attestation is VALID and was not taken back for this battery."""
    valid = case.judgements[digest].verdict is Verdict.VALID
    return valid and battery not in case.items_taken_back.get(digest, {})
