"""The environment is made once, heals when it was interrupted, and complains in sentences."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from passport.local.environment import Environment, check_python, explain
from passport.local.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent.parent
SAID = {
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device": (
        "The disk is full."
    ),
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.": (
        "A package from the index is not the one that was locked."
    ),
    "ERROR: No matching distribution found for django==5.2.19": (
        "The package index is out of reach."
    ),
    "WARNING: Retrying: Temporary failure in name resolution": (
        "The package index is out of reach."
    ),
    "PermissionError: [Errno 13] Permission denied: '.venv'": "The environment cannot be written.",
    "first\nsomething else": "The environment could not be made: something else",
}


@pytest.mark.parametrize("said", SAID)
def test_what_pip_says_becomes_a_sentence_and_a_remedy(said: str) -> None:
    trouble = explain(said)
    assert trouble.wrong == SAID[said]
    assert trouble.remedy.endswith(".") or "URL" in trouble.remedy


def test_a_python_without_venv_is_told_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else found(name)
    )
    with pytest.raises(Trouble, match=r"no ensurepip module. Install it: apt install python3-venv"):
        check_python()


def test_an_older_python_gets_a_sentence() -> None:
    code = (
        "import runpy, sys; sys.version_info = (3, 9, 2);"
        f"runpy.run_path({str(ROOT / 'manage.py')!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "This is Python 3.9.2, and 3.11 is needed. Call it with a newer python3."
    )


def test_a_full_disk_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("passport.local.environment.ROOM_BYTES", 1 << 60)
    environment = _environment(tmp_path, monkeypatch)
    with pytest.raises(Trouble, match="The disk is full"):
        environment.ensure()
    assert not environment.folder.exists()


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """An environment that is ready; whoever hurts it sees it ready again."""
    with pytest.MonkeyPatch.context() as patch:
        environment = _environment(tmp_path_factory.mktemp("made"), patch)
        environment.ensure()
        yield environment


def test_an_interrupted_installation_heals(ready: Environment) -> None:
    environment = ready
    assert environment.is_ready()

    # As a kill in the middle of the installation leaves it: half a package, and the mark.
    (lonely,) = environment.folder.glob("lib/*/site-packages/lonely.py")
    lonely.write_text("half of")
    environment.unfinished.touch()
    assert not environment.is_ready()
    environment.ensure()

    done = subprocess.run([environment.python, "-c", "import lonely"])
    assert done.returncode == 0
    assert environment.is_ready()


def test_a_changed_lock_is_installed_again(ready: Environment) -> None:
    environment = ready
    assert environment.is_ready()
    environment.lock.write_text(environment.lock.read_text() + "# another\n")
    assert not environment.is_ready()
    environment.ensure()
    assert environment.is_ready()


def test_a_package_that_is_not_the_locked_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = _environment(tmp_path, monkeypatch)
    digest = environment.lock.read_text().rpartition(":")[2].strip()
    environment.lock.write_text(environment.lock.read_text().replace(digest, "0" * 64))
    with pytest.raises(Trouble, match="not the one that was locked"):
        environment.ensure()
    assert not environment.is_ready()


def _environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """An environment of one tiny package, from a folder instead of an index."""
    wheel = _wheel(folder)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    lock = folder / "requirements.txt"
    lock.write_text(f"lonely==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    return Environment(folder=folder / ".venv", lock=lock)


def _wheel(folder: Path) -> Path:
    parts = {
        "lonely.py": "here = True\n",
        "lonely-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: lonely\nVersion: 1.0\n",
        "lonely-1.0.dist-info/WHEEL": (
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        ),
    }
    record = "".join(f"{name},sha256={_digest(text)},{len(text)}\n" for name, text in parts.items())
    parts["lonely-1.0.dist-info/RECORD"] = record + "lonely-1.0.dist-info/RECORD,,\n"
    path = folder / "lonely-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def _digest(text: str) -> str:
    raw = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
