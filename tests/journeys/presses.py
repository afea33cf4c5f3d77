"""A log with real processes round it: the sequencer's command, two witnesses, a web server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.core.management import call_command

from passport.actions import log, outbox
from passport.audit.__main__ import main
from passport.local.layout import ROOT
from passport.proof import checkpoint, keyfile, note
from passport.proof.keyfile import KeyFile
from tests.audit.conftest import serving
from tests.cast import THEN
from tests.simulator import ORIGIN, SERVICE, key_of

NAMES = ("witness-a.example", "witness-b.example")


@dataclass
class Pressroom:
    """`state` holds keys, lock and files; `database` is the name of the sequencer's database."""

    state: Path
    database: str
    key: KeyFile = field(default_factory=lambda: key_of("log", ORIGIN))
    witnesses: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.state / "log"

    @property
    def lock(self) -> Path:
        return self.state / "checkpoint.lock"

    @property
    def policy(self) -> Path:
        return self.state / "policy"

    def furnish(self) -> None:
        """Keys, policy, witnesses."""
        record = key_of("record", f"{SERVICE}#record-1")
        known = [key_of("witness", name) for name in NAMES]
        for each in (self.key, record, *known):
            place = self.state / f"{each.name.replace('/', '-').replace(':', '-')}.key"
            place.write_bytes(keyfile.encode(each))
            place.chmod(0o600)
        lines = [f"log {self.key.verifier.vkey}"]
        lines += [f"witness {each.name} {each.verifier.vkey}" for each in known]
        lines += [f"group both all {' '.join(NAMES)}", "quorum both"]
        lines += [f"record {record.did} {record.multikey}"]
        self.policy.write_text("\n".join(lines) + "\n")
        for name in NAMES:
            self.start_witness(name)

    def start_witness(self, name: str) -> None:
        """Start a witness, again with what it remembers."""
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "passport.audit", "witness"),
                *("--key", self.state / f"{name}.key", "--state", self.state / f"{name}.json"),
                *("--log", self.key.verifier.vkey, "--listen", "127.0.0.1:0"),
            ],
            stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            if match := re.search(r"listens on (\S+)", line):
                self.witnesses[name], self.urls[name] = process, f"http://{match[1]}"
                return
        raise AssertionError(f"{name} did not start")

    def stop(self) -> None:
        for name in list(self.witnesses):
            self.kill(name)

    def kill(self, name: str) -> None:
        """kill -9 of a witness."""
        process = self.witnesses.pop(name)
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def environment(self) -> dict[str, str]:
        """What the sequencer is told."""
        parts = urlsplit(os.environ["DATABASE_URL"])
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "passport.settings",
            "DATABASE_URL": urlunsplit(parts._replace(path=f"/{self.database}")),
            "PASSPORT_DB_ROLE": "system",
            "PASSPORT_STATE": str(self.state),
            "PASSPORT_LOG_DIR": str(self.folder),
            "PASSPORT_POLICY": str(self.policy),
            "PASSPORT_LOG_KEY": str(self.state / f"{self.key.name.replace('/', '-')}.key"),
            "PASSPORT_WITNESSES": ",".join(f"{name}={url}" for name, url in self.urls.items()),
        }

    def manage(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        """One command of manage.py, as the sequencer's process runs it."""
        return subprocess.run(
            [sys.executable, "-m", "django", *command],
            env=self.environment() | more, cwd=ROOT, capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    def sequence(self) -> None:
        """Publish all that waits, as the sequencer does; the caller has entered as the system."""
        kept = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            call_command("sequencer", "--once")
        finally:
            # It listens to them for as long as it runs; here somebody else goes on.
            for each, before in kept.items():
                signal.signal(each, before)

    def refusal(self) -> str:
        """What the sequencer's own process says: it must be a refusal without a traceback."""
        done = self.manage("sequencer", "--once")
        assert done.returncode == 1, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr.strip().splitlines()[-1]

    def tell(self, count: int, word: str = "told") -> None:
        """Ask for so many entries; the caller has entered the database as the system's role."""
        for number in range(count):
            body = f"{word} {number} {os.urandom(4).hex()}".encode()
            outbox.enter(kind="event", body=body, subjects=[bytes([number % 3]) * 32], at=THEN)

    def begin(self) -> None:
        log.create(origin=ORIGIN, at=THEN)

    def head(self) -> checkpoint.Checkpoint:
        """What everybody sees."""
        return checkpoint.parse(note.parse((self.folder / "checkpoint").read_bytes())[0])

    @contextmanager
    def served(self, folder: Path | None = None) -> Iterator[str]:
        """The log's files at an address, as any web server shows them."""
        handler = partial(_Quiet, directory=str(folder or self.folder))
        with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as url:
            yield url

    def watch(self, url: str, *more: str) -> int:
        """The exit code of an auditor's monitor, which remembers what it saw."""
        state = str(self.state / "monitor.json")
        return main(["monitor", url, "--trust", str(self.policy), "--state", state, *more])


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def pressroom(state: Path, database: str, settings: Any) -> Iterator[Pressroom]:
    """A furnished pressroom, named in the settings, whose processes end with the block."""
    made = Pressroom(state, database)
    with ExitStack() as stack:
        stack.callback(made.stop)
        made.furnish()
        settings.PASSPORT_LOG_DIR, settings.PASSPORT_POLICY = made.folder, made.policy
        settings.PASSPORT_LOG_KEY = Path(made.environment()["PASSPORT_LOG_KEY"])
        settings.PASSPORT_WITNESSES = made.urls
        yield made
