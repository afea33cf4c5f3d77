"""Every address of treatments."""

from django.urls import URLPattern, URLResolver, path

from api.pages import treatments as desk_treatments
from api.v1 import treatments

machines: list[URLPattern | URLResolver] = [
    path("api/v1/treatments", treatments.Treatments.as_view()),
    path("api/v1/treatments/<uuid:treatment_id>", treatments.Treatment.as_view()),
]

pages: list[URLPattern | URLResolver] = [
    path("desk/treatments/", desk_treatments.listing),
    path("desk/treatments/<uuid:treatment_id>/", desk_treatments.record),
    path("desk/treatments/book/<uuid:battery_id>/", desk_treatments.book),
]
