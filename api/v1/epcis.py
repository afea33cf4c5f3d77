"""The life of a battery as an EPCIS 2.0 document, for anybody's software."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from rest_framework.request import Request

from api.http.permissions import Scope, needs
from api.v1.batteries import OfBattery
from api.v1.events import CONCERNED
from passport.queries import epcis_life

MEDIA_TYPE = "application/ld+json"


class Epcis(OfBattery):
    """All that happened to a battery as one EPCISDocument (GS1 EPCIS 2.0, JSON-LD).

    Events that were captured as EPCIS stand in it as they were received. What the law does not
    give the reader is left out.
    """

    needs = {"GET": needs(*CONCERNED, scope=Scope.READ)}
    forms = {"GET": (MEDIA_TYPE,)}

    def get(self, request: Request, battery_id: UUID) -> HttpResponse:
        battery = self.battery
        site = settings.PASSPORT_PUBLIC_URL
        text = epcis_life.life(
            battery=battery,
            by=self.party,
            site=site,
            name=f"{site.rstrip('/')}{request._request.path}",
            at=self.at,
        )
        response = HttpResponse(text, content_type=MEDIA_TYPE)
        response["Content-Disposition"] = f'attachment; filename="epcis-{battery.pk}.jsonld"'
        return response
