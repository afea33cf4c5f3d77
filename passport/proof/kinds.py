"""The kinds of credentials, and what each may say about its subject.

A term that a kind does not know is refused, so that nobody signs a misspelt claim.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from passport.proof import shapes, vocabulary
from passport.proof.errors import BadCredential
from passport.proof.shapes import Shape

ORIGIN = "BatteryOriginAttestation"
MATERIAL = "MaterialOriginAttestation"
TEST = "BatteryTestRecord"
FEOC = "FeocSupplierCertificate"
REPURPOSING = "RepurposingAttestation"
RECYCLING = "RecyclingAttestation"
BATCH = "AttestationBatch"
WITHDRAWAL = "AttestationWithdrawal"
KEY_EVENT = "KeyEvent"
RECORD = "ProvenanceRecord"
RECEIPT = "IntakeReceipt"
EVIDENCE = "ProjectEvidenceRecord"
# What a maker or supplier says of one battery or lot.
CLAIMS = (ORIGIN, MATERIAL, TEST, FEOC, REPURPOSING, RECYCLING)
KINDS = (*CLAIMS, BATCH, WITHDRAWAL, KEY_EVENT, RECORD, RECEIPT, EVIDENCE)
# Key events are salted by their challenge; these are meant for no one audience.
WITHOUT_ACCESS_SET = (KEY_EVENT, RECORD, RECEIPT, EVIDENCE)


@dataclass(frozen=True)
class Terms:
    """The terms of a kind, and those that must be there."""

    shapes: Mapping[str, Shape]
    required: frozenset[str]


_SUBJECT = "/credentialSubject"
_OWN = frozenset(vocabulary.OWN)
_OWN_OF_ITEM = frozenset({"id", "salt"})
_MEANT = {term: vocabulary.OWN[term] for term in ("salt", "accessSet")}


def _about_one(terms: Mapping[str, Shape], *required: str) -> Terms:
    return Terms({**vocabulary.OWN, **terms}, _OWN | set(required))


VOCABULARY: dict[str, Terms] = {
    ORIGIN: _about_one(vocabulary.ORIGIN),
    MATERIAL: _about_one(vocabulary.MATERIAL, "material", "mass"),
    TEST: _about_one(vocabulary.TEST),
    FEOC: _about_one(vocabulary.FEOC, "supplier", "items", "statement", "jurat", "signatory"),
    REPURPOSING: _about_one(vocabulary.REPURPOSING),
    RECYCLING: _about_one(vocabulary.RECYCLING),
    BATCH: Terms(
        {**_MEANT, **vocabulary.BATCH},
        frozenset({*_MEANT, *vocabulary.BATCH} - {"upstream"}),
    ),
    WITHDRAWAL: Terms(
        {**vocabulary.OWN, **vocabulary.WITHDRAWAL},
        frozenset({*_MEANT, "withdraws", "reason"}),
    ),
    RECEIPT: Terms(vocabulary.RECEIPT, frozenset(vocabulary.RECEIPT)),
}
# An item is meant for whom its batch is meant for; what only one battery has is not common.
_ITEM = {
    kind: {term: shape for term, shape in VOCABULARY[kind].shapes.items() if term != "accessSet"}
    for kind in CLAIMS
}
_COMMON = {
    kind: {
        term: shape
        for term, shape in VOCABULARY[kind].shapes.items()
        if term not in (*_OWN, "logSalt")
    }
    for kind in CLAIMS
}


def check(*, kind: str, subject: Mapping[str, object]) -> None:
    """Refuse a subject with a term that its kind does not know, one misshapen, or one missing.

    Key events and records have checks of their own, where they are read.
    """
    terms = VOCABULARY.get(kind)
    if terms is None:
        return
    shapes.check_terms(subject, terms=terms.shapes, required=terms.required, where=_SUBJECT)
    if kind == BATCH:
        common, item_type = subject["common"], str(subject["itemType"])
        if subject["type"] != BATCH or item_type not in CLAIMS:
            raise BadCredential(
                f"A batch is of type {BATCH}, and its itemType one of {', '.join(CLAIMS)}.",
                pointer=f"{_SUBJECT}/itemType",
            )
        shapes.object_of(required={}, allowed=_COMMON[item_type])(common, f"{_SUBJECT}/common")


def check_item(*, item_type: str, item: Mapping[str, object], common: Mapping[str, object]) -> None:
    """Refuse an item as check() refuses a subject; what is common need not stand in the item."""
    shapes.check_terms(item, terms=_ITEM[item_type], required=_OWN_OF_ITEM, where="")
    missing = VOCABULARY[item_type].required - _OWN - item.keys() - common.keys()
    if missing:
        raise BadCredential(
            f"The term {min(missing)!r} stands neither in the item nor in common.",
            pointer=f"/{min(missing)}",
        )
