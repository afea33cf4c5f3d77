"""When the log proved what: follows the published checkpoint while others work."""

import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

from django.conf import settings

from passport.audit.panel import Panel
from passport.proof import checkpoint, note, policy

PERIOD_S = 0.02
PATIENCE_S = 30.0


class Watch:
    """Asks for the checkpoint over and over; `seen` are (size, monotonic s when first seen)."""

    def __init__(self, url: str) -> None:
        self.seen: list[tuple[int, float]] = []
        self._bodies: dict[int, bytes] = {}
        self._url = url + "/log/checkpoint"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def await_size(self, size: int) -> None:
        """Wait until so many entries are published. Refuses a log that stands still."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.seen or self.seen[-1][0] < size:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the log did not publish {size} entries: {self.seen[-1:]}")
            time.sleep(PERIOD_S)

    def proven_at(self, index: int) -> float:
        """When a checkpoint first covered an entry."""
        return next(at for size, at in self.seen if size > index)

    def check(self) -> int:
        """Hold every checkpoint seen against the quorum; how many there were. Refuses NoQuorum."""
        trusted = policy.parse(Path(str(settings.PASSPORT_POLICY)).read_bytes())
        panel = Panel(policy=trusted, urls={})
        for body in self._bodies.values():
            panel.check_quorum(body)
        return len(self._bodies)

    def _follow(self) -> None:
        while not self._stop.wait(PERIOD_S):
            try:
                with urllib.request.urlopen(self._url, timeout=5) as answer:  # noqa: S310 - ours
                    body = answer.read()
            except urllib.error.HTTPError:
                continue  # before the first checkpoint there is none
            at = time.monotonic()
            size = checkpoint.parse(note.parse(body)[0]).size
            if not self.seen or size > self.seen[-1][0]:
                self.seen.append((size, at))
                self._bodies[size] = body
