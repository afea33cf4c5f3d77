"""Every address of plans and offers."""

from django.urls import URLPattern, URLResolver, path

from api.pages import offers as desk_offers
from api.pages import plans as desk_plans
from api.v1 import offers, plans

machines: list[URLPattern | URLResolver] = [
    path("api/v1/plans", plans.Plans.as_view()),
    path("api/v1/plans/<uuid:plan_id>", plans.Plan.as_view()),
    path("api/v1/plans/<uuid:plan_id>/lines", plans.Lines.as_view()),
    path("api/v1/plans/<uuid:plan_id>/what-if", plans.WhatIf.as_view()),
    path("api/v1/plans/<uuid:plan_id>/difference", plans.Difference.as_view()),
    path("api/v1/offers", offers.Offers.as_view()),
    path("api/v1/offers/<uuid:offer_id>", offers.Offer.as_view()),
    path("api/v1/offers/<uuid:offer_id>/accept", offers.Acceptance.as_view()),
    path("api/v1/offers/<uuid:offer_id>/decline", offers.Decline.as_view()),
    path("api/v1/offers/<uuid:offer_id>/counter", offers.Counter.as_view()),
    path("api/v1/offers/<uuid:offer_id>/counter/take", offers.CounterTaken.as_view()),
    path("api/v1/offers/<uuid:offer_id>/counter/leave", offers.CounterLeft.as_view()),
]

pages: list[URLPattern | URLResolver] = [
    path("desk/plans/", desk_plans.listing),
    path("desk/plans/under-way/<uuid:job_id>/", desk_plans.under_way),
    path("desk/plans/under-way/<uuid:job_id>/progress", desk_plans.progress),
    path("desk/plans/<uuid:plan_id>/", desk_plans.board),
    path("desk/plans/<uuid:plan_id>/what-if", desk_plans.what_if),
    path("desk/offers/", desk_offers.listing),
    path("desk/offers/<uuid:offer_id>/accept", desk_offers.answer, {"said": "accept"}),
    path("desk/offers/<uuid:offer_id>/decline", desk_offers.answer, {"said": "decline"}),
    path("desk/offers/<uuid:offer_id>/counter", desk_offers.counter),
    path("desk/offers/<uuid:offer_id>/take", desk_offers.answer, {"said": "take"}),
    path("desk/offers/<uuid:offer_id>/leave", desk_offers.answer, {"said": "leave"}),
]
