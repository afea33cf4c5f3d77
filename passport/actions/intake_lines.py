"""Lines of a file as values, fast: what is in the usual form is read at once, all else strictly.

Both ways give the same answer; the fast one knows when it does not know.
"""

import hashlib
import re
from binascii import a2b_base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import msgspec

from passport.actions.intake_items import ItemReader, read_signed
from passport.proof import canonical
from passport.proof.credential import Credential
from passport.proof.errors import ProofError
from passport.proof.hashing import leaf_hash
from passport.rules import intake as rules
from passport.rules.errors import Refusal
from passport.rules.identity import IdentityKind
from passport.rules.intake import AssemblyLine, BatchLine, BatteryLine, ModelLine

LINE_BYTES = 256 * 1024
_MOST_REMEMBERED = 50_000
_STEM = len("https://id.gs1.org/01/00000000000000/21/")
_SERIAL = re.compile(r"[A-Za-z0-9._-]{1,20}", re.ASCII)
_SALT = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]", re.ASCII)
# All that a line in the usual form is made of: no escapes, no control characters, no letters
# beyond ASCII.
_USUAL = bytes(set(range(0x20, 0x7F)) - {0x5C})


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


class _Said(msgspec.Struct, gc=False):
    """What a battery line says; a line of another kind is read into it without harm."""

    type: str = ""
    id: str = ""
    model: str = ""
    manufactured_on: str = ""
    facility: str = ""
    parent: str = ""
    position: str = ""
    log_salt: str = ""
    lot: str = ""
    item: msgspec.Raw = msgspec.Raw()


class _Again(msgspec.Struct, gc=False):
    id: str = ""
    item: msgspec.Raw = msgspec.Raw()


class Attested(msgspec.Struct, gc=False):
    """An item, in canonical form, and its battery: its canonical name, and its id where known."""

    identity: str
    item: bytes | None
    battery: bytes = b""


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
    items: list[Row | Attested] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    named: set[bytes] = field(default_factory=set)
    unsigned: int = 0
    plain: bool = True
    # The items of the file so far: how many, the peaks of their tree, what they build upon.
    grown: tuple[int, bytes, bytes] = (0, b"", b"")


class Reader:
    """Reads lines, and remembers what it has found right: models, days, lots, stems of names."""

    def __init__(self, *, today: date) -> None:
        self.today = today
        self._line = msgspec.json.Decoder(_Said)
        self._flat = msgspec.json.Decoder(dict[str, str | dict[str, str]])
        self._encode = msgspec.json.Encoder(order="sorted").encode
        self._days: dict[str, date] = {}
        self._stems: dict[str, str] = {}
        self._parents: dict[str, str] = {}
        self._models: set[str] = set()
        self._lots: set[str] = {""}
        self._items = ItemReader()

    def read(self, lines: Sequence[tuple[int, bytes]]) -> Chunk:
        """The lines as values. What is refused stands in `bad`, under its number."""
        chunk = Chunk(last=lines[-1][0] if lines else 0, read=len(lines))
        for (number, raw), said in zip(lines, self._said(lines), strict=True):
            row = self._usual(number, raw, said) if said is not None else None
            if row is None:
                self._strictly(chunk, number, raw)
            else:
                self._take(chunk, row)
        return chunk

    def sign(self, signed: Credential | None) -> None:
        """The batch of the items behind it; None when its line was refused, and items are left.

        The first one counts: a file has one batch, and a crash between two changes no verdict.
        """
        if not self._items.asked:
            self._items.sign(signed)

    def _take(self, chunk: Chunk, row: Row) -> None:
        if row.item is not None:
            refusal = self._items.refusal_of(row.item)
            if refusal is not None:
                chunk.bad.append(Bad(row.number, row.raw, refusal))
                return
            chunk.items.append(row)
            chunk.leaves.append(leaf_hash(row.item))
            chunk.named |= self._items.named(row.item)
        chunk.rows.append(row)

    def _said(self, lines: Sequence[tuple[int, bytes]]) -> Iterable[_Said | None]:
        raws = [raw for _, raw in lines]
        joined = b"\n".join(raws)
        found = None if joined.translate(None, _USUAL + b"\n") else self._together(joined)
        return found if found and len(found) == len(raws) else map(self._alone, raws)

    def _together(self, joined: bytes) -> list[_Said] | None:
        """Lines read at once; None when one of them is not in the usual form."""
        try:
            return self._line.decode_lines(joined)
        except msgspec.MsgspecError:
            return None

    def _alone(self, raw: bytes) -> _Said | None:
        if raw.translate(None, _USUAL) or len(raw) > LINE_BYTES:
            return None
        try:
            return self._line.decode(raw)
        except msgspec.MsgspecError:
            return None

    def _usual(self, number: int, raw: bytes, said: _Said) -> Row | None:
        """The row of a line in the usual form; None when the strict way must judge."""
        made_on = self._days.get(said.manufactured_on)
        if (
            made_on is None
            or said.type != "battery"
            or said.model not in self._models
            or said.lot not in self._lots
            or len(said.position) > 60
            or len(said.facility) > 120
        ):
            return None
        gtin, parent = self._stems.get(said.id[:_STEM]), said.parent
        serial = said.id[_STEM:]
        if gtin is None or not _SERIAL.fullmatch(serial):
            return None
        if parent:
            known = self._parents.get(parent)
            if known is None or known == said.id:
                return None
            parent = known
        item = self._item(said)
        if item is False or not self._is_whole(raw, said, item):
            return None
        salt = self._salt(said.log_salt)
        if salt is None and said.log_salt:
            return None
        return Row(
            number, raw, said.id, gtin, serial, said.model, made_on, said.facility, parent,
            said.position, salt, said.lot, _digest(said, parent, salt), item or None,
        )  # fmt: skip

    def _is_whole(self, raw: bytes, said: _Said, item: bytes) -> bool:
        """Every name of the line was taken, and each once: else somebody's word would be lost."""
        names = 4 + sum(
            map(bool, (said.facility, said.parent, said.position, said.log_salt, said.lot, item))
        )
        # A blank before a colon would hide a name from the count.
        if b" :" in raw or len(raw) > LINE_BYTES:
            return False
        return raw.count(b'":') - item.count(b'":') == names

    def _item(self, said: _Said) -> bytes | Literal[False]:
        """The item as it stands, where that is its canonical form; False where it may not be."""
        item = bytes(said.item)
        if not item:
            return item
        try:
            value = self._flat.decode(item)
        except msgspec.MsgspecError:
            return False
        if value.get("id") != said.id or value.get("logSalt", said.log_salt) != said.log_salt:
            return False
        return item if self._encode(value) == item else False

    def _salt(self, text: str) -> bytes | None:
        if not _SALT.fullmatch(text):
            return None
        return a2b_base64(text.replace("-", "+").replace("_", "/") + "==")

    def _strictly(self, chunk: Chunk, number: int, raw: bytes) -> None:
        refusal = getattr(raw, "refusal", None)
        if refusal is not None:
            chunk.bad.append(Bad(number, raw, refusal))
            return
        try:
            value = canonical.loads(raw, max_bytes=LINE_BYTES)
            line = rules.parse_line(value, number=number, today=self.today)
            row = _row(line, raw) if isinstance(line, BatteryLine) else None
            signed = read_signed(line) if isinstance(line, BatchLine) else None
        except (Refusal, ProofError) as refused:
            chunk.bad.append(Bad(number, raw, refused))
            if not self._items.asked and _is_batch(raw):
                chunk.unsigned = number
                self.sign(None)
            return
        if isinstance(line, BatteryLine):
            assert row is not None  # noqa: S101 - made above
            self._take(chunk, row)
            assert isinstance(value, dict)  # noqa: S101 - parse_line() refused anything else
            self._remember(line, value)
            chunk.plain &= _is_plain(row, value)
        elif isinstance(line, ModelLine):
            chunk.models.append((line, raw))
        elif isinstance(line, AssemblyLine):
            chunk.assemblies.append((line, raw))
        else:
            assert signed is not None  # noqa: S101 - read above
            chunk.batches.append((line, raw, signed))
            self.sign(signed)

    def _remember(self, line: BatteryLine, value: Mapping[str, Any]) -> None:
        """What the strict way took once, the fast way may take from now on."""
        for memory in (self._parents, self._days, self._stems, self._models, self._lots):
            if len(memory) > _MOST_REMEMBERED:
                memory.clear()
        if line.identity.kind is IdentityKind.SERIAL and line.identity.canonical == value["id"]:
            self._stems[value["id"][:_STEM]] = line.identity.gtin
        if line.parent is not None:
            self._parents[value["parent"]] = line.parent.canonical
        self._days[value["manufactured_on"]] = line.manufactured_on
        self._models.add(line.model)
        self._lots |= {line.lot, ""}


class SecondReader:
    """Reads the items once more, out of lines of which none was refused and all were plain.

    `id_of` tells what battery a line has made, where each line has made its own.
    """

    def __init__(self, *, id_of: Callable[[int], bytes] | None = None) -> None:
        self._line = msgspec.json.Decoder(_Again)
        self._id_of = id_of

    def read(self, lines: Sequence[tuple[int, bytes]]) -> Chunk:
        """The items of some lines, and nothing else."""
        chunk = Chunk(last=lines[-1][0], read=len(lines))
        found = self._line.decode_lines(b"\n".join([raw for _, raw in lines]))
        for (number, _), said in zip(lines, found, strict=True):
            item = bytes(said.item)
            if item:
                battery = self._id_of(number) if self._id_of else b""
                chunk.items.append(Attested(said.id, item, battery))
                chunk.leaves.append(leaf_hash(item))
        return chunk


def _is_plain(row: Row, value: Mapping[str, object]) -> bool:
    """Whether name and item stand on a line as they are kept."""
    if row.item is None:
        return True
    return value["id"] == row.identity and b'"item":' + row.item in row.raw


def _is_batch(raw: bytes) -> bool:
    """Whether a line that is refused was meant as the batch of its file."""
    return b'"batch"' in raw[:4096] and b'"AttestationBatch"' in raw


def _row(line: BatteryLine, raw: bytes) -> Row:
    return Row(
        number=line.number,
        raw=raw,
        identity=line.identity.canonical,
        gtin=line.identity.gtin,
        serial=line.identity.serial,
        model=line.model,
        made_on=line.manufactured_on,
        facility=line.facility,
        parent=line.parent.canonical if line.parent else "",
        position=line.position,
        salt=line.log_salt,
        lot=line.lot,
        digest=rules.digest(line),
        item=None if line.item is None else canonical.encode(line.item),
    )


def _digest(said: _Said, parent: str, salt: bytes | None) -> bytes:
    """What rules.intake.digest() says of the same line."""
    told = (
        f"{len(said.id)}:{said.id}{len(said.model)}:{said.model}10:{said.manufactured_on}"
        f"{len(said.facility)}:{said.facility}{len(parent)}:{parent}"
        f"{len(said.position)}:{said.position}"
    )
    if said.lot:
        hidden = "32:" + salt.hex() if salt is not None else "0:"
        told = f"9:battery/3{told}{hidden}{len(said.lot)}:{said.lot}"
    elif salt is not None:
        told = f"9:battery/2{told}32:{salt.hex()}"
    else:
        told = f"9:battery/1{told}"
    return hashlib.sha256(told.encode()).digest()
