"""What each desk address answers to whom; an address of the desk without a row fails the matrix."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.pages.company_expectations import COMPANIES
from tests.pages.end_expectations import ENDS
from tests.pages.matter_expectations import LISTS, MATTER
from tests.pages.project_expectations import PROJECT_LISTS, PROJECTS
from tests.pages.sourcing_desk_expectations import SOURCING_DESK, SOURCING_LISTS

EVERYBODY = "maker second-maker keeper workshop recycler auditor authority stranger"
# Those to whom none of what stands on the stage belongs, and who see none of it.
UNRELATED = ("second-maker", "workshop", "auditor", "stranger")
# Who only looks signs nothing.
LOOKERS = "auditor authority"
# The kept pack was made by the maker and is in the keeper's hands; an authority sees every battery.
SEES = "maker keeper authority"
DESK = "/desk/"
PACK = DESK + "batteries/<uuid:battery_id>/"
HAND = DESK + "hand-overs/<uuid:hand_over_id>/"
SHIPMENT = DESK + "shipments/<uuid:shipment_id>/"
PLAN = DESK + "plans/"
SIGNING = DESK + "signing-keys/"
PROOF = DESK + "bundles/"
ORDER = PROOF + "<uuid:bundle_id>/"
FILED = DESK + "project-files/<uuid:file_id>/"
NAMES = DESK + "names/"
MEMBERS = DESK + "members/"
LABELS = DESK + "intakes/<uuid:intake_id>/labels"
ORIGIN = DESK + "intakes/<uuid:intake_id>/origin"
HOOKS = DESK + "webhooks/"
HOOK = HOOKS + "<uuid:endpoint_id>/"
YARD = DESK + "yard/"
OFFER = DESK + "offers/<uuid:offer_id>/"


@dataclass(frozen=True)
class Row:
    """`may` get `status`; `told` see it and are refused by a rule; everybody else gets `others`.

    `form` is what a POST sends, `query` what follows the address; in both, {name} is an id of the
    stage. `names` says under which name the stage has an id that the address calls otherwise.
    """

    may: str
    status: int = 200
    told: str = ""
    refused: int = 403
    others: int = 404
    form: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    names: dict[str, str] = field(default_factory=dict)

    def expected(self, who: str) -> int:
        if who in self.told.split():
            return self.refused
        return self.status if who in self.may.split() else self.others


def mine() -> Row:
    """A list of one's own: everybody may ask, and sees nothing of others."""
    return Row(EVERYBODY)


_ANSWERS = {
    "case_damage": "no", "thermal_event": "no", "water_ingress": "no", "recall_open": "no",
    "knee": "unknown", "traceability": "yes", "reason": "CAPACITY", "crash_severity": "NONE",
}  # fmt: skip
_SAID = "&".join(f"{name}={said}" for name, said in _ANSWERS.items())
_RETIRED = _ANSWERS | {"battery": "{battery_id}", "event": "0190f4b2-7c1e-7abc-8def-000000000001"}
_WEIGHED = {
    "book": "1", "mass_in_kg": "72", "process": "hydro", "material-0": "steel", "mass-0": "72",
    "fate-0": "RECYCLED", "event": "0190f4b2-7c1e-7abc-8def-000000000002",
}  # fmt: skip
_PRINTED = {
    "print": "0190f4b2-7c1e-7abc-8def-000000000003", "level": "PACK", "count": "2",
    "label": "L7163",
}  # fmt: skip
_PLATE = {
    "level": "PACK", "category": "EV", "nominal_voltage_v": "360", "capacity_ah": "66",
    "mass_kg": "294",
}  # fmt: skip
_MODEL = {
    "code": "NEW-1", "name": "New", "level": "CELL", "category": "EV", "chemistry": "LFP",
    "rated_capacity_ah": "280", "rated_energy_kwh": "0,896", "nominal_voltage_v": "3.2",
    "minimum_voltage_v": "2.5", "maximum_voltage_v": "3.65", "mass_kg": "5.4",
}  # fmt: skip
_NEW_LABEL = {"label": "L7163", "because": "DAMAGED", "record": "{record_id}"}
_IN_HAND = {"battery_id": "in_hand_id"}

_SENT = {
    "codes": "{battery_id}", "to": "{workshop_id}", "un_number": "3480", "condition": "NOT_KNOWN",
    "packing_instruction": "P911", "shipment": "0190f4b2-7c1e-7abc-8def-000000000004",
}  # fmt: skip

EXPECTED: dict[str, Row] = {
    f"GET {DESK}": mine(),
    f"GET {DESK}party": mine(),
    f"POST {DESK}party": Row(EVERYBODY, 302, form={"party": "{keeper_id}"}),
    f"GET {DESK}first-hour/": mine(),
    f"GET {DESK}models/": mine(),
    f"POST {DESK}models/": Row("maker second-maker", 302, others=403, form=_MODEL),
    f"GET {DESK}models/<uuid:model_id>/": Row("maker"),
    f"GET {DESK}lots/": mine(),
    f"GET {DESK}batteries/": mine(),
    f"GET {DESK}readings/": mine(),
    f"POST {DESK}readings/": Row(EVERYBODY, form={"table": "serial,soh,time", "source": "BMS"}),
    f"GET {DESK}fleet/": mine(),
    f"GET {DESK}fleet/table.csv": mine(),
    **{f"GET {DESK}maintenance/{each}": mine() for each in ("", "table.csv")},
    f"POST {DESK}fleet/site": Row(
        "keeper", 302, told="maker authority", form={"battery": "{battery_id}"}
    ),
    f"POST {DESK}fleet/sites": Row(EVERYBODY, 302, form={"name": "Roof", "country": "de"}),
    f"GET {PACK}": Row(SEES),
    f"POST {PACK}take-out": Row("keeper", 302, told="maker authority", form={"take": "{cell_id}"}),
    # It stands in the pack already.
    f"POST {PACK}put-in": Row("keeper", 409, told="maker authority", form={"child": "{cell_id}"}),
    f"GET {DESK}recalls/": mine(),
    # Of nothing in particular: who may not recall is told that first.
    f"POST {DESK}recalls/": Row(
        "",
        told="maker second-maker authority",
        refused=400,
        others=403,
        form={"reason": "may burn"},
    ),
    f"GET {DESK}recalls/lot": Row(EVERYBODY),
    f"GET {DESK}recalls/<uuid:recall_id>/": Row(EVERYBODY),
    f"GET {DESK}recalls/<uuid:recall_id>/table.csv": Row(EVERYBODY),
    f"POST {DESK}recalls/<uuid:recall_id>/close": Row(
        "maker authority",
        302,
        told="second-maker keeper workshop recycler auditor stranger",
        form={"because": "all came back"},
    ),
    f"POST {PACK}hand-over": Row(
        "keeper", 302, told="maker authority", form={"to": "{workshop_id}"}
    ),
    f"POST {PACK}events/<uuid:event_id>/wrong": Row(
        "keeper", 302, told="maker authority", form={"reason": "DID_NOT_OCCUR"}
    ),
    f"POST {PACK}let-in": Row(
        "keeper", 302, told="maker authority", form={"guest": "{auditor_id}"}
    ),
    # No checkpoint is published here; who may not see the pack does not learn even that.
    f"GET {PACK}bundle": Row(SEES, 409),
    f"GET {PACK}epcis": Row(SEES),
    f"GET {PACK}trust.policy": Row(SEES),
    f"GET {PROOF}": mine(),
    f"POST {PROOF}": Row(SEES, 302, form={"batteries": "{battery_id}"}),
    f"POST {PROOF}check": Row(EVERYBODY, form={"batteries": "{battery_id}"}),
    f"GET {ORDER}": Row("keeper"),
    f"GET {ORDER}progress": Row("keeper"),
    # It is not made yet: nobody has a file to fetch.
    f"GET {ORDER}file": Row(""),
    f"GET {ORDER}trust.policy": Row("keeper"),
    # Its job has not stopped.
    f"POST {ORDER}again": Row("", told="keeper", refused=409),
    **{f"GET {each}": mine() for each in PROJECT_LISTS},
    **{each: Row(**said) for each, said in PROJECTS.items()},
    f"GET {DESK}projects/<uuid:project_id>/files/": Row("keeper"),
    # One is being made.
    f"POST {DESK}projects/<uuid:project_id>/files/": Row("keeper", 409),
    f"GET {FILED}": Row("keeper"),
    f"GET {FILED}progress": Row("keeper"),
    # It is not made yet: nobody has a file to fetch.
    **{f"GET {FILED}{each}": Row("") for each in ("archive", "paper.pdf", "trust.policy")},
    # Its job has not stopped.
    f"POST {FILED}again": Row("", told="keeper", refused=409),
    f"GET {DESK}intakes/": mine(),
    f"POST {DESK}intakes/": Row("maker second-maker", 302, others=403, form={"file": "a file"}),
    f"GET {DESK}intakes/<uuid:intake_id>/": Row("maker"),
    f"GET {DESK}intakes/<uuid:intake_id>/progress": Row("maker"),
    f"GET {DESK}intakes/example.ndjson": mine(),
    f"GET {DESK}intakes/example.csv": mine(),
    f"GET {DESK}intakes/<uuid:intake_id>/errors.ndjson": Row("maker"),
    f"POST {DESK}intakes/<uuid:intake_id>/cancel": Row("maker", 302),
    # Its job has not stopped.
    f"POST {DESK}intakes/<uuid:intake_id>/again": Row("", told="maker", refused=409),
    # All its lines landed.
    f"GET {DESK}intakes/<uuid:intake_id>/lines/<int:number>": Row(""),
    f"POST {DESK}intakes/<uuid:intake_id>/lines/<int:number>": Row("", form={"line": "{{}}"}),
    f"GET {DESK}found/": mine(),
    f"POST {DESK}found/": Row("keeper workshop recycler stranger", 302, others=403, form=_PLATE),
    f"GET {DESK}alarms/": mine(),
    f"POST {DESK}alarms/<uuid:alarm_id>/dismiss": Row(
        "maker", 302, form={"reason": "our own test"}
    ),
    f"GET {ORIGIN}": Row("maker"),
    **{
        f"GET {ORIGIN}/{level}s.ndjson": Row("maker")
        for level in ("cell", "module", "pack", "system")
    },
    # Nothing was signed: who may see the file is told so.
    f"POST {ORIGIN}": Row("", told="maker", refused=422),
    f"GET {LABELS}": Row("maker"),
    f"GET {LABELS}/first.svg": Row("maker"),
    **{f"GET {LABELS}/file.{form}": Row("maker") for form in ("pdf", "zpl", "csv", "txt")},
    f"POST {LABELS}/printed": Row("maker", 302, form=_PRINTED),
    f"GET {DESK}hand-overs/": mine(),
    f"POST {HAND}accept": Row("keeper", 302, told="maker"),
    f"POST {HAND}refuse": Row("keeper", 302, told="maker"),
    f"POST {HAND}withdraw": Row("maker", 302, told="keeper"),
    f"GET {DESK}shipments/": mine(),
    f"GET {DESK}shipments/new": mine(),
    f"POST {DESK}shipments/check": Row("keeper", others=422, form=_SENT),
    f"POST {DESK}shipments/": Row("keeper", 302, told="maker authority", form=_SENT),
    f"GET {SHIPMENT}": Row("maker keeper"),
    f"GET {SHIPMENT}label.svg": Row("maker keeper"),
    f"GET {SHIPMENT}arrival": Row("keeper", told="maker"),
    f"POST {SHIPMENT}arrival": Row("keeper", told="maker", form={"codes": "SENT-7Q4K9"}),
    f"POST {SHIPMENT}accept": Row("keeper", 302, told="maker", form={"whole": "1"}),
    f"POST {SHIPMENT}refuse": Row("keeper", 302, told="maker", form={"reason": "not ordered"}),
    f"POST {SHIPMENT}withdraw": Row("maker", 302, told="keeper"),
    f"GET {DESK}retire/": mine(),
    f"POST {DESK}retire/": Row("keeper", 302, form=_RETIRED),
    f"GET {DESK}retire/condition": Row("keeper", query="?battery={battery_id}"),
    f"GET {DESK}retire/check": Row("keeper", query="?battery={battery_id}&" + _SAID),
    f"GET {PLAN}": mine(),
    f"POST {PLAN}": Row("keeper", 302, told="stranger", refused=422, others=403),
    f"GET {PLAN}under-way/<uuid:job_id>/": Row("keeper", 302),
    f"GET {PLAN}under-way/<uuid:job_id>/progress": Row("keeper"),
    f"GET {PLAN}<uuid:plan_id>/": Row("keeper"),
    **{key: Row(**told) for key, told in ENDS.items()},
    # Nothing is another way.
    f"POST {PLAN}<uuid:plan_id>/what-if": Row(
        "", told="keeper", refused=400, form={"percent": "0"}
    ),
    f"GET {DESK}offers/": mine(),
    f"POST {OFFER}accept": Row("recycler", 302),
    f"POST {OFFER}decline": Row("recycler", 302),
    f"POST {OFFER}counter": Row("recycler", 302, form={"price": "7.00"}),
    # Nobody has asked for other terms.
    f"POST {OFFER}take": Row("", told="keeper", refused=409),
    f"POST {OFFER}leave": Row("", told="keeper", refused=409),
    f"GET {DESK}treatments/": mine(),
    f"GET {DESK}treatments/<uuid:treatment_id>/": Row("recycler maker authority"),
    f"GET {DESK}treatments/book/<uuid:battery_id>/": Row("recycler", names=_IN_HAND),
    f"POST {DESK}treatments/book/<uuid:battery_id>/": Row(
        "recycler", 302, names=_IN_HAND, form=_WEIGHED
    ),
    **{f"GET {name}": mine() for name in (*LISTS, *SOURCING_LISTS)},
    **{name: Row(**told) for name, told in (MATTER | SOURCING_DESK).items()},
    f"GET {YARD}": mine(),
    f"POST {YARD}": Row(EVERYBODY, 302, form={"text": "NOBODY"}),
    f"GET {YARD}state": mine(),
    # A form is no list of records.
    f"POST {YARD}records": Row(EVERYBODY, 415),
    f"POST {YARD}records/<uuid:record_id>/settle": Row("keeper", 302),
    # Without a photo.
    f"POST {YARD}decode": Row(EVERYBODY, 400),
    f"GET {YARD}labels/<uuid:battery_id>": Row(SEES),
    f"POST {YARD}labels/<uuid:battery_id>": Row(
        "keeper", 302, told="maker authority", refused=422, form=_NEW_LABEL
    ),
    **{f"GET {YARD}labels/<uuid:battery_id>/label.{form}": Row(SEES) for form in ("svg", "pdf")},
    f"GET {SIGNING}": mine(),
    f"POST {SIGNING}challenge": Row(EVERYBODY, 302, told=LOOKERS),
    f"POST {SIGNING}send": Row("", told=LOOKERS, others=422, form={"event": "a file"}),
    f"POST {SIGNING}domain": Row(EVERYBODY, 302, told=LOOKERS),
    # Nobody hosts keys on this stage.
    f"POST {SIGNING}hosted": Row("", told=LOOKERS, others=409),
    f"POST {SIGNING}hosted/end": Row("", form={"method": "did:web:maker.example#hosted"}),
    f"GET {MEMBERS}": mine(),
    f"POST {MEMBERS}": Row(EVERYBODY, form={"email": "mia@people.example"}),
    f"POST {MEMBERS}<uuid:membership_id>/let-go": Row("maker", 302),
    f"POST {MEMBERS}<uuid:link_id>/revoke": Row("maker", 302),
    f"GET {NAMES}": mine(),
    f"POST {NAMES}": Row(EVERYBODY, 302, form={"kind": "DOMAIN", "value": "id.own.example"}),
    # Its domain is asked behind the request.
    f"POST {NAMES}<uuid:right_id>/prove": Row("maker", 302),
    f"GET {HOOKS}": mine(),
    # Nobody keeps secrets on this stage.
    f"POST {HOOKS}": Row("", others=409, form={"url": "https://hooks.own.example/"}),
    f"GET {HOOK}": Row("maker"),
    f"POST {HOOK}": Row("maker", 302, form={"url": "https://hooks.maker.example/"}),
    **{f"POST {HOOK}{said}": Row("maker", 302) for said in ("test", "pause", "go-on", "end")},
    f"POST {HOOK}rotate": Row("", told="maker", refused=409),
    f"POST {HOOK}replay": Row("maker", 302, form={"index": "0"}),
    f"POST {HOOKS}deliveries/<uuid:delivery_id>/resend": Row("maker", 302),
    f"GET {DESK}keys/": mine(),
    f"POST {DESK}keys/": Row(EVERYBODY, form={"name": "Line 7", "scope": "read"}),
    f"POST {DESK}keys/<str:key_id>/revoke": Row("maker", 302),
    **{name: Row(**told) for name, told in COMPANIES.items()},
}
