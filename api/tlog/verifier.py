"""Which verifier this service gives out, and where the log says so."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from passport.proof.encoding import b64_encode, b64u_encode
from passport.queries import verifier


@require_safe
def announced(request: HttpRequest) -> HttpResponse:
    """The digest of the packed verifier, the service's document about it, and its log index.

    `index` is null until the sequencer of this release has published the entry.
    """
    packed = verifier.packed()
    logged = verifier.logged(sha256=packed.sha256)
    response = JsonResponse(
        {
            "url": "/verify/audit.pyz",
            "sha256": packed.sha256.hex(),
            "sizeBytes": len(packed.body),
            "document": None if logged is None else b64_encode(logged.document),
            "digest": None if logged is None else b64u_encode(logged.digest),
            "index": None if logged is None else logged.index,
        }
    )
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response
