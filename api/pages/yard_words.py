"""The words of the yard: what became of a record, and what to do where nothing came of it."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passport.models import Shipment, YardRecord

KINDS: Final[dict[str, Any]] = {
    "SCAN": _("scanned"),
    "TAKE": _("custody taken"),
    "REFUSE": _("hand-over refused"),
    "QUARANTINE": _("set apart"),
    "RELABEL": _("labelled anew"),
    "UNDO": _("taken back"),
}
DANGERS: Final[dict[str, Any]] = {
    "CASE_DAMAGE": _("swollen, leaking or broken"),
    "THERMAL_EVENT": _("heat, smoke or fire"),
    "WATER_INGRESS": _("water inside"),
    "CRASH": _("crash"),
    "OTHER": _("another reason"),
}
# By the code of the refusal: what is wrong, and what to do. Others say it in their own words.
REFUSED: Final[dict[str, tuple[Any, Any]]] = {
    "unknown-battery": (
        _("Nobody has registered this battery."),
        _("Check the label. If it is right, register the battery under Found."),
    ),
    "in-other-hands": (
        _("It is neither in your hands nor offered to you."),
        _("Ask whoever brought it to hand it over to you, then scan it again."),
    ),
    "not-the-holder": (
        _("It is in another party’s hands."),
        _("Ask the holder to hand it over to you, then scan it again."),
    ),
    "nothing-offered": (
        _("No hand-over of it waits for you."),
        _("Ask whoever brought it to offer it to you, then try again."),
    ),
    "not-an-identity": (
        _("This code does not name a battery."),
        _("Scan the whole code, or type (01)…(21)… from beside it."),
    ),
    "not-one-battery": (
        _("This code names a model, a lot or a shipment."),
        _("Scan the code with the serial."),
    ),
    "wrong-check-digit": (
        _("A digit was misread: the check digit is wrong."),
        _("Scan again, or compare with the number beside the code."),
    ),
    "already-recycled": (
        _("It was recycled: nothing happens to it any more."),
        _("Check the serial. If it is right, two batteries carry one name: tell the maker."),
    ),
    "nothing-to-undo": (
        _("What was to be taken back is not here."),
        _("Nothing more to do if it was never sent."),
    ),
    "stays-taken": (
        _("A hand-over that was answered stays answered."),
        _("Offer the battery back, or ask for a new offer."),
    ),
    "no-danger": (_("No reason was given."), _("Choose why it is set apart.")),
    "in-the-future": (
        _("By the clock of the device it has not happened yet."),
        _("Set the clock of the device."),
    ),
}


def said_of(row: YardRecord) -> tuple[str, str]:
    """What is wrong with a record and what to do, in the reader's words; empty if all is well."""
    if not row.code:
        return "", ""
    what, remedy = REFUSED.get(row.code, (row.detail, row.remedy))
    return str(what), str(remedy)


def said_of_shipment(shipment: Shipment) -> tuple[str, str]:
    """What a code names that is a shipment's, and what to do with it."""
    what = gettext("This is shipment {name}, from {giver} to {taker}.").format(
        name=shipment.name, giver=shipment.from_party.name, taker=shipment.to_party.name
    )
    return what, gettext("Open it, and scan there what has arrived.")
