"""The log as plain bytes: checkpoint, tiles and index, straight from files, without the database.

A tile never changes once it is there, so any cache may keep it; the checkpoint is always asked for.
"""

import email.utils
import os
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from api.http.problems import Fault, Problem, respond
from passport.proof import tiles

_TEXT, _BYTES = "text/plain; charset=utf-8", "application/octet-stream"
_BLOCK = 1 << 18
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK = "public, max-age=0, must-revalidate"


@transaction.non_atomic_requests
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponseBase:
    """The newest published tree head with its cosignatures (C2SP tlog-checkpoint)."""
    return _file(request, "checkpoint", _TEXT, _ASK)


@transaction.non_atomic_requests
@require_safe
def tile(request: HttpRequest, place: str) -> HttpResponseBase:
    """A tile or an entry bundle (C2SP tlog-tiles); the path has one spelling."""
    path = tiles.parse_path(f"tile/{place}").path
    return _file(request, path, _BYTES, _FOR_EVER)


@transaction.non_atomic_requests
@require_safe
def previous(request: HttpRequest, size: int) -> HttpResponseBase:
    """The last checkpoint under an older name of the log, by its size."""
    return _file(request, f"previous/{size}", _TEXT, _FOR_EVER)


@transaction.non_atomic_requests
@require_safe
def index_list(request: HttpRequest) -> HttpResponseBase:
    """Which snapshots of the index were logged: a line for each, size and digest."""
    return _file(request, "index/list", _TEXT, _ASK)


@transaction.non_atomic_requests
@require_safe
def index_document(request: HttpRequest, size: int) -> HttpResponseBase:
    """The document of the snapshot over so many entries, whose digest is logged."""
    return _file(request, f"index/{size}/document", "application/json", _FOR_EVER)


@transaction.non_atomic_requests
@require_safe
def index_rows(request: HttpRequest, size: int) -> HttpResponseBase:
    """The rows of a snapshot, 120 bytes a subject, as a stream; older ones go after a while."""
    path = f"index/{size}/rows"
    try:
        rows = (Path(settings.PASSPORT_LOG_DIR) / path).open("rb")
    except FileNotFoundError:
        return respond(_absent(path), request)
    response = FileResponse(rows, content_type=_BYTES)
    response.block_size = _BLOCK
    return _open_to_all(response, os.fstat(rows.fileno()).st_mtime, _FOR_EVER)


def _file(request: HttpRequest, path: str, media_type: str, caching: str) -> HttpResponseBase:
    file = Path(settings.PASSPORT_LOG_DIR) / path
    try:
        data, written = file.read_bytes(), file.stat().st_mtime
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return respond(_absent(path), request)
    return _open_to_all(HttpResponse(data, content_type=media_type), written, caching)


def _open_to_all(response: HttpResponseBase, written: float, caching: str) -> HttpResponseBase:
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
