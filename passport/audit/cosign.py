"""The log's side of witnessing: ask all witnesses at once, take what arrives in time."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from passport.audit.witness import request_body
from passport.proof import checkpoint, note
from passport.proof.errors import BadNote, ProofError
from passport.proof.note import Signature, Verifier

_MAX_ANSWER = 65_536
_TRIES = 3

# How long those that are not needed any more are waited for.
GRACE_SECONDS = 0.1

# Gives the proof from an old size to the checkpoint's size.
Consistency = Callable[[int], list[bytes]]
# Tells whether these cosignatures meet the quorum.
Enough = Callable[[Sequence[Signature]], bool]


@dataclass(frozen=True)
class Remote:
    """A witness elsewhere: the address below which it takes add-checkpoint, and its key."""

    url: str
    verifier: Verifier


@dataclass
class Gathered:
    """What came back. ``ahead`` are witnesses that saw a larger log: this one was rolled back.

    ``refused`` are those that answered 422, or 409 at this size: they saw another history.
    """

    signatures: list[Signature] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    ahead: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)


Answers = queue.SimpleQueue[tuple[Remote, Signature | Exception]]


class _Ahead(Exception):
    def __init__(self, size: int) -> None:
        super().__init__(f"has seen {size} entries")
        self.size = size


class _OtherHistory(Exception):
    pass


def gather(
    *,
    data: bytes,
    witnesses: Sequence[Remote],
    consistency: Consistency,
    known_sizes: dict[str, int] | None = None,
    enough: Enough | None = None,
    seconds: float = 1.0,
    busy: set[str] | None = None,
) -> Gathered:
    """Ask all witnesses in parallel to cosign a checkpoint.

    Waits for all of them, at most ``seconds``; once ``enough`` have cosigned, the others are given
    a moment more. ``known_sizes`` says which size each witness saw last, by key name; a wrong guess
    costs one round trip. ``busy`` keeps, from call to call, the names of those that have not
    answered yet: they are not asked again meanwhile, so that one that hangs ties up one thread.
    """
    sizes, busy = known_sizes or {}, set() if busy is None else busy
    answers: Answers = queue.SimpleQueue()
    asked = [each for each in witnesses if each.verifier.name not in busy]
    for each in asked:
        busy.add(each.verifier.name)
        asking = _Asking(each, data, consistency, seconds, answers, busy)
        # Daemons: a witness that hangs must not keep the sequencer from stopping.
        old = sizes.get(each.verifier.name, 0)
        threading.Thread(target=asking.run, args=(old,), daemon=True).start()
    return _collect(data, answers, len(asked), enough, seconds)


def _collect(
    data: bytes, answers: Answers, count: int, enough: Enough | None, seconds: float
) -> Gathered:
    result = Gathered()
    size = checkpoint.parse(note.parse(data)[0]).size
    until = time.monotonic() + seconds
    for _ in range(count):
        if enough is not None and enough(result.signatures):
            until, enough = min(until, time.monotonic() + GRACE_SECONDS), None
        try:
            witness, answer = answers.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            break
        _sort(result, witness.verifier.name, answer, size)
    return result


def _sort(result: Gathered, name: str, answer: Signature | Exception, size: int) -> None:
    if isinstance(answer, Signature):
        result.signatures.append(answer)
        result.sizes[name] = size
    elif isinstance(answer, _Ahead):
        result.ahead[name] = answer.size
    elif isinstance(answer, _OtherHistory):
        result.refused[name] = str(answer)
    else:
        result.failures[name] = f"{type(answer).__name__}: {answer}"


@dataclass(frozen=True)
class _Asking:
    """One witness being asked, in a thread of its own."""

    witness: Remote
    data: bytes
    consistency: Consistency
    seconds: float
    answers: Answers
    busy: set[str]

    def run(self, old: int) -> None:
        try:
            found = _ask(self.witness, self.data, self.consistency, old, self.seconds)
            self.answers.put((self.witness, found))
        except (OSError, HTTPException, ProofError, ValueError, _Ahead, _OtherHistory) as error:
            self.answers.put((self.witness, error))
        finally:
            self.busy.discard(self.witness.verifier.name)


def _ask(
    witness: Remote, data: bytes, consistency: Consistency, old: int, seconds: float
) -> Signature:
    text, _ = note.parse(data)
    size = checkpoint.parse(text).size
    old = min(old, size)
    for _ in range(_TRIES):
        body = request_body(old=old, proof=consistency(old), data=data)
        status, answer = _post(witness.url, body, seconds)
        if status == 200:
            return _signature_of(witness.verifier, text, answer)
        if status != 409:
            kind = _OtherHistory if status == 422 else BadNote
            raise kind(f"answered {status}: {answer[:200].strip()}")
        seen = checkpoint.parse_size(answer.strip())
        if seen > size:
            raise _Ahead(seen)
        if seen == old:
            raise _OtherHistory(f"has seen another root at size {seen}")
        old = seen
    raise BadNote("kept changing its mind about the size it has seen")


def _post(url: str, body: bytes, seconds: float) -> tuple[int, str]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadNote(f"{url!r} is not the address of a witness.")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=seconds)
    try:
        connection.request("POST", parts.path.rstrip("/") + "/add-checkpoint", body=body)
        response = connection.getresponse()
        return response.status, response.read(_MAX_ANSWER).decode("utf-8", "replace")
    finally:
        connection.close()


def _signature_of(verifier: Verifier, text: str, answer: str) -> Signature:
    """Return the witness's own line from its answer; refuses one that does not verify."""
    opened = note.verify(f"{text}\n{answer}".encode(), verifiers=[verifier])
    return opened.verified[0].signature
