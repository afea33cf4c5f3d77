"""Every address of the sourcing desk."""

from django.urls import URLPattern, URLResolver, path

from api.pages import sourcing_agreements as desk_agreements
from api.pages import sourcing_desk, sourcing_scenarios
from api.v1 import sourcing_agreements as agreements
from api.v1 import sourcing_offers as offers
from api.v1 import sourcing_scenarios as scenarios

HERE = "api/v1/sourcing/"
SCENARIO = f"{HERE}scenarios/<uuid:scenario_id>"

machines: list[URLPattern | URLResolver] = [
    path(f"{HERE}sources", offers.Sources.as_view()),
    path(f"{HERE}offers", offers.SupplyOffers.as_view()),
    path(f"{HERE}offers/<uuid:supply_offer_id>/end", offers.SupplyOfferEnd.as_view()),
    path(f"{HERE}agreements", agreements.FrameworkAgreements.as_view()),
    path(f"{HERE}agreements/<uuid:agreement_id>/end", agreements.FrameworkAgreementEnd.as_view()),
    path(
        f"{HERE}agreements/<uuid:agreement_id>/allocations",
        agreements.AgreementAllocations.as_view(),
    ),
    path(f"{HERE}allocations", agreements.Allocations.as_view()),
    path(f"{HERE}allocations/<uuid:allocation_id>/release", agreements.AllocationRelease.as_view()),
    path(f"{HERE}pipeline", agreements.Pipeline.as_view()),
    path(f"{HERE}pipeline/<uuid:planned_id>/end", agreements.PlannedEnd.as_view()),
    path(f"{HERE}scenarios", scenarios.Scenarios.as_view()),
    path(SCENARIO, scenarios.Scenario.as_view()),
    path(f"{SCENARIO}/result", scenarios.ScenarioResult.as_view()),
    path(f"{SCENARIO}/what-if", scenarios.ScenarioWhatIf.as_view()),
]

pages: list[URLPattern | URLResolver] = [
    path("desk/sourcing/", sourcing_desk.sources),
    path("desk/sourcing/offers/<uuid:supply_offer_id>/end", sourcing_desk.end_offer),
    path("desk/sourcing/agreements/", desk_agreements.agreements),
    path("desk/sourcing/agreements/<uuid:agreement_id>/allocations", desk_agreements.allocate),
    path("desk/sourcing/allocations/<uuid:allocation_id>/release", desk_agreements.release),
    path("desk/sourcing/pipeline/", desk_agreements.pipeline),
    path("desk/sourcing/pipeline/<uuid:planned_id>/end", desk_agreements.end_plan),
    path("desk/sourcing/scenarios/", sourcing_scenarios.scenarios),
    path("desk/sourcing/scenarios/<uuid:scenario_id>/", sourcing_scenarios.saved),
]
