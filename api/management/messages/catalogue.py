"""Reads and writes the catalogue of a language (.po), and compiles it (.mo), without gettext."""

import ast
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_MAGIC: Final = 0x950412DE
_HEADER: Final = (
    "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
)
_LINE: Final = re.compile(r'^(msgid|msgid_plural|msgstr|msgstr\[(\d)\])?\s*("(?:[^"\\]|\\.)*")$')


class BadCatalogue(ValueError):
    """A line of a catalogue cannot be read."""


@dataclass(frozen=True, order=True)
class Message:
    """What is said in English; `plural` is empty where no number decides."""

    one: str
    plural: str = ""

    @property
    def key(self) -> str:
        """As a compiled catalogue names it."""
        return f"{self.one}\0{self.plural}" if self.plural else self.one

    @property
    def forms(self) -> int:
        """How many translations it needs."""
        return 2 if self.plural else 1


Said = Mapping[Message, tuple[str, ...]]


def read(text: str) -> dict[Message, tuple[str, ...]]:
    """The messages of a .po with their translations, its header left out. Refuses BadCatalogue."""
    found = {}
    for number, block in _blocks(text):
        fields = _fields(block, number)
        if fields.get("msgid"):
            message = Message(fields["msgid"], fields.get("msgid_plural", ""))
            names = ("msgstr[0]", "msgstr[1]") if message.plural else ("msgstr",)
            found[message] = tuple(fields.get(name, "") for name in names)
    return found


def write(said: Said, *, language: str) -> str:
    """A .po with one block a message, sorted, so that two who add words rarely meet."""
    head = [f"# What the pages say, in {language}.", 'msgid ""', 'msgstr ""']
    head += [_quoted(f"{line}\n") for line in f"Language: {language}\n{_HEADER}".splitlines()]
    blocks = ["\n".join(head)]
    blocks += ["\n".join(_block(message, forms)) for message, forms in sorted(said.items())]
    return "\n\n".join(blocks) + "\n"


def compiled(said: Said, *, language: str) -> bytes:
    """The same catalogue as GNU gettext compiles it; what is not translated is left out."""
    pairs = {"": f"Language: {language}\n{_HEADER}"}
    pairs |= {each.key: "\0".join(forms) for each, forms in said.items() if all(forms)}
    rows = [(key.encode(), text.encode()) for key, text in sorted(pairs.items())]
    start = 28 + 16 * len(rows)
    keys = _table([key for key, _ in rows], start)
    texts = _table([text for _, text in rows], start + sum(len(key) + 1 for key, _ in rows))
    head = struct.pack("<7I", _MAGIC, 0, len(rows), 28, 28 + 8 * len(rows), 0, start)
    bodies = b"".join(part + b"\0" for rows_ in zip(*rows, strict=True) for part in rows_)
    return head + keys + texts + bodies


def places(root: Path) -> dict[str, Path]:
    """Language → its .po below a folder of locales; the .mo lies beside it."""
    return {each.parents[1].name: each for each in sorted(root.glob("*/LC_MESSAGES/django.po"))}


def _table(parts: Iterable[bytes], start: int) -> bytes:
    table = b""
    for part in parts:
        table += struct.pack("<2I", len(part), start)
        start += len(part) + 1
    return table


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    block: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.strip():
            block.append(line.strip())
        elif block:
            yield number - len(block), block
            block = []


def _fields(block: Iterable[str], number: int) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for at, line in enumerate(block, start=number):
        if line.startswith("#"):
            continue
        found = _LINE.match(line)
        if found is None or not (found[1] or name):
            raise BadCatalogue(f"line {at} is no message: {line[:60]}")
        name = found[1] or name
        fields[name] = fields.get(name, "") + str(ast.literal_eval(found[3]))
    return fields


def _block(message: Message, forms: tuple[str, ...]) -> Iterator[str]:
    yield f"msgid {_quoted(message.one)}"
    if message.plural:
        yield f"msgid_plural {_quoted(message.plural)}"
    for number, form in enumerate(forms):
        name = f"msgstr[{number}]" if message.plural else "msgstr"
        yield f"{name} {_quoted(form)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
