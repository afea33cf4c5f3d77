"""The terms that each kind of claim may use, and the shape of each.

Quantities carry their unit: KGM kilogram, AHR ampere hour, KWH kilowatt hour, VLT volt, OHM ohm,
CEL degree Celsius (codes of UN/CEFACT Recommendation 20).
"""

from passport.proof import shapes
from passport.proof.shapes import Shape, coded, either, list_of, object_of, one_of, quantity, text

ACCESS_SETS = ("public", "legitimateInterest", "authority", "parties")
LEVELS = ("CELL", "MODULE", "PACK", "SYSTEM")
SALT_BYTES = 16
MAX_UPSTREAM = 4096

_ID, _DIGEST = text(shapes.MAX_ID), coded(32)
_SALT = coded(SALT_BYTES, "Draw 16 random bytes; otherwise the claim can be guessed from the log.")
_MASS, _CAPACITY, _ENERGY = quantity("KGM"), quantity("AHR"), quantity("KWH")
_PARTY = object_of(
    required={"name": text()},
    allowed={"id": _ID, "country": shapes.country, "address": text()},
)
_COMPONENTS = object_of(
    required={"count": shapes.number, "root": text(64)},
    allowed={},
)
_MATERIAL = object_of(
    required={"material": text()},
    allowed={
        "massFraction": shapes.share,
        "recycledShare": shapes.share,
        "origin": list_of(shapes.country, most=64),
        "attestation": _DIGEST,
    },
)
_AMOUNTS = object_of(
    required={"currency": text(3), "total": shapes.decimal},
    allowed={"notProhibited": shapes.decimal, "prohibited": shapes.decimal},
)
OWN: dict[str, Shape] = {"id": _ID, "salt": _SALT, "accessSet": one_of(*ACCESS_SETS)}
_PLACE: dict[str, Shape] = {
    "type": text(),
    "facility": text(),
    "country": shapes.country,
    "upstream": list_of(_DIGEST, most=MAX_UPSTREAM),
    "note": text(),
}
_RATED: dict[str, Shape] = {
    "mass": _MASS,
    "ratedCapacity": _CAPACITY,
    "ratedEnergy": _ENERGY,
    "nominalVoltage": quantity("VLT"),
    "chemistry": text(),
    "components": _COMPONENTS,
}
ORIGIN: dict[str, Shape] = {
    **_PLACE,
    **_RATED,
    "level": one_of(*LEVELS),
    "serial": text(),
    "model": text(),
    "manufacturedAt": shapes.moment,
    "manufacturedOn": shapes.day,
    "facilityCountry": shapes.country,
    "producer": _PARTY,
    "cathode": text(),
    "anode": text(),
    "materials": list_of(_MATERIAL, most=256),
    "lots": list_of(text(), most=256),
    "lot": either(text(), shapes.number),
    "madeOn": shapes.day,
    "ocv": shapes.decimal,
    "logSalt": _SALT,
}
MATERIAL: dict[str, Shape] = {
    **_PLACE,
    "material": text(),
    "mass": _MASS,
    "origin": list_of(shapes.country, most=64),
    "recycledShare": shapes.share,
    "producer": _PARTY,
    "producedAt": shapes.moment,
    "producedOn": shapes.day,
    "lots": list_of(text(), most=256),
    "materials": list_of(_MATERIAL, most=256),
    "logSalt": _SALT,
}
TEST: dict[str, Shape] = {
    **_PLACE,
    "testedAt": shapes.moment,
    "testedOn": shapes.day,
    "performer": _PARTY,
    "method": text(),
    "soh": shapes.decimal,
    "sohLow": shapes.decimal,
    "sohHigh": shapes.decimal,
    "capacity": _CAPACITY,
    "energy": _ENERGY,
    "internalResistance": quantity("OHM"),
    "temperature": quantity("CEL"),
    "ocv": shapes.decimal,
    "cycles": shapes.number,
    "document": _DIGEST,
}
FEOC: dict[str, Shape] = {
    **_PLACE,
    "supplier": object_of(
        required={"name": text(), "taxId": text()},
        allowed={"taxIdCountry": shapes.country, "id": _ID, "address": text()},
    ),
    "taxpayer": object_of(required={"name": text()}, allowed={"taxId": text()}),
    "items": list_of(
        object_of(
            required={"component": text(), "model": text(), "quantity": shapes.decimal},
            allowed={
                "tableRow": text(),
                "serials": list_of(text()),
                "lots": list_of(text()),
                "invoice": text(),
                "energy": _ENERGY,
                "serialCount": shapes.number,
                "serialsDigest": _DIGEST,
                "amounts": _AMOUNTS,
            },
        ),
        least=1,
    ),
    "statement": one_of("notProhibited", "materialCosts", "directCosts"),
    "amounts": _AMOUNTS,
    "producer": _PARTY,
    "dueDiligence": text(4000),
    "periodFrom": shapes.day,
    "periodTo": shapes.day,
    "producerYearEnd": shapes.day,
    "jurat": text(4000),
    "signatory": object_of(
        required={"name": text(), "title": text(), "authority": text()}, allowed={}
    ),
    "signedOn": shapes.day,
}
REPURPOSING: dict[str, Shape] = {
    **_PLACE,
    **_RATED,
    "repurposedAt": shapes.moment,
    "repurposedOn": shapes.day,
    "operator": _PARTY,
    "originals": list_of(_ID, least=1, most=256),
    "purpose": text(),
    "status": one_of("repurposed", "re-used", "remanufactured"),
    "soh": shapes.decimal,
    "model": text(),
    "serial": text(),
}
RECYCLING: dict[str, Shape] = {
    **_PLACE,
    "treatedAt": shapes.moment,
    "treatedOn": shapes.day,
    "operator": _PARTY,
    "process": text(),
    "mass": _MASS,
    "efficiency": shapes.share,
    "inputs": list_of(
        object_of(required={"id": _ID, "mass": _MASS}, allowed={"chemistry": text()}),
        least=1,
        most=1024,
    ),
    "fractions": list_of(
        object_of(
            required={"material": text(), "mass": _MASS},
            allowed={"recoveredShare": shapes.share, "lot": text()},
        ),
        least=1,
        most=256,
    ),
}
BATCH: dict[str, Shape] = {
    "type": text(),
    "itemType": text(),
    "treeAlgorithm": text(),
    "treeSize": shapes.number,
    "rootHash": text(64),
    "common": shapes.an_object,
    "upstream": list_of(_DIGEST, most=MAX_UPSTREAM),
}
WITHDRAWAL: dict[str, Shape] = {
    "withdraws": _DIGEST,
    "reason": text(),
    "items": list_of(_ID, least=1, most=2**20),
}
RECEIPT: dict[str, Shape] = {
    "digest": _DIGEST,
    "kind": text(),
    "receivedAt": shapes.moment,
    "logBy": shapes.moment,
    "origin": text(),
}
