"""Two readings of one label: how far apart at least, and whether a battery went so fast."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from passport.rules import alarm
from passport.rules.alarm import AlreadyDismissed, NotAPlace, Sighting, too_fast

TABLE = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "alarms.json"
LIMITS = alarm.load(TABLE.read_bytes())
THEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
BERLIN, LISBON, POTSDAM = (52.5, 13.4), (38.7, -9.1), (52.4, 13.1)
TOKYO = (35.7, 139.7)


def at(minutes, place=None, country=""):
    latitude, longitude = place or (None, None)
    return Sighting(THEN + timedelta(minutes=minutes), country, latitude, longitude)


FINE = {
    "once": [at(0, BERLIN)],
    "no place at all": [at(0), at(1)],
    "the same place": [at(0, BERLIN), at(1, BERLIN)],
    "the next town": [at(0, BERLIN), at(1, POTSDAM)],
    "by lorry": [at(0, BERLIN), at(60 * 40, LISBON)],
    "by plane": [at(0, BERLIN), at(60 * 3, LISBON)],
    "over a border": [at(0, country="DE"), at(1, country="PL")],
    "a country and a place in it": [at(0, country="DE"), at(1, BERLIN)],
    "a country that is not in the table": [at(0, BERLIN), at(1, country="QQ")],
    "one reading without a place between": [at(0, BERLIN), at(30), at(60 * 40, LISBON)],
}
TOO_FAST = {
    "Berlin and Lisbon within the hour": [at(0, BERLIN), at(60, LISBON)],
    "in either order": [at(0, LISBON), at(60, BERLIN)],
    "as they came, not as they happened": [at(60, LISBON), at(0, BERLIN)],
    "two countries far apart": [at(0, country="DE"), at(60, country="JP")],
    "a place and a country": [at(0, TOKYO), at(60, country="FR")],
    "back again": [at(0, BERLIN), at(60 * 24, LISBON), at(60 * 24 + 30, BERLIN)],
    "at the same moment": [at(0, BERLIN), at(0, TOKYO)],
    "with one without a place between": [at(0, BERLIN), at(30), at(60, LISBON)],
}


@pytest.mark.parametrize("what", FINE)
def test_what_a_battery_can_have_done_is_no_alarm(what):
    assert too_fast(sightings=FINE[what], limits=LIMITS) is None


@pytest.mark.parametrize("what", TOO_FAST)
def test_what_no_battery_can_have_done_is_one(what):
    leap = too_fast(sightings=TOO_FAST[what], limits=LIMITS)
    assert leap is not None
    assert leap.before.at <= leap.after.at
    assert leap.km > 100


def test_a_distance_is_a_lower_bound_and_right():
    leap = too_fast(sightings=[at(0, BERLIN), at(1, LISBON)], limits=LIMITS)
    # Great circle Berlin to Lisbon: 2,312 km.
    assert 2250 < leap.km <= 2312
    assert leap.minutes == 1
    across = too_fast(sightings=[at(0, (0.0, 179.9)), at(0, (0.0, -170.0))], limits=LIMITS)
    assert across.km < 1130  # over the date line, not around the world


def test_the_limit_is_the_one_of_the_day():
    old = alarm.Limit(date(2020, 1, 1), 100, 0, "then")
    new = alarm.Limit(date(2026, 3, 3), 100_000, 0, "later")
    limits = alarm.Limits("t", (old, new), {})
    two = [at(0, BERLIN), at(60, LISBON)]
    assert too_fast(sightings=two, limits=limits) is not None
    later = [at(60 * 24, BERLIN), at(60 * 25, LISBON)]
    assert too_fast(sightings=later, limits=limits) is None


COARSE = {"52.5163,13.3777": ("52.5", "13.4"), "-33.86,151.2": ("-33.9", "151.2"), "": None,
          "-0.04,-0.0": ("0.0", "0.0"), "-0.06,0.04": ("-0.1", "0.0")}  # fmt: skip
NO_PLACES = ("here", "52.5", "91,0", "0,181", "nan,0", "1,2,3", "inf,1", "52.5;13.4")


def test_nothing_finer_than_a_tenth_of_a_degree_is_left():
    for text, place in COARSE.items():
        assert alarm.coarse(text=text) == place
    for text in NO_PLACES:
        with pytest.raises(NotAPlace):
            alarm.coarse(text=text)


IN_WORDS = {
    "a point": (at(0, BERLIN), "52.5, 13.4"),
    "a point that is told before its country": (at(0, LISBON, "PT"), "38.7, -9.1"),
    "a point finer than the grid": (at(0, (52.5163, 13.3777)), "52.5, 13.4"),
    "a point on the equator": (at(0, (0.0, 0.0)), "0.0, 0.0"),
    "a country": (at(0, country="DE"), "DE"),
    "half a point": (Sighting(THEN, "DE", 52.5, None), "DE"),
    "neither": (at(0), ""),
}


@pytest.mark.parametrize("what", IN_WORDS)
def test_a_place_is_told_as_coarsely_as_it_is_kept(what):
    sighting, told = IN_WORDS[what]
    assert alarm.in_words(sighting=sighting) == told


def test_an_alarm_is_dismissed_once():
    alarm.check_dismissal(state="OPEN")
    with pytest.raises(AlreadyDismissed):
        alarm.check_dismissal(state="DISMISSED")


def test_the_circles_of_countries_hold_their_capitals():
    capitals = {"DE": BERLIN, "PT": LISBON, "JP": TOKYO, "FR": (48.9, 2.4), "US": (38.9, -77.0),
                "NO": (59.9, 10.8), "CN": (39.9, 116.4), "IT": (41.9, 12.5)}  # fmt: skip
    for code, place in capitals.items():
        two = [at(0, place), at(0, country=code)]
        assert too_fast(sightings=two, limits=LIMITS) is None, code
