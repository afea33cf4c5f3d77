"""Who the key belongs to, and what it may be used for."""

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Identifier, Several, Text
from api.http.permissions import Scope, needs
from api.http.resource import Resource
from api.http.shapes import StrictShape


class Self(StrictShape):
    catalogue = "whoami"

    id = Identifier(source="party_id")
    slug = Text(source="party.slug")
    name = Text(source="party.name")
    country = Text(source="party.country")
    did = Text(source="party.did", allow_null=True)
    roles = Several(of=Text, source="party.roles")
    scopes = Several(of=Text)


class WhoAmI(Resource):
    """The party that a key acts for."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": Self}

    def get(self, request: Request) -> Response:
        return self.one(request.auth)
