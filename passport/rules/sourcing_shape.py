"""Reads JSON into the plain values of sourcing, and writes them back: one spelling a value.

A member that stands at its default is not written: a field added later changes no document of
before, and so no digest.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from passport.rules.decimals import parse_decimal
from passport.rules.errors import Malformed

__all__ = ["WrongShape", "read", "written"]

Reader = Callable[[Any, str], Any]
T = TypeVar("T")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class WrongShape(Malformed):
    """A member of the document is absent, unknown, or no value of its kind."""

    code = "sourcing-wrong-shape"
    title = "The document has another shape"


@dataclass(frozen=True)
class _Member:
    name: str
    read: Reader
    due: bool


def read(kind: type[T], value: object, pointer: str = "") -> T:
    """A value of `kind`, a frozen dataclass, out of parsed JSON; decimals and days are strings.

    Refuses WrongShape and NotADecimal, with a pointer. [sourcing-1]
    """
    wanted: Any = kind
    found: T = _reader(wanted)(value, pointer)
    return found


def written(value: object) -> Any:
    """The JSON of a value, as `read` takes it: decimals and days as strings. [sourcing-1]"""
    if is_dataclass(value):
        return {
            each.name: written(getattr(value, each.name))
            for each in fields(value)
            if not _at_default(each, getattr(value, each.name))
        }
    if isinstance(value, Mapping):
        return {key: written(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [written(each) for each in value]
    return _written_alone(value)


def _written_alone(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value if value else abs(value), "f")
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def _at_default(field: "Field[Any]", value: object) -> bool:
    if field.default_factory is not MISSING:
        return bool(value == field.default_factory())
    return field.default is not MISSING and bool(value == field.default)


@cache
def _reader(kind: Any) -> Reader:
    if is_dataclass(kind):
        return _object_reader(kind)
    origin = get_origin(kind)
    if origin is UnionType:
        inside = next(each for each in get_args(kind) if each is not NoneType)
        return _optional_reader(_reader(inside))
    if origin is tuple:
        return _list_reader(_reader(get_args(kind)[0]))
    if origin is Mapping:
        return _map_reader(_reader(get_args(kind)[1]))
    if issubclass(kind, StrEnum):
        return _choice_reader(kind)
    return _SIMPLE[kind]


def _object_reader(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    members = [
        _Member(
            each.name,
            _reader(hints[each.name]),
            each.default is MISSING and each.default_factory is MISSING,
        )
        for each in fields(kind)
    ]
    known = {each.name for each in members}

    def reader(value: Any, pointer: str) -> Any:
        told = _as_object(value, pointer)
        for name in sorted(told.keys() - known):
            raise _no_member(name, known, pointer)
        found = {}
        for member in members:
            if member.name in told:
                found[member.name] = member.read(told[member.name], f"{pointer}/{member.name}")
            elif member.due:
                raise WrongShape(
                    f'"{member.name}" is missing',
                    pointer=f"{pointer}/{member.name}",
                    remedy="add it",
                )
        return kind(**found)

    return reader


def _no_member(name: str, known: Collection[str], pointer: str) -> WrongShape:
    return WrongShape(
        f'"{name}" is no member here',
        pointer=f"{pointer}/{_token(name)}",
        remedy="leave it out, or spell it as one of: " + ", ".join(sorted(known)),
    )


def _optional_reader(inside: Reader) -> Reader:
    return lambda value, pointer: None if value is None else inside(value, pointer)


def _list_reader(inside: Reader) -> Reader:
    def reader(value: Any, pointer: str) -> Any:
        if not isinstance(value, list):
            raise _wrong(value, "a list", pointer)
        return tuple(inside(each, f"{pointer}/{place}") for place, each in enumerate(value))

    return reader


def _map_reader(inside: Reader) -> Reader:
    def reader(value: Any, pointer: str) -> Any:
        told = _as_object(value, pointer)
        return {key: inside(each, f"{pointer}/{_token(key)}") for key, each in told.items()}

    return reader


def _choice_reader(kind: type[StrEnum]) -> Reader:
    choices = {each.value: each for each in kind}

    def reader(value: Any, pointer: str) -> Any:
        if not isinstance(value, str) or value not in choices:
            raise WrongShape(
                f"{value!r:.60} is none of the choices",
                pointer=pointer,
                remedy="write one of: " + ", ".join(choices),
            )
        return choices[value]

    return reader


def _as_object(value: object, pointer: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise _wrong(value, "an object", pointer)
    return value


def _token(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")  # RFC 6901


def _text(value: object, pointer: str) -> str:
    if not isinstance(value, str):
        raise _wrong(value, "a text", pointer)
    return value


def _whole(value: object, pointer: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(value, "a whole number", pointer)
    return value


def _truth(value: object, pointer: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(value, "true or false", pointer)
    return value


def _day(value: object, pointer: str) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise _wrong(value, "a day as 2026-01-31", pointer)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise _wrong(value, "a day of the calendar", pointer) from error


def _wrong(value: object, due: str, pointer: str) -> WrongShape:
    return WrongShape(f"{value!r:.60} is not {due}", pointer=pointer, remedy=f"write {due}")


_SIMPLE: Final[Mapping[Any, Reader]] = {
    str: _text,
    int: _whole,
    bool: _truth,
    date: _day,
    Decimal: parse_decimal,
}
