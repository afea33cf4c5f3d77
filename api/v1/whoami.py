"""Who the key belongs to, and what it may be used for."""

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Identifier, Several, Text
from api.http.permissions import Scope, needs
from api.http.resource import Resource
from api.http.shapes import StrictShape


class Self(StrictShape):
    catalogue = "whoami"

    id = Identifier()
    slug = Text()
    name = Text()
    country = Text()
    did = Text(allow_null=True)
    roles = Several(of=Text)
    scopes = Several(of=Text)


class WhoAmI(Resource):
    """The party that a key acts for."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": Self}

    def get(self, request: Request) -> Response:
        party = self.party
        known = {name: getattr(party, name) for name in Self().fields if name != "scopes"}
        return self.one(known | {"scopes": request.auth.scopes})
