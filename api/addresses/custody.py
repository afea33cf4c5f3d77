"""Every address of hand-overs, shipments and the yard."""

from django.urls import URLPattern, URLResolver, path

from api.labels import forms
from api.pages import arrivals as desk_arrivals
from api.pages import hand_overs as desk_hand_overs
from api.pages import shipments as desk_shipments
from api.pages import yard, yard_decode, yard_label
from api.v1 import hand_overs, shipments
from api.v1 import yard as yard_machines

machines: list[URLPattern | URLResolver] = [
    path("api/v1/hand-overs", hand_overs.HandOvers.as_view()),
    path("api/v1/hand-overs/answers", hand_overs.Answers.as_view()),
    path("api/v1/hand-overs/<uuid:hand_over_id>", hand_overs.HandOver.as_view()),
    path("api/v1/hand-overs/<uuid:hand_over_id>/accept", hand_overs.Acceptance.as_view()),
    path("api/v1/hand-overs/<uuid:hand_over_id>/refuse", hand_overs.RefusalOfIt.as_view()),
    path("api/v1/hand-overs/<uuid:hand_over_id>/withdraw", hand_overs.Withdrawal.as_view()),
    path("api/v1/shipments", shipments.Shipments.as_view()),
    path("api/v1/shipments/<uuid:shipment_id>", shipments.Shipment.as_view()),
    path("api/v1/shipments/<uuid:shipment_id>/batteries", shipments.Pieces.as_view()),
    path("api/v1/shipments/<uuid:shipment_id>/accept", shipments.Acceptance.as_view()),
    path("api/v1/shipments/<uuid:shipment_id>/refuse", shipments.RefusalOfIt.as_view()),
    path("api/v1/shipments/<uuid:shipment_id>/withdraw", shipments.Withdrawal.as_view()),
    path("api/v1/yard/records", yard_machines.YardRecords.as_view()),
    path("api/v1/yard/batteries", yard_machines.YardBatteries.as_view()),
]

pages: list[URLPattern | URLResolver] = [
    path("desk/hand-overs/", desk_hand_overs.listing),
    *(
        path(
            f"desk/hand-overs/<uuid:hand_over_id>/{said}",
            desk_hand_overs.answer,
            {"said": said},
        )
        for said in ("accept", "refuse", "withdraw")
    ),
    path("desk/shipments/", desk_shipments.listing),
    path("desk/shipments/new", desk_shipments.new),
    path("desk/shipments/check", desk_shipments.check),
    path("desk/shipments/<uuid:shipment_id>/", desk_arrivals.record),
    path("desk/shipments/<uuid:shipment_id>/arrival", desk_arrivals.arrival),
    path("desk/shipments/<uuid:shipment_id>/accept", desk_arrivals.accept),
    path("desk/shipments/<uuid:shipment_id>/refuse", desk_arrivals.refuse),
    path("desk/shipments/<uuid:shipment_id>/withdraw", desk_arrivals.withdraw),
    path("desk/shipments/<uuid:shipment_id>/label.svg", desk_arrivals.label_svg),
    path("desk/yard/", yard.show),
    path("desk/yard/state", yard.state),
    path("desk/yard/records", yard.records),
    path("desk/yard/records/<uuid:record_id>/settle", yard.settle),
    path("desk/yard/decode", yard_decode.decode),
    path("desk/yard/labels/<uuid:battery_id>", yard_label.show),
    path("desk/yard/labels/<uuid:battery_id>/label.svg", yard_label.drawn, {"form": forms.SVG}),
    path("desk/yard/labels/<uuid:battery_id>/label.pdf", yard_label.drawn, {"form": forms.PDF}),
]
