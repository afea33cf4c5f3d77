"""Reads the form of a step: what was chosen to go in, what came out, what a laboratory found."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http.request import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from api.pages.answers import Wrong, quantity
from api.pages.programme_words import PROCESSES
from passport.actions import document
from passport.rules.errors import NotFound
from recycling.actions.step import Draw
from recycling.rules.recovery import Fate, Output
from recycling.rules.steps import StepKind

STEPS: Final[Mapping[str, Any]] = {
    "DISCHARGE": gettext_lazy("discharge"),
    "DISMANTLE": gettext_lazy("dismantle"),
    "SHRED": gettext_lazy("shred"),
    "BLACK_MASS": gettext_lazy("separate into black mass and metals"),
    "REFINE": gettext_lazy("refine"),
}
FATES: Final[Mapping[str, Any]] = {
    "ONWARD": gettext_lazy("goes into a further step"),
    "RECYCLED": gettext_lazy("recycled"),
    "ENERGY": gettext_lazy("burnt for energy"),
    "DISPOSED": gettext_lazy("disposed of"),
    "EMITTED": gettext_lazy("emitted"),
}
ROWS: Final = 8
_LARGEST: Final = 10 << 20
_SHARE = re.compile(r"\s*([A-Za-z]{1,20})\s*[:=]?\s*([0-9.,]+)\s*(%?)\s*", re.ASCII)


@dataclass(frozen=True)
class Row:
    """A line of what came out, as it was typed."""

    number: int
    material: str
    mass: str
    fate: str
    assay: str


@dataclass(frozen=True)
class TypedStep:
    """What the form says once read, and what could not be read."""

    step: StepKind
    process: str
    draws: tuple[Draw, ...]
    outputs: tuple[Output, ...]
    wrong: tuple[Wrong, ...]


def rows_of(said: QueryDict) -> list[Row]:
    """The lines of the form, with what was typed before."""
    return [
        Row(
            number=number,
            material=said.get(f"material-{number}", ""),
            mass=said.get(f"mass-{number}", ""),
            fate=said.get(f"fate-{number}", "ONWARD"),
            assay=said.get(f"assay-{number}", ""),
        )
        for number in range(ROWS)
    ]


def read_step(said: QueryDict, sent: UploadedFile | None, *, by: Any, at: datetime) -> TypedStep:
    """Read the whole form; a laboratory's paper is stored for every assay in it.

    Refuses what document.store refuses.
    """
    wrong: list[Wrong] = []
    if said.get("step") not in STEPS:
        wrong.append(Wrong(_("No step is chosen."), _("Choose one."), "step"))
    draws = [_draw(each, said) for each in said.getlist("draw")]
    if not draws:
        wrong.append(Wrong(_("Nothing went in."), _("Choose what went into the step."), "inputs"))
    outputs = [_output(row) for row in rows_of(said)]
    wrong += [each for each in (*draws, *outputs) if isinstance(each, Wrong)]
    kept = [each for each in outputs if isinstance(each, Output)]
    if not kept and not wrong:
        wrong.append(Wrong(_("Nothing came out."), _("Write each fraction."), "material-0"))
    if wrong:
        return TypedStep(StepKind.WHOLE, "", (), (), tuple(wrong))
    return TypedStep(
        step=StepKind(said.get("step", "")),
        process=_process(said.get("process", "")),
        draws=tuple(each for each in draws if isinstance(each, Draw)),
        outputs=tuple(_with_paper(kept, sent, by=by, at=at)),
        wrong=(),
    )


def read_assay(text: str, *, field: str) -> dict[str, Decimal] | Wrong:
    """Shares as people write them: Ni 12 %, Co 0.04; one for each element."""
    found: dict[str, Decimal] = {}
    for piece in filter(str.strip, re.split(r"[;\n]|,(?=\s*[A-Za-z])", text)):
        told = _SHARE.fullmatch(piece)
        share = quantity(told[2], field=field, name=_("Assay")) if told else None
        if told is None or not isinstance(share, Decimal):
            return share if isinstance(share, Wrong) else Wrong(
                _("“{text}” is no share of an element.").format(text=piece.strip()[:40]),
                _("Write it like Ni 12 %, Co 4.1 %."),
                field,
            )  # fmt: skip
        found[told[1]] = share / 100 if told[3] else share
    return found


def _process(said: str) -> str:
    return said if said in PROCESSES else ""


def _draw(text: str, said: QueryDict) -> Draw | Wrong:
    kind, _sign, name = text.partition(":")
    try:
        source = uuid.UUID(name)
    except ValueError:
        raise NotFound("this form names nothing", remedy="load it again") from None
    typed = said.get(f"draw-{source}", "").strip()
    mass = quantity(typed, field=f"draw-{source}", name=_("Mass in")) if typed else None
    if isinstance(mass, Wrong):
        return mass
    if kind == "battery":
        return Draw(battery_id=source, mass_kg=mass)
    if kind == "fraction":
        return Draw(fraction_id=source, mass_kg=mass)
    return Draw(lot_id=source, mass_kg=mass)


def _output(row: Row) -> Output | Wrong | None:
    if not row.mass.strip():
        return None
    if not row.material.strip():
        return Wrong(
            _("{mass} kg of what?").format(mass=row.mass),
            _("Name the material."),
            f"material-{row.number}",
        )
    name = _("Mass of {material}").format(material=row.material)
    mass = quantity(row.mass, field=f"mass-{row.number}", name=name)
    if isinstance(mass, Wrong):
        return mass
    if row.fate not in FATES:
        return Wrong(
            _("Where did the {material} go?").format(material=row.material),
            _("Choose one."),
            f"fate-{row.number}",
        )
    assay = read_assay(row.assay, field=f"assay-{row.number}") if row.assay.strip() else None
    if isinstance(assay, Wrong):
        return assay
    material = row.material.strip()[:40]
    return Output(material=material, mass_kg=mass, fate=Fate(row.fate), assay=assay)


def _with_paper(
    outputs: list[Output], sent: UploadedFile | None, *, by: Any, at: datetime
) -> list[Output]:
    if sent is None or not any(each.assay for each in outputs):
        return outputs
    content = sent.read(_LARGEST)
    media = str(sent.content_type or "")
    kept = document.store(content=content, media_type=media, by=by, at=at)
    digest = bytes(kept.sha256)
    return [
        Output(
            material=each.material, mass_kg=each.mass_kg, fate=each.fate, assay=each.assay,
            document=digest if each.assay else None,
        )
        for each in outputs
    ]  # fmt: skip
