"""Finds what is marked for translation in templates and in the Python of the pages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.utils.translation.template import templatize

from api.management.messages.catalogue import Message

_ONE: Final = frozenset({"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"})
# Whether somebody marked a message with a context, which nothing here would find.
_CALL: Final = re.compile(r"\b(_|gettext|ngettext)\(u?")


def marked(api: Path) -> dict[Message, str]:
    """Each message that a template or module below `api` marks → a place where it stands."""
    found: dict[Message, str] = {}
    for path in sorted(api.rglob("*.html")):
        for message in in_template(path.read_text("utf-8")):
            found.setdefault(message, path.name)
    for path in sorted(api.rglob("*.py")):
        for message in in_python(path.read_text("utf-8")):
            found.setdefault(message, path.name)
    return found


def in_template(text: str) -> Iterator[Message]:
    """What a template marks by translate, blocktranslate, or a translated literal."""
    source = templatize(text)
    for call in _CALL.finditer(source):
        yield _message(_arguments(source[call.start() :]))


def in_python(text: str) -> Iterator[Message]:
    """What a module marks by _(), gettext() and ngettext()."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and _name(node.func) in _ONE:
            yield _message(node)


def _arguments(source: str) -> ast.Call:
    """The call that a text begins with: what follows it is no Python."""
    for end in (at + 1 for at, letter in enumerate(source) if letter == ")"):
        try:
            parsed = ast.parse(source[:end], mode="eval").body
        except SyntaxError:
            continue
        if isinstance(parsed, ast.Call):
            return parsed
    raise ValueError(f"nothing ends this call: {source[:80]}")


def _message(call: ast.Call) -> Message:
    texts = [
        each.value
        for each in call.args[:2]
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    if not texts:
        raise ValueError(f"a marked text is no literal: {ast.unparse(call)[:80]}")
    return Message(*texts)


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""
