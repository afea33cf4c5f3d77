"""A photo of a code, where the browser cannot read it: decoded within limits, and not kept."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase, JsonResponse
from django.views.decorators.http import require_POST

from api.http.weight import brings
from api.pages.signed_in import DeskRequest, answered, signed_in
from api.pages.tries import Tries, too_many
from api.pages.yard import with_texts
from passport.rules.errors import Malformed, Refusal

log = logging.getLogger(__name__)

MOST_BYTES: Final = 12 << 20
_PATIENCE_S: Final = 15
_ROOT: Final = Path(__file__).resolve().parents[2]
# It needs nothing of ours: no secret, no address. Threads of a library would ask for memory.
_ALONE: Final = {"PATH": os.environ.get("PATH", ""), "OPENBLAS_NUM_THREADS": "1"}
_NO_PICTURE: Final = 3
# A photo takes a core for a second: most threads of the process go on answering.
_HANDS: Final = BoundedSemaphore(2)
_TRIES: Final = Tries(burst=20, every_s=3)


class NoPicture(Malformed):
    """What was sent is no picture that is read here."""

    code = "no-picture"
    title = "This is no picture that can be read"


class TooHard(Refusal):
    """The picture took too long or too much memory."""

    code = "picture-too-hard"
    title = "The picture could not be read in time"


class Busy(Refusal):
    """Others are reading pictures."""

    code = "reader-busy"
    title = "Other pictures are being read"


@brings(lambda: MOST_BYTES)
@require_POST
@signed_in
def decode(request: DeskRequest) -> HttpResponseBase:
    """The texts of the codes on a photo: as JSON for a device, as a page for a form."""
    wanted = "application/json" in request.headers.get("Accept", "")
    if wait := _TRIES.wait(request, str(request.desk.person_id)):
        wrong = too_many(wait)
        if wanted:
            return JsonResponse({"detail": f"{wrong.detail} {wrong.remedy}"}, status=429)
        return with_texts(request, None, wrong, status=429)
    try:
        texts = read(request.FILES.get("photo"))
    except Refusal as refusal:
        if wanted:
            said = {"code": refusal.code, "detail": refusal.detail, "remedy": refusal.remedy}
            return JsonResponse(said, status=answered(refusal))
        return with_texts(request, None, refusal, status=answered(refusal))
    return JsonResponse({"texts": texts}) if wanted else with_texts(request, texts)


def read(photo: object) -> list[str]:
    """The texts on a photo. Refuses NoPicture, TooHard, Busy."""
    if not isinstance(photo, UploadedFile) or not photo.size:
        raise NoPicture("no photo came", pointer="/photo", remedy="take a picture of the code")
    if photo.size > MOST_BYTES:
        raise NoPicture(
            f"the photo has {photo.size} bytes; {MOST_BYTES} are read",
            pointer="/photo",
            remedy="let the camera take smaller pictures",
        )
    if not _HANDS.acquire(timeout=3):
        raise Busy(
            "other pictures are being read", pointer="/photo", remedy="try again in a moment"
        )
    try:
        return _read(photo.read())
    finally:
        _HANDS.release()


def _read(content: bytes) -> list[str]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "api.labels.reader"],
            input=content,
            capture_output=True,
            timeout=_PATIENCE_S,
            cwd=_ROOT,
            env=_ALONE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_hard() from None
    if done.returncode == _NO_PICTURE:
        raise NoPicture(
            f"the bytes are no picture that is read here: {json.loads(done.stdout)}",
            pointer="/photo",
            remedy="send a JPEG, PNG or WebP of at most 50 million pixels",
        )
    if done.returncode:
        log.warning("photo not read", extra={"status": done.returncode, "bytes": len(content)})
        raise _too_hard()
    texts: list[str] = json.loads(done.stdout)
    return texts


def _too_hard() -> TooHard:
    return TooHard(
        "the picture took too long to read",
        pointer="/photo",
        remedy="go closer, so that the code fills the picture, or type the number beside it",
    )
