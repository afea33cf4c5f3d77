"""One of everything, and people who sign in for each party."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client

from passport.actions import party
from passport.models import Person
from tests import cast as casting
from tests.api.stage import Stage
from tests.databases import Beginning
from tests.pages.browser import Browser, blank, running

PASSWORD = "correct horse battery staple"


@dataclass
class People:
    """The persons of the cast, each a member of the party of its name, signed up when needed."""

    stage: Stage
    as_system: Callable[[], Any]
    persons: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        """The person who acts for a party; the hash of its password takes its time."""
        if name not in self.persons:
            with self.as_system():
                self.persons[name] = party.register_person(
                    email=f"{name}@people.example", name=name.title(), password=PASSWORD
                )
                party.join(person=self.persons[name], party=self.stage.cast[name], at=casting.THEN)
        return self.persons[name]

    def at_desk(self, name: str) -> Client:
        """A browser in which this person has signed in."""
        client = Client()
        client.force_login(self.person(name))
        return client


@pytest.fixture(autouse=True)
def _log_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.PASSPORT_LOG_DIR = tmp_path


@pytest.fixture
def people(staged: Beginning, database: str, as_system: Callable[[], Any]) -> People:
    """The stage of the API's tests, and whoever sits down at a desk of it."""
    return People(deepcopy(staged.made), as_system)


class _Server(ThreadingMixIn, WSGIServer):
    """A thread a connection of the browser; each closes its own to the database."""

    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def _chromium() -> Iterator[Browser]:
    """One Chromium for all."""
    with running() as started:
        yield started


@pytest.fixture
def browser(_chromium: Browser) -> Iterator[Browser]:
    """A page that shares nothing with those of other tests."""
    with blank(_chromium) as page:
        yield page


@pytest.fixture
def live(database: str) -> Iterator[str]:
    """The address of a real server on this test's database."""
    server = make_server(
        "127.0.0.1", 0, get_wsgi_application(), server_class=_Server, handler_class=_Silent
    )
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class _Joined(_Server):
    """Waits for its requests when it stops, so that none outlives the test's database."""

    daemon_threads = False
    block_on_close = True


@dataclass
class Wire:
    """What lies between the browser and the application: it may swallow answers to records."""

    swallowing: bool = False
    swallowed: int = 0
    application: Any = field(default_factory=get_wsgi_application)

    def __call__(self, environ: Any, start: Callable[..., Any]) -> Any:
        answer = self.application(environ, start)
        if self.swallowing and environ["PATH_INFO"] == "/desk/yard/records":
            self.swallowed += 1
            answer.close()
            # The work is done and committed; the connection dies before a byte of the answer.
            raise ConnectionResetError
        return answer


class _Joined(_Server):
    """Waits for its requests when it stops, so that none outlives the test's database."""

    daemon_threads = False
    block_on_close = True


@dataclass
class YardServer:
    """A real server at one address that can be stopped and started again."""

    port: int = 0
    wire: Wire = field(default_factory=Wire)
    server: WSGIServer | None = None
    thread: Thread | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.server = make_server(
            "127.0.0.1", self.port, self.wire, server_class=_Joined, handler_class=_Silent
        )
        self.port = self.server.server_port
        self.thread = Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def stop(self) -> None:
        if self.server is None or self.thread is None:
            return
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.server = None


@pytest.fixture
def server(database: str) -> Iterator[YardServer]:
    """A server of this test's own, that it may stop and start."""
    made = YardServer()
    made.start()
    yield made
    made.stop()
