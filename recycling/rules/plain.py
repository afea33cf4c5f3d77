"""Values as plain JSON and back: decimals as strings, sets in order, nothing lost."""

import datetime
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints


def plain(value: Any) -> Any:
    """JSON of a value made of dataclasses, tuples, sets, decimals, days and words. [plain-1]"""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value) if isinstance(value, datetime.date | str) else value


def revive(kind: Any, said: Any) -> Any:
    """The value of that type which plain() gave; decimals come without needless zeros. [plain-2]

    Raises TypeError for a type that no part of the market has.
    """
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: revive(hints[name], each) for name, each in said.items()})
    if get_origin(kind) is UnionType:
        kinds = [each for each in get_args(kind) if each is not NoneType]
        return None if said is None else revive(kinds[0], said)
    if get_origin(kind) is Mapping:
        key, value = get_args(kind)
        return {revive(key, name): revive(value, each) for name, each in said.items()}
    if get_origin(kind) in (tuple, frozenset):
        return get_origin(kind)(revive(get_args(kind)[0], each) for each in said)
    return _single(kind, said)


def _single(kind: Any, said: Any) -> Any:
    if kind is Decimal:
        return Decimal(said)
    if kind is datetime.date:
        return datetime.date.fromisoformat(said)
    if kind in (str, int, bool) or issubclass(kind, StrEnum):
        return kind(said)
    raise TypeError(f"{kind} is no part of a market")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
