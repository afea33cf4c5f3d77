"""What the real sequencer published, read by the Go project's packages as the world reads it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from passport.actions import outbox
from passport.models import LogEntry, LogHead
from passport.proof import tiles, tlogproof
from passport.proof.encoding import b64_decode, b64_encode
from passport.queries.log import tile_reader
from tests.cast import THEN
from tests.oracles import golang
from tests.oracles.golang import Claims
from tests.passport.house import House
from tests.simulator import ORIGIN

pytestmark = pytest.mark.oracle

# The last size has as many subtrees as tiles on its right edge, see tests/proof/test_oracle_go.py.
TURNS = (3, 126, 159)
OLD, SIZE = 129, 288
PROVEN = (0, 128, 255, 256, 287)


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return golang.build(tmp_path_factory.mktemp("go"))


@pytest.fixture
def claims(house: House, as_system: Any) -> Claims:
    """Three turns of the sequencer, each witnessed and published; true claims about the last."""
    roots = {}
    with as_system():
        for count in TURNS:
            _enter(count)
            house.turn()
            roots[LogHead.objects.get().size] = house.published().root
        proofs = [golang.proven(*_proof(index)) for index in PROVEN]
    path = tiles.consistency_path(old=OLD, new=SIZE, read=tile_reader(folder=house.press.folder))
    return Claims(
        Log=house.key.verifier.vkey,
        Witnesses=[each.key.verifier.vkey for each in house.witnesses],
        Files=str(house.press.folder),
        Proofs=proofs,
        OldSize=OLD,
        OldRoot=b64_encode(roots[OLD]),
        Consistency=tuple(map(b64_encode, path)),
    )


def _enter(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            body = f"{LogHead.objects.get().size} {number}".encode()
            subject = hashlib.sha256(b"%d" % (number % 7)).digest()
            outbox.enter(kind="event", body=body, subjects=[subject], at=THEN)


def _proof(index: int) -> tuple[bytes, bytes]:
    """The entry, and the tlog-proof of what the public address tells of its digest."""
    digest = bytes(LogEntry.objects.get(index=index).digest).hex()
    told = Client().get(f"/log/proof?digest={digest}").json()
    path = [b64_decode(each) for each in told["path"]]
    text = tlogproof.encode(index=told["index"], path=path, data=told["checkpoint"].encode())
    return b64_decode(told["entry"]), text


def test_go_agrees_with_the_published_log(checker: Path, claims: Claims) -> None:
    assert golang.ask(checker, claims) == f"agreed {ORIGIN} {SIZE} {len(PROVEN)}"


def test_go_refuses_the_published_log_with_another_entry(checker: Path, claims: Claims) -> None:
    place = Path(claims.Files) / "tile" / "entries" / "000"
    place.write_bytes(place.read_bytes().replace(b'"k":"event"', b'"k":"evenT"', 1))

    assert golang.ask(checker, claims).startswith("refused entry: entry 0 ")
