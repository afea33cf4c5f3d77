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
from api.v1 import (
    project_lines,
    project_papers,
    project_serials,
    project_verdicts,
    projects,
)

DESK = "desk/projects/<uuid:project_id>"
API, PAPER = "api/v1/projects/<uuid:project_id>", "api/v1/certificates/<uuid:certificate_id>"

machines: list[URLPattern | URLResolver] = [
    path("api/v1/projects", projects.Projects.as_view()),
    path(f"{API}", projects.Project.as_view()),
    path(f"{API}/terms", projects.ProjectTerms.as_view()),
    path(f"{API}/shares", projects.ProjectShares.as_view()),
    path(f"{API}/payments", projects.ProjectPayments.as_view()),
    path(f"{API}/verdict", project_verdicts.ProjectVerdict.as_view()),
    path(f"{API}/lines", project_lines.ProjectLines.as_view()),
    path(f"{API}/certificates", project_papers.ProjectCertificates.as_view()),
    path(PAPER, project_papers.Certificate.as_view()),
    path(f"{PAPER}/lines", project_papers.CertificateJoin.as_view()),
    path(f"{PAPER}/end", project_papers.CertificateEnd.as_view()),
    path(f"{API}/flags", project_papers.ProjectFlags.as_view()),
    path(f"{API}/flags/resolutions", project_papers.FlagResolutions.as_view()),
    path(f"{API}/serials", project_serials.SerialLists.as_view()),
    path(f"{API}/serials/reconciliations", project_serials.SerialReconciliations.as_view()),
    path(f"{API}/serials/changes", project_serials.SerialChanges.as_view()),
]

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
