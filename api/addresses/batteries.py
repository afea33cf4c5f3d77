"""Every address of batteries, and of what is known of many."""

from django.urls import URLPattern, URLResolver, path

from api.labels import forms
from api.pages import assemblies as desk_assemblies
from api.pages import batteries as desk_batteries
from api.pages import bundles as desk_bundles
from api.pages import epcis as desk_epcis
from api.pages import fleet as desk_fleet
from api.pages import maintenance as desk_maintenance
from api.pages import passport as passport_page
from api.pages import readings as desk_readings
from api.v1 import (
    aliases,
    assemblies,
    attestations,
    batteries,
    bundles,
    corrections,
    energy,
    epcis,
    events,
    hand_overs,
    jobs,
    labels,
    maintenance,
    many_readings,
    readings,
    recalls,
    telemetry,
)

BATTERY, RECORD = "api/v1/batteries/<uuid:battery_id>", "desk/batteries/<uuid:battery_id>"

machines: list[URLPattern | URLResolver] = [
    path("api/v1/readings", many_readings.ManyReadings.as_view()),
    path("api/v1/telemetry", telemetry.Telemetry.as_view()),
    path("api/v1/maintenance", maintenance.Maintenance.as_view()),
    path("api/v1/jobs/<uuid:job_id>", jobs.Job.as_view()),
    path("api/v1/batteries", batteries.Batteries.as_view()),
    path("api/v1/batteries/<uuid:battery_id>", batteries.Battery.as_view()),
    *(
        path(
            f"{BATTERY}/label.{form.name}",
            labels.BatteryLabel.as_view(form=form),
        )
        for form in (forms.SVG, forms.PNG, forms.PDF, forms.ZPL)
    ),
    path(f"{BATTERY}/aliases", aliases.Aliases.as_view()),
    path(f"{BATTERY}/components", batteries.Components.as_view()),
    path(f"{BATTERY}/assembly", assemblies.Assemblies.as_view()),
    path(f"{BATTERY}/places", assemblies.Places.as_view()),
    path(f"{BATTERY}/recalls", recalls.RecallsOfBattery.as_view()),
    path(f"{BATTERY}/energy", energy.Energy.as_view()),
    path(f"{BATTERY}/events", events.Events.as_view()),
    path(f"{BATTERY}/events/<uuid:event_id>/correction", corrections.Corrections.as_view()),
    path(f"{BATTERY}/readings", readings.Readings.as_view()),
    path(f"{BATTERY}/hand-overs", hand_overs.OfferedHandOvers.as_view()),
    path(f"{BATTERY}/grants", hand_overs.Grants.as_view()),
    path(f"{BATTERY}/attestations", attestations.AttestationsOfBattery.as_view()),
    path(f"{BATTERY}/bundle", bundles.Bundle.as_view()),
    path(f"{BATTERY}/epcis", epcis.Epcis.as_view()),
]

pages: list[URLPattern | URLResolver] = [
    path("01/<str:gtin>/21/<path:serial>/label.svg", passport_page.label_svg),
    path("01/<str:gtin>/21/<path:serial>/label.png", passport_page.label_png),
    path("desk/readings/", desk_readings.listing),
    path("desk/fleet/", desk_fleet.listing),
    path("desk/fleet/table.csv", desk_fleet.table),
    path("desk/maintenance/", desk_maintenance.listing),
    path("desk/maintenance/table.csv", desk_maintenance.table),
    path("desk/fleet/site", desk_fleet.place),
    path("desk/fleet/sites", desk_fleet.add_site),
    path("desk/batteries/", desk_batteries.listing),
    path(f"{RECORD}/", desk_batteries.record),
    path(f"{RECORD}/hand-over", desk_batteries.hand_over),
    path(f"{RECORD}/put-in", desk_assemblies.put_in),
    path(f"{RECORD}/take-out", desk_assemblies.take_out),
    path(f"{RECORD}/let-in", desk_batteries.let_in),
    path(f"{RECORD}/events/<uuid:event_id>/wrong", desk_batteries.declare_wrong),
    path(f"{RECORD}/bundle", desk_batteries.provenance),
    path(f"{RECORD}/epcis", desk_epcis.file),
    path(f"{RECORD}/trust.policy", desk_bundles.trust_of_battery),
]
