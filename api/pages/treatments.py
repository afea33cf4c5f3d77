"""Booking a treatment: masses in, masses out, and what is missing, before it is recorded."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase, HttpResponseRedirect
from django.http.request import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from api.pages.answers import Wrong, identifiers, moment, quantity, wrong_of
from api.pages.programme_words import PROCESSES
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.rules.errors import Refusal
from recycling.actions import treatment
from recycling.queries import certificate, desk_treatment
from recycling.queries.desk_treatment import Sheet
from recycling.rules.recovery import Fate, Output

FATES = {
    "RECYCLED": _("recycled"),
    "ENERGY": _("burnt for energy"),
    "DISPOSED": _("disposed of"),
    "EMITTED": _("emitted"),
}
# Lines for what no table foresees: dust, moisture, foreign parts.
FREE_LINES = 3


@dataclass(frozen=True)
class Line:
    """A line of the form as it stands: number, material, what the table expects, what was typed."""

    number: int
    material: str
    expected_kg: Decimal | None
    mass: str
    fate: str


@dataclass(frozen=True)
class Typed:
    """What the form says once read: mass in, outputs, and what could not be read."""

    mass_in_kg: Decimal
    outputs: tuple[Output, ...]
    wrong: tuple[Wrong, ...]

    @property
    def out_kg(self) -> Decimal:
        """All that came out."""
        return sum((each.mass_kg for each in self.outputs), Decimal(0))


@require_safe
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List what waits for treatment and what was booked."""
    party_id = request.desk.party.id
    context = {
        "waiting": desk_treatment.treatable(party_id=party_id),
        "booked": desk_treatment.treatments(party_id=party_id),
    }
    return page(request, "desk/treatments.html", context)


@require_safe
@signed_in
def record(request: DeskRequest, treatment_id: uuid.UUID) -> HttpResponseBase:
    """Show one booked treatment with its balance, and its certificate or how to sign it."""
    return record_page(request, treatment_id)


def record_page(
    request: DeskRequest, treatment_id: uuid.UUID, *wrong: Wrong, status: int = 200
) -> HttpResponseBase:
    """The page of a booked treatment, with what was wrong."""
    found = desk_treatment.treatment(treatment_id=treatment_id)
    context = {
        "treatment": found,
        "own": found.recycler_id == request.desk.party.id,
        "certificate": certificate.of_battery(battery_id=found.battery_id),
        "refusals": wrong,
    }
    return page(request, "desk/treatment.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def book(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Show the sheet of a battery; a POST weighs it, and books it when that was the button."""
    sheet = desk_treatment.sheet(party_id=request.desk.party.id, battery_id=battery_id)
    if request.method != "POST":
        return _sheet(request, sheet)
    typed = _typed(request.POST)
    if typed.wrong or "book" not in request.POST:
        return _sheet(request, sheet, *typed.wrong, typed=typed)
    try:
        booked = treatment.book(
            battery_id=battery_id,
            by=request.desk.acting(),
            mass_in_kg=typed.mass_in_kg,
            process=request.POST["process"],
            fractions=typed.outputs,
            event_id=identifiers([request.POST.get("event", "")])[0],
            at=request.desk.at,
            happened_at=moment(request.POST.get("moment", ""), at=request.desk.at),
        )
    except Refusal as refusal:
        wrong = wrong_of(refusal)
        return _sheet(request, sheet, wrong, typed=typed, status=answered(refusal))
    return HttpResponseRedirect(f"/desk/treatments/{booked.pk}/")


def _sheet(
    request: DeskRequest,
    sheet: Sheet,
    *wrong: Wrong,
    typed: Typed | None = None,
    status: int = 0,
) -> HttpResponseBase:
    said = request.POST
    context: dict[str, Any] = {
        "sheet": sheet,
        "lines": _lines(sheet, said),
        "mass_in": said.get("mass_in_kg", format(sheet.line.mass_kg.normalize(), "f")),
        "process": said.get("process", "hydro"),
        "processes": PROCESSES.items(),
        "fates": FATES.items(),
        "event": said.get("event") or uuid.uuid4(),
        "moment": said.get("moment") or request.desk.at.isoformat(),
        "refusals": wrong,
        "balance": _balance(typed, sheet) if typed and not typed.wrong else None,
    }
    return page(
        request, "desk/treatment_sheet.html", context, status=status or (422 if wrong else 200)
    )


def _lines(sheet: Sheet, said: QueryDict) -> list[Line]:
    """One line a material of the table, and free ones; with what was typed before."""
    known = [(each.material, each.mass_kg) for each in sheet.contents]
    rows: list[tuple[str, Decimal | None]] = [*known, *([("", None)] * FREE_LINES)]
    return [
        Line(
            number=number,
            material=said.get(f"material-{number}", material),
            expected_kg=expected,
            mass=said.get(f"mass-{number}", ""),
            fate=said.get(f"fate-{number}", "RECYCLED"),
        )
        for number, (material, expected) in enumerate(rows)
    ]


def _typed(said: QueryDict) -> Typed:
    wrong: list[Wrong] = []
    outputs: list[Output] = []
    mass_in = quantity(said.get("mass_in_kg", ""), field="mass_in_kg", name=gettext("Mass in"))
    if isinstance(mass_in, Wrong):
        wrong.append(mass_in)
    elif not mass_in:
        wrong.append(Wrong(gettext("Mass in is 0."), gettext("Weigh the battery."), "mass_in_kg"))
    if said.get("process") not in PROCESSES:
        wrong.append(Wrong(gettext("No process is chosen."), gettext("Choose one."), "process"))
    numbers = [name.partition("-")[2] for name in said if name.startswith("mass-")]
    for number in numbers:
        read = _output(said, number)
        if isinstance(read, Wrong):
            wrong.append(read)
        elif read:
            outputs.append(read)
    if not outputs and not wrong:
        wrong.append(Wrong(gettext("Nothing came out."), gettext("Write each fraction."), "mass-0"))
    return Typed(mass_in if isinstance(mass_in, Decimal) else Decimal(0), tuple(outputs), (*wrong,))


def _output(said: QueryDict, number: str) -> Output | Wrong | None:
    text, material = said.get(f"mass-{number}", "").strip(), said.get(f"material-{number}", "")
    if not text:
        return None
    if not material.strip():
        return Wrong(
            gettext("{mass} kg of what?").format(mass=text),
            gettext("Name the material."),
            f"material-{number}",
        )
    mass = quantity(text, field=f"mass-{number}", name=gettext("Mass of {}").format(material))
    if isinstance(mass, Wrong):
        return mass
    fate = said.get(f"fate-{number}", "")
    if fate not in FATES:
        return Wrong(
            gettext("Where did the {material} go?").format(material=material),
            gettext("Choose one."),
            f"fate-{number}",
        )
    return Output(material=material.strip()[:40], mass_kg=mass, fate=Fate(fate)) if mass else None


def _balance(typed: Typed, sheet: Sheet) -> dict[str, Any]:
    missing = typed.mass_in_kg - typed.out_kg
    share = missing / typed.mass_in_kg
    return {
        "in_kg": typed.mass_in_kg,
        "out_kg": typed.out_kg,
        "missing_kg": missing,
        "missing_share": share,
        "closes": abs(share) <= sheet.tolerance,
        "tolerance": sheet.tolerance,
    }
