"""Submissions that the log takes: a signed receipt at once, or the proof for who waits (RFC 7240).

Waiting holds a thread, so fewer threads wait than a process has: when none is free, or the log is
slower than the caller is patient, the answer is the receipt.
"""

import json
import re
import threading
from typing import Any, ClassVar, Final, cast

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework.response import Response

from api.http.resource import Resource
from passport.actions import receipt
from passport.proof import canonical, tlogproof
from passport.proof.encoding import b64_encode
from passport.queries.log import Proof

LONGEST_S: Final = 10
_WAIT: Final = re.compile(r"wait\s*=\s*\"?([0-9]{1,9})\"?\s*\Z", re.IGNORECASE)
_TAKEN: Final = (201, 202)


class Waiting(Resource):
    """A resource whose POST ends in `taken()`; its transaction is over before anybody waits."""

    free: ClassVar[threading.Semaphore] = threading.BoundedSemaphore(
        settings.PASSPORT_WAITING_THREADS
    )

    @classmethod
    def as_view(cls, **given: Any) -> Any:
        return transaction.non_atomic_requests(super().as_view(**given))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            response = cast(HttpResponse, super().dispatch(request, *args, **kwargs))
        seconds = patience(request.headers.get("Prefer", ""))
        if not seconds or response.status_code not in _TAKEN:
            return response
        return self._awaited(response, seconds)

    def taken(
        self, record: object, *, digest: bytes, kind: str, location: str, origin: str | None = None
    ) -> Response:
        """Answer that a document was taken in, with the promise that it will be logged.

        `origin` is the name of the log, where the write has told it already.

        The fields `receipt`, `proof` and `entry` belong into the shape, not required.
        """
        response = self.one(record, location=location)
        promise = receipt.make(digest=digest, kind=kind, at=self.at, origin=origin)
        response.data |= {"digest": digest.hex(), "receipt": canonical.loads(promise)}
        return response

    def _awaited(self, response: HttpResponse, seconds: int) -> HttpResponse:
        if not self.free.acquire(blocking=False):
            return response
        try:
            # A repeated request is answered with the bytes of the first answer.
            data = response.data if isinstance(response, Response) else json.loads(response.content)
            digest = bytes.fromhex(data["digest"])
            proof = receipt.wait_for_proof(digest=digest, seconds=seconds)
        finally:
            self.free.release()
        return response if proof is None else _proven(response, data, proof, seconds)


def patience(header: str) -> int:
    """How many seconds a Prefer header is ready to wait; more than LONGEST_S are as good as that.

    Preferences that cannot be read are no preferences (RFC 7240 §2).
    """
    for preference in header.split(","):
        if found := _WAIT.match(preference.partition(";")[0].strip()):
            return min(int(found[1]), LONGEST_S)
    return 0


def _proven(
    response: HttpResponse, data: dict[str, Any], proof: Proof, seconds: int
) -> HttpResponse:
    text = tlogproof.encode(index=proof.index, path=proof.path, data=proof.checkpoint)
    shown = {"proof": text.decode(), "entry": b64_encode(proof.entry)}
    answer = JsonResponse(dict(data) | shown, status=201)
    for name, value in response.items():
        if name not in ("Content-Type", "Content-Length"):
            answer[name] = value
    answer["Preference-Applied"] = f"wait={seconds}"
    return answer
