"""A genealogy in pages tells what the whole tells, to each reader, and asks no more than a page."""

import pytest

from passport.models import Battery
from passport.queries.genealogy import genealogy, placements
from tests.cast import THEN, packs
from tests.passport.acting import acting, batteries_read, run
from tests.passport.test_recall import begun, sold

__all__ = ["begun", "sold"]


def _paged(battery, at, limit):
    found, after = [], None
    while rows := placements(battery=battery, at=at, after=after, limit=limit):
        assert len(rows) <= limit
        found += rows
        after = rows[-1].id
    return found


@pytest.mark.parametrize("who", ["maker", "second-maker", "keeper", "authority", "stranger"])
def test_pages_tell_each_reader_what_the_whole_does(sold, as_system, who):
    cast, ids = sold
    with as_system():
        about = list(Battery.objects.filter(pk__in=ids.values()))
    told = 0
    for battery in about:
        for at in (None, THEN):
            with acting(cast[who]):
                whole = sorted(genealogy(battery=battery, at=at), key=lambda each: each.id)
                for limit in (1, 2, 100):
                    assert _paged(battery, at, limit) == whole, battery.serial
            told += len(whole)
    assert bool(told) == (who != "stranger")


def test_a_page_looks_at_its_own_rows(cast, as_role):
    with as_role("system"):
        (pack,) = packs(cast["maker"], "BIG", cells=3000)
    with as_role("owner"):
        run("ANALYZE passport_battery; ANALYZE passport_assembly")
    with acting(cast["maker"]):
        read = batteries_read()
        assert len(placements(battery=pack, at=None, after=None, limit=5)) == 5
        assert batteries_read() - read < 300
        assert len(_paged(pack, None, 1000)) == 3000
