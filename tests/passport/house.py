"""The sequencer's house without processes: its keys, its press, two witnesses in memory."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from passport.actions import era, log, publication
from passport.audit.witness import Witness, request_body
from passport.proof import checkpoint, keyfile, note, policy
from passport.proof.keyfile import KeyFile
from tests.cast import THEN
from tests.simulator import ORIGIN, SERVICE, key_of


class House:
    """`down` names witnesses that do not answer."""

    def __init__(self, folder: Path) -> None:
        self.key = key_of("log", ORIGIN)
        self.record = key_of("record", SERVICE + "#record-1")
        self.record_file = folder / "record.key"
        self.record_file.write_bytes(keyfile.encode(self.record))
        self.record_file.chmod(0o600)
        self.former: list[KeyFile] = []
        self.down: set[str] = set()
        self.asked = 0
        self.witnesses = [self._witness(name, folder) for name in ("witness-a", "witness-b")]
        self.trusted = policy.parse(self.policy_text().encode())
        self.press = publication.Press(
            folder=folder / "log",
            lock=folder / "checkpoint.lock",
            ask=self._ask,
            quorum=self._quorum,
        )

    def copied(self, folder: Path) -> House:
        """The same house in another folder, with its files and what its witnesses remember."""
        shutil.copytree(self.press.folder.parent, folder, dirs_exist_ok=True)
        made = House(folder)
        made.asked = self.asked
        for each in made.witnesses:
            each.load()
        return made

    def begin(self) -> None:
        """Create the log; call it as the system's role."""
        log.create(origin=ORIGIN, at=THEN)

    def turn(self, at: datetime = THEN) -> int | None:
        """One turn of the sequencer: order what waits, then publish; as the system's role."""
        log.append_pending(key=self.key, at=at, lock=self.press.lock)
        return publication.publish(press=self.press, at=at)

    def rename(self, origin: str, at: datetime = THEN) -> int:
        """Go on under another name, of which the witnesses are told."""
        key = key_of("log", origin)
        size = era.begin(key=key, press=self.press, at=at)
        self.former, self.key = [*self.former, self.key], key
        for each in self.witnesses:
            each.logs[origin] = key.verifier
        return size

    def policy_text(self, *pinned: KeyFile) -> str:
        """A trust file for this log, its witnesses and record key, and these issuers."""
        lines = [f"log {each.verifier.vkey}" for each in (*self.former, self.key)]
        lines += [f"witness {each.key.name} {each.key.verifier.vkey}" for each in self.witnesses]
        lines += ["group both all witness-a witness-b", "quorum both"]
        lines += [f"issuer {each.did} {each.multikey}" for each in pinned]
        lines += [f"record {self.record.did} {self.record.multikey}"]
        return "\n".join(lines) + "\n"

    def published(self) -> checkpoint.Checkpoint:
        """What the public checkpoint says."""
        return checkpoint.parse(note.parse((self.press.folder / "checkpoint").read_bytes())[0])

    def _witness(self, name: str, folder: Path) -> Witness:
        return Witness(
            key=key_of("witness", name),
            logs={ORIGIN: self.key.verifier},
            state=folder / f"{name}.json",
            clock=lambda: THEN.timestamp(),
        )

    def _quorum(self, body: bytes) -> None:
        opened = note.verify(body, verifiers=[*self.trusted.verifiers(), self.key.verifier])
        self.trusted.check_quorum({each.verifier for each in opened.verified})

    def _ask(self, body: bytes, proof: Callable[[int], list[bytes]]) -> Sequence[note.Signature]:
        self.asked += 1
        lines = []
        for witness in self.witnesses:
            if witness.key.name in self.down:
                continue
            origin = checkpoint.parse(note.parse(body)[0]).origin
            old = witness.seen[origin].size if origin in witness.seen else 0
            answer = witness.add_checkpoint(
                request_body(old=old, proof=proof(old) if old else [], data=body)
            )
            assert answer.status == 200, answer.body
            lines.append(note.parse_signature(answer.body.rstrip("\n")))
        return lines
