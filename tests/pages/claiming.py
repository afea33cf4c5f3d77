"""Claims of makers at random: good ones of every kind, and some outside what a kind may say."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

from passport.proof import batch, canonical, tree
from passport.proof.encoding import b64u_encode
from passport.proof.kinds import CLAIMS, FEOC, MATERIAL, ORIGIN, RECYCLING, TEST, VOCABULARY
from tests import simulator
from tests.pages import mutants, resealed
from tests.simulator import KeyFile

MASS = {"value": "12.5", "unit": "KGM"}
# Values that fit some term of some kind, and some that fit none.
_VALUES: tuple[Any, ...] = (
    MASS, {"value": "12,5", "unit": "KGM"}, {"value": "280", "unit": "AHR"}, {"value": "1"},
    {"unit": "VLT", "value": "3.2"}, "0.16", "1.0", "1.01", "01", "DE", "XX", " FI", "2026-03-01",
    "2026-02-29", "2026-03-01T08:00:00Z", "2026-03-01T08:00:00.5Z", "2026-03-01T08:00:00+01:00",
    "PACK", "public", 7, -1, 2**53 - 1, True, None, "", "x" * 300, "x" * 301, "é" * 300,
    [], ["DE"], ["DE", "QQ"], ["lot-1", "lot-2"], [7], {"name": "Acme"}, {"name": "Acme", "x": "y"},
    {"name": "Acme", "country": "DE"}, {"country": "DE"}, [{"material": "cobalt"}], "AAAA",
    [{"material": "cobalt", "massFraction": "0.2", "origin": ["CD", "FI"]}], "A" * 43, "A" * 22,
    [{"material": "nickel", "recycledShare": "1.2"}], {"count": 1, "root": "u"}, {"count": "1"},
    [{"material": "lithium", "mass": MASS}], "notProhibited", {"currency": "EUR", "total": "1"},
)  # fmt: skip
# Values that fit a term, or nearly.
_FITS: dict[str, tuple[Any, ...]] = {
    "mass": (MASS, {"value": "12.5", "unit": "AHR"}, {"value": "-1", "unit": "KGM"}),
    "country": ("DE", "de", " FI", "ZZ"),
    "materials": (
        [], [{"material": "cobalt", "massFraction": "1.000", "origin": ["CD", "FI"]}],
        [{"material": "cobalt", "attestation": "A" * 43}], [{"material": ""}], [{"origin": []}],
    ),
    "manufacturedOn": ("2024-02-29", "2023-02-29", "2026-2-1"),
    "manufacturedAt": ("2026-03-01T08:00:00.123456Z", "2026-03-01T24:00:00Z"),
    "producer": ({"name": "Acme"}, {"name": "Acme", "country": "XX"}, {"name": ""}),
    "level": ("PACK", "pack"),
    "lot": ("L-7", 7, -7, True),
    "note": ("x" * 300, "\U0001f600" * 300, "\U0001f600" * 301, ""),
    "logSalt": (b64u_encode(simulator.salt(simulator.PACK)), "A" * 22, "A" * 21),
    "components": (batch.component_root([]), {"count": True, "root": "x"}),
    "upstream": ([], ["A" * 43], ["A" * 42], "A" * 43),
    "ocv": ("3.617", "3,617"),
}  # fmt: skip
# Every term that any kind knows, and some that none does.
_TERMS = (
    *sorted({term for terms in VOCABULARY.values() for term in terms.shapes}),
    *("größe", "@id", "massFracton", "z\U0001f600"),
)
_NEEDED: dict[str, dict[str, Any]] = {
    MATERIAL: {"material": "cobalt", "mass": MASS},
    TEST: {"soh": "0.81", "method": "tested"},
    RECYCLING: {"fractions": [{"material": "cobalt", "mass": MASS}]},
    FEOC: {
        "supplier": {"name": "Acme", "taxId": "12-345"},
        "items": [{"component": "cells", "model": "C1", "quantity": "12"}],
        "statement": "notProhibited",
        "jurat": "Under penalties of perjury.",
        "signatory": {"name": "A. Person", "title": "Director", "authority": "by statute"},
    },
}


def claim(key: KeyFile, about: str, known: list[str], chance: Random) -> dict[str, Any]:
    """An unsigned claim about a battery or a lot, which may build upon what was logged before."""
    terms: dict[str, Any] = {}
    if chance.random() < 0.5 and known:
        terms["upstream"] = chance.sample(known, chance.randrange(1, min(4, len(known)) + 1))
    if chance.random() < 0.3:
        cells = [simulator.cell_id(each) for each in range(chance.randrange(1, 7))]
        terms["components"] = batch.component_root(cells)
    if chance.random() < 0.2:
        terms["logSalt"] = b64u_encode(simulator.salt(about if chance.random() < 0.8 else "x"))
    if chance.random() < 0.5:
        terms["mass"] = {
            "value": f"{chance.randrange(1, 99)}.{chance.randrange(99)}",
            "unit": "KGM",
        }
    if chance.random() < 0.4:
        terms["materials"] = _materials(known, chance)
    document = simulator.origin_of(key, about, **terms)
    if chance.random() < 0.3:
        kind = chance.choice(CLAIMS)
        document["type"] = ["VerifiableCredential", kind]
        subject: Any = document["credentialSubject"]
        kept = {term: subject[term] for term in ("id", "salt", "accessSet")}
        document["credentialSubject"] = {**kept, **_NEEDED.get(kind, {})}
    if chance.random() < 0.15:
        document["validUntil"] = chance.choice(
            ("2026-03-01T08:00:00Z", "2026-03-01T08:00:00.5Z", "2025-01-01T00:00:00Z")
        )
    return document


def _materials(known: list[str], chance: Random) -> list[dict[str, Any]]:
    """Materials with their shares, some by attestations that were logged before."""
    found = []
    for material in chance.sample(("cobalt", "nickel", "lithium", "steel"), chance.randrange(1, 4)):
        each: dict[str, Any] = {"material": material}
        if chance.random() < 0.8:
            each["massFraction"] = f"0.{chance.randrange(1, 700):03d}"
        if known and chance.random() < 0.6:
            each["attestation"] = chance.choice(known)
        found.append(each)
    return found


def signed(key: KeyFile, document: dict[str, Any], chance: Random) -> bytes:
    """Sign a claim; seldom one that no kind allows, or with a proof that was spoilt afterwards."""
    if chance.random() < 0.05:
        document = deepcopy(document)
        chance.choice((_say_more, mutants.spoil))(document, chance)
    made = resealed.sign_as(key, document, simulator.AT)
    if chance.random() < 0.02:
        made = deepcopy(made)
        mutants.spoil(made, chance)
    return canonical.encode(made)


def _say_more(document: Any, chance: Random) -> None:
    """A term at random: often one that fits, else anything."""
    subject = document["credentialSubject"]
    for _ in range(chance.choice((1, 1, 2))):
        fits = chance.random() < 0.5
        term = chance.choice(sorted(_FITS) if fits else _TERMS)
        subject[term] = chance.choice(_FITS[term]) if fits else chance.choice(_VALUES)


def outside(chance: Random) -> mutants.Case:
    """The maker's origin says something at random, in a log that is else in order."""
    pack = simulator.pack_of_cells(count=2, batch_size=2, events=0)
    world, key = pack.world, pack.packmaker
    document = claim(key, simulator.PACK, [], chance)
    document = deepcopy(document)
    _say_more(document, chance)
    data = canonical.encode(resealed.sign_as(key, document, simulator.AT))
    world.enter("attestation", data, key.name, [simulator.PACK])
    return mutants.case_of("a claim at random", pack.bundle())


def batch_of(
    key: KeyFile, cells: list[str], known: list[str], chance: Random
) -> tuple[batch.Batch, bytes]:
    """A signed batch of cells; seldom with an item that should not be in it."""
    items = [{"id": each, "salt": b64u_encode(simulator.salt(each))} for each in cells]
    for item in items:
        if chance.random() < 0.05:
            item[chance.choice(_TERMS)] = chance.choice(_VALUES)
    data = [canonical.encode(item) for item in items]
    item_type = chance.choice((ORIGIN, ORIGIN, ORIGIN, TEST))
    shared: dict[str, Any] = {"method": "tested"}
    if item_type == ORIGIN:
        shared = {"chemistry": "LFP", "mass": {"value": "0.0695", "unit": "KGM"}}
        shared |= {"materials": _materials(known, chance)} if chance.random() < 0.5 else {}
    header = batch.Header(
        issuer=key.did,
        valid_from=simulator.AT,
        salt=simulator.salt("batch"),
        access="public",
        common=shared if chance.random() < 0.9 else {"ocv": "3.1", "note": "x"},
        item_type=item_type,
    )
    made = _tree(data)
    document: dict[str, Any] = batch.document(batch=made, header=header)
    return made, canonical.encode(resealed.sign_as(key, document, simulator.AT))


def _tree(items: list[bytes]) -> batch.Batch:
    """The tree over items, whatever they say."""
    rows = tree.levels([tree.leaf_hash(each) for each in items])
    root = tree.root([tree.leaf_hash(each) for each in items])
    return batch.Batch(items=tuple(items), rows=tuple(map(tuple, rows)), root=root)
