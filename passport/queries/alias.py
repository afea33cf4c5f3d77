"""Batteries by their other names: for parties that they concern, and what anybody may resolve."""

from collections.abc import Iterable, Sequence

from django.db import connection

from passport.models import Battery, BatteryAlias
from passport.rules.aliases import PUBLIC, Alias, AliasScheme, readings_of
from passport.rules.errors import NotFound

_AT_ONCE = 10_000


def of_battery(*, battery: Battery) -> list[BatteryAlias]:
    """The other names of a battery, in the order in which they were given."""
    return list(
        BatteryAlias.objects.filter(battery=battery)
        .select_related("party", "battery")
        .order_by("id")
    )


def given(*, aliases: Iterable[Alias]) -> dict[Alias, list[BatteryAlias]]:
    """The rows of these names that the acting party sees; makers may share one serial."""
    found: dict[Alias, list[BatteryAlias]] = {alias: [] for alias in aliases}
    values = sorted({alias.value for alias in found})
    for start in range(0, len(values), _AT_ONCE):
        some = values[start : start + _AT_ONCE]
        for row in BatteryAlias.objects.filter(value__in=some).select_related("battery"):
            key = Alias(AliasScheme(row.scheme), row.value)
            if key in found:
                found[key].append(row)
    return found


def taken(*, identities: Sequence[str]) -> set[str]:
    """Those of these names that are identities of batteries, or claimed, whoever's they are."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for start in range(0, len(identities), _AT_ONCE):
            cursor.execute(
                "SELECT * FROM identities_taken_v1(%s)",
                [list(identities[start : start + _AT_ONCE])],
            )
            found |= {name for (name,) in cursor.fetchall()}
    return found


def public_identity(*, text: str) -> str:
    """The identity of the battery that has this other name, for anybody. Refuses NotFound.

    A maker's own serial is looked up by those whom the battery concerns, not here.
    """
    with connection.cursor() as cursor:
        for alias in readings_of(text):
            if alias.scheme not in PUBLIC:
                continue
            cursor.execute("SELECT public_alias_v1(%s, %s)", [alias.scheme.value, alias.value])
            (found,) = cursor.fetchone() or (None,)
            if found is not None:
                return str(found)
    raise NotFound(
        f"no battery is registered as {text[:120]}",
        remedy="check the serial on the label; the maker may not have registered it",
    )
