"""A maker that sends files, and waits until a checkpoint covers what came of them."""

import json
import os
import socket
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.core.management.base import CommandError

from api.management.bench.line_file import MakerFile
from passport.actions import key as keys
from passport.actions import party
from passport.models import Attestation, Intake, IntakeState, LogEntry, LogHead
from passport.proof import keyevent, keyfile
from passport.proof.keyfile import KeyFile

PATIENCE_S = 900.0
_PIECE = 1 << 18


@dataclass(frozen=True)
class Maker:
    """A party with an API key, and its signing key, which the service never sees."""

    secret: str
    key: KeyFile


@dataclass(frozen=True)
class TakenIn:
    """An intake: seconds from its first byte to its end, and those that the worker was at it."""

    intake: uuid.UUID
    seconds: float
    worked: float


def maker() -> Maker:
    """A maker whose key is enrolled by proof of possession."""
    at = datetime.now(UTC)
    did = "did:web:maker.example"
    made = party.register_party(
        name="Maker", slug="maker", roles=["MAKER"], country="DE", did=did, at=at
    )
    _, secret = party.issue_api_key(party=made, name="bench", scopes=party.SCOPES, at=at)
    own = keyfile.make(purpose="issuer", name=f"{did}#key-1", seed=os.urandom(32))
    nonce = keys.issue_challenge(by=made, at=at).nonce
    created = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    keys.enrol(document=keyevent.enrol(key=own, challenge=nonce, created=created), by=made, at=at)
    return Maker(secret=secret, key=own)


@dataclass
class Sender:
    """Sends over a plain socket: it costs little beside the service that is measured."""

    url: str
    maker: Maker

    def take_in(self, file: MakerFile) -> TakenIn:
        """Send a file; seconds from its first byte to its end: registered, attested, in the log."""
        began, answer = self._send(file)
        intake = uuid.UUID(str(answer["id"]))
        taken = self._await(intake)
        if taken.rejected or taken.accepted + taken.duplicates != file.lines:
            raise CommandError(f"Of {file.lines} lines {taken.accepted} landed: {answer}")
        self._await_checkpoint(file.digest)
        seconds = time.monotonic() - began
        return TakenIn(intake, seconds, _worked(taken))

    def _send(self, file: MakerFile) -> tuple[float, dict[str, object]]:
        where = urlsplit(self.url)
        head = (
            f"POST /api/v1/intakes HTTP/1.1\r\nHost: {where.netloc}\r\n"
            f"Authorization: Bearer {self.maker.secret}\r\nContent-Type: application/x-ndjson\r\n"
            f"Idempotency-Key: {os.urandom(16).hex()}\r\nConnection: close\r\n"
            f"Content-Length: {file.path.stat().st_size}\r\n\r\n"
        )
        with socket.create_connection((str(where.hostname), where.port or 80), 300) as line:
            line.sendall(head.encode())
            began = time.monotonic()
            with file.path.open("rb") as body:
                while piece := body.read(_PIECE):
                    line.sendall(piece)
            data = b""
            while part := line.recv(65_536):
                data += part
        status, _, body_ = data.partition(b"\r\n\r\n")
        if b" 202 " not in status[:20]:
            raise CommandError(f"The server answered {data[:600]!r}")
        found: dict[str, object] = json.loads(body_)
        return began, found

    def _await(self, intake: uuid.UUID) -> Intake:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found = Intake.objects.select_related("job").get(pk=intake)
            if found.state == IntakeState.DONE:
                return found
            if found.state == IntakeState.FAILED or time.monotonic() > deadline:
                told = found.job.last_error if found.job else ""
                raise CommandError(f"The intake is {found.state}: {told}")
            time.sleep(0.2)

    def _await_checkpoint(self, digest: bytes) -> None:
        deadline = time.monotonic() + PATIENCE_S
        if not Attestation.objects.filter(sha256=digest).exists():
            raise CommandError("The batch was not attested.")
        while time.monotonic() < deadline:
            entry = LogEntry.objects.filter(digest=digest).first()
            if entry is not None and LogHead.objects.get().published_size > entry.index:
                return
            time.sleep(0.2)
        raise CommandError("No checkpoint covers the batch.")


def _worked(taken: Intake) -> float:
    if taken.started_at is None or taken.finished_at is None:
        raise CommandError("The intake is done without a beginning or an end.")
    return (taken.finished_at - taken.started_at).total_seconds()
