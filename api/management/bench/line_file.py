"""A maker's file on disk: two models, a signed batch over all cells, packs, and cells in them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from passport.proof import batch, canonical, credential, tree
from passport.proof.encoding import b64u_encode

if TYPE_CHECKING:
    from api.management.bench.sending import Maker

CELL, PACK = "09521234000013", "09521234000020"
_STEM = b"https://id.gs1.org/01/"
_COMMON: dict[str, object] = {
    "chemistry": "LFP",
    "manufacturedOn": "2025-03-02",
    "mass": {"unit": "KGM", "value": "5.42"},
}


def _model(code: str, level: str, gtin: str, *amounts: str) -> dict[str, str]:
    names = (
        "rated_capacity_ah", "rated_energy_kwh", "nominal_voltage_v", "minimum_voltage_v",
        "maximum_voltage_v", "mass_kg",
    )  # fmt: skip
    return {
        "type": "model", "code": code, "name": code, "level": level, "category": "STATIONARY",
        "chemistry": "LFP", "gtin": gtin, **dict(zip(names, amounts, strict=True)),
    }  # fmt: skip


_MODELS = (
    _model("PACK-1000", "PACK", PACK, "280", "896", "3200", "2500", "3650", "5600"),
    _model("CELL-280", "CELL", CELL, "280", "0.896", "3.2", "2.5", "3.65", "5.42"),
)


@dataclass
class MakerFile:
    """Written and signed when it is made; `digest` is that of its batch's credential.

    Each cell has a line with its place in its pack, its log salt, its lot and its item.
    """

    maker: Maker
    path: Path
    tag: str
    cells: int
    packs: int
    digest: bytes = field(init=False)

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(_MODELS) + 1 + self.packs + self.cells

    def __post_init__(self) -> None:
        seed = os.urandom(self.cells * 32)
        signed = self._signed(seed)
        self.digest = credential.digest(signed)
        with self.path.open("wb") as file:
            for model in _MODELS:
                file.write(canonical.encode(model) + b"\n")
            file.write(b'{"type":"batch","credential":' + signed + b"}\n")
            for line in self._batteries(seed):
                file.write(line)

    def _signed(self, seed: bytes) -> bytes:
        root = tree.root(tree.leaf_hash(self._item(n, seed)[0]) for n in range(self.cells))
        created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        header = batch.Header(
            issuer=self.maker.key.did, valid_from=created, salt=os.urandom(16), access="public",
            common=_COMMON,
        )  # fmt: skip
        document = batch.document_of(size=self.cells, root=root, header=header)
        return credential.sign(
            document,
            private_key=self.maker.key.private_key,
            method=self.maker.key.name,
            created=created,
        )

    def _item(self, number: int, seed: bytes) -> tuple[bytes, bytes, bytes]:
        name = b"%b%b/21/%b%09d" % (_STEM, CELL.encode(), self.tag.encode(), number)
        at = number * 32
        salt = b64u_encode(seed[at : at + 16]).encode()
        hidden = b64u_encode(seed[at + 16 : at + 32]).encode()
        item = b'{"id":"%b","logSalt":"%b","salt":"%b"}' % (name, hidden, salt)
        return item, name, hidden

    def _batteries(self, seed: bytes) -> Iterator[bytes]:
        each = -(-self.cells // self.packs)
        for number in range(self.cells):
            pack = b"%b%b/21/%b%06d" % (_STEM, PACK.encode(), self.tag.encode(), number // each)
            if number % each == 0:
                yield (
                    b'{"type":"battery","id":"%b","model":"PACK-1000",'
                    b'"manufactured_on":"2025-03-04"}\n' % pack
                )
            item, name, hidden = self._item(number, seed)
            yield (
                b'{"type":"battery","id":"%b","model":"CELL-280","manufactured_on":"2025-03-02",'
                b'"parent":"%b","position":"%d","log_salt":"%b","lot":"L25-071","item":%b}\n'
                % (name, pack, number % each + 1, hidden, item)
            )
