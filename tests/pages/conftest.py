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
