"""Machines come with a key in the Authorization header; cookies mean nothing to the API."""

import uuid
from datetime import date, datetime
from functools import partial
from typing import Final

from django.db import transaction
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from passport.actions import party as parties
from passport.models.party import ApiKey, Party
from passport.queries import party

_SCHEME: Final = "bearer"
# The same words for a wrong, an unknown, an expired and a revoked key.
_NO: Final = "The key is not valid: it is unknown, expired or revoked."


# The day on which this process has last noted the use of a key: once a day is enough.
_NOTED: Final[dict[uuid.UUID, date]] = {}
_MOST_NOTED: Final = 10_000


class ApiKeyAuthentication(BaseAuthentication):
    """Finds the key's party and makes it the tenant of this request's transaction."""

    def authenticate(self, request: Request) -> tuple[Party, ApiKey] | None:
        given = request.headers.get("Authorization", "")
        if not given:
            return None
        scheme, _, presented = given.partition(" ")
        if scheme.lower() != _SCHEME or not presented.isascii() or len(presented) > 200:
            raise AuthenticationFailed("Send the header as: Authorization: Bearer bp_…")
        key = party.enter_by_key(presented=presented.strip(), at=request._request.at)  # type: ignore[attr-defined]
        if key is None:
            raise AuthenticationFailed(_NO)
        _note(key, request._request.at)  # type: ignore[attr-defined]
        request._request.party = key.party  # type: ignore[attr-defined]
        return key.party, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="battery passport"'


def _note(key: ApiKey, at: datetime) -> None:
    if _NOTED.get(key.pk) == at.date():
        return
    parties.note_use(key_id=key.pk, at=at)
    # A request that is refused takes its note back with it, so the next one writes it again.
    transaction.on_commit(partial(_noted, key.pk, at.date()))


def _noted(key_id: uuid.UUID, day: date) -> None:
    if len(_NOTED) >= _MOST_NOTED:
        _NOTED.clear()
    _NOTED[key_id] = day
