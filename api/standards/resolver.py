"""What this service is as a GS1-conformant resolver, for software that asks before it resolves."""

from typing import Final

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from api.standards.crossing import open_to_all
from api.standards.linkset import CONTEXT
from passport.rules.resolving import PREFIX, SUPPORTED, VOCABULARY

NAME: Final = "Battery passport"


@transaction.non_atomic_requests
@open_to_all
def description(request: HttpRequest) -> HttpResponse:
    """The resolver description file: where links begin, and which keys and link types are known."""
    response = JsonResponse(
        {
            "name": NAME,
            "resolverRoot": settings.PASSPORT_PUBLIC_URL,
            "supportedPrimaryKeys": list(SUPPORTED),
            "supportedLinkType": [{"namespace": VOCABULARY, "prefix": PREFIX}],
            "linkTypeDefaultCanBeLinkset": False,
            "jsonLdContextLocation": CONTEXT,
        }
    )
    response["Cache-Control"] = "public, max-age=300"
    return response
