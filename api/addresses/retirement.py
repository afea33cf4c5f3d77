"""Every address of programmes and retirements."""

from django.urls import URLPattern, URLResolver, path

from api.pages import retire as desk_retire
from api.v1 import programmes, retirements

machines: list[URLPattern | URLResolver] = [
    path("api/v1/programmes", programmes.Programmes.as_view()),
    path("api/v1/programmes/<uuid:programme_id>", programmes.Programme.as_view()),
    path("api/v1/retirements", retirements.Retirements.as_view()),
    path("api/v1/retirements/<uuid:retirement_id>", retirements.Retirement.as_view()),
]

pages: list[URLPattern | URLResolver] = [
    path("desk/retire/", desk_retire.choose),
    path("desk/retire/condition", desk_retire.condition),
    path("desk/retire/check", desk_retire.check),
]
