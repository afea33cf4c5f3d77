"""Words of the sourcing desk: coverage, proof, drivers, warnings, and why there is no point."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

# A shape, a word and a tone: a gap is not told by colour alone.
COVERAGES: Final[dict[str, tuple[str, Any, str]]] = {
    "NONE": ("■", _("no source"), "refused"),
    "SHORT": ("▲", _("short"), "attention"),
    "SINGLE": ("◐", _("one source"), "attention"),
    "COVERED": ("●", _("covered"), "proven"),
    "UNASKED": ("○", _("nothing needed"), "quietly"),
}
TONES: Final = {
    "NONE": "gap", "SHORT": "gap", "SINGLE": "thin", "COVERED": "enough", "UNASKED": "",
}  # fmt: skip
PROOFS: Final = {
    "OWN_WORD": _("its own word"),
    "CERTIFICATE": _("certificate under penalties of perjury"),
    "AUDIT": _("audit by others"),
    "OPINION": _("legal opinion by others"),
}
UNITS: Final = {"KWH": _("kWh"), "KW": _("kW"), "UNIT": _("pieces")}
DRIVERS: Final = {
    "clean_price": _("prices of clean goods"),
    "other_price": _("prices of all other goods"),
    "other_cost": _("other cost"),
    "tariff_points": _("tariffs"),
    "credit_points": _("the credit"),
}
WARNINGS: Final = {
    "NOT_CLEAN": _("its maker is not known to be clean in that year"),
    "SHORT": _("less is allocated from clean makers than it needs"),
    "RAMP": _("the ramp lets less come than was agreed"),
    "LEFT": _("no project has this yet"),
}
NO_POINTS: Final = {
    "no-clean-goods": _("there are no clean goods in it"),
    "not-even-for-nothing": _("not even if clean goods cost nothing"),
    "verdict-turns": _("a verdict turns before the two cost the same"),
    "same-tariffs": _("both mixes pay the same tariffs"),
}
METHODS: Final = {
    "DIRECT_COST": _("by direct cost"),
    "COST_PERCENTAGE": _("by the table's percentages"),
}
