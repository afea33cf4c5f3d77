"""Lists and objects of an event; each rule passes a value or refuses it by its place inside."""

from collections.abc import Callable, Mapping

from passport.rules.epcis_json import Json, Number, step
from passport.rules.epcis_refusals import ListedTwice, MissingField, UnknownField, WrongKind
from passport.rules.epcis_values import Rule, is_uri, shown
from passport.rules.errors import Refusal


def list_of(rule: Rule, *, least: int = 0, unique: bool = False) -> Rule:
    """A list of such values. Refuses WrongKind, ListedTwice, and what the rule refuses."""

    def check(value: Json) -> None:
        if not isinstance(value, list):
            raise WrongKind(f"{shown(value)} is no list", remedy="write it between [ and ]")
        if len(value) < least:
            raise WrongKind("the list is empty", remedy="name at least one, or leave it out")
        for at, each in enumerate(value):
            try:
                rule(each)
            except Refusal as refusal:
                raise refusal.at(f"/{at}") from None
        if unique:
            _check_unique(value)

    return check


def _check_unique(value: list[Json]) -> None:
    seen: set[object] = set()
    for at, each in enumerate(value):
        key = each if isinstance(each, str) else frozen(each)
        if key in seen:
            raise ListedTwice(
                f"{shown(each)} stands twice", pointer=f"/{at}", remedy="name it once"
            )
        seen.add(key)


def frozen(value: Json) -> object:
    """Equal for what JSON Schema calls equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, Number):
        return ("number", value.value)
    if isinstance(value, list):
        return ("list", *map(frozen, value))
    if isinstance(value, dict):
        return ("object", frozenset((name, frozen(each)) for name, each in value.items()))
    return (type(value), value)


def own_names(name: str) -> None:
    """Further fields are somebody's own: their name is a URI. Refuses UnknownField."""
    if not is_uri(name):
        raise UnknownField(
            f"there is no field {shown(name)} here",
            remedy="correct its name, leave it out, or write a field of your own as prefix:name "
            "with the prefix in the @context",
        )


def no_names(name: str) -> None:
    """There are no further fields. Refuses UnknownField."""
    raise UnknownField(f"there is no field {shown(name)} here", remedy="leave it out")


def any_names(name: str) -> None:
    """Further fields may have any name."""


def has(*needed: str) -> Callable[[Mapping[str, Json]], None]:
    """Fields that an object has. Refuses MissingField."""

    def check(value: Mapping[str, Json]) -> None:
        for name in needed:
            if name not in value:
                raise MissingField(f'"{name}" is missing', remedy=f'add "{name}"')

    return check


def record(
    fields: Mapping[str, Rule],
    *,
    needed: tuple[str, ...] = (),
    others: Callable[[str], None] = own_names,
) -> Rule:
    """An object of these fields. Refuses WrongKind, MissingField, UnknownField, and for fields."""
    complete, asks = has(*needed), bool(fields) or others is not any_names

    def check(value: Json) -> None:
        if not isinstance(value, dict):
            raise WrongKind(f"{shown(value)} is no object", remedy="write it between { and }")
        complete(value)
        # Of the many events of a document nothing else is asked at first.
        for name, each in value.items() if asks else ():
            rule = fields.get(name)
            try:
                if rule is None:
                    others(name)
                else:
                    rule(each)
            except Refusal as refusal:
                raise refusal.at(step(name)) from None

    return check


def either(first: Rule, second: Rule, *, chosen: Callable[[Json], bool]) -> Rule:
    """The first rule where the value is `chosen`, else the second."""

    def check(value: Json) -> None:
        (first if chosen(value) else second)(value)

    return check
