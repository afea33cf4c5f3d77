"""What a claim may say: each kind knows its terms, and a typing error is told in time."""

import pytest

from passport.proof import batch, credential, kinds, receipt
from passport.proof.errors import BadCredential
from tests import simulator

KEY = simulator.key_of("issuer", simulator.CELLMAKER + "#key-1")
DIGEST = "A" * 43
KG, AH = {"value": "0.0695", "unit": "KGM"}, {"value": "4.85", "unit": "AHR"}
PARTY = {"name": "Kieselgrund Zellen GmbH", "country": "DE"}
COBALT = {
    "material": "cobalt",
    "massFraction": "0.0589",
    "recycledShare": "0.16",
    "origin": ["CD", "FI"],
    "attestation": DIGEST,
}
FULL = {
    kinds.ORIGIN: {
        "level": "CELL",
        "serial": "C1",
        "model": "NL-280",
        "manufacturedAt": "2026-02-28T22:13:05Z",
        "facility": "https://id.example/414/9521234000112",
        "producer": {**PARTY, "id": "did:web:cellmaker.example"},
        "country": "DE",
        "chemistry": "NMC811",
        "mass": KG,
        "ratedCapacity": AH,
        "ratedEnergy": {"value": "0.018", "unit": "KWH"},
        "nominalVoltage": {"value": "3.7", "unit": "VLT"},
        "materials": [COBALT],
        "lots": ["L-7"],
        "components": batch.component_root([]),
        "upstream": [DIGEST],
        "logSalt": "A" * 22,
        "ocv": "3.617",
        "lot": 7,
    },
    kinds.MATERIAL: {
        "type": "cathode active material",
        "material": "lithium iron phosphate",
        "mass": KG,
        "origin": ["FI"],
        "recycledShare": "1.00",
        "producedOn": "2026-02-28",
        "upstream": [],
    },
    kinds.TEST: {"soh": "0.912", "method": "C/3 at 25 degrees", "capacity": AH, "cycles": 412},
    kinds.FEOC: {
        "supplier": {"name": "Cells Inc.", "taxId": "00-0000000", "taxIdCountry": "US"},
        "items": [{"component": "cells", "model": "NL-280", "quantity": "5000"}],
        "statement": "notProhibited",
        "jurat": "Under penalties of perjury, I declare that this is true.",
        "signatory": {"name": "A. Signer", "title": "Treasurer", "authority": "board, 2026-01-05"},
        "signedOn": "2026-03-01",
    },
    kinds.REPURPOSING: {"originals": ["urn:a"], "status": "repurposed", "ratedCapacity": AH},
    kinds.RECYCLING: {
        "fractions": [{"material": "cobalt", "mass": KG, "recoveredShare": "0.9"}],
        "efficiency": "0.71",
    },
    kinds.WITHDRAWAL: {"withdraws": DIGEST, "reason": "wrong facility", "items": ["urn:a"]},
}


def claim(kind: str, **changes: object) -> dict[str, object]:
    document = simulator.origin_of(KEY, "urn:a", **FULL[kind], **changes)
    return {**document, "type": ["VerifiableCredential", kind]}


@pytest.mark.parametrize("kind", FULL)
def test_each_kind_says_what_it_is_there_for(kind):
    signed = credential.read(simulator.sign(KEY, claim(kind)))

    assert (signed.kind, signed.subject_id) == (kind, "urn:a")


ORIGIN = {
    "a misspelt term": ({"chemsitry": "LFP"}, "/chemsitry", "Did you mean 'chemistry'?"),
    "a term of nowhere": ({"zzz": 1}, "/zzz", "Remove it before signing."),
    "a term that is a keyword": ({"@type": "x"}, "/@type", "'type'"),
    "a quantity without a unit": ({"mass": "0.07"}, "/mass", '"unit": "KGM"'),
    "a quantity in pounds": ({"mass": {"value": "1", "unit": "LBR"}}, "/mass/unit", ""),
    "a quantity with a comma": ({"mass": {"value": "0,1", "unit": "KGM"}}, "/mass/value", "4.85"),
    "a quantity less than nothing": (
        {"mass": {"value": "-1", "unit": "KGM"}},
        "/mass/value",
        "4.85",
    ),
    "a share in percent": (
        {"materials": [{**COBALT, "recycledShare": "16"}]},
        "/materials/0/recycledShare",
        "0.16",
    ),
    "a share above one": (
        {"materials": [{**COBALT, "massFraction": "1.01"}]},
        "/materials/0/massFraction",
        "0.16",
    ),
    "a material without a name": ({"materials": [{}]}, "/materials/0/material", ""),
    "a material that is text": ({"materials": ["cobalt"]}, "/materials/0", ""),
    "materials without a list": ({"materials": COBALT}, "/materials", ""),
    "a country that is none": ({"country": "XX"}, "/country", "two capitals"),
    "a country across two": ({"country": " A"}, "/country", "two capitals"),
    "a country with a space before it": ({"country": " FI"}, "/country", "two capitals"),
    "a day of February": ({"manufacturedOn": "2026-02-29"}, "/manufacturedOn", "2026-03-01"),
    "a day in letters": ({"manufacturedOn": "today"}, "/manufacturedOn", "2026-03-01"),
    "a moment without a zone": ({"manufacturedAt": "2026-02-28T22:13:05"}, "/manufacturedAt", "Z"),
    "a digest that is short": ({"upstream": ["AA"]}, "/upstream/0", ""),
    "a level of nobody": ({"level": "RACK"}, "/level", ""),
    "an empty model": ({"model": ""}, "/model", ""),
    "a lot that is a list": ({"lot": []}, "/lot", ""),
    "components without a root": ({"components": {"count": 1}}, "/components/root", ""),
    "a count below nothing": (
        {"components": {"count": -1, "root": "u"}},
        "/components/count",
        "",
    ),
}


@pytest.mark.parametrize("case", ORIGIN)
def test_is_told_where_and_what_to_do_about(case):
    changes, pointer, remedy = ORIGIN[case]
    with pytest.raises(BadCredential) as refused:
        simulator.sign(KEY, simulator.origin_of(KEY, "urn:a", **changes))

    assert refused.value.pointer == f"/credentialSubject{pointer}"
    assert remedy in refused.value.remedy


MISSING = {
    kinds.MATERIAL: ["material", "mass", "id"],
    kinds.FEOC: ["jurat", "signatory", "supplier"],
    kinds.WITHDRAWAL: ["withdraws", "reason", "salt"],
}


@pytest.mark.parametrize(("kind", "term"), [(k, t) for k, terms in MISSING.items() for t in terms])
def test_refuses_without(kind, term):
    document = claim(kind)
    del document["credentialSubject"][term]
    with pytest.raises(BadCredential) as refused:
        simulator.sign(KEY, document)

    assert refused.value.pointer == f"/credentialSubject/{term}"


def test_what_is_common_need_not_stand_in_each_item():
    item = {"id": "urn:a", "salt": "A" * 22, "mass": KG}
    kinds.check_item(item_type=kinds.MATERIAL, item=item, common={"material": "cobalt"})
    with pytest.raises(BadCredential, match="neither in the item nor in common"):
        kinds.check_item(item_type=kinds.MATERIAL, item=item, common={})


RECEIPT = receipt.Receipt(
    digest=bytes(32),
    kind="attestation",
    received_at=simulator.AT,
    log_by="2026-03-01T08:01:00Z",
    origin=simulator.ORIGIN,
)


def test_a_receipt_is_read_back_under_the_key_that_signed_it():
    key = simulator.key_of("record", simulator.SERVICE + "#record-1")
    data = receipt.sign(RECEIPT, signer=key.private_key, method=key.name)
    read, signed = receipt.read(data, resolve_key=lambda _: key.public_key)

    assert (read, signed.method, signed.access) == (RECEIPT, key.name, None)
    with pytest.raises(BadCredential, match="not an IntakeReceipt"):
        receipt.read(
            simulator.sign(KEY, simulator.origin_of(KEY, "urn:a")),
            resolve_key=lambda _: KEY.public_key,
        )
