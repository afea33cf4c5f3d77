"""One walk through the instance: who takes part, what has come of it so far, and its files."""

import json
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from api.management.story.plot import FOLDER
from api.management.walk.caller import Caller, Failed
from passport.proof.encoding import b64u_encode

SECOND_LIFE, RECYCLER, STRANGER = "graukarst-halls", "silberbach-hydromet", "fernblick-traders"
SUPPLIER = "weisspulver-cathodes"
_CELLS = 6


@dataclass
class Pack:
    """A pack that this walk made; ids come as the service gives them."""

    identity: str
    cells: list[str]
    id: str = ""
    digest: str = ""
    retirement: str = ""


@dataclass
class Walk:
    """Every walk has a token of its own, so it can be walked again on the same instance."""

    url: str
    state: Path
    token: str = field(default_factory=lambda: secrets.token_hex(4).upper())
    keep: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def folder(self) -> Path:
        """The maker's and the auditor's own files of this walk."""
        made = self.state / "walkthrough" / self.token
        made.mkdir(mode=0o700, parents=True)
        return made

    @cached_property
    def cast(self) -> dict[str, Any]:
        """Who plays what, as the story has it."""
        found: dict[str, Any] = json.loads((FOLDER / "parties.json").read_text(encoding="utf-8"))
        return found

    @cached_property
    def callers(self) -> dict[str, Caller]:
        """A caller for each party that has a key here. Refuses Failed."""
        known = self.read("api-keys.json")
        return {slug: Caller(self.url, slug, secret) for slug, secret in known.items()}

    def caller(self, role: str) -> Caller:
        """Who plays a role: "pack_maker", "keeper", "auditor", or a short name."""
        return self.callers[self.cast.get(role, role)]

    def read(self, name: str) -> Any:
        """A file that the story left. Refuses Failed."""
        place = self.state / name
        try:
            return json.loads(place.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Failed(
                f"{name} cannot be read: {error}.",
                where=str(place),
                remedy="Tell the story first: manage.py demo, or manage.py story.",
            ) from error

    @cached_property
    def packs(self) -> list[Pack]:
        """Two packs: one for a second life, one for the recycler."""
        return [
            Pack(
                f"https://id.gs1.org/01/09521003009902/21/P{number}{self.token}",
                [
                    f"https://id.gs1.org/01/09521003009919/21/C{number}{cell}{self.token}"
                    for cell in range(1, _CELLS + 1)
                ],
            )
            for number in (1, 2)
        ]

    @property
    def sound(self) -> Pack:
        """The pack that is good for more."""
        return self.packs[0]

    @property
    def flooded(self) -> Pack:
        """The pack that only a recycler may take."""
        return self.packs[1]

    @property
    def pack_code(self) -> str:
        """The model of both packs."""
        return f"WALK-PACK-{self.token}"

    @property
    def cell_code(self) -> str:
        """The model of their cells."""
        return f"WALK-CELL-{self.token}"

    @property
    def key(self) -> Path:
        """The maker's private key."""
        return self.folder / "maker.key"

    @property
    def later_key(self) -> Path:
        """The private key that takes its place."""
        return self.folder / "maker-later.key"

    @property
    def lot(self) -> Path:
        """What the supplier signed of its lot."""
        return self.folder / "lot-signed.json"

    @cached_property
    def salts(self) -> dict[str, str]:
        """The salts that the maker draws for the log's names of its batteries."""
        names = [name for pack in self.packs for name in (pack.identity, *pack.cells)]
        return {name: b64u_encode(secrets.token_bytes(16)) for name in names}
