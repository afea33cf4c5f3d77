"""Lines of a maker's file as values: batteries, models, assemblies, a batch, what is refused."""

from dataclasses import dataclass, field
from datetime import date

import msgspec

from passport.proof.credential import Credential
from passport.proof.errors import ProofError
from passport.rules.errors import Refusal
from passport.rules.intake import AssemblyLine, BatchLine, ModelLine


class Row(msgspec.Struct, gc=False):
    """A checked battery line; `digest` is that of rules.intake.digest(), names are canonical."""

    number: int
    raw: bytes
    identity: str
    gtin: str
    serial: str
    model: str
    made_on: date
    facility: str
    parent: str
    position: str
    salt: bytes | None
    lot: str
    digest: bytes
    item: bytes | None


@dataclass(frozen=True)
class Bad:
    """A line that is refused."""

    number: int
    raw: bytes
    refusal: Refusal | ProofError


@dataclass
class Chunk:
    """Some lines that follow each other, read; `last` is the number of the last one."""

    last: int = 0
    read: int = 0
    rows: list[Row] = field(default_factory=list)
    models: list[tuple[ModelLine, bytes]] = field(default_factory=list)
    assemblies: list[tuple[AssemblyLine, bytes]] = field(default_factory=list)
    batches: list[tuple[BatchLine, bytes, Credential]] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    items: list[Row] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    named: set[bytes] = field(default_factory=set)
    unsigned: int = 0
    plain: bool = True
