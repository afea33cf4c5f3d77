"""The log as plain bytes, and the proof of a digest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cast import Cast

DIGEST = "ab" * 32


@pytest.fixture
def published(log_dir: Path) -> Path:
    (log_dir / "checkpoint").write_bytes("origin\n1\nabc=\n\n— origin sig\n".encode())
    tile = log_dir / "tile" / "0" / "x001"
    tile.mkdir(parents=True)
    (tile / "234").write_bytes(bytes(32))
    (log_dir / "secret").write_text("not for you")
    return log_dir


def test_the_checkpoint_is_text_and_always_asked_for(cast: Cast, published: Path) -> None:
    answer = cast.speak("nobody").get("/log/checkpoint")
    assert answer.content == (published / "checkpoint").read_bytes()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "must-revalidate" in answer["Cache-Control"]


def test_a_tile_may_be_kept_for_ever(cast: Cast, published: Path) -> None:
    answer = cast.speak("nobody").get("/log/tile/0/x001/234")
    assert (answer.status_code, answer.content) == (200, bytes(32))
    assert "immutable" in answer["Cache-Control"]
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path",
    ["../secret", "0/../../secret", "0/%2e%2e/secret", "9/000", "0/1", "0/x000/234", "0/000.p/256",
     "0/000.p/0", "entries/../../checkpoint", "/etc/passwd", "0//000", "0/000.p/1/2"],
)  # fmt: skip
def test_a_path_has_one_spelling_and_stays_inside(cast: Cast, published: Path, path: str) -> None:
    answer = cast.speak("nobody").get(f"/log/tile/{path}")
    assert answer.status_code in (404, 422)
    assert b"not for you" not in answer.content


def test_what_is_not_published_is_absent(cast: Cast) -> None:
    for address in ("/log/checkpoint", "/log/tile/0/000", "/log/tile/entries/000.p/7"):
        answer = cast.speak("nobody").get(address)
        assert answer.status_code == 404
        assert answer.json()["errors"][0]["remedy"]


@pytest.mark.parametrize("query", ["", "?digest=", "?digest=xy", "?digest=" + DIGEST.upper()])
def test_a_proof_is_asked_by_a_digest(cast: Cast, query: str) -> None:
    answer = cast.speak("nobody").get(f"/log/proof{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "?digest"


def test_an_unknown_digest_is_not_found(cast: Cast) -> None:
    assert cast.speak("nobody").get(f"/log/proof?digest={DIGEST}").status_code == 404
