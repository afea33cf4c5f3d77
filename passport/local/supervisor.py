"""Keeps a set of processes running: ready in order, restarted with a limit, stopped in order.

One thread and one loop. A child dies with us in three ways: by order when we stop, by the kernel's
parent-death signal when we are killed, and by the warden when it ignores that signal.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from types import FrameType, TracebackType

from passport.local.journal import Journal
from passport.local.process import Spec, kill_group, spawn
from passport.local.trouble import Trouble
from passport.local.warden import Warden

RESTARTS = 5
WITHIN_S = 60.0
READY_S = 60.0
_TICK_S = 0.1


@dataclass
class Child:
    """One process that is to keep running."""

    spec: Spec
    process: subprocess.Popen[bytes]
    ended: deque[float] = field(default_factory=deque)
    restart_at: float | None = None


class Supervisor:
    """Used as a context: leaving it stops every child in reverse order."""

    def __init__(self, journal: Journal) -> None:
        self.children: list[Child] = []
        self.stopping = False
        self._journal = journal
        self._selector = selectors.DefaultSelector()
        self._warden = Warden()
        self._before: dict[int, object] = {}

    def __enter__(self) -> Supervisor:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._before[number] = signal.signal(number, self._ask_to_stop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            for child in reversed(self.children):
                self._stop(child)
            self._pump(0)
            self._warden.dismiss()
        finally:
            for number, handler in self._before.items():
                signal.signal(number, handler)  # type: ignore[arg-type]

    def start(self, spec: Spec) -> Child:
        """Starts a child and waits until it is ready; refuses when it never is."""
        child = Child(spec=spec, process=self._spawn(spec))
        self.children.append(child)
        deadline = time.monotonic() + READY_S
        while not spec.ready(child.process.pid):
            self._pump(0.02)
            if self.stopping:
                raise KeyboardInterrupt
            if child.process.poll() is not None or time.monotonic() > deadline:
                self._drain(child.process)
                raise Trouble(f"{spec.name} did not become ready.", "Its last lines stand above.")
        return child

    def step(self, spec: Spec) -> int:
        """Runs one program to its end while the children go on; gives its exit code.

        It writes to our own terminal, so that it may draw a bar there.
        """
        process = spawn(spec)
        self._warden.guard(process.pid)
        while process.poll() is None:
            self.tend(_TICK_S)
            if self.stopping:
                process.send_signal(signal.SIGTERM)
                process.wait()
                self._forget(process)
                raise KeyboardInterrupt
        self._forget(process)
        return process.returncode

    def watch(self, until: Callable[[], bool] = lambda: False, *, seconds: float = inf) -> None:
        """Tends the children until asked to stop, the condition holds, or the time is over."""
        deadline = time.monotonic() + seconds
        while not self.stopping and not until() and time.monotonic() < deadline:
            self.tend(_TICK_S)

    def tend(self, seconds: float) -> None:
        """One round: pass on what the children say, and start again whoever ended."""
        self._pump(seconds)
        now = time.monotonic()
        for child in self.children:
            if child.restart_at is None and child.process.poll() is not None:
                self._note_end(child, now)
            elif child.restart_at is not None and now >= child.restart_at:
                child.process, child.restart_at = self._spawn(child.spec), None

    def _note_end(self, child: Child, now: float) -> None:
        self._drain(child.process)
        self._forget(child.process)
        child.ended.append(now)
        while child.ended[0] < now - WITHIN_S:
            child.ended.popleft()
        name, code = child.spec.name, child.process.returncode
        if len(child.ended) > RESTARTS:
            raise Trouble(
                f"{name} ended {len(child.ended)} times within {WITHIN_S:.0f} s (status {code}).",
                "Its last lines stand above.",
            )
        self._journal.say(name, f"ended with status {code}; it is started again")
        child.restart_at = now + 0.1 * 2 ** len(child.ended)

    def _spawn(self, spec: Spec) -> subprocess.Popen[bytes]:
        ours, theirs = os.pipe()
        try:
            process = spawn(spec, output=theirs)
        except OSError as error:
            os.close(ours)
            raise Trouble(f"{spec.name} cannot be started: {error}.", "Call again.") from error
        finally:
            os.close(theirs)
        self._warden.guard(process.pid)
        os.set_blocking(ours, False)
        self._selector.register(ours, selectors.EVENT_READ, spec.name)
        return process

    def _pump(self, seconds: float) -> None:
        """Passes on what was said; a pipe that has ended is closed."""
        for key, _ in self._selector.select(seconds):
            try:
                data = os.read(key.fd, 65536)
            except BlockingIOError:
                continue
            if data:
                self._journal.write(key.data, data)
            else:
                self._selector.unregister(key.fd)
                os.close(key.fd)

    def _drain(self, process: subprocess.Popen[bytes]) -> None:
        # What the process said last may still lie in the pipe.
        kill_group(process.pid)
        for _ in range(20):
            self._pump(0)

    def _forget(self, process: subprocess.Popen[bytes]) -> None:
        # Leftovers of the group hold ports and sockets that a new start needs.
        kill_group(process.pid)
        self._warden.release(process.pid)

    def _stop(self, child: Child) -> None:
        process, spec = child.process, child.spec
        if process.poll() is None:
            process.send_signal(spec.stop_signal)
        deadline = time.monotonic() + spec.grace_s
        while process.poll() is None and time.monotonic() < deadline:
            self._pump(0.02)
        if process.poll() is None:
            self._journal.say(spec.name, f"did not end within {spec.grace_s:.0f} s; killed")
            process.kill()
            process.wait()
        self._forget(process)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
