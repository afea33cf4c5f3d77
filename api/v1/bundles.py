"""The provenance bundle: one file that an auditor takes away and checks without us."""

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from api.http.permissions import Scope, needs
from api.http.resource import Resource
from passport.actions import bundle


class Bundle(Resource):
    """The bundle of a battery that concerns the key's party."""

    needs = {"GET": needs(scope=Scope.READ)}

    def get(self, request: Request, battery_id: UUID) -> HttpResponse:
        data = bundle.assemble(battery_ids=[battery_id], by=self.party, at=self.at)
        response = HttpResponse(data, content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="bundle-{battery_id}.json"'
        response["Cache-Control"] = "private, no-store"
        return response
