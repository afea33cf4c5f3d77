"""Every address of models, files of batteries, and labels."""

from django.urls import URLPattern, URLResolver, path

from api.labels import forms
from api.pages import intakes as desk_intakes
from api.pages import labels as desk_labels
from api.pages import legacy as desk_legacy
from api.pages import models as desk_models
from api.pages import origins as desk_origins
from api.v1 import (
    documents,
    facilities,
    intake_errors,
    intakes,
    labels,
    legacy_batteries,
    models,
    serials,
)

machines: list[URLPattern | URLResolver] = [
    path("api/v1/models", models.Models.as_view()),
    path("api/v1/models/<uuid:model_id>", models.Model.as_view()),
    path("api/v1/facilities", facilities.Facilities.as_view()),
    path("api/v1/documents", documents.Documents.as_view()),
    path("api/v1/documents/<str:sha256>", documents.Document.as_view()),
    path("api/v1/legacy-batteries", legacy_batteries.LegacyBatteries.as_view()),
    path("api/v1/legacy-batteries/<uuid:legacy_id>", legacy_batteries.LegacyBattery.as_view()),
    path("api/v1/legacy-batteries/<uuid:legacy_id>/merge", legacy_batteries.Merger.as_view()),
    path("api/v1/intakes", intakes.Intakes.as_view()),
    path("api/v1/intakes/<uuid:intake_id>", intakes.Intake.as_view()),
    path("api/v1/intakes/<uuid:intake_id>/errors", intake_errors.IntakeErrors.as_view()),
    path("api/v1/intakes/<uuid:intake_id>/cancel", intakes.Cancellation.as_view()),
    path("api/v1/intakes/<uuid:intake_id>/label-prints", labels.LabelPrints.as_view()),
    *(
        path(
            f"api/v1/intakes/<uuid:intake_id>/labels.{form.name}",
            labels.IntakeLabels.as_view(form=form),
        )
        for form in (forms.PDF, forms.ZPL, forms.CSV, forms.TXT)
    ),
    path("api/v1/serials", serials.Serials.as_view()),
    path("api/v1/serials/<uuid:issue_id>", serials.Issue.as_view()),
]

pages: list[URLPattern | URLResolver] = [
    path("desk/models/", desk_models.listing),
    path("desk/models/<uuid:model_id>/", desk_models.record),
    path("desk/lots/", desk_models.lots),
    path("desk/intakes/", desk_intakes.listing),
    path("desk/intakes/<uuid:intake_id>/", desk_intakes.record),
    path("desk/intakes/example.ndjson", desk_intakes.example, {"form": "ndjson"}),
    path("desk/intakes/example.csv", desk_intakes.example, {"form": "csv"}),
    path("desk/intakes/<uuid:intake_id>/progress", desk_intakes.progress),
    path("desk/intakes/<uuid:intake_id>/cancel", desk_intakes.cancel),
    path("desk/intakes/<uuid:intake_id>/again", desk_intakes.again),
    path("desk/intakes/<uuid:intake_id>/errors.ndjson", desk_intakes.errors),
    path("desk/intakes/<uuid:intake_id>/lines/<int:number>", desk_intakes.line),
    path("desk/found/", desk_legacy.found),
    path("desk/intakes/<uuid:intake_id>/origin", desk_origins.sign),
    *(
        path(
            f"desk/intakes/<uuid:intake_id>/origin/{level.lower()}s.ndjson",
            desk_origins.items,
            {"level": level},
        )
        for level in desk_origins.LEVELS
    ),
    path("desk/intakes/<uuid:intake_id>/labels", desk_labels.choose),
    path("desk/intakes/<uuid:intake_id>/labels/first.svg", desk_labels.first_sheet),
    path("desk/intakes/<uuid:intake_id>/labels/printed", desk_labels.printed),
    *(
        path(
            f"desk/intakes/<uuid:intake_id>/labels/file.{form.name}",
            desk_labels.file,
            {"form": form},
        )
        for form in (forms.PDF, forms.ZPL, forms.CSV, forms.TXT)
    ),
]
