"""The log's files are given away while the database is away: nothing of it is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test import Client

from passport.actions import notice
from passport.audit import pack
from passport.proof.encoding import b64_decode, b64u_decode
from passport.queries import verifier
from tests.cast import THEN, Cast
from tests.passport.house import House

ROWS = bytes(range(256)) * 2000
FILES = {
    "checkpoint": ("text/plain; charset=utf-8", "must-revalidate"),
    "tile/0/x001/234": ("application/octet-stream", "immutable"),
    "tile/entries/000.p/7": ("application/octet-stream", "immutable"),
    "previous/12": ("text/plain; charset=utf-8", "immutable"),
    "index/list": ("text/plain; charset=utf-8", "must-revalidate"),
    "index/40/document": ("application/json", "immutable"),
    "index/40/rows": ("application/octet-stream", "immutable"),
}


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that nobody reaches."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OperationalError("the database is away")

    connection = connections["default"]
    connection.close()
    for name in ("connect", "ensure_connection", "cursor"):
        monkeypatch.setattr(connection, name, refuse)


@pytest.fixture
def shown(log_dir: Path) -> Path:
    for path in FILES:
        (log_dir / path).parent.mkdir(parents=True, exist_ok=True)
        (log_dir / path).write_bytes(ROWS if path.endswith("rows") else path.encode())
    (log_dir / "index" / "40" / "hashes").write_bytes(b"for us alone")
    return log_dir


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_given_away_without_the_database(away: None, shown: Path, path: str) -> None:
    browser = Client(headers={"cookie": "sessionid=0123456789abcdef0123456789abcdef"})
    answer = browser.get(f"/log/{path}")
    data = b"".join(answer) if answer.streaming else answer.content
    kind, caching = FILES[path]
    assert (answer.status_code, data) == (200, (shown / path).read_bytes())
    assert answer["Content-Type"] == kind
    assert caching in answer["Cache-Control"]
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert int(answer["Content-Length"]) == len(data)
    assert "Set-Cookie" not in answer
    assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize("path", FILES)
def test_a_file_that_is_not_there_is_said_without_the_database(away: None, path: str) -> None:
    answer = Client().get(f"/log/{path}")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not-published"


def test_nothing_else_of_the_folder_is_given_away(away: None, shown: Path) -> None:
    for path in ("index/40/hashes", "index/40/", "index/", "index/../checkpoint", "previous/x"):
        assert Client().get(f"/log/{path}").status_code == 404


def test_the_verifier_is_announced_with_its_place_in_the_log(
    cast: Cast, tmp_path: Path, settings: Any, as_system: Callable[[], Any]
) -> None:
    told = Client().get("/log/verifier").json()
    program = Client().get(told["url"]).content
    assert program == pack.build(Path(pack.__file__).resolve().parents[1])
    assert (told["index"], told["sizeBytes"]) == (None, len(program))
    house = House(tmp_path)
    settings.PASSPORT_LOG_DIR = house.press.folder
    with as_system():
        house.begin()
        notice.announce_verifier(sha256=verifier.packed().sha256, at=THEN)
        house.turn()
    told = Client().get("/log/verifier").json()
    assert told["index"] == 0
    proof = Client().get(f"/log/proof?digest={told['digest']}").json()
    assert proof["index"] == 0
    assert told["sha256"].encode() not in b64_decode(told["document"])
    assert bytes.fromhex(told["sha256"]) == verifier.packed().sha256
    assert len(b64u_decode(told["digest"])) == 32
