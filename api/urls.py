"""Every address: by subject in api.addresses, and here in the order in which they are tried."""

from django.urls import URLPattern, URLResolver, path, re_path

from api.addresses import (
    batteries,
    companies,
    custody,
    making,
    matter,
    people,
    plans,
    project_files,
    projects,
    proof,
    recalls,
    retirement,
    second_lives,
    sourcing_desk,
    treatments,
    webhooks,
)
from api.http import catalogue, health
from api.pages import arrivals, battery_model, passport, yard_shell
from api.pages.office import office
from api.standards import battery_words, did, links, resolver, status
from api.standards.epcis_addresses import addresses
from api.tlog import files, proofs, verifier
from passport.rules.gs1_table import KEYS

handler400 = "api.http.errors.bad_request"
handler403 = "api.http.errors.not_allowed"
handler404 = "api.http.errors.not_found"
handler500 = "api.pages.refused.broke"

# First what is asked most often: attestations. No address of one subject is taken for another's.
SUBJECTS = (
    proof, people, making, webhooks, batteries, custody, recalls, retirement, plans, treatments,
    second_lives, matter, companies, projects, project_files, sourcing_desk,
)  # fmt: skip
machines: list[URLPattern | URLResolver] = [
    *(each for subject in SUBJECTS for each in subject.machines),
    *addresses,
]
pages: list[URLPattern | URLResolver] = [each for subject in SUBJECTS for each in subject.pages]

# --- for whoever asks, without a name ---
READ = links.Pages(battery=passport.show, model=battery_model.show)

anybody: list[URLPattern | URLResolver] = [
    path(
        "01/<str:gtin>/21/<path:serial>",
        links.by_serial(pages=READ),
        name="passport",
    ),
    path("00/<str:sscc>", arrivals.scanned(otherwise=links.by_link(pages=READ))),
    path("id/<path:path>", links.by_own_link),
    path(".well-known/did.json", did.document),
    path(".well-known/gs1resolver", resolver.description),
    path("epcis/bat", battery_words.words),
    path("log/checkpoint", files.checkpoint),
    path("log/tile/<path:place>", files.tile),
    path("log/previous/<int:size>", files.previous),
    path("log/index/list", files.index_list),
    path("log/index/<int:size>/document", files.index_document),
    path("log/index/<int:size>/rows", files.index_rows),
    path("log/proof", proofs.proof),
    path("log/verifier", verifier.announced),
    path("status/<int:number>", status.show),
    # The yard's shell has nobody's name in it: a browser keeps it for whoever comes.
    path("desk/yard/worker.js", yard_shell.worker),
    path("desk/yard/shell/<str:code>", yard_shell.shell),
    path("desk/yard/manifest-<str:code>.webmanifest", yard_shell.manifest),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("problems/<slug:code>", catalogue.problem_type),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *machines,
    # Before the passport: a label's address ends where a serial would go on.
    *pages,
    *office,
    *anybody,
    # Last: any other Digital Link, a model's among them; what is longer leads to the shortest form.
    re_path(rf"^(?P<path>(?:{'|'.join(KEYS)})/(?s:.+))\Z", links.by_link(pages=READ)),
    re_path(r"^(?P<packed>[A-Za-z0-9_-]{10,})/?\Z", links.by_compressed_link(pages=READ)),
]
