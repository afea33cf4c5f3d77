"""How a battery is built, as its record shows it: a part of much, and what was signed of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passport.models import Battery
from passport.proof import canonical
from passport.proof.batch import component_root
from passport.proof.encoding import b64u_encode
from passport.queries import desk_assembly
from tests.cast import battery_line, model_line, take_in
from tests.passport import signing
from tests.passport.acting import acting
from tests.passport.claiming import record, signed_batch, taking_back, withdraw
from tests.simulator import salt


def _panel(cast, battery):
    with acting(cast["maker"]):
        return desk_assembly.panel(battery=battery, party_id=cast["maker"].pk, held=True)


@pytest.fixture
def batch(cast, pack, as_system):
    """Two packs whose signed items name their components; of the first those that it has."""
    with as_system():
        held = signing.enrolled(cast["maker"])
        take_in(cast["maker"], [battery_line("P2")])
        other = Battery.objects.get(serial="P2")
        inside = Battery.objects.filter(unit=pack).exclude(pk=pack.pk)
        named = {pack: [each.identity for each in inside], other: []}
    items = [
        canonical.encode(
            {
                "id": each.identity,
                "salt": b64u_encode(salt(each.identity)),
                "components": component_root(names),
            }
        )
        for each, names in named.items()
    ]
    return held, record(signed_batch(held, items), cast["maker"], items), other


def test_an_item_counts_until_it_or_its_batch_is_taken_back(cast, pack, batch):
    held, signed, other = batch
    assert _panel(cast, pack).attested == desk_assembly.Attested(count=2, same=True)
    document = taking_back(held, signed.sha256, items=[other.identity])
    withdraw(document, cast["maker"])
    assert _panel(cast, other).attested is None
    assert _panel(cast, pack).attested == desk_assembly.Attested(count=2, same=True)
    withdraw(taking_back(held, signed.sha256), cast["maker"])
    assert _panel(cast, pack).attested is None


def test_of_many_parts_the_first_by_their_places_are_read(cast, pack, as_system):
    places = [*range(3, 213), "A", "007", "²"]
    cells = [
        battery_line(f"X{place}", model="CELL-1", parent=pack.identity, position=str(place))
        for place in range(1000, 1000 + len(places))
    ]
    for line, place in zip(cells, reversed(places), strict=True):
        line["position"] = str(place)
    with as_system():
        taken = take_in(cast["maker"], [model_line("CELL-1", level="CELL"), *cells])
        assert not taken.rejected, taken.errors.first().detail
    with CaptureQueriesContext(connection) as asked:
        found = _panel(cast, pack)
    assert found.total == len(places) + 2
    shown = [each.position for each in found.contents]
    assert len(shown) == 200
    assert shown[:3] == ["1", "2", "3"], "the pack's own cells stand before ours"
    assert sorted(map(int, shown)) == list(map(int, shown))
    assert shown.index("007") in (shown.index("7") - 1, shown.index("7") + 1)
    read = [each["sql"] for each in asked if '"passport_assembly"."position"' in each["sql"]]
    assert all("LIMIT 200" in each for each in read), read
