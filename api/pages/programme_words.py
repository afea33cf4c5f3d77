"""How the form of a programme calls its fields, in groups, each with an example."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from api.pages.words import ROUTES

USES: Final = {
    "behind-the-meter": _("storage behind the meter"),
    "data-centre-backup": _("backup of data centres and telecoms"),
    "charging-hub": _("buffer of a charging hub"),
    "grid-array": _("grid storage of whole packs in strings"),
    "slow-vehicles": _("slow vehicles and forklifts"),
    "off-grid": _("solar storage and lights without a grid"),
    "same-vehicle": _("remanufacture for the same vehicle"),
    "same-use": _("re-use for what it was made for"),
    "leaching": _("recycling by leaching"),
    "smelting": _("recycling by smelting, damaged ones too"),
}
PROCESSES: Final = {
    "hydro": _("mechanical separation, then leaching"),
    "pyro": _("smelting, then refining"),
    "pyro_li": _("smelting, with lithium from the slag"),
    "direct": _("cathode renewed as it is"),
}
_ROUTES: Final = ("REUSE", "REPURPOSE", "REMANUFACTURE", "RECYCLE")
_NONE: Final = ("", _("none of these"))
# What is chosen from a list, with the words of each choice.
CHOICES: Final = {
    "use": (_NONE, *USES.items()),
    "route": tuple((each, ROUTES[each]) for each in _ROUTES),
    "accepts_damaged": (("no", _("no")), ("yes", _("yes"))),
    "process": (_NONE, *PROCESSES.items()),
}
# The name of a field, what it is called, what to write, an example.
GROUPS: Final = (
    (
        _("What it is"),
        (
            ("name", _("Name"), "", "Solar buffers, north"),
            ("use", _("Use"), "", ""),
            ("route", _("Route"), "", ""),
            ("opens_on", _("Opens on"), _("Empty: today"), "2026-12-01"),
            ("closes_on", _("Closes on"), _("Empty: stays open"), "2027-06-30"),
        ),
    ),
    (
        _("What it takes"),
        (
            (
                "chemistries",
                _("Chemistries"),
                _("A family takes all its members; * takes any"),
                "LFP NMC",
            ),
            ("models", _("Pack models"), _("Their codes; empty: any"), "PACK-12"),
            ("soh_min", _("Health, at least"), _("What is surely left, as a fraction"), "0.60"),
            ("soh_max", _("Health, below"), "", "0.90"),
            ("resistance_max", _("Resistance, at most"), _("Times that of a new one"), "1.8"),
            ("contract_years", _("Years that it must last"), "", "8"),
            ("accepts_damaged", _("Takes damaged ones"), "", ""),
        ),
    ),
    (
        _("How many"),
        (
            ("capacity_packs", _("Places"), _("Packs in all"), "120"),
            ("weekly_capacity_packs", _("Packs a week"), _("Empty: no limit"), "10"),
            (
                "band_width",
                _("Width of a lot’s band"),
                _("Of health; empty: packs one by one"),
                "0.06",
            ),
            ("lot_minimum_packs", _("Packs in a lot, at least"), "", "20"),
            ("lot_maximum_packs", _("Packs in a lot, at most"), "", "40"),
        ),
    ),
    (
        _("What it pays"),
        (
            ("price_cents_per_kwh", _("Cents per usable kWh"), _("Second lives"), "4500"),
            (
                "fee_cents_per_kg",
                _("Cents per kg"),
                _("Recyclers; below zero the holder pays"),
                "-85",
            ),
        ),
    ),
    (
        _("How it recycles"),
        (
            ("process", _("Process"), "", ""),
            (
                "recovery",
                _("Declared recovery"),
                _("Share of what is contained"),
                "Li=0.85|P=0.9|Cu=0.95",
            ),
        ),
    ),
    (
        _("Where, and with which permits"),
        (
            ("latitude", _("Latitude"), "", "51.3127"),
            ("longitude", _("Longitude"), "", "9.4797"),
            ("max_distance_km", _("Fetches up to, km"), "", "400"),
            (
                "lanes",
                _("Lanes"),
                _("Cents for a tonne and kilometre, or a flat sum, by country"),
                "DE=31/tkm|FR=90000 flat",
            ),
            ("permit_waste_codes", _("Waste codes of the permit"), "", "16 06 07*"),
            ("permit_countries", _("Waste from these countries"), "", "DE FR"),
        ),
    ),
)
