"""Bitstring Status Lists (W3C): whether an attestation was withdrawn, for any software."""

import hashlib
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from api.http.versions import unless_known
from passport.actions import status_list

MEDIA_TYPE: Final = "application/vc"


@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """The signed list of this number; entry i of the log has bit i % 131072 of list i // 131072."""
    data = status_list.signed(
        number=number,
        site=settings.PASSPORT_PUBLIC_URL,
        at=request.at,  # type: ignore[attr-defined]
    )
    response = HttpResponse(data, content_type=MEDIA_TYPE)
    response["Cache-Control"] = f"public, max-age={int(status_list.FRESH.total_seconds())}"
    response["Access-Control-Allow-Origin"] = "*"
    return unless_known(request, response, tag=hashlib.sha256(data).hexdigest()[:32])
