"""`witness`: cosigns the checkpoints of a log, each only if it continues the one before.

An HTTP server after C2SP tlog-witness. Its state is one file; whoever loses it must retire the
witness, since a witness that forgets can be made to cosign a second history.
"""

import argparse
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from passport.audit import files
from passport.proof import canonical, checkpoint, note, tree
from passport.proof.checkpoint import Checkpoint
from passport.proof.encoding import b64_decode, b64_encode
from passport.proof.errors import BadNote, BadPolicy, ProofError
from passport.proof.keyfile import KeyFile
from passport.proof.note import Verifier

MAX_BODY = 131_072
_MAX_PROOF = 63
_IDLE_SECONDS = 30
_SIZE_TYPE = "text/x.tlog.size"
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """What to say to a submission: HTTP status, body, content type."""

    status: int
    body: str
    content_type: str = _TEXT


@dataclass
class Witness:
    """A witness of some logs, and the newest checkpoint of each that it cosigned."""

    key: KeyFile
    logs: dict[str, Verifier]
    state: Path
    clock: Callable[[], float] = time.time
    seen: dict[str, Checkpoint] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self) -> bool:
        """Read the state file; returns False, and writes an empty one, where there is none."""
        if not self.state.exists():
            self._persist({})
            return False
        value = canonical.loads(files.read(self.state, limit=canonical.MAX_BYTES))
        if not isinstance(value, dict):
            raise BadNote(f"{self.state} is not the state of a witness.")
        self.seen = {origin: checkpoint.parse(str(text)) for origin, text in value.items()}
        return True

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer one submission (tlog-witness, add-checkpoint).

        1. the body has its shape; 2. the log is known: else 404; 3. it signed: else 403; 4. old
        size ≤ size: else 400; 5. old size is the one last cosigned: else 409 with that size;
        6. the new tree continues the old one: else 422 (409 for another root at one size);
        7. persist; 8. cosign.
        """
        try:
            old, proof, data = _parse(body)  # 1
            text, _ = note.parse(data)
            head = checkpoint.parse(text)
        except ProofError as error:
            return Answer(400, f"{error.detail}\n")
        if head.origin not in self.logs:  # 2
            return Answer(404, f"The log {head.origin} is not known here.\n")
        try:
            note.verify(data, verifiers=[self.logs[head.origin]])  # 3
        except ProofError as error:
            return Answer(403, f"{error.detail}\n")
        if old > head.size:  # 4
            return Answer(400, "The old size is above the size of the checkpoint.\n")
        with self._lock:
            return self._advance(old, proof, head)

    def _advance(self, old: int, proof: list[bytes], head: Checkpoint) -> Answer:
        """Steps 5 to 8, with the lock held: looking and persisting are one act."""
        last = self.seen.get(head.origin, Checkpoint(head.origin, 0, tree.EMPTY_ROOT))
        if old != last.size or (old == head.size and head.root != last.root):  # 5
            return Answer(409, f"{last.size}\n", _SIZE_TYPE)
        try:
            tree.verify_consistency(  # 6
                old=old, new=head.size, old_root=last.root, new_root=head.root, path=proof
            )
        except ProofError as error:
            return Answer(422, f"{error.detail}\n")
        self._persist({**self.seen, head.origin: head})  # 7
        # A crash here leaves a state without an answer: the log asks again with the same old
        # size, is told 409 and the size, and asks a last time with that one.
        self.seen[head.origin] = head
        signature = note.cosign(  # 8
            text=head.text,
            name=self.key.name,
            public_key=self.key.public_key,
            private_key=self.key.private_key,
            seconds=int(self.clock()),
        )
        return Answer(200, signature.line)

    def _persist(self, seen: dict[str, Checkpoint]) -> None:
        # A crash before the rename leaves the old state, and nothing was answered on the new one.
        state = {origin: each.text for origin, each in seen.items()}
        files.replace(self.state, canonical.encode(state))


def _parse(body: bytes) -> tuple[int, list[bytes], bytes]:
    head, separator, data = body.partition(b"\n\n")
    lines = head.split(b"\n")
    match = re.fullmatch(rb"old ([0-9]{1,19})", lines[0])
    if not separator or not match or len(lines) - 1 > _MAX_PROOF:
        raise BadNote("The body must be: old SIZE, proof lines, an empty line, a checkpoint.")
    old = checkpoint.parse_size(match[1].decode())
    return old, [b64_decode(line.decode("ascii", "replace"), size=32) for line in lines[1:]], data


def request_body(*, old: int, proof: list[bytes], data: bytes) -> bytes:
    """Return the body by which a log submits a checkpoint (tlog-witness, add-checkpoint)."""
    lines = [f"old {old}", *(b64_encode(each) for each in proof), "", ""]
    return "\n".join(lines).encode() + data


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        super().__init__(address, _Handler)
        self.witness = witness

    def handle_error(self, request: object, client_address: object) -> None:
        """Say in one line that a connection failed; the state is whole whatever happened."""
        print(f"connection failed: {type(sys.exc_info()[1]).__name__}", flush=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "witness"
    sys_version = ""
    timeout = _IDLE_SECONDS
    server: _Server

    def do_GET(self) -> None:
        """Say that the witness is alive."""
        known = self.path == "/health"
        self._send(Answer(200, "ok\n") if known else Answer(404, "POST /add-checkpoint\n"))

    def do_POST(self) -> None:
        """Take a checkpoint."""
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length[:9]) > MAX_BODY:
            self.close_connection = True
            self._send(Answer(413, f"Send a Content-Length of at most {MAX_BODY}.\n"))
            return
        body = self.rfile.read(int(length))
        if self.path != "/add-checkpoint":
            self._send(Answer(404, "POST /add-checkpoint\n"))
            return
        answer = self.server.witness.add_checkpoint(body)
        print(f"add-checkpoint {answer.status} {answer.body.strip()[:100]}", flush=True)
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        data = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """One line an outcome is printed by do_POST(); nothing more."""


def serve(*, witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """Return the server of a witness, bound but not yet serving; port 0 takes a free one."""
    return _Server((host, port), witness)


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "witness",
        help="cosign the checkpoints of a log",
        description="Serve C2SP tlog-witness: cosign each checkpoint that continues the last one.",
    )
    parser.add_argument("--key", type=Path, required=True, help="key from keygen --purpose witness")
    parser.add_argument(
        "--log", action="append", required=True, help="vkey of a log to witness; may be repeated"
    )
    parser.add_argument("--state", type=Path, required=True, help="file that is kept for ever")
    parser.add_argument("--listen", default="127.0.0.1:8901", help="HOST:PORT (%(default)s)")
    parser.add_argument("--name", help="refuse to start unless this is the name in the key")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    key = files.load_key(arguments.key, purposes=("witness",))
    if arguments.name not in (None, key.name):
        raise BadPolicy(f"The key belongs to the witness {key.name}, not {arguments.name}.")
    host, _, port = arguments.listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65_535:
        raise BadPolicy(f"{arguments.listen!r} is not HOST:PORT.", remedy="Say 127.0.0.1:8901.")
    logs = {each.name: each for each in map(note.parse_vkey, arguments.log)}
    witness = Witness(key=key, logs=logs, state=arguments.state)
    if not witness.load():
        print(f"No state at {arguments.state}: beginning with none seen.", flush=True)
    server = serve(witness=witness, host=host, port=int(port))
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"{key.name} listens on {host}:{server.server_address[1]}", flush=True)
    server.serve_forever(poll_interval=0.2)
    server.server_close()
    return 0
