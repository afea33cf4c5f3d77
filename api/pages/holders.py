"""A drawing of who stands behind an entity: one row a holder, indented by how far away it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from api.pages.drawings import NARROW, WIDE

_ROW, _INDENT, _TOP = 34, 22, 20
# More would be no picture; the table beside it names them all.
MOST = 40


@dataclass(frozen=True)
class Node:
    """One row: whose name, how it is joined to the row above, and what it is."""

    x: int
    y: int
    name: str
    share: str
    shape: str
    elbow: str


@dataclass(frozen=True)
class Tree:
    """All that the template needs; it computes nothing."""

    name: str
    width: int
    height: int
    rows: tuple[Node, ...]
    left_out: bool


def trees(*, register: Any, key: str, on: date, specified: Collection[str]) -> tuple[Tree, ...]:
    """The drawing for a wide and for a narrow sheet; () where nobody is told."""
    held = _held(register, on)
    if not held.get(key):
        return ()
    rows = list(_rows(register, held, key, specified))
    return tuple(
        Tree(
            name=name,
            width=width,
            height=_TOP * 2 + _ROW * (min(len(rows), MOST) - 1),
            rows=tuple(_cut(each, width) for each in rows[:MOST]),
            left_out=len(rows) > MOST,
        )
        for name, width in (("wide", WIDE), ("narrow", NARROW))
    )


def _held(register: Any, on: date) -> Mapping[str, Mapping[str, list[str]]]:
    held: dict[str, dict[str, list[str]]] = {}
    for each in register.holdings:
        if each.since <= on and (each.until is None or on < each.until):
            shares = held.setdefault(each.owned, {}).setdefault(each.owner, [])
            shares.append(f"{_plain(each.percent)} %")
    return held


def _plain(percent: Decimal) -> str:
    return format(percent.normalize(), "f")


def _rows(
    register: Any,
    held: Mapping[str, Mapping[str, list[str]]],
    key: str,
    specified: Collection[str],
) -> Iterator[Node]:
    """Depth first; who stands on the way already is named once more, and not opened again."""
    waiting: list[tuple[str, int, str, frozenset[str], int]] = [(key, 0, "", frozenset(), -1)]
    y = _TOP
    while waiting and y < _TOP + _ROW * (MOST + 1):
        each, depth, share, path, parent = waiting.pop()
        x = 8 + _INDENT * depth
        entity = register.entities.get(each)
        elbow = f"M{x - _INDENT + 6} {parent + 8}V{y}H{x - 2}" if depth else ""
        shape = "specified" if each in specified else "known" if entity else "unknown"
        again = each in path
        yield Node(
            x, y, (entity.name if entity else each) + (" ↺" if again else ""), share, shape, elbow
        )
        if not again:
            for holder, shares in sorted(held.get(each, {}).items(), reverse=True):
                waiting.append((holder, depth + 1, " / ".join(shares), path | {each}, y))
        y += _ROW


def _cut(node: Node, width: int) -> Node:
    """A name that fits beside its share; the table has it whole."""
    most = max(8, (width - node.x - 30) // 8 - len(node.share))
    name = node.name if len(node.name) <= most else node.name[: most - 1] + "…"
    return Node(node.x, node.y, name, node.share, node.shape, node.elbow)
