"""Whoever is registered is shown to others by a name that says what it seems to say."""

import zlib

import pytest
from django.db import connection, transaction

from passport.actions import party
from passport.models import Facility, Party, Person
from passport.queries.party import enter_by_key
from passport.rules.wording import BadWording
from tests.cast import THEN

HOSTILE = ("Maker\u202erekaM", "Ma\nker", "Maker\x00", "\u2067Maker", " ", "")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_hides_or_turns_what_it_says(cast, as_system, name):
    with as_system():
        counts = [model.objects.count() for model in (Party, Person, Facility)]
        for register in (
            lambda: party.register_party(
                name=name, slug="x", roles=["MAKER"], country="DE", did=None, at=THEN
            ),
            lambda: party.register_person(email="a@b.example", name=name, password="long-Enough-4"),
            lambda: party.add_facility(party=cast["maker"], name=name, country="DE"),
            lambda: party.issue_api_key(party=cast["maker"], name=name, scopes=["read"], at=THEN),
        ):
            with pytest.raises(BadWording) as refused:
                register()
            assert refused.value.pointer == "/name"
        assert [model.objects.count() for model in (Party, Person, Facility)] == counts


def test_an_address_is_held_to_the_same(cast, as_system):
    with as_system():
        with pytest.raises(BadWording):
            party.add_facility(party=cast["maker"], name="Line 1", country="DE", address="a\u202eb")
        made = party.add_facility(party=cast["maker"], name="Zürich 3", country="CH", address="")
        assert made.name == "Zürich 3"


def test_over_http_it_is_told_where(cast):
    answer = cast.speak("maker").send(
        "/api/v1/facilities", {"name": "Line\u202e1", "country": "DE"}
    )
    assert answer.status_code == 400
    (fault,) = answer.json()["errors"]
    assert (fault["code"], fault["pointer"]) == ("bad-wording", "/name")


def test_only_the_right_secret_opens_anything(cast, as_system):
    """The right name of a key with another secret leaves the transaction as blind as it was."""
    with as_system():
        _, secret = party.issue_api_key(party=cast["maker"], name="line", scopes=["read"], at=THEN)
    head, key_id, digits, _ = secret.rsplit("_", 3)
    wrong = f"{head}_{key_id}_{digits[::-1]}"
    wrong += f"_{zlib.crc32(wrong.encode()):08x}"
    with transaction.atomic():
        assert enter_by_key(presented=wrong, at=THEN) is None
        assert _acting() == ""
        found = enter_by_key(presented=secret, at=THEN)
        assert found is not None
        assert found.party == cast["maker"]
        assert _acting() == str(cast["maker"].pk)


def _acting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.party', true), '')")
        return str(cursor.fetchone()[0])
