"""Labels: of one battery, or of all batteries of a file as sheets, for a printer, for a laser."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from rest_framework.request import Request

from api.http.permissions import Scope, needs
from api.http.resource import Resource
from api.http.streaming import Streaming
from api.labels import forms
from api.labels.forms import Form
from api.labels.press import Press
from api.labels.stock import choice, wish
from passport.queries import label
from passport.queries.label import Item


class BatteryLabel(Resource):
    """The label of one battery.

    `?label=` names a sheet, a roll or a size such as 57x32; `contents=` full, marks or code;
    `ec=` Q or M; `dpi=` 203, 300 or 600 for a label printer; `start=`, `right_mm=` and `down_mm=`
    where on a sheet. What does not fit is refused, with the label that would hold it.
    """

    needs = {"GET": needs(scope=Scope.READ)}
    form: ClassVar[Form] = forms.SVG

    def get(self, request: Request, battery_id: UUID) -> HttpResponse:
        asked = wish(request.GET)
        host = settings.PASSPORT_PUBLIC_URL
        item, job = label.of_battery(battery_id=battery_id, host=host)
        press = Press(job=job, wish=asked, host=host, dots=self.form.dots)
        drawn = forms.single(press, self.form, item)
        return _named(HttpResponse(drawn), self.form, f"label-{battery_id}", "inline")


class IntakeLabels(Streaming):
    """The labels of a file's batteries, in parts of at most 2,000 (PDF) or 50,000 (others).

    Besides what one label takes: `?level=`, `?model=` (its code), `?lot=`, `?sort=` serial or
    file, `?part=` from 1. The Link header leads to the next part.
    """

    needs = {"GET": needs(scope=Scope.READ)}
    form: ClassVar[Form] = forms.PDF

    def get(self, request: Request, intake_id: UUID) -> HttpResponseBase:
        asked, chosen = wish(request.GET), choice(request.GET, most=self.form.most)
        host = settings.PASSPORT_PUBLIC_URL
        with self.acting():
            job = label.of_intake(intake_id=intake_id, choice=chosen, host=host)
        press = Press(job=job, wish=asked, host=host, dots=self.form.dots)
        drawn = forms.stream(press, self.form, self._fetch)
        response = StreamingHttpResponse(drawn if request.method == "GET" else ())
        if chosen.first + len(job.ids) < job.total:
            following = request.GET.copy()
            following["part"] = str(chosen.first // chosen.most + 2)
            response["Link"] = f'<{request.path}?{following.urlencode()}>; rel="next"'
        return _named(response, self.form, f"labels-{intake_id}", "attachment")

    def _fetch(self, ids: Sequence[UUID]) -> list[Item]:
        with self.acting():
            return label.items(ids)


def _named(response: Any, form: Form, name: str, kind: str) -> Any:
    response["Content-Type"] = form.media_type
    response["Content-Disposition"] = f'{kind}; filename="{name}.{form.name}"'
    response["Cache-Control"] = "private, no-cache"
    return response
