"""Whether this process lives, and whether it can serve; tells no secret and needs no key."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from passport.queries import readiness

SLOWEST_LOG_SECONDS: Final = 60.0


@transaction.non_atomic_requests
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return _answer({"live": True}, 200)


@transaction.non_atomic_requests
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Every part that a request needs; 503 names the one that is not there."""
    parts = _database(request.at) | {"disk": _disk()}  # type: ignore[attr-defined]
    good = all(part["good"] for part in parts.values())
    return _answer({"ready": good, "parts": parts}, 200 if good else 503)


def _database(at: datetime) -> dict[str, dict[str, Any]]:
    seen = readiness.look(at=at)
    if seen is None:
        return {"database": {"good": False, "says": "no answer within a second"}}
    lag = seen.log_lag_seconds
    return {
        "database": {"good": True},
        "migrations": {"good": not seen.unapplied, "unapplied": seen.unapplied},
        "log": {
            "good": lag is not None and lag <= SLOWEST_LOG_SECONDS,
            "lag_seconds": None if lag is None else round(lag, 3),
        },
    }


def _disk() -> dict[str, Any]:
    folder = Path(settings.PASSPORT_LOG_DIR)
    while not folder.exists():
        folder = folder.parent
    at = os.statvfs(folder)
    free = at.f_bavail / at.f_blocks if at.f_blocks else 0.0
    least = settings.PASSPORT_DISK_FREE_PERCENT
    return {"good": free * 100 >= least, "free_percent": round(free * 100)}


def _answer(body: dict[str, Any], status: int) -> JsonResponse:
    response = JsonResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response
