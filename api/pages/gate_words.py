"""What gates, tests and transport cases are called on the pages."""

from typing import Final

from django.utils.translation import gettext_lazy as _

CASES: Final = {
    "INTACT": _("intact, to be used again"),
    "INTACT_TO_RECYCLING": _("intact, to be recycled"),
    "DAMAGED": _("damaged"),
    "CRITICAL": _("damaged and critical"),
}
GATES: Final = {
    "G01": _("Safety recall"),
    "G02": _("Heat, smoke or fire"),
    "G03": _("Swelling, leak or broken case"),
    "G04": _("Water inside"),
    "G05": _("Crash"),
    "G06": _("Isolation, dangerous"),
    "G07": _("Isolation, low"),
    "G08": _("Lowest cell, deeply discharged"),
    "G09": _("Lowest cell, below the cut-off"),
    "G10": _("Spread of the cells at rest"),
    "G11": _("Self-discharge, high"),
    "G12": _("Self-discharge, an internal short"),
    "G13": _("Health, too low for any second life"),
    "G14": _("Health, low"),
    "G15": _("Resistance"),
    "G16": _("Age"),
    "G17": _("Ages faster of late"),
    "G18": _("Age of the reading"),
    "G19": _("How health was read"),
    "G20": _("First life can be traced"),
    "G21": _("Waste"),
    "G22": _("Chemistry"),
}
# Shape and words.
ROUTES: Final = {
    "A": ("●", _("free to be offered")),
    "T": ("▲", _("to be tested first")),
    "R": ("■", _("to be recycled")),
    "Q": ("■", _("in quarantine")),
}
VERDICTS: Final = {
    "PASSED": _("passed"),
    "FAILED": _("failed"),
    "CLEARED": _("cleared by a test"),
    "NOT_READ": _("nobody looked"),
    "NOT_APPLICABLE": _("not for this chemistry"),
}
ITEMS: Final = {
    "inspection": _("Physical inspection"),
    "bms": _("Battery management system"),
    "history": _("History"),
    "voltage": _("Open-circuit voltage"),
    "capacity": _("Capacity"),
    "resistance": _("Internal resistance, DC"),
    "self_discharge": _("Self-discharge"),
}
MEASURES: Final = {
    "isolation_ohm_per_v": _("Isolation, Ω/V"),
    "minimum_cell_v": _("Lowest cell, V"),
    "cell_spread_mv": _("Spread of the cells, mV"),
    "soh": _("Capacity left, as a fraction"),
    "soh_low": _("at least"),
    "soh_high": _("at most"),
    "capacity_ah": _("Capacity, Ah"),
    "resistance_ratio": _("Resistance, times that of a new one"),
    "self_discharge_percent_per_month": _("Self-discharge, % a month"),
}
REASONS: Final = {
    "RETIRED": _("it retired"),
    "TESTED": _("it was tested"),
    "ASKED": _("somebody asked"),
}
