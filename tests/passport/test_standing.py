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


def _next(cast: Cast, old: KeyFile, fragment: str) -> KeyFile:
    with acting(cast["maker"]):
        new, document = signing.rotation(cast["maker"], old, fragment=fragment)
    _take(cast, document)
    return new


def test_one_key_stands_as_in_the_list(cast: Cast, as_system) -> None:
    maker = cast["maker"]
    with as_system():
        LogHead.objects.create(origin="log.example", size=9)
    with acting(maker):
        first = signing.enrolled(maker, fragment="key-1")
        other = signing.enrolled(maker, fragment="key-9")
    second = _next(cast, first, "key-2")
    for suspect_from in (7, 3):
        _end(cast, other, first, suspect_from=suspect_from)
    third = _next(cast, second, "key-3")

    with acting(maker):
        listed = {each.standing.method: each.standing for each in of_party(party_id=maker.pk)}
        assert listed == {name: standing(method=name) for name in listed}
        assert standing(method=maker.did + "#nobody") is None
    wanted = {first: State.REVOKED, second: State.REPLACED, third: State.IN_FORCE}
    assert {each.name: state for each, state in wanted.items()}.items() <= {
        each.method: each.state for each in listed.values()
    }.items()
    assert (listed[first.name].suspect_from, listed[first.name].replaced_by) == (3, second.name)
