"""The Go project's own note and tlog packages accept our log and refuse a changed one."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from passport.proof import tiles
from passport.proof.encoding import b64_encode
from tests import simulator

PROGRAM = Path(__file__).resolve().parents[1] / "oracles" / "check_log.go"
PACKAGES = Path("/usr/share/gocode")
SIZE, INDEX, OLD = 300, 277, 129

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, built from Debian's golang-golang-x-mod-dev."""
    go = shutil.which("go")
    if go is None or not (PACKAGES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("oracle program absent: Debian's golang-go and golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("go")
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": str(PACKAGES),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
        "CGO_ENABLED": "0",
    }
    built = folder / "check_log"
    subprocess.run([go, "build", "-o", built, PROGRAM], check=True, env=environment, timeout=240)
    return built


@pytest.fixture(scope="module")
def world() -> simulator.Simulator:
    made = simulator.Simulator()
    for number in range(SIZE):
        made.enter("heartbeat", b"%d" % number, None, [])
    return made


def claims(world: simulator.Simulator, folder: Path) -> dict[str, object]:
    read = world.files.__getitem__
    for path, data in world.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    old = simulator.Simulator(entries=world.entries[:OLD], files=world.files)
    path = tiles.inclusion_path(index=INDEX, size=SIZE, read=read)
    consistency = tiles.consistency_path(old=OLD, new=SIZE, read=read)
    return {
        "Checkpoint": world.signed_head().decode(),
        "Log": world.log.verifier.vkey,
        "Witnesses": [each.verifier.vkey for each in world.witnesses],
        "Index": INDEX,
        "Entry": b64_encode(world.entries[INDEX]),
        "Path": [b64_encode(each) for each in path],
        "OldSize": OLD,
        "OldRoot": b64_encode(old.head().root),
        "Consistency": [b64_encode(each) for each in consistency],
        "Files": str(folder),
    }


def run(checker: Path, value: dict[str, object], folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "claims.json").write_text(json.dumps(value))
    return subprocess.run(
        [checker, folder / "claims.json"], capture_output=True, text=True, timeout=60
    )


def test_go_agrees_on_checkpoint_cosignatures_proofs_and_tiles(checker, world, tmp_path):
    done = run(checker, claims(world, tmp_path), tmp_path)

    assert done.stdout == f"agreed {simulator.ORIGIN} {SIZE}\n"
    assert done.returncode == 0


CHANGES = {
    "another entry": lambda value: {**value, "Entry": b64_encode(b"another")},
    "another place": lambda value: {**value, "Index": INDEX - 1},
    "another old root": lambda value: {**value, "OldRoot": b64_encode(bytes(32))},
    "another size": lambda value: {
        **value,
        "Checkpoint": value["Checkpoint"].replace("\n300\n", "\n301\n"),
    },
    "another witness": lambda value: {
        **value,
        "Witnesses": [simulator.key_of("witness", "stranger.example").verifier.vkey],
    },
}


@pytest.mark.parametrize("case", CHANGES)
def test_go_refuses(case, checker, world, tmp_path):
    assert run(checker, CHANGES[case](claims(world, tmp_path)), tmp_path).returncode == 1


def test_go_refuses_a_changed_tile(checker, world, tmp_path):
    value = claims(world, tmp_path)
    tile = tmp_path / "tile" / "0" / "001.p" / "44"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])

    assert run(checker, value, tmp_path).returncode == 1
