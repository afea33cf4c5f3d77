"""What `bat:` stands for in events of this service, for whoever follows a name to its meaning."""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from api.standards.crossing import open_to_all
from passport.rules.epcis_native import stem_of
from passport.rules.epcis_vocabulary import vocabulary


@transaction.non_atomic_requests
@open_to_all
def words(request: HttpRequest) -> HttpResponse:
    """The words of our own as JSON-LD, each with its meaning."""
    told = vocabulary(stem=stem_of(settings.PASSPORT_PUBLIC_URL))
    response = JsonResponse(told, content_type="application/ld+json")
    response["Cache-Control"] = "public, max-age=300"
    return response
