"""The proof that a document's digest is in the log, as a C2SP tlog-proof anybody can check."""

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from passport.proof.encoding import b64_encode, b64u_decode
from passport.proof.errors import BadEncoding
from passport.queries import log
from passport.rules.errors import Malformed

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


class NotADigest(Malformed):
    """The query names no SHA-256."""

    code = "not-a-digest"
    title = "This is not a digest"


@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """The entry of a digest, its path and the checkpoint that they lead to. Refuses NotADigest."""
    found = log.proof_of(digest=_digest(request.GET.get("digest", "")))
    response = JsonResponse(
        {
            "index": found.index,
            "entry": b64_encode(found.entry),
            "path": [b64_encode(step) for step in found.path],
            "checkpoint": found.checkpoint.decode(),
        }
    )
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


def _digest(text: str) -> bytes:
    if _DIGEST.match(text):
        return bytes.fromhex(text)
    try:
        return b64u_decode(text, size=32)
    except BadEncoding as error:
        raise NotADigest(
            "`digest` is not a SHA-256",
            pointer="?digest",
            remedy="send the SHA-256 of the document's bytes: 64 digits 0-9 a-f, or base64url",
        ) from error
