"""Witnesses and logs that really listen, on loopback, for as long as a test lasts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path

import pytest

from passport.audit import witness
from passport.audit.witness import Witness
from tests import simulator


@contextmanager
def serving(server: HTTPServer) -> Iterator[str]:
    """Serve in a thread and give the address."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def world() -> simulator.Simulator:
    """A log of three entries."""
    made = simulator.Simulator()
    grow(made, 3)
    return made


def grow(made: simulator.Simulator, count: int, word: str = "entry") -> None:
    for number in range(count):
        made.enter("heartbeat", f"{word} {number}".encode(), None, [])


@pytest.fixture
def start_witness(
    world: simulator.Simulator, tmp_path: Path
) -> Iterator[Callable[[int], tuple[str, Witness]]]:
    """`start_witness(0)` starts the log's first witness; again, after a stop, with its state."""
    with ExitStack() as stack:

        def start(number: int) -> tuple[str, Witness]:
            key = world.witnesses[number]
            made = Witness(
                key=key,
                logs={simulator.ORIGIN: world.log.verifier},
                state=tmp_path / f"{number}.json",
                clock=lambda: simulator.SECONDS,
            )
            made.load()
            server = witness.serve(witness=made, host="127.0.0.1", port=0)
            return stack.enter_context(serving(server)), made

        yield start


@pytest.fixture
def publish(world: simulator.Simulator) -> Iterator[Callable[[], str]]:
    """`publish()` serves the files of the log, as they are at each moment."""
    with ExitStack() as stack:

        class Files(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                data = files_of(world).get(self.path[1:])
                self.send_response(404 if data is None else 200)
                self.send_header("Content-Length", str(len(data or b"")))
                self.end_headers()
                self.wfile.write(data or b"")

            def log_message(self, *_: object) -> None:
                pass

        yield lambda: stack.enter_context(serving(ThreadingHTTPServer(("127.0.0.1", 0), Files)))


def files_of(world: simulator.Simulator) -> dict[str, bytes]:
    return {**world.files, "checkpoint": world.signed_head()}
