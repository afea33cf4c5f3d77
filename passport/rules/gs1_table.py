"""The application identifiers of the GS1 General Specifications, written down as facts.

A form is a list of parts: n digits, x the 82 characters of file-safe text, y the 39 of component
parts, z base64url; "n14" is fourteen, "x1-20" one to twenty, a question mark means that the part
may be absent. Behind a colon stand the rules that its content follows (gs1_content).
"""

from typing import NamedTuple


class Row(NamedTuple):
    """One identifier as the specification has it."""

    ai: str
    name: str
    form: str
    # In an element string such a value ends by its length, without a separator.
    predefined: bool = False
    # May stand behind the question mark of a link.
    attribute: bool = True
    # It needs all of one of these groups beside it; "31" stands for all that begin so.
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


# Key → the orders in which its qualifiers may follow in a link; each may be left out.
KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": ((),),
    "01": (("22", "10", "21"), ("235",)),
    "253": ((),),
    "255": ((),),
    "401": ((),),
    "402": ((),),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8003": ((),),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8013": ((),),
    "8017": (("8019",),),
    "8018": (("8019",),),
}

_GOODS = ("01", "02", "03", "8006", "8026")
_ITEM = ("01", "02", "03")
_TRADE = ("01", "02")
_LOGISTIC = ("00", "01")
_PERSON = ("8017", "8018")
_WEIGHED = ("30", "31", "32", "35", "36")
_SIGNED = "00 01+21 03+21 253 255 8003 8004 8006+21 8010+8011 8017 8018"


def _rows() -> list[Row]:
    return [
        *_keys(),
        *_other_keys(),
        *_dates(),
        *_of_goods(),
        *_measures(),
        *_amounts(),
        *_places(),
        *_deliveries(),
        *_histories(),
        *_health_care(),
        *_others(),
    ]


def _keys() -> list[Row]:
    return [
        Row("00", "SSCC", "n18:mod10", predefined=True),
        Row("01", "GTIN", "n14:mod10", predefined=True, excludes=("255", "37")),
        Row(
            "02",
            "contained GTIN",
            "n14:mod10",
            predefined=True,
            needs=("37",),
            excludes=("01", "03"),
        ),
        Row(
            "03",
            "made-to-order GTIN",
            "n14:mod10",
            predefined=True,
            attribute=False,
            excludes=("01", "02", "37", "235"),
        ),
        Row("10", "batch", "x1-20", needs=_GOODS),
        Row("20", "internal variant", "n2", predefined=True, needs=_GOODS),
        Row(
            "21",
            "serial",
            "x1-20",
            attribute=False,
            needs=("01", "03", "8006"),
            excludes=("235",),
        ),
        Row("22", "variant", "x1-20", attribute=False, needs=("01",)),
        Row("235", "third-party serial", "x1-28", attribute=False, needs=("01",)),
    ]


def _other_keys() -> list[Row]:
    return [
        Row("253", "document", "n13:mod10 x1-17?"),
        Row("254", "extension of a place", "x1-20", attribute=False, needs=("414",)),
        Row(
            "255",
            "coupon",
            "n13:mod10 n1-12?",
            excludes=("01", "02", "415", "8006", "8020", "8026"),
        ),
        Row("401", "custody", "x1-30:prefix"),
        Row("402", "shipment", "n17:mod10"),
        Row("8003", "returnable asset", "n1:zero n13:mod10 x1-16?"),
        Row("8004", "individual asset", "x1-30:prefix"),
        Row("8006", "piece of an item", "n14:mod10 n4:pieces", excludes=("01", "03", "37")),
        Row("8010", "component part", "y1-30:prefix"),
        Row("8011", "component serial", "n1-12:plain", attribute=False, needs=("8010",)),
        Row("8013", "model number", "x1-25:pair,prefix"),
        Row("8014", "device registration", "x1-25:pair,prefix", attribute=False, needs=("01",)),
        Row("8017", "provider of a service", "n18:mod10", excludes=("8018",)),
        Row("8018", "recipient of a service", "n18:mod10", excludes=("8017",)),
        Row("8019", "instance of a service", "n1-10", attribute=False, needs=_PERSON),
        Row("8020", "payment reference", "x1-25", attribute=False, needs=("415",)),
        Row(
            "8026",
            "contained piece of an item",
            "n14:mod10 n4:pieces",
            needs=("37",),
            excludes=("02", "03", "8006"),
        ),
    ]


def _dates() -> list[Row]:
    return [
        *(
            Row(ai, name, "n6:day0", predefined=True, needs=needs)
            for ai, name, needs in (
                ("11", "date of manufacture", _GOODS),
                ("12", "due date", ("8020",)),
                ("13", "packing date", _GOODS),
                ("15", "best before", _GOODS),
                ("16", "sell by", _GOODS),
                ("17", "expiry", ("01", "02", "03", "255", "8006", "8026")),
            )
        ),
        Row("7003", "expiry with time", "n6:day n4:clock", needs=_ITEM),
        Row("7006", "first freezing", "n6:day", needs=_TRADE),
        Row("7007", "harvest", "n6:day n6:day?", needs=_TRADE),
        Row("7011", "test by", "n6:day n4:clock?", needs=_ITEM),
        Row("8008", "moment of manufacture", "n6:day n2:hour n2:minute? n2:second?", needs=_ITEM),
    ]


def _of_goods() -> list[Row]:
    return [
        Row("240", "additional product number", "x1-30", needs=_GOODS),
        Row("241", "customer part number", "x1-30", needs=_GOODS),
        Row("242", "made-to-order variation", "n1-6", needs=("01", "02", "8006", "8026")),
        Row("243", "packaging component", "x1-20", needs=("01", "03")),
        Row("250", "secondary serial", "x1-30", needs=("01+21", "03+21", "8006+21")),
        Row("251", "source serial", "x1-30", needs=("01", "03", "8006")),
        Row("30", "variable count", "n1-8", needs=_TRADE),
        Row("37", "count", "n1-8", needs=("00+02", "00+8026")),
        Row(
            "8001",
            "roll dimensions",
            "n4:positive n5:positive n3:positive n1:winding n1",
            needs=("01",),
        ),
        Row("8002", "mobile telephone", "x1-20"),
        Row("8005", "price a unit", "n6", needs=_TRADE),
        Row("8009", "optically readable sensor", "x1-50", needs=("00", "01", "03")),
        Row("8012", "software version", "x1-20", needs=("01", "03", "8006")),
        Row("8040", "IMEI", "n15", attribute=False, needs=("01+21",)),
        Row("8041", "second IMEI", "n15", attribute=False, needs=("01+21+8040",)),
        Row("8042", "embedded SIM", "n32", attribute=False, needs=("01+21+8040",)),
        Row("8043", "physical SIM", "n18 n1-2?", attribute=False, needs=("01+21+8040",)),
        Row("8200", "web address of the product", "x1-70", attribute=False, needs=("01",)),
    ]


def _measures() -> list[Row]:
    # The last digit of the identifier counts the decimal places, 0 to 5.
    trade = {
        "310": "net weight in kg", "311": "length in m", "312": "width in m", "313": "height in m",
        "314": "area in m²", "315": "net volume in l", "316": "net volume in m³",
        "320": "net weight in lb", "321": "length in inches", "322": "length in feet",
        "323": "length in yards", "324": "width in inches", "325": "width in feet",
        "326": "width in yards", "327": "height in inches", "328": "height in feet",
        "329": "height in yards", "350": "area in square inches", "351": "area in square feet",
        "352": "area in square yards", "356": "net weight in troy ounces",
        "357": "net volume in ounces", "360": "net volume in quarts",
        "361": "net volume in gallons",
        "364": "net volume in cubic inches", "365": "net volume in cubic feet",
        "366": "net volume in cubic yards",
    }  # fmt: skip
    logistic = {
        "330": "gross weight in kg", "331": "outer length in m", "332": "outer width in m",
        "333": "outer height in m", "334": "outer area in m²", "335": "gross volume in l",
        "336": "gross volume in m³", "340": "gross weight in lb", "341": "outer length in inches",
        "342": "outer length in feet", "343": "outer length in yards",
        "344": "outer width in inches", "345": "outer width in feet",
        "346": "outer width in yards", "347": "outer height in inches",
        "348": "outer height in feet", "349": "outer height in yards",
        "353": "outer area in square inches", "354": "outer area in square feet",
        "355": "outer area in square yards", "362": "gross volume in quarts",
        "363": "gross volume in gallons", "367": "gross volume in cubic inches",
        "368": "gross volume in cubic feet", "369": "gross volume in cubic yards",
    }  # fmt: skip
    both = [(each, name, _TRADE) for each, name in trade.items()]
    both += [(each, name, _LOGISTIC) for each, name in logistic.items()]
    return [
        Row(f"{each}{places}", name, "n6", predefined=True, needs=needs, excludes=(each,))
        for each, name, needs in [*both, ("337", "kg a square metre", ("01",))]
        for places in range(6)
    ]


def _amounts() -> list[Row]:
    measured = tuple(f"01+{each}" for each in _WEIGHED)
    return [
        row
        for places in range(10)
        for row in (
            Row(f"390{places}", "amount", "n1-15", needs=("255", "8020"),
                excludes=("390", "391", "394", "8111")),
            Row(f"391{places}", "amount in a currency", "n3 n1-15", needs=("8020",),
                excludes=("391",)),
            Row(f"392{places}", "price", "n1-15", needs=measured, excludes=("392", "393")),
            Row(f"393{places}", "price in a currency", "n3 n1-15", needs=_WEIGHED,
                excludes=("393",)),
            *([Row(f"394{places}", "percent off", "n4", needs=("255",),
                   excludes=("394", "8111"))] if places < 4 else ()),
            *([Row(f"395{places}", "price a measure", "n6", needs=_WEIGHED,
                   excludes=("392", "393", "395", "8005"))] if places < 6 else ()),
        )
    ]  # fmt: skip


def _places() -> list[Row]:
    names = {
        "410": "ship to", "411": "bill to", "412": "purchased from", "413": "ship for",
        "414": "place", "416": "place of production", "417": "party",
    }  # fmt: skip
    return [
        *(Row(ai, name, "n13:mod10", predefined=True) for ai, name in names.items()),
        Row("415", "invoicing party", "n13:mod10", predefined=True, needs=("8020",)),
        Row("400", "order", "x1-30"),
        Row("403", "route", "x1-30", needs=("00",)),
        Row("420", "postal code", "x1-20", excludes=("421",)),
        Row("421", "country with postal code", "n3:country x1-9", excludes=("4307",)),
        Row("422", "country of origin", "n3:country", needs=_GOODS, excludes=("426",)),
        Row(
            "423",
            "countries of first processing",
            "n3:country n3:country? n3:country? n3:country? n3:country?",
            needs=_ITEM,
            excludes=("426",),
        ),
        Row("424", "country of processing", "n3:country", needs=_ITEM, excludes=("426",)),
        Row(
            "425",
            "countries of disassembly",
            "n3:country n3:country? n3:country? n3:country? n3:country?",
            needs=_ITEM,
            excludes=("426",),
        ),
        Row("426", "country of all processing", "n3:country", needs=_ITEM),
        Row("427", "part of the country of origin", "x1-3", needs=("01+422", "02+422", "03+422")),
        Row("7040", "coded place", "n1 x1 x1 x1:index", attribute=False),
    ]


def _deliveries() -> list[Row]:
    names = {
        "00": ("company", 35), "01": ("name", 35), "02": ("address", 70),
        "03": ("second line of the address", 70), "04": ("suburb", 70), "05": ("town", 70),
        "06": ("region", 70),
    }  # fmt: skip
    rows = []
    for tens, side in (("430", "delivery"), ("431", "return")):
        for each, (name, longest) in names.items():
            needs = (f"{tens}2",) if each == "03" else ("00",)
            form = f"x1-{longest}:percent"
            rows.append(Row(tens + each[1], f"{side}: {name}", form, needs=needs))
        rows.append(Row(f"{tens}7", f"{side}: country", "x2:letters", needs=("00",)))
    texts = (("4308", "delivery: telephone", 30), ("4318", "return: postal code", 20))
    rows += [Row(ai, name, f"x1-{most}", needs=("00",)) for ai, name, most in texts]
    heat = (("4330", "4331", "highest"), ("4332", "4333", "lowest"))
    for fahrenheit, celsius, which in heat:
        for ai, other, unit in ((fahrenheit, celsius, "°F"), (celsius, fahrenheit, "°C")):
            name = f"{which} temperature in {unit}"
            rows.append(Row(ai, name, "n6 x1:minus?", needs=("00",), excludes=(other,)))
    return [
        *rows,
        Row("4309", "delivery: position", "n10:latitude n10:longitude", needs=("00",)),
        Row("4319", "return: telephone", "x1-30", needs=("00",)),
        Row("4320", "service", "x1-35:percent", needs=("00",)),
        Row("4321", "dangerous goods", "n1:yes", needs=("00",)),
        Row("4322", "may be left", "n1:yes", needs=("00",)),
        Row("4323", "signature due", "n1:yes", needs=("00",)),
        Row("4324", "not before", "n6:day0 n4:clock", needs=("00",)),
        Row("4325", "not after", "n6:day0 n4:clock", needs=("00",)),
        Row("4326", "release date", "n6:day", needs=("00",)),
    ]


def _histories() -> list[Row]:
    return [
        Row("7001", "NATO stock number", "n13", needs=("01", "02", "8006", "8026")),
        Row("7002", "meat cut", "x1-30", needs=_TRADE),
        Row("7004", "active potency", "n1-4", needs=("01+10", "03+10")),
        Row("7005", "catch area", "x1-12", needs=_TRADE),
        Row("7008", "species", "x1-3", needs=_TRADE),
        Row("7009", "fishing gear", "x1-10", needs=_TRADE),
        Row("7010", "production method", "x1-2", needs=_ITEM),
        Row("7020", "refurbishment batch", "x1-20", needs=("01+416", "03+416", "8006+416")),
        Row("7021", "functional status", "x1-20", needs=("01", "03", "8006")),
        Row("7022", "revision status", "x1-20", needs=("01+7021", "03+7021", "8006+7021")),
        Row("7023", "asset of an assembly", "x1-30:prefix"),
        *(
            Row(f"703{n}", "processor", "n3:country x1-27", needs=_TRADE) for n in range(10)
        ),
        Row("7041", "freight unit", "x1-4", attribute=False, needs=("00",)),
        *(
            Row(f"723{n}", "certificate", "x2 x1-28", needs=("01", "8004")) for n in range(10)
        ),
    ]  # fmt: skip


def _health_care() -> list[Row]:
    named = ("7256", "7259")
    return [
        *(Row(f"71{n}", "health care number", "x1-20", needs=("01",)) for n in range(8)),
        Row("7240", "protocol", "x1-20", needs=("01", "8006"), excludes=("03",)),
        Row("7241", "kind of carrier", "n2", needs=_PERSON),
        Row("7242", "version of the carrier", "x1-25", needs=_PERSON),
        Row("7250", "birthday", "n8:date", needs=("8018",), excludes=("7251",)),
        Row("7251", "moment of birth", "n8:date n4:clock", needs=("8018",), excludes=("7250",)),
        Row("7252", "sex", "n1:sex", needs=("8018",)),
        Row("7253", "family name", "x1-40:percent", needs=_PERSON, excludes=named),
        Row("7254", "given name", "x1-40:percent", needs=_PERSON, excludes=named),
        Row("7255", "name suffix", "x1-10", needs=_PERSON, excludes=named),
        Row("7256", "full name", "x1-90:percent", needs=_PERSON),
        Row("7257", "address of a person", "x1-70:percent", needs=("8018",)),
        Row("7258", "place in the births", "x3:births", needs=("8018+7259",)),
        Row("7259", "child of", "x1-40:percent", needs=("8018",), excludes=("7256",)),
    ]


def _others() -> list[Row]:
    return [
        Row("8007", "IBAN", "x1-34:iban", needs=("415",)),
        Row("8030", "digital signature", "z1-90", needs=tuple(_SIGNED.split())),
        Row("8110", "coupon code of North America", "x1-70"),
        Row("8111", "loyalty points", "n4", needs=("255",)),
        Row("8112", "positive offer file", "x1-70"),
        *(Row(str(n), "internal", f"x1-{30 if n == 90 else 90}") for n in range(90, 100)),
    ]


ROWS: tuple[Row, ...] = tuple(_rows())
