"""An administrator reads whose account applied, and whether anybody has shown that it is theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from passport.actions import link
from passport.models import Application
from tests.passport import admitting
from tests.passport.acting import run
from tests.passport.admitting import PASSWORD


def test_an_address_that_nothing_was_mailed_to_is_called_unverified(
    database: str, as_system: Callable[[], Any], as_role: Callable[[str], Any]
) -> None:
    ruler = admitting.first_administrator(as_system)
    made = link.invite(
        kind="PERSON", email="ceo@big.example", party_id=None, mailed=False, seat=ruler.seat
    )
    who = admitting.take(made.token, name="Somebody")
    admitting.hand_in(who)
    admitting.hand_in(name="Without one", did="did:web:other.example")
    office = Client()
    office.post("/sign-in", {"email": ruler.email, "password": PASSWORD})
    with as_system():
        own = Application.objects.get(person=who).pk
        other = Application.objects.get(person=None).pk

    text = office.get(f"/administration/applications/{own}/").text
    assert "applied with the account of ceo@big.example" in text
    assert "This address is not verified" in text
    assert "This address" not in office.get(f"/administration/applications/{other}/").text

    with as_role("owner"):
        run("UPDATE passport_onetimelink SET by_mail = true WHERE used_by_id = %s", who)
    assert "not verified" not in office.get(f"/administration/applications/{own}/").text
