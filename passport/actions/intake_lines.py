"""Lines of a file as values: strictly, and fast where a line is like one that was taken before.

Both ways give the same answer; the fast one knows when it does not know.
"""

import hashlib
import re
from binascii import a2b_base64
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from passport.actions.intake_alike import PLAIN, SALT, SERIAL, Patterns, like, text_of
from passport.actions.intake_chunk import Bad, Chunk, Row
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
# What a battery line may say, as far as the fast way takes it.
_OPEN: Final = {
    "id": rf"https://id\.gs1\.org/01/[0-9]{{14}}/21/{SERIAL}",
    "model": text_of(60),
    "manufactured_on": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "facility": text_of(120),
    "parent": text_of(2000),
    "position": text_of(60),
    "log_salt": SALT,
    "lot": text_of(20),
}
_ITEM = '"item":'
_ITEM_OPEN = rf"(?P<item>\{{{PLAIN}\}})"
_SAID = (
    "id", "position", "log_salt", "item", "model", "manufactured_on", "facility", "parent", "lot",
)  # fmt: skip
_NOTHING: Final[frozenset[bytes]] = frozenset()


class _Shared:
    """What many lines say alike, and the part of their digests that it makes."""

    __slots__ = ("_end", "_middle", "facility", "lot", "made_on", "model", "parent")

    def __init__(self, model: str, made_on: date, facility: str, parent: str, lot: str) -> None:
        self.model, self.made_on, self.facility = model, made_on, facility
        self.parent, self.lot = parent, lot
        said = (model, made_on.isoformat(), facility, parent)
        self._middle = "".join(f"{len(each)}:{each}" for each in said)
        self._end = f"{len(lot)}:{lot}" if lot else ""

    def digest(self, name: str, position: str, salt: bytes | None) -> bytes:
        """What rules.intake.digest() says of a line with these."""
        told = f"{len(name)}:{name}{self._middle}{len(position)}:{position}"
        if self._end:
            hidden = "32:" + salt.hex() if salt is not None else "0:"
            told = f"9:battery/3{told}{hidden}{self._end}"
        elif salt is not None:
            told = f"9:battery/2{told}32:{salt.hex()}"
        else:
            told = f"9:battery/1{told}"
        return hashlib.sha256(told.encode()).digest()


class Reader:
    """Reads lines, and remembers what it has found right: models, days, lots, stems of names, and
    what the lines look like.
    """

    def __init__(self, *, today: date) -> None:
        self.today = today
        self._patterns = Patterns()
        self._shared: dict[tuple[str, ...], _Shared] = {}
        self._days: dict[str, date] = {}
        self._stems: dict[str, str] = {}
        self._parents: dict[str, str] = {"": ""}
        self._models: set[str] = set()
        self._lots: set[str] = {""}
        self._items = ItemReader()

    def read(self, lines: Sequence[tuple[int, bytes]]) -> Chunk:
        """The lines as values. What is refused stands in `bad`, under its number."""
        chunk = Chunk(last=lines[-1][0] if lines else 0, read=len(lines))
        for number, raw in lines:
            if not self._alike(chunk, number, raw):
                self._strictly(chunk, number, raw)
        return chunk

    def sign(self, signed: Credential | None) -> None:
        """The batch of the items behind it; None when its line was refused, and items are left.

        The first one counts: a file has one batch, and a crash between two changes no verdict.
        """
        if not self._items.asked:
            self._items.sign(signed)

    def _alike(self, chunk: Chunk, number: int, raw: bytes) -> bool:
        """Take a line that is like one that was taken strictly; False when that way must judge."""
        # A line that was refused before anybody read it is of a type of its own.
        if type(raw) is not bytes or len(raw) > LINE_BYTES:
            return False
        fitting = self._patterns.fit(str(raw, "latin-1"))
        if fitting is None:
            return False
        name, position, salt, item, *shared = fitting[0].group(*_SAID)
        gtin, alike = self._stems.get(name[:_STEM]), self._shared_by(*shared)
        if gtin is None or alike is None or alike.parent == name:
            return False
        named = self._items.judge(item, identity=name, log_salt=salt) if item else _NOTHING
        if named is None:
            return False
        hidden = a2b_base64(salt.replace("-", "+").replace("_", "/") + "==") if salt else None
        row = Row(
            number, raw, name, gtin, name[_STEM:], alike.model, alike.made_on, alike.facility,
            alike.parent, position, hidden, alike.lot, alike.digest(name, position, hidden),
            item.encode() or None,
        )  # fmt: skip
        _take(chunk, row, named)
        return True

    def _shared_by(
        self, model: str, day: str, facility: str, parent: str, lot: str
    ) -> "_Shared | None":
        key = (model, day, facility, parent, lot)
        found = self._shared.get(key)
        if found is None:
            made_on, inside = self._days.get(day), self._parents.get(parent)
            if made_on is None or inside is None:
                return None
            if model not in self._models or lot not in self._lots:
                return None
            if len(self._shared) > _MOST_REMEMBERED:
                self._shared.clear()
            found = self._shared[key] = _Shared(model, made_on, facility, inside, lot)
        return found

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
            assert row is not None and isinstance(value, dict)  # noqa: S101, PT018 - made above
            self._take_battery(chunk, line, row, value)
        elif isinstance(line, ModelLine):
            chunk.models.append((line, raw))
        elif isinstance(line, AssemblyLine):
            chunk.assemblies.append((line, raw))
        else:
            assert signed is not None  # noqa: S101 - read above
            chunk.batches.append((line, raw, signed))
            self.sign(signed)

    def _take_battery(
        self, chunk: Chunk, line: BatteryLine, row: Row, value: Mapping[str, Any]
    ) -> None:
        named = _NOTHING
        if row.item is not None:
            refusal = self._items.refusal_of(row.item)
            if refusal is not None:
                chunk.bad.append(Bad(row.number, row.raw, refusal))
                return
            named = self._items.learn(row.item)
        _take(chunk, row, named)
        chunk.plain &= _is_plain(row, value)
        self._remember(line, value)
        text = str(row.raw, "latin-1")
        if self._patterns.may_learn(text):
            self._patterns.learn(_pattern_of(row, text), text)

    def _remember(self, line: BatteryLine, value: Mapping[str, Any]) -> None:
        """What the strict way took once, the fast way may take from now on."""
        for memory in (self._parents, self._days, self._stems, self._models, self._lots):
            if len(memory) > _MOST_REMEMBERED:
                memory.clear()
        if line.identity.kind is IdentityKind.SERIAL and line.identity.canonical == value["id"]:
            self._stems[value["id"][:_STEM]] = line.identity.gtin
        self._parents[""] = ""
        if line.parent is not None:
            self._parents[value["parent"]] = line.parent.canonical
        self._days[value["manufactured_on"]] = line.manufactured_on
        self._models.add(line.model)
        self._lots |= {line.lot, ""}


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


def _take(chunk: Chunk, row: Row, named: Collection[bytes]) -> None:
    chunk.rows.append(row)
    if row.item is not None:
        chunk.items.append(row)
        chunk.leaves.append(leaf_hash(row.item))
        chunk.named.update(named)


def _pattern_of(row: Row, text: str) -> re.Pattern[str] | None:
    """What lines like this row's fit."""
    if row.item is None:
        return like(text, open={**_OPEN, "item": ""})
    before, stands, after = text.partition(_ITEM + str(row.item, "latin-1"))
    return like(before + _ITEM, after, open=_OPEN, gap=_ITEM_OPEN) if stands else None
