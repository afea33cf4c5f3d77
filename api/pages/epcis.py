"""The life of a battery as a file that any software for EPCIS reads."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from api.pages.signed_in import DeskRequest, signed_in
from passport.queries import battery, epcis_life


@require_safe
@signed_in
def file(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Hand out all that happened to a battery as one EPCIS 2.0 document."""
    site = settings.PASSPORT_PUBLIC_URL
    text = epcis_life.life(
        battery=battery.by_id(battery_id=battery_id),
        by=request.desk.acting(),
        site=site,
        name=f"{site.rstrip('/')}/api/v1/batteries/{battery_id}/epcis",
        at=request.desk.at,
    )
    response = HttpResponse(text, content_type="application/ld+json")
    response["Content-Disposition"] = f'attachment; filename="epcis-{battery_id}.jsonld"'
    return response
