"""Every address of companies behind what is bought, and of the lists they are looked for on."""

from django.urls import URLPattern, URLResolver, path

from api.pages import companies, company_facts
from api.v1 import sourcing_entities, sourcing_facts, sourcing_lists

machines: list[URLPattern | URLResolver] = [
    path("api/v1/sourcing-entities", sourcing_entities.SourcingEntities.as_view()),
    path(
        "api/v1/sourcing-entities/<str:entity_key>/determination",
        sourcing_entities.OneDetermination.as_view(),
    ),
    path("api/v1/sourcing-determinations", sourcing_entities.Determinations.as_view()),
    path("api/v1/sourcing-facts", sourcing_facts.SourcingFacts.as_view()),
    path("api/v1/sourcing-facts/<uuid:fact_id>/change", sourcing_facts.FactChanges.as_view()),
    path("api/v1/sourcing-facts/<uuid:fact_id>/withdraw", sourcing_facts.FactWithdrawals.as_view()),
    path("api/v1/sourcing-contracts", sourcing_facts.SourcingContracts.as_view()),
    path("api/v1/sourcing-lists", sourcing_lists.SourcingLists.as_view()),
    path("api/v1/sourcing-matches", sourcing_lists.SourcingMatches.as_view()),
    path("api/v1/sourcing-matches/<uuid:match_id>/decide", sourcing_lists.MatchDecisions.as_view()),
]

pages: list[URLPattern | URLResolver] = [
    path("desk/companies/", companies.listing),
    path("desk/companies/lists", companies.take_list),
    path("desk/companies/changes/<uuid:found_id>", companies.see),
    path("desk/companies/matches/<uuid:match_id>", companies.decide),
    path("desk/companies/<str:entity_key>/", companies.company),
    path("desk/companies/<str:entity_key>/facts", company_facts.add),
    path("desk/companies/<str:entity_key>/facts/<uuid:fact_id>", company_facts.end),
    path("desk/companies/<str:entity_key>/contracts", company_facts.agree),
    path("desk/companies/<str:entity_key>/reviews", company_facts.review),
]
