"""Labels: of one battery, or of all batteries of a file as sheets, for a printer, for a laser."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Identifier, Moment, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, repeatable
from api.http.shapes import StrictShape
from api.http.streaming import Streaming
from api.labels import forms
from api.labels.forms import Form
from api.labels.press import Press
from api.labels.stock import choice, wish
from passport.actions import label as labels
from passport.models.battery import Level
from passport.models.ids import new_id
from passport.models.party import Role
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


class PrintShape(StrictShape):
    catalogue = "label-print"

    id = Identifier()
    level = Word(among=Level.values)
    label = Text(longest=40)  # type: ignore[assignment]
    count = Count()
    printed_at = Moment()


class NewPrint(StrictShape):
    catalogue = "label-print"

    id = Identifier(required=False)
    level = Word(among=Level.values)
    label = Text(longest=40)  # type: ignore[assignment]
    count = Count()


class LabelPrints(Resource):
    """What was printed of a file; POST records one print job. The same `id` again is one job."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.MAKER, scope=Scope.REGISTER)}
    accepts = {"POST": NewPrint}
    answers = {"GET": PrintShape, "POST": PrintShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request, intake_id: UUID) -> Response:
        return self.page(label.listing, intake_id=intake_id)

    @repeatable(required=False)
    def post(self, request: Request, intake_id: UUID) -> Response:
        sent = self.payload()
        made = labels.printed(
            print_id=sent.get("id") or new_id(),
            intake_id=intake_id,
            level=sent["level"],
            count=sent["count"],
            label=sent["label"],
            by=self.party,
            person_id=None,
            at=self.at,
        )
        return self.one(made)


def _named(response: Any, form: Form, name: str, kind: str) -> Any:
    response["Content-Type"] = form.media_type
    response["Content-Disposition"] = f'{kind}; filename="{name}.{form.name}"'
    response["Cache-Control"] = "private, no-cache"
    return response
