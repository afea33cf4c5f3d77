"""Every page of the desk stands for every role, and for nobody without a sign-in."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.pages.conftest import People

PAGES = (
    "/desk/", "/desk/party", "/desk/batteries/", "/desk/hand-overs/", "/desk/intakes/",
    "/desk/retire/", "/desk/plans/", "/desk/offers/", "/desk/treatments/", "/desk/keys/",
    "/desk/first-hour/", "/desk/models/", "/desk/lots/",
    "/desk/signing-keys/", "/desk/bundles/", "/desk/members/",
    "/desk/names/",
)  # fmt: skip
ROLES = ("maker", "keeper", "workshop", "recycler", "auditor", "authority", "stranger")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.I)


def test_shows_every_page_to_every_role(people: People) -> None:
    for role in ROLES:
        desk = people.at_desk(role)
        for address in PAGES:
            answer = desk.get(address)
            assert answer.status_code == 200, (role, address, answer.status_code)
            assert not INLINE.search(answer.text), (role, address)
            assert answer["Cache-Control"].startswith("max-age=0"), address


@pytest.mark.parametrize("address", PAGES)
def test_sends_a_stranger_to_the_sign_in_and_back(address: str, database: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in?next=%2Fdesk%2F")
