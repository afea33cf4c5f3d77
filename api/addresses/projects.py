"""Every address of projects that claim a credit."""

from django.urls import URLPattern, URLResolver, path

from api.pages import (
    project_verdict,
    sourcing_bill,
    sourcing_papers,
    sourcing_projects,
    sourcing_serials,
)
from api.pages import sourcing_watch as watch

DESK = "desk/projects/<uuid:project_id>"

machines: list[URLPattern | URLResolver] = []

pages: list[URLPattern | URLResolver] = [
    path("desk/projects/", sourcing_projects.listing),
    path("desk/projects/new", sourcing_projects.new),
    path(f"{DESK}/", sourcing_projects.record),
    path(f"{DESK}/terms", sourcing_projects.terms),
    path(f"{DESK}/share", sourcing_projects.share),
    path(f"{DESK}/bill", sourcing_bill.bill),
    path(f"{DESK}/certificates", sourcing_papers.certificates),
    path("desk/certificates/<uuid:certificate_id>/", sourcing_papers.certificate),
    path(f"{DESK}/serials", sourcing_serials.serials),
    path(f"{DESK}/flags", watch.flags),
    path(f"{DESK}/payments", watch.payments),
    path(f"{DESK}/verdict/", project_verdict.whole),
    path(f"{DESK}/verdict/steps/", project_verdict.steps),
]
