"""Treatment in steps, lots of recovered material, and claims on them."""

from django.urls import URLPattern, URLResolver, path

from api.pages import batches, certificates, material
from api.v1 import material_lots, treatment_batches

BATCH, LOT = "api/v1/treatment-batches/<uuid:batch_id>", "api/v1/material-lots/<uuid:lot_id>"
ANSWERS = ("accept", "refuse", "withdraw")

machines: list[URLPattern | URLResolver] = [
    path("api/v1/treatment-batches", treatment_batches.TreatmentBatches.as_view()),
    path(BATCH, treatment_batches.TreatmentBatch.as_view()),
    path(f"{BATCH}/steps", treatment_batches.Steps.as_view()),
    path(f"{BATCH}/balance", treatment_batches.Balance.as_view()),
    path(f"{BATCH}/certificate", treatment_batches.Certificate.as_view()),
    path("api/v1/annex-xii", treatment_batches.AnnexXii.as_view()),
    path("api/v1/material-lots", material_lots.MaterialLots.as_view()),
    path(LOT, material_lots.MaterialLot.as_view()),
    path(f"{LOT}/origin", material_lots.Origin.as_view()),
    path(f"{LOT}/hand-overs", material_lots.LotHandOvers.as_view()),
    path(f"{LOT}/claims", material_lots.Claims.as_view()),
    path("api/v1/lot-hand-overs", material_lots.OfferedLots.as_view()),
    *(
        path(
            f"api/v1/lot-hand-overs/<uuid:lot_hand_over_id>/{said}",
            material_lots.LotAnswer.as_view(said=said),
        )
        for said in ANSWERS
    ),
]

DESK_BATTERY, DESK_TREATED = (
    "desk/batteries/<uuid:battery_id>",
    "desk/treatments/<uuid:treatment_id>",
)
DESK_BATCH, DESK_LOT = "desk/batches/<uuid:batch_id>", "desk/material/<uuid:lot_id>"

pages: list[URLPattern | URLResolver] = [
    path("desk/treatments/intake/", batches.intake),
    path("desk/annex-xii/", batches.year),
    path("desk/batches/", batches.listing),
    path(f"{DESK_BATCH}/", batches.sheet),
    path(f"{DESK_BATCH}/steps", batches.book),
    path(f"{DESK_BATCH}/certificate.json", batches.facts),
    path(f"{DESK_BATCH}/certificate", batches.certify),
    path(f"{DESK_BATCH}/certificate/", certificates.of_batch),
    path(f"{DESK_BATCH}/certificate.jsonld", certificates.signed_of_batch),
    path(f"{DESK_BATTERY}/certificate/", certificates.of_battery),
    path(f"{DESK_BATTERY}/certificate.jsonld", certificates.signed_of_battery),
    path(f"{DESK_TREATED}/certificate.json", certificates.facts),
    path(f"{DESK_TREATED}/certificate", certificates.certify),
    path("desk/material/", material.listing),
    path(f"{DESK_LOT}/", material.record),
    path(f"{DESK_LOT}/lot.json", material.facts),
    path(f"{DESK_LOT}/origin", material.attest),
    path(f"{DESK_LOT}/offer", material.offer),
    path(f"{DESK_LOT}/claim", material.claim),
    *(
        path(
            f"desk/material/hand-overs/<uuid:lot_hand_over_id>/{said}",
            material.answer,
            {"said": said},
        )
        for said in ANSWERS
    ),
]
