"""Who may do what: one row a method and address; a route without a row fails the matrix."""

from __future__ import annotations

from tests.api.capturing import EPCIS, SEEN
from tests.api.company_expectations import COMPANIES
from tests.api.epcis_expectations import EPCIS_BELOW, EPCIS_LISTS, EPCIS_QUERY
from tests.api.matter_expectations import MATTER, MATTER_LISTS
from tests.api.project_expectations import PROJECTS
from tests.api.rows import (
    EVENT_ID,
    EVERYBODY,
    LOOKERS,
    ONLY_KEEPERS,
    ONLY_MAKERS,
    Row,
    listing,
)
from tests.api.second_life_expectations import SECOND_LIVES, SECOND_LIVES_APART
from tests.api.sourcing_desk_expectations import DESK_LISTS, SOURCING_DESK

# The kept pack is in the keeper's hands; its maker may read it, and an authority sees everything.
SEES = "maker keeper authority"
EVENT = {"event_id": EVENT_ID, "kind": "INCIDENT", "happened_at": "2026-01-20T10:00:00Z"}
CORRECTION = {"declaration_id": EVENT_ID, "reason": "DID_NOT_OCCUR"}
READ_AT = {"event_id": EVENT_ID, "source": "bench", "measured_at": "2026-01-20T10:00:00Z"}
READING = READ_AT | {"soh": "0.9", "method": "TESTED"}
HOLDERS = "maker second-maker keeper workshop recycler stranger"
PROGRAMME = {
    "name": "Store", "kind": "SECOND_LIFE", "route": "REPURPOSE", "chemistries": ["LFP"],
    "capacity_packs": 3, "opens_on": "2026-01-01",
}  # fmt: skip
RETIREMENT = {"event_id": EVENT_ID, "battery": "{battery_id}", "reason": "CAPACITY"}
ALIAS = {"scheme": "DID", "value": "did:web:maker.example:b:1"}
HOSTED = {"method": "did:web:maker.example#hosted-1", "reason": "superseded"}
SUMMARY = {"battery": "P1", "until": "2026-01-20T10:00:00Z", "source": "BMS", "soh": "0.93"}
HANDED = "maker second-maker keeper workshop recycler stranger"
SCAN = {
    "id": EVENT_ID, "kind": "SCAN", "text": "NOBODY", "happened_at": "2026-01-20T10:00:00Z",
    "device": "scanner",
}  # fmt: skip
SCANNED = {"sent_at": "2026-02-02T09:00:00Z", "records": [SCAN]}
LINE = b'{"type":"model"}\n'
FOUND = {
    "level": "PACK", "category": "EV", "nominal_voltage_v": "360", "capacity_ah": "66",
    "mass_kg": "294",
}  # fmt: skip
PICTURE = b"\xff\xd8\xff picture"
V1 = "/api/v1/"
PACK = V1 + "batteries/<uuid:battery_id>"
HOOK, MESSAGE = V1 + "webhooks/<uuid:endpoint_id>", V1 + "deliveries/<uuid:delivery_id>"
SHIPMENT = V1 + "shipments/<uuid:shipment_id>"
HAND = V1 + "hand-overs/<uuid:hand_over_id>"

SENT = {
    "to": "workshop", "batteries": ["{battery_id}"],
    "dangerous_goods": {
        "un_number": "3480", "condition": "NOT_KNOWN", "packing_instruction": "P911",
    },
}  # fmt: skip
ANSWERS = {"answers": [{"hand_over": EVENT_ID, "answer": "ACCEPT"}]}

EXPECTED: dict[str, Row] = {
    f"GET {V1}whoami": listing(),
    f"GET {V1}models": listing(),
    f"GET {V1}models/<uuid:model_id>": Row(EVERYBODY),
    f"GET {V1}facilities": listing(),
    f"POST {V1}facilities": Row(EVERYBODY, 201, body={"name": "New", "country": "DE"}),
    f"GET {V1}legacy-batteries": listing(),
    f"POST {V1}legacy-batteries": Row(
        "keeper workshop recycler stranger", 202, "maker second-maker auditor authority", body=FOUND
    ),
    f"GET {V1}legacy-batteries/<uuid:legacy_id>": Row("keeper"),
    f"POST {V1}legacy-batteries/<uuid:legacy_id>/merge": Row(
        "", barred="maker second-maker auditor authority", body={"battery": "{battery_id}"}
    ),
    f"GET {V1}alarms": listing(),
    f"GET {V1}alarms/<uuid:alarm_id>": Row("maker"),
    f"POST {V1}alarms/<uuid:alarm_id>/dismiss": Row("maker", body={"reason": "our own test"}),
    f"GET {V1}webhooks": listing(),
    # Nobody keeps secrets on this stage.
    f"POST {V1}webhooks": Row("", others=409, body={"url": "https://hooks.own.example/"}),
    f"PATCH {HOOK}": Row("maker", body={"state": "PAUSED"}),
    f"POST {HOOK}/rotate": Row("maker", 409),
    f"POST {HOOK}/end": Row("maker"),
    f"POST {HOOK}/replay": Row("maker", 202, body={"index": 0}),
    **{f"POST {each}": Row("maker", 202) for each in (f"{HOOK}/test", f"{MESSAGE}/resend")},
    **{f"GET {each}": Row("maker") for each in (HOOK, f"{HOOK}/deliveries", MESSAGE)},
    f"POST {V1}documents": Row(EVERYBODY, 201, body=PICTURE, media_type="image/jpeg"),
    f"GET {V1}documents/<str:sha256>": Row("maker"),
    f"GET {V1}naming-rights": listing(),
    f"POST {V1}naming-rights": Row(EVERYBODY, 201, body={"kind": "GS1_PREFIX", "value": "0614141"}),
    f"GET {V1}naming-rights/<uuid:right_id>": Row("maker"),
    f"POST {V1}naming-rights/<uuid:right_id>/prove": Row("maker", 202),
    f"GET {V1}intakes": listing(),
    f"POST {V1}intakes": Row(
        "maker second-maker", 202, ONLY_MAKERS, body=LINE, media_type="application/x-ndjson"
    ),
    f"GET {V1}intakes/<uuid:intake_id>": Row("maker"),
    # It is whole on this stage, and the request says nowhere which bytes come.
    f"PATCH {V1}intakes/<uuid:intake_id>": Row(
        "maker", 400, ONLY_MAKERS, body=LINE, media_type="application/partial-upload"
    ),
    f"POST {V1}intakes/<uuid:intake_id>/cancel": Row("maker", 200, ONLY_MAKERS),
    f"GET {V1}intakes/<uuid:intake_id>/errors": Row("maker"),
    **{
        f"GET {V1}intakes/<uuid:intake_id>/labels.{form}": Row("maker")
        for form in ("pdf", "zpl", "csv", "txt")
    },
    f"GET {V1}intakes/<uuid:intake_id>/label-prints": Row("maker"),
    f"POST {V1}intakes/<uuid:intake_id>/label-prints": Row(
        "maker", 201, ONLY_MAKERS, body={"level": "PACK", "count": 2, "label": "L7163"}
    ),
    "GET /epcis/capture": listing(),
    "POST /epcis/capture": Row(HOLDERS, 202, LOOKERS, body=EPCIS),
    "GET /epcis/capture/<uuid:capture_id>": Row("maker"),
    "OPTIONS /epcis/capture/<uuid:capture_id>": Row("maker", 204),
    "OPTIONS /epcis/capture": Row(EVERYBODY, 204),
    "POST /epcis/events": Row(HOLDERS, 201, LOOKERS, body=SEEN),
    **{f"GET /epcis/{name}": listing() for name in EPCIS_LISTS},
    **{f"OPTIONS /epcis/{name}": Row(EVERYBODY, 204) for name in (*EPCIS_LISTS, *EPCIS_BELOW)},
    **{f"GET /epcis/{name}": Row(who) for name, who in EPCIS_BELOW.items() if "Token" not in name},
    "POST /epcis/queries": Row(EVERYBODY, 201, body=EPCIS_QUERY),
    "DELETE /epcis/queries/<str:query_name>": Row("maker", 204),
    "DELETE /epcis/nextPageToken/<str:token>": Row(""),
    f"GET {V1}jobs/<uuid:job_id>": Row("keeper"),
    f"GET {V1}batteries": listing(),
    f"GET {PACK}": Row(SEES),
    **{f"GET {PACK}/label.{form}": Row(SEES) for form in ("svg", "png", "pdf", "zpl")},
    **{f"GET {PACK}/{each}": Row(SEES) for each in ("components", "assembly", "energy", "recalls")},
    f"POST {PACK}/assembly": Row("keeper", 201, LOOKERS, body={"take": ["{cell_id}"]}),
    f"GET {PACK}/places": Row(SEES),
    f"GET {V1}recalls": listing(),
    f"POST {V1}recalls": Row(
        "maker",
        201,
        "keeper workshop recycler auditor stranger",
        body={"reason": "may burn", "maker": "maker", "batteries": ["{cell_id}"]},
    ),
    f"GET {V1}recalls/<uuid:recall_id>": Row(EVERYBODY),
    f"POST {V1}recalls/<uuid:recall_id>/close": Row(
        "maker authority",
        200,
        "keeper workshop recycler auditor stranger",
        body={"because": "all came back"},
    ),
    f"GET {V1}recalls/<uuid:recall_id>/batteries": Row(EVERYBODY),
    f"GET {V1}whereabouts": Row("", barred=ONLY_MAKERS, others=400),
    f"GET {PACK}/aliases": Row(SEES),
    f"POST {PACK}/aliases": Row("maker keeper", 200, LOOKERS, body={"aliases": [ALIAS]}),
    f"GET {PACK}/events": Row("maker keeper", barred="authority"),
    f"POST {PACK}/events": Row("keeper", 201, LOOKERS, body=EVENT),
    f"POST {PACK}/events/<uuid:event_id>/correction": Row("keeper", 201, LOOKERS, body=CORRECTION),
    f"GET {V1}maintenance": Row(EVERYBODY),
    f"POST {V1}telemetry": Row(EVERYBODY, barred=LOOKERS, body=[SUMMARY]),
    f"POST {V1}readings": Row(EVERYBODY, barred=LOOKERS, body=[READING | {"battery": "P1"}]),
    f"GET {PACK}/readings": Row("maker keeper", barred=LOOKERS),
    f"POST {PACK}/readings": Row("keeper", 201, LOOKERS, body=READING),
    f"GET {PACK}/hand-overs": Row("maker keeper", barred="authority"),
    f"POST {PACK}/hand-overs": Row("keeper", 201, LOOKERS, body={"to": "workshop"}),
    f"POST {PACK}/grants": Row("keeper", 201, LOOKERS, body={"to": "auditor"}),
    f"GET {PACK}/attestations": Row("maker keeper", barred="authority"),
    f"GET {PACK}/epcis": Row("maker keeper", barred="authority"),
    # No checkpoint is published on this stage; who may not see the pack does not learn even that.
    f"GET {PACK}/bundle": Row(SEES, 409),
    f"GET {V1}bundles": listing(),
    f"POST {V1}bundles": Row(SEES, 409, body={"batteries": ["{battery_id}"]}),
    f"GET {V1}bundles/<uuid:bundle_id>": Row("keeper"),
    # It is not made yet: nobody has a file to fetch.
    f"GET {V1}bundles/<uuid:bundle_id>/file": Row(""),
    f"GET {V1}projects": listing(),
    **{name: Row(**told) for name, told in PROJECTS.items()},
    f"GET {V1}projects/<uuid:project_id>/files": Row("keeper"),
    # One is being made.
    f"POST {V1}projects/<uuid:project_id>/files": Row("keeper", 409, body={}),
    f"GET {V1}project-files/<uuid:file_id>": Row("keeper"),
    # It is not made yet: nobody has a file to fetch.
    **{f"GET {V1}project-files/<uuid:file_id>/{each}": Row("") for each in ("archive", "paper")},
    f"GET {V1}hand-overs": listing(),
    f"GET {HAND}": Row("maker keeper"),
    f"POST {HAND}/accept": Row("keeper", 200, LOOKERS),
    f"POST {HAND}/refuse": Row("keeper", 200, LOOKERS),
    f"POST {HAND}/withdraw": Row("maker", 200, LOOKERS),
    f"POST {V1}hand-overs/answers": Row(
        "maker second-maker keeper workshop recycler stranger", 200, LOOKERS, body=ANSWERS
    ),
    f"GET {V1}shipments": listing(),
    f"POST {V1}shipments": Row("keeper", 201, LOOKERS, body=SENT),
    f"GET {SHIPMENT}": Row("maker keeper"),
    f"GET {SHIPMENT}/batteries": Row("maker keeper"),
    f"POST {SHIPMENT}/accept": Row("keeper", 200, LOOKERS, body={}),
    f"POST {SHIPMENT}/refuse": Row("keeper", 200, LOOKERS, body={"reason": "not ordered"}),
    f"POST {SHIPMENT}/withdraw": Row("maker", 200, LOOKERS),
    f"GET {V1}keys": listing(),
    f"POST {V1}keys": Row("", barred=LOOKERS, others=422, body={"credential": {}}),
    # No key encryption key is set up on this stage, so nobody has a key that is held here.
    f"POST {V1}keys/hosted": Row("", barred=LOOKERS, others=409),
    f"POST {V1}keys/hosted/revocations": Row("", barred=LOOKERS, body=HOSTED),
    f"POST {V1}attestations/hosted": Row("", barred=LOOKERS, body={"credential": {}}),
    f"POST {V1}keys/challenges": Row(
        "maker second-maker keeper workshop recycler stranger", 201, LOOKERS, body={}
    ),
    f"POST {V1}attestations": Row("", barred=LOOKERS, others=422, body={"credential": {}}),
    f"POST {V1}attestations/withdrawals": Row(
        "", barred=LOOKERS, others=422, body={"credential": {}}
    ),
    f"GET {V1}attestations/<uuid:attestation_id>": Row("", barred="authority"),
    f"GET {V1}programmes": listing(),
    f"POST {V1}programmes": Row(
        "maker second-maker keeper workshop stranger", 201, LOOKERS, 403, body=PROGRAMME
    ),
    f"GET {V1}programmes/<uuid:programme_id>": Row(EVERYBODY),
    f"PATCH {V1}programmes/<uuid:programme_id>": Row(
        "recycler", 200, LOOKERS, body={"capacity_packs": 9}
    ),
    f"GET {V1}retirements": listing(),
    f"POST {V1}retirements": Row("keeper", 201, ONLY_KEEPERS, body=RETIREMENT),
    f"GET {V1}retirements/<uuid:retirement_id>": Row("maker keeper recycler authority"),
    f"GET {V1}plans": listing(),
    f"POST {V1}plans": Row("", barred=ONLY_KEEPERS, others=422, body={}),
    f"GET {V1}plans/<uuid:plan_id>": Row("keeper"),
    f"GET {V1}plans/<uuid:plan_id>/lines": Row("keeper"),
    # A plan of its one pack; nothing is another way, or it is no variant of anything.
    f"POST {V1}plans/<uuid:plan_id>/what-if": Row("keeper", 400, ONLY_KEEPERS, 404, {}),
    f"GET {V1}plans/<uuid:plan_id>/difference": Row(""),
    f"GET {V1}offers": listing(),
    f"GET {V1}offers/<uuid:offer_id>": Row("keeper recycler"),
    f"POST {V1}offers/<uuid:offer_id>/accept": Row("recycler", 200, LOOKERS),
    f"POST {V1}offers/<uuid:offer_id>/decline": Row("recycler", 200, LOOKERS),
    f"POST {V1}offers/<uuid:offer_id>/counter": Row(
        "recycler", 200, LOOKERS, body={"price_cents": 7}
    ),
    # Nobody has asked for other terms.
    f"POST {V1}offers/<uuid:offer_id>/counter/take": Row("keeper", 409, ONLY_KEEPERS),
    f"POST {V1}offers/<uuid:offer_id>/counter/leave": Row("keeper", 409, ONLY_KEEPERS),
    f"GET {V1}serials": Row("maker second-maker", barred=ONLY_MAKERS),
    # The other maker has no model of this code.
    f"POST {V1}serials": Row("maker", 201, ONLY_MAKERS, body={"model": "PACK-12", "count": 2}),
    f"GET {V1}serials/<uuid:issue_id>": Row("maker", barred=ONLY_MAKERS),
    # A scan that the party may not record is kept as its own, and says so: the request succeeds.
    f"GET {V1}yard/records": Row(HANDED, barred=LOOKERS),
    f"POST {V1}yard/records": Row(HANDED, 200, LOOKERS, body=SCANNED),
    # Without a part of a serial.
    f"GET {V1}yard/batteries": Row(EVERYBODY, 400),
    **{f"GET {name}": listing() for name in (*MATTER_LISTS, *DESK_LISTS)},
    **{name: Row(**{"may": "", **told}) for name, told in (MATTER | SOURCING_DESK).items()},
    **SECOND_LIVES,
    **COMPANIES,
}
# Refused by a rule, since they see it: another word than "not found" gives nothing away.
EXCEPTIONS: dict[tuple[str, str], int] = {
    # The recall of what another made is refused by a rule; an authority's is not.
    (f"POST {V1}recalls", "second-maker"): 403,
    (f"POST {V1}recalls", "authority"): 201,
    (f"POST {V1}recalls/<uuid:recall_id>/close", "second-maker"): 403,
    (f"POST {PACK}/assembly", "maker"): 403,
    (f"POST {PACK}/events", "maker"): 403,
    (f"POST {PACK}/events/<uuid:event_id>/correction", "maker"): 403,
    (f"POST {PACK}/readings", "maker"): 403,
    (f"POST {PACK}/hand-overs", "maker"): 403,
    (f"POST {PACK}/grants", "maker"): 403,
    (f"POST {V1}shipments", "maker"): 403,
    (f"POST {SHIPMENT}/accept", "maker"): 403,
    (f"POST {SHIPMENT}/refuse", "maker"): 403,
    (f"POST {SHIPMENT}/withdraw", "keeper"): 403,
    (f"POST {HAND}/accept", "maker"): 403,
    (f"POST {HAND}/refuse", "maker"): 403,
    (f"POST {HAND}/withdraw", "keeper"): 403,
    **SECOND_LIVES_APART,
}
KNOWN = ".well-known/"
# Addresses outside the API that answer everybody alike; the first are links of labels.
SAME_FOR_ALL: dict[str, str] = {
    "01/<str:gtin>/21/<path:serial>": "/01/09521234000020/21/P1",
    "links of every other key": "/01/09521234000020",
    "compressed links": "/DBFRq4pxGtYICe2m3H2mmo",
    "id/<path:path>": "/id/maker.example/b/1",
    "00/<str:sscc>": "/00/095212340000000174",
    **{each: f"/{each}" for each in (f"{KNOWN}gs1resolver", f"{KNOWN}did.json", "epcis/bat")},
    "log/checkpoint": "/log/checkpoint",
    "log/tile/<path:place>": "/log/tile/0/000",
    "log/previous/<int:size>": "/log/previous/1",
    "log/index/list": "/log/index/list",
    "log/index/<int:size>/document": "/log/index/1/document",
    "log/index/<int:size>/rows": "/log/index/1/rows",
    "log/proof": "/log/proof",
    "log/verifier": "/log/verifier",
    "status/<int:number>": "/status/0",
    "desk/yard/worker.js": "/desk/yard/worker.js",
    "desk/yard/shell/<str:code>": "/desk/yard/shell/de",
    "desk/yard/manifest-<str:code>.webmanifest": "/desk/yard/manifest-en.webmanifest",
    "health/live": "/health/live",
    "health/ready": "/health/ready",
    "problems/<slug:code>": "/problems/not-found",
}
