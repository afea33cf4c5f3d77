"""How a key stands is asked in two ways, for one signature and for a list: they say the same."""

from __future__ import annotations

from passport.actions import key
from passport.models import LogHead
from passport.proof.keyfile import KeyFile
from passport.queries.key import State, of_party, standing
from tests.cast import THEN, Cast
from tests.passport import signing
from tests.passport.acting import acting


def _take(cast: Cast, document: bytes) -> None:
    with acting(cast["maker"]):
        key.take(document=document, by=cast["maker"], at=THEN)


def _end(cast: Cast, by: KeyFile, gone: KeyFile, **told: object) -> None:
    with acting(cast["maker"]):
        document = signing.revocation(cast["maker"], by, method=gone.name, **told)
    _take(cast, document)


def test_one_key_stands_as_in_the_list(cast: Cast, as_system) -> None:
    maker = cast["maker"]
    with as_system():
        LogHead.objects.create(origin="log.example", size=9)
    with acting(maker):
        first = signing.enrolled(maker, fragment="key-1")
        other = signing.enrolled(maker, fragment="key-9")
        second, rotation = signing.rotation(maker, first, fragment="key-2")
    _take(cast, rotation)
    _end(cast, other, first, suspect_from=7)
    _end(cast, other, first, suspect_from=3)
    with acting(maker):
        third, rotation = signing.rotation(maker, second, fragment="key-3")
    _take(cast, rotation)

    with acting(maker):
        listed = {each.standing.method: each.standing for each in of_party(party_id=maker.pk)}
        assert listed == {name: standing(method=name) for name in listed}
        assert standing(method=maker.did + "#nobody") is None
    assert {each.method: each.state for each in listed.values()} == {
        first.name: State.REVOKED,
        second.name: State.REPLACED,
        third.name: State.IN_FORCE,
        other.name: State.IN_FORCE,
    }
    assert (listed[first.name].suspect_from, listed[first.name].replaced_by) == (3, second.name)
    assert listed[third.name].replaces == second.name
