"""bench labels: finished labels on all cores, each of another battery, beside the bare codes.

1. each process lays the label out once and then draws its own serials, as a print job does;
2. the limit is the matrix of the same links by the same encoder, turned into nothing;
3. of what was drawn, some is read back by a decoder: a label that nobody reads is none.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

import zxingcpp
from django.core.management.base import CommandError
from PIL import Image
from rich.console import Console

from api.labels import codes
from api.labels.press import Press
from api.labels.stock import wish
from api.management.bench.figures import Figure, Sheet
from passport.queries.label import Extent, Item, Job, MakeKey
from passport.rules.identity import CANONICAL_STEM, digital_link, parse
from passport.rules.label import Correction, blank
from passport.rules.label_text import Make, code_lines, link_length

DRAWN, QUICK_DRAWN = 20_000, 400
PRINTED, QUICK_PRINTED = 400_000, 4_000
READ_BACK = 20
HOST: Final = "https://batterypassport.example"
GTIN: Final = "09521234000020"
_KEY: Final[MakeKey] = (UUID(int=1), None, date(2025, 3, 1))
_DOTS = 4

Work = Callable[[int, int], int]


def measure(sheet: Sheet, console: Console) -> None:
    """Fill the sheet."""
    drawn = QUICK_DRAWN if sheet.quick else DRAWN
    told = QUICK_PRINTED if sheet.quick else PRINTED
    _read_back()
    console.print(f"the codes alone of {drawn:,} labels …")
    bare = _rate(_matrices, drawn)
    console.print(f"drawing {drawn:,} labels …")
    svg = _rate(_svgs, drawn)
    console.print(f"printing {told:,} labels …")
    zpl = _rate(_zpl, told)
    cores = os.cpu_count() or 1
    sheet.figures += [
        Figure(
            "finished labels as SVG", svg, "1/s", "svg_per_s", least=2_000,
            how=f"{drawn:,} serials, full label 99.1 × 38.1 mm, correction Q, {cores} processes",
        ),
        Figure("the codes alone", bare, "1/s", how="same links, same encoder, matrix as bytes"),
        Figure("against the codes alone", svg / bare, ""),
        Figure(
            "labels as ZPL", zpl, "1/s", "zpl_per_s", least=50_000,
            how=f"{told:,} serials, full label, 203 dpi, {cores} processes; the printer draws",
        ),
    ]  # fmt: skip


def _rate(work: Work, count: int) -> float:
    """Labels a second of all processes together, from the first to the last."""
    cores = os.cpu_count() or 1
    share = count // cores
    parts = [(number * share, share) for number in range(cores)]
    with multiprocessing.get_context("fork").Pool(cores) as pool:
        # Started, imported and laid out before the clock runs.
        pool.starmap(work, [(count + number, 1) for number in range(cores)], chunksize=1)
        began = time.perf_counter()
        made = sum(pool.starmap(work, parts, chunksize=1))
        seconds = time.perf_counter() - began
    if made != share * cores:
        raise CommandError(f"{made} of {share * cores} labels were made.")
    return made / seconds


def _matrices(first: int, count: int) -> int:
    made = [codes.fast(_link(item), Correction.Q) for item in _items(first, count)]
    return len(made)


def _svgs(first: int, count: int) -> int:
    press, seen = _press(dots=False), set()
    for item in _items(first, count):
        seen.add(hash(press.svg(item, encoder=codes.fast)))
    return len(seen)


def _zpl(first: int, count: int) -> int:
    press, made = _press(dots=True), 0
    for start in range(first, first + count, 500):
        some = list(_items(start, min(500, first + count - start)))
        made += press.zpl(some).count(b"^XZ")
    return made


def _items(first: int, count: int) -> Iterator[Item]:
    for number in range(first, first + count):
        yield Item(f"{CANONICAL_STEM}/01/{GTIN}/21/P-2026-{number:07d}", "PACK", _KEY)


def _link(item: Item) -> str:
    return digital_link(parse(item.identity), HOST)


def _press(*, dots: bool) -> Press:
    (item,) = _items(0, 1)
    lines = tuple(map(blank, code_lines(parse(item.identity))))
    extent = Extent(link_length(identity=item.identity, host=HOST), lines)
    job = Job((), 0, {_KEY: _make()}, {(_KEY, len(lines)): extent})
    asked = wish({"label": "100x50"} if dots else {})
    return Press(job=job, wish=asked, host=HOST, dots=dots)


def _make() -> Make:
    return Make(
        maker="Maker", category="stationary battery energy storage", model_code="PACK-1",
        chemistry="LFP", capacity_ah=Decimal(280), energy_kwh=Decimal("10.752"),
        mass_kg=Decimal(72), place="Line 1, Norrvik, SE", made_on=_KEY[2],
        facts={
            "3": "Maker", "4": "Hamnringen 4, Norrvik, Sweden", "5": "https://maker.example",
            "13": "LiPF6 in organic carbonates", "14": "Water in plenty",
            "15": ["lithium", "natural graphite", "phosphorus", "copper"],
        },
    )  # fmt: skip


def _read_back() -> None:
    """Some of the drawings through a decoder. Refuses what it does not read as it was meant."""
    press = _press(dots=False)
    for item in _items(0, READ_BACK):
        drawn = press.svg(item, encoder=codes.fast).decode()
        runs = re.findall(r"M(\d+) (\d+)h(\d+)v1", drawn)
        side = max(int(x) + int(run) for x, _, run in runs)
        picture = Image.new("L", ((side + 8) * _DOTS, (side + 8) * _DOTS), 255)
        for x, y, run in runs:
            left, top = (int(x) + 4) * _DOTS, (int(y) + 4) * _DOTS
            picture.paste(0, (left, top, left + int(run) * _DOTS, top + _DOTS))
        found = [each.text for each in zxingcpp.read_barcodes(picture)]
        if found != [_link(item)]:
            raise CommandError(f"A label reads {found} and means {_link(item)}.")
