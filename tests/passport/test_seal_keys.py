"""The seal of a public page says whose key signed, and when its owner doubts it."""

from __future__ import annotations

from typing import Any

import pytest

from passport.actions import attestation, key
from passport.models import Battery
from passport.queries.seal import public_seal
from tests.cast import THEN
from tests.passport import signing
from tests.passport.acting import acting


@pytest.fixture
def signed(cast: Any, pack: Battery, house: Any, as_system: Any) -> Any:
    """A pack whose origin its maker's key has signed, at entry one or later."""
    maker = cast["maker"]
    with acting(maker):
        held = signing.enrolled(maker)
    with as_system():
        house.turn()
    with acting(maker):
        document = signing.origin(held, pack)
        attestation.record(credential_bytes=document, items=None, by=maker, at=THEN)
    with as_system():
        house.turn()
    return held


def seal(pack: Battery) -> Any:
    with acting(None):
        return public_seal(battery_id=pack.pk)


def end(cast: Any, held: Any, suspect_from: int | None) -> None:
    maker = cast["maker"]
    with acting(maker):
        document = signing.revocation(maker, held, suspect_from=suspect_from)
        key.revoke(document=document, by=maker, at=THEN)


def test_a_seal_closes_with_a_key_that_only_this_service_vouches_for(
    pack: Battery, signed: Any
) -> None:
    found = seal(pack)
    assert (found.proven, found.suspect, found.vouched_by) == (True, False, "this_service")
    assert found.method == signed.name


def test_what_a_key_signed_before_it_was_doubted_stays_proven(
    cast: Any, pack: Battery, signed: Any
) -> None:
    index = seal(pack).index
    end(cast, signed, suspect_from=index + 1)
    assert (seal(pack).proven, seal(pack).suspect) == (True, False)


@pytest.mark.parametrize("back", [0, 1])
def test_what_its_owner_doubts_is_not_proven(
    cast: Any, pack: Battery, signed: Any, back: int
) -> None:
    index = seal(pack).index
    end(cast, signed, suspect_from=index - back)
    assert (seal(pack).proven, seal(pack).suspect) == (False, True)


def test_a_key_that_went_without_doubt_leaves_its_seals_closed(
    cast: Any, pack: Battery, signed: Any
) -> None:
    end(cast, signed, suspect_from=None)
    assert (seal(pack).proven, seal(pack).suspect) == (True, False)


def test_a_public_page_asks_little_about_the_key(
    pack: Battery, signed: Any, django_assert_max_num_queries: Any
) -> None:
    with acting(None), django_assert_max_num_queries(12):
        public_seal(battery_id=pack.pk)
