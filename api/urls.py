"""Every address on one page."""

from django.urls import URLPattern, URLResolver, path

from api.http import catalogue, health
from api.http.negotiation import by_accept
from api.pages import passport as passport_page
from api.standards import links
from api.tlog import files, proofs
from api.v1 import (
    attestations,
    batteries,
    bundles,
    events,
    facilities,
    hand_overs,
    intakes,
    jobs,
    keys,
    models,
    offers,
    openapi,
    plans,
    programmes,
    readings,
    retirements,
    treatments,
    whoami,
)

handler400 = "api.http.errors.bad_request"
handler403 = "api.http.errors.not_allowed"
handler404 = "api.http.errors.not_found"
handler500 = "api.http.errors.our_fault"

machines: list[URLPattern | URLResolver] = [
    path("api/v1/openapi.json", openapi.openapi),
    path("api/v1/whoami", whoami.WhoAmI.as_view()),
    path("api/v1/models", models.Models.as_view()),
    path("api/v1/models/<uuid:model_id>", models.Model.as_view()),
    path("api/v1/facilities", facilities.Facilities.as_view()),
    path("api/v1/intakes", intakes.Intakes.as_view()),
    path("api/v1/intakes/<uuid:intake_id>", intakes.Intake.as_view()),
    path("api/v1/intakes/<uuid:intake_id>/errors", intakes.IntakeErrors.as_view()),
    path("api/v1/jobs/<uuid:job_id>", jobs.Job.as_view()),
    path("api/v1/batteries", batteries.Batteries.as_view()),
    path("api/v1/batteries/<uuid:battery_id>", batteries.Battery.as_view()),
    path("api/v1/batteries/<uuid:battery_id>/components", batteries.Components.as_view()),
    path("api/v1/batteries/<uuid:battery_id>/events", events.Events.as_view()),
    path("api/v1/batteries/<uuid:battery_id>/readings", readings.Readings.as_view()),
    path("api/v1/batteries/<uuid:battery_id>/hand-overs", hand_overs.OfferedHandOvers.as_view()),
    path("api/v1/batteries/<uuid:battery_id>/grants", hand_overs.Grants.as_view()),
    path(
        "api/v1/batteries/<uuid:battery_id>/attestations",
        attestations.AttestationsOfBattery.as_view(),
    ),
    path("api/v1/batteries/<uuid:battery_id>/bundle", bundles.Bundle.as_view()),
    path("api/v1/hand-overs", hand_overs.HandOvers.as_view()),
    path("api/v1/hand-overs/<uuid:hand_over_id>", hand_overs.HandOver.as_view()),
    path("api/v1/hand-overs/<uuid:hand_over_id>/accept", hand_overs.Acceptance.as_view()),
    path("api/v1/hand-overs/<uuid:hand_over_id>/refuse", hand_overs.RefusalOfIt.as_view()),
    path("api/v1/hand-overs/<uuid:hand_over_id>/withdraw", hand_overs.Withdrawal.as_view()),
    path("api/v1/keys", keys.Keys.as_view()),
    path("api/v1/keys/challenges", keys.Challenges.as_view()),
    path("api/v1/attestations", attestations.Attestations.as_view()),
    path("api/v1/attestations/<uuid:attestation_id>", attestations.Attestation.as_view()),
    path("api/v1/programmes", programmes.Programmes.as_view()),
    path("api/v1/programmes/<uuid:programme_id>", programmes.Programme.as_view()),
    path("api/v1/retirements", retirements.Retirements.as_view()),
    path("api/v1/retirements/<uuid:retirement_id>", retirements.Retirement.as_view()),
    path("api/v1/plans", plans.Plans.as_view()),
    path("api/v1/plans/<uuid:plan_id>", plans.Plan.as_view()),
    path("api/v1/plans/<uuid:plan_id>/lines", plans.Lines.as_view()),
    path("api/v1/offers", offers.Offers.as_view()),
    path("api/v1/offers/<uuid:offer_id>", offers.Offer.as_view()),
    path("api/v1/offers/<uuid:offer_id>/accept", offers.Acceptance.as_view()),
    path("api/v1/offers/<uuid:offer_id>/decline", offers.Decline.as_view()),
    path("api/v1/treatments", treatments.Treatments.as_view()),
    path("api/v1/treatments/<uuid:treatment_id>", treatments.Treatment.as_view()),
]

# --- pages: written by whoever builds api/pages ---
pages: list[URLPattern | URLResolver] = []
# --- end of pages ---

anybody: list[URLPattern | URLResolver] = [
    path(
        "01/<str:gtin>/21/<path:serial>",
        by_accept(page=passport_page.show, data=links.by_serial),
        name="passport",
    ),
    path("id/<path:path>", links.by_own_link),
    path("log/checkpoint", files.checkpoint),
    path("log/tile/<path:place>", files.tile),
    path("log/proof", proofs.proof),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("problems/<slug:code>", catalogue.problem_type),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *machines,
    # Before the passport: a label's address ends where a serial would go on.
    *pages,
    *anybody,
    # Last: any other Digital Link of one battery leads to its shortest form.
    path("01/<path:rest>", links.by_longer_link),
]
