"""The facts of a model line: data points by number, and never what a field says already."""

from collections.abc import Mapping
from typing import TypeAlias

from passport.rules.errors import Malformed, Refusal

Fact: TypeAlias = "str | bool | list[Fact] | dict[str, Fact]"
Facts: TypeAlias = Mapping[str, Fact]


class NotAFact(Malformed):
    """The value of a data point is of a kind that cannot be signed."""

    code = "not-a-fact"
    title = "The value of a data point is not of the right kind"


class NoSuchFact(Malformed):
    """The name is no number of a data point."""

    code = "no-such-data-point"
    title = "There is no data point of this number"


class SaidElsewhere(Refusal):
    """The data point has a field of its own, or is about one battery and not about the model."""

    code = "said-elsewhere"
    title = "This data point is said elsewhere"


POINTS = 71
DEEPEST = 8
LONGEST = 20_000

# Data point → the field of the line that says it.
FIELDS = {
    6: "category",
    10: "mass_kg",
    11: "rated_capacity_ah",
    12: "chemistry",
    26: "minimum_voltage_v",
    27: "nominal_voltage_v",
    28: "maximum_voltage_v",
}
# What differs from battery to battery: identifier, day of manufacture, Annex XIII point 4.
ABOUT_ONE = frozenset({1, 9, *range(51, POINTS + 1)})


def parse_facts(value: object) -> Facts:
    """The facts as given, checked. [intake-4]

    Refuses NotAFact, NoSuchFact, SaidElsewhere.
    """
    if not isinstance(value, dict):
        raise NotAFact(
            "facts are not an object", pointer="/facts", remedy='write {"13": "…", "14": "…"}'
        )
    for name, fact in value.items():
        _check_name(name)
        _check_fact(fact, f"/facts/{name}", DEEPEST)
    return dict(value)


def spelled(fact: "Fact | Facts") -> str:
    """One text for one value, whatever the order of its names; different values differ."""
    if isinstance(fact, bool):
        return f"b:{fact}"
    if isinstance(fact, str):
        return f"s{len(fact)}:{fact}"
    if isinstance(fact, list):
        return f"l{len(fact)}:" + "".join(spelled(each) for each in fact)
    names = sorted(fact)
    return f"m{len(names)}:" + "".join(spelled(name) + spelled(fact[name]) for name in names)


def _check_name(name: str) -> None:
    pointer = "/facts/" + name[:20].replace("~", "~0").replace("/", "~1")
    plain = name.isascii() and name.isdecimal() and len(name) <= 2 and not name.startswith("0")
    if not plain or int(name) > POINTS:
        raise NoSuchFact(
            f'"{name[:20]}" is no number of a data point',
            pointer=pointer,
            remedy=f'use the numbers "1" to "{POINTS}" as names',
        )
    if int(name) in FIELDS:
        raise SaidElsewhere(
            f'data point {name} is said by "{FIELDS[int(name)]}"',
            pointer=pointer,
            remedy="leave it out of the facts",
        )
    if int(name) in ABOUT_ONE:
        raise SaidElsewhere(
            f"data point {name} is about one battery, not about its model",
            pointer=pointer,
            remedy="record it on the battery: by its line, a reading or an event",
        )


def _check_fact(fact: object, pointer: str, depth: int) -> None:
    if isinstance(fact, bool):
        return
    if isinstance(fact, str):
        if len(fact) <= LONGEST and "\x00" not in fact:
            return
        raise NotAFact(
            f"the text is longer than {LONGEST} characters or holds a NUL",
            pointer=pointer,
            remedy="put long texts into a document and name it here",
        )
    if depth and isinstance(fact, list):
        for at, each in enumerate(fact):
            _check_fact(each, f"{pointer}/{at}", depth - 1)
        return
    if depth and isinstance(fact, dict):
        for name, each in fact.items():
            inner = str(name).replace("~", "~0").replace("/", "~1")
            _check_fact(name, pointer, 0)
            _check_fact(each, f"{pointer}/{inner}", depth - 1)
        return
    raise NotAFact(
        "the value is a number, null, or nested too deep",
        pointer=pointer,
        remedy='write a text, and numbers as texts: "3.5"; leave out what is not known',
    )
