"""The GS1 application identifiers that this service reads, as far as batteries and labels need."""

import re
from dataclasses import dataclass

# The 82 characters of GS1 file-safe text, and the 39 of component part numbers.
CSET82 = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)
CSET39 = frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
DIGITS = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class Identifier:
    """One application identifier: what its value looks like and where in a link it may stand."""

    ai: str
    name: str
    longest: int
    shortest: int = 1
    charset: frozenset[str] = CSET82
    # How many leading digits end in a mod-10 check digit; 0 for none.
    checked: int = 0
    # How many leading characters must be digits (dates, company prefixes, keys with a tail).
    numeric: int = 0
    attribute: bool = False
    # In an element string such a value ends by its length, without a separator.
    predefined: bool = False


def _fixed(ai: str, name: str, length: int, *, check: bool = False, **more: bool) -> Identifier:
    return Identifier(ai, name, length, length, DIGITS, length if check else 0, length, **more)


def _text(ai: str, name: str, longest: int, *, attribute: bool = False) -> Identifier:
    return Identifier(ai, name, longest, attribute=attribute)


def _all() -> list[Identifier]:
    dates = {
        "11": "date of manufacture",
        "12": "due date",
        "13": "packing date",
        "15": "best before",
        "16": "sell by",
        "17": "expiry",
    }
    return [
        _fixed("00", "SSCC", 18, check=True, predefined=True, attribute=True),
        _fixed("01", "GTIN", 14, check=True, predefined=True, attribute=True),
        _fixed("02", "contained GTIN", 14, check=True, predefined=True, attribute=True),
        _text("10", "batch", 20, attribute=True),
        *(_fixed(ai, name, 6, attribute=True, predefined=True) for ai, name in dates.items()),
        _text("21", "serial", 20),
        _text("22", "variant", 20),
        _text("235", "third-party serial", 28),
        _text("240", "additional product number", 30, attribute=True),
        _text("241", "customer part number", 30, attribute=True),
        _text("250", "secondary serial", 30, attribute=True),
        _text("251", "source serial", 30, attribute=True),
        Identifier("253", "document", 30, 13, checked=13, numeric=13, attribute=True),
        _text("254", "extension of a place", 20),
        Identifier("37", "count", 8, charset=DIGITS, attribute=True),
        _text("400", "order", 30, attribute=True),
        Identifier("401", "consignment", 30, 4, numeric=4, attribute=True),
        _fixed("414", "place", 13, check=True, predefined=True, attribute=True),
        Identifier("7040", "coded place", 4, 4),
        Identifier("8003", "returnable asset", 30, 14, checked=14, numeric=14, attribute=True),
        Identifier("8004", "individual asset", 30, 4, numeric=4, attribute=True),
        Identifier("8010", "component part", 30, 4, CSET39, numeric=4, attribute=True),
        Identifier("8011", "component serial", 12, charset=DIGITS),
        _text("8012", "software version", 20, attribute=True),
        _fixed("8017", "provider of a service", 18, check=True, attribute=True),
        _fixed("8018", "recipient of a service", 18, check=True, attribute=True),
        Identifier("8019", "instance of a service", 10, charset=DIGITS),
        *(_fixed(f"310{n}", "net weight", 6, attribute=True, predefined=True) for n in range(6)),
        *(_fixed(f"313{n}", "height", 6, attribute=True, predefined=True) for n in range(6)),
        *(_fixed(f"330{n}", "gross weight", 6, attribute=True, predefined=True) for n in range(6)),
        *(Identifier(f"392{n}", "price", 15, charset=DIGITS, attribute=True) for n in range(10)),
        *(_text(str(n), "internal", 90 if n > 90 else 30, attribute=True) for n in range(90, 100)),
    ]


IDENTIFIERS: dict[str, Identifier] = {each.ai: each for each in _all()}

# Key → the orders in which its qualifiers may follow; each may be left out.
KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": ((),),
    "01": (("22", "10", "21"), ("235",)),
    "253": ((),),
    "401": ((),),
    "414": (("254",), ("7040",)),
    "8003": ((),),
    "8004": (("7040",),),
    "8010": (("8011",),),
    "8017": (("8019",),),
    "8018": (("8019",),),
}

# Keys of the standard that name no battery and that we do not read; seen, they are refused.
OTHER_KEYS = frozenset({"255", "402", "415", "417", "8006", "8013"})

# The words that stood for keys before version 1.3 of the standard.
FORMER_WORDS = {"gtin": "01", "ser": "21", "lot": "10", "sscc": "00", "gln": "414", "giai": "8004"}

HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.)*[A-Za-z0-9][A-Za-z0-9-]{0,62}\.?(?::[0-9]{1,5})?"
    r"|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?",
    re.ASCII,
)
