"""Records about batteries in other hands are refused, and the attempt is kept all the same."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request

from api.http.errors import answer
from passport.actions import attempt
from passport.actions.attempt import Tried
from passport.proof import canonical
from passport.rules.custody import NotTheHolder

Handler = Callable[..., HttpResponse]


def attempted(handler: Handler) -> Handler:
    """Answer NotTheHolder as ever, and keep that it was tried; all else is rolled back.

    For addresses below a battery whose documents carry an `event_id`. Stands outside of
    repeatable(): a refusal is no answer that is kept for the same request.
    """

    @wraps(handler)
    def answered(view: Any, request: Request, battery_id: UUID, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return handler(view, request, battery_id, **kwargs)
        except NotTheHolder as refusal:
            plain = request._request
            tried = _tried(view, plain.document, refusal)  # type: ignore[attr-defined]
            attempt.keep(tried=[tried], by=view.party, at=view.at)
            return answer(refusal, plain)

    return answered


def _tried(view: Any, document: bytes, refusal: NotTheHolder) -> Tried:
    told: Any = canonical.loads(document, max_bytes=len(document))
    return Tried(
        battery_id=view.battery.pk,
        identity=view.battery.identity,
        event_id=UUID(told["event_id"]),
        sha256=hashlib.sha256(document).digest(),
        refusal=refusal,
    )
