"""Logs told at random: keys that come, go and are stolen, claims good and bad, years that end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from passport.proof import batch, canonical
from passport.proof.encoding import b64u_encode
from tests import later, simulator
from tests.pages import claiming
from tests.simulator import PACK, KeyFile, Simulator

MODULE = "https://id.example/01/09521234000037/21/M0001"
LOT = "https://lots.example/cobalt/17"
CELLS = [simulator.cell_id(each) for each in range(6)]
HERE = simulator.SERVICE + ":makers:acme"  # a maker whose DID lies with the service
MAKERS = (simulator.CELLMAKER, simulator.PACKMAKER, "did:web:mine.example", HERE)


def key_of(maker: str, number: int) -> KeyFile:
    """The key of a maker by its number."""
    return simulator.key_of("issuer", f"{maker}#key-{number}")


@dataclass
class Story:
    """A log that grows by what happens to happen."""

    chance: Random
    world: Simulator = field(default_factory=Simulator)
    keys: dict[str, KeyFile] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    batches: dict[int, batch.Batch] = field(default_factory=dict)
    erased: set[int] = field(default_factory=set)
    snapshots: list[tuple[int, list[bytes]]] = field(default_factory=list)

    def seldom(self, share: float) -> bool:
        """Now and then."""
        return self.chance.random() < share

    def new_key(self, maker: str | None = None) -> KeyFile:
        """A key that was not seen yet; seldom one that was."""
        who = maker or self.chance.choice(MAKERS)
        fresh = [key_of(who, each) for each in range(1, 9)]
        unused = [each for each in fresh if each.name not in self.keys]
        made = unused[0] if unused and not self.seldom(0.01) else self.chance.choice(fresh)
        self.keys[made.name] = made
        return made

    def any_key(self, careless: float = 0.02) -> KeyFile:
        """A key in force; seldom one that went, or never came."""
        good = [each for name, each in self.keys.items() if name not in self.gone]
        if good and not self.seldom(careless):
            return self.chance.choice(good)
        stranger = key_of(self.chance.choice(MAKERS), 99)
        return stranger if self.seldom(0.1) else self.chance.choice(list(self.keys.values()))

    def custody(self) -> str | None:
        return "hosted" if self.seldom(0.15) else None

    def enrol(self) -> None:
        self.world.enrol(self.new_key(), custody=self.custody())

    def rotate(self) -> None:
        old = self.any_key()
        self.world.rotate(old, self.new_key(old.did), custody=self.custody())
        self.gone.add(old.name)

    def revoke(self) -> None:
        """A key is put out of force by itself or a sibling; later, when, and since when."""
        key = self.chance.choice(list(self.keys.values()))
        siblings = [each for each in self.keys.values() if each.did == key.did]
        good = [each for each in siblings if each.name not in self.gone] or siblings
        since = self.chance.randrange(len(self.world.entries) + 2) if self.seldom(0.6) else None
        self.world.revoke(key, since, by=self.chance.choice(good))
        self.gone.add(key.name)

    def attest(self) -> None:
        """A claim about one battery or lot, by anybody."""
        key = self.any_key(0.15)
        about = self.chance.choice((PACK, PACK, MODULE, LOT, *CELLS[:2]))
        document = claiming.claim(key, about, self.digests(), self.chance)
        data = claiming.signed(key, document, self.chance)
        self.world.enter("attestation", data, key.name, [about])

    def attest_batch(self) -> None:
        """A batch of cells."""
        key = self.any_key(0.15)
        cells = CELLS[: self.chance.randrange(2, 7)]
        made, data = claiming.batch_of(key, cells, self.digests(), self.chance)
        ids = [str(canonical.loads(each)["id"]) for each in made.items]  # type: ignore[index]
        self.batches[self.world.enter("batch", data, key.name, ids)] = made

    def happen(self) -> None:
        """An event of the service, about one battery or about many."""
        about = self.chance.choice(([PACK], [PACK], [MODULE], [PACK, MODULE], [PACK, "other", "x"]))
        body: dict[str, Any] = {"event": len(self.world.entries)}
        if self.seldom(0.4):
            body["battery"] = about[0] if len(about) == 1 else None
        if self.seldom(0.03):
            body["battery"] = self.chance.choice((CELLS[5], "", 7, [PACK]))
        data = b'{"received":1.5}' if self.seldom(0.05) else canonical.encode(body)
        self.world.enter("event", data, None, about)

    def beat(self) -> None:
        data = canonical.encode({"at": simulator.AT, "number": len(self.world.entries)})
        self.world.enter("heartbeat", data, None, [])

    def withdraw(self) -> None:
        """Somebody takes an attestation back, wholly or in part; mostly who made it."""
        index = self.logged("attestation", "attestation", "batch", "event")
        if index is None:
            return
        entry = canonical.loads(self.world.entries[index])
        by = self.keys.get(str(entry["m"])) or self.any_key()  # type: ignore[index]
        claims: dict[str, Any] = {}
        if index in self.batches and self.seldom(0.6):
            claims["items"] = self.chance.sample(CELLS, self.chance.randrange(1, 4))
        if self.seldom(0.03):
            claims["withdraws"] = "A" * 43
        about = [PACK, "other"] if self.seldom(0.02) else self.world.about[index]
        later.withdraw(self.world, by, index, about, **claims)

    def erase(self) -> None:
        """The service erases something, and says so."""
        index = self.logged("event", "attestation", "batch")
        if index is None:
            return
        about = [MODULE] if self.seldom(0.03) else self.world.about[index]
        later.erase(self.world, index, about)
        self.erased.add(index)

    def logged(self, *kinds: str) -> int | None:
        """An entry of one of these kinds, if there is any."""
        kind = self.chance.choice(kinds)
        found = [
            at for at, each in enumerate(self.world.entries) if f'"k":"{kind}"'.encode() in each
        ]
        return self.chance.choice(found) if found else None

    def end_year(self) -> None:
        """The log goes on under another name."""
        later.begin_year(self, f"batterypassport.example/log/{2027 + len(self.world.past)}")  # type: ignore[arg-type]

    def take_snapshot(self) -> None:
        """The service logs an index, seldom one that is not true."""
        everybody = later.everybody(self)  # type: ignore[arg-type]
        if self.seldom(0.05):
            del everybody[self.chance.choice(sorted(everybody))]
        rows = later.rows_of(self.world, everybody.items())
        origin = "elsewhere.example/log" if self.seldom(0.02) else self.world.log.name
        said = {"size": len(self.world.entries) + 1} if self.seldom(0.02) else {}
        entry = later.take_snapshot(self.world, rows, origin=origin, **said)
        self.snapshots.append((entry, rows))

    def digests(self) -> list[str]:
        """The digests of all that was logged."""
        documents = self.world.documents.values()
        return [b64u_encode(hashlib.sha256(each).digest()) for each in documents]


HAPPENINGS: tuple[tuple[Callable[[Story], None], int], ...] = (
    (Story.enrol, 4), (Story.rotate, 3), (Story.revoke, 2), (Story.attest, 9), (Story.happen, 3),
    (Story.attest_batch, 4), (Story.beat, 1), (Story.withdraw, 2), (Story.erase, 2),
    (Story.end_year, 1), (Story.take_snapshot, 2),
)  # fmt: skip


def tell(chance: Random) -> Story:
    """A story of some length; at its end there is often an index."""
    story = Story(chance)
    for _ in range(chance.randrange(1, 4)):
        story.enrol()
    steps, weights = zip(*HAPPENINGS, strict=True)
    for step in chance.choices(steps, weights, k=chance.randrange(3, 15)):
        step(story)
    if story.seldom(0.4):
        story.take_snapshot()
    for _ in range(chance.randrange(0, 2)):
        story.happen()
    return story
