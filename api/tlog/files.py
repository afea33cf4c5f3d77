"""The log as plain bytes: the checkpoint and the tiles, straight from files, without the database.

A tile never changes once it is there, so any cache may keep it; the checkpoint is always asked for.
"""

import email.utils
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from api.http.problems import Fault, Problem, respond
from passport.proof import tiles

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK = "public, max-age=0, must-revalidate"


@transaction.non_atomic_requests
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponseBase:
    """The newest published tree head with its cosignatures (C2SP tlog-checkpoint)."""
    return _file(request, "checkpoint", "text/plain; charset=utf-8", _ASK)


@transaction.non_atomic_requests
@require_safe
def tile(request: HttpRequest, place: str) -> HttpResponseBase:
    """A tile or an entry bundle (C2SP tlog-tiles); the path has one spelling."""
    path = tiles.parse_path(f"tile/{place}").path
    return _file(request, path, "application/octet-stream", _FOR_EVER)


def _file(request: HttpRequest, path: str, media_type: str, caching: str) -> HttpResponseBase:
    file = Path(settings.PASSPORT_LOG_DIR) / path
    try:
        data, written = file.read_bytes(), file.stat().st_mtime
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return respond(_absent(path), request)
    response = HttpResponse(data, content_type=media_type)
    response["Cache-Control"] = caching
    response["Last-Modified"] = email.utils.formatdate(written, usegmt=True)
    # Witnesses and monitors may run in a browser of anybody.
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _absent(path: str) -> Problem:
    detail = f"The log has no {path} yet."
    remedy = "Ask for the checkpoint; a log of that size has the tiles up to it."
    fault = Fault("not-published", detail, remedy=remedy)
    return Problem(404, "not-published", "Not published", detail, (fault,))
