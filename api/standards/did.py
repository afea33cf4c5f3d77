"""The service's own DID document: the key with which it signs its records."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from passport.queries import service_key


@transaction.non_atomic_requests
@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The document of PASSPORT_SERVICE_DID (did:web §3.2), as its domain answers it.

    It proves no more than the domain does: an auditor pins the key from another source.
    """
    response = JsonResponse(service_key.did_document(), content_type="application/did+json")
    response["Cache-Control"] = "public, max-age=300"
    response["Access-Control-Allow-Origin"] = "*"
    return response
