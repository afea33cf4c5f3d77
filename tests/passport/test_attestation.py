"""What a maker signs is verified, kept to the byte, and about its own batteries."""

import pytest

from passport.actions import attestation
from passport.actions.attestation_batch import OtherComponents
from passport.models import Attestation, AttestationItem, Battery, Outbox
from passport.proof.errors import ProofError, UnknownKey
from passport.rules.attestation import NotYourBattery
from passport.rules.errors import Malformed, NotFound
from tests.cast import THEN, packs
from tests.passport import signing
from tests.passport.acting import acting
from tests.recycling.together import together
from tests.simulator import key_of, sign_batch


@pytest.fixture
def held(cast, pack, as_system):
    """The maker's enrolled key."""
    with as_system():
        return signing.enrolled(cast["maker"])


@pytest.fixture
def cells(pack, as_system):
    """The two cells of the pack, by identity."""
    with as_system():
        return list(Battery.objects.filter(unit=pack).exclude(pk=pack.pk).order_by("identity"))


def _record(document, by, items=None):
    with acting(by):
        return attestation.record(credential_bytes=document, items=items, by=by, at=THEN)


def test_a_single_one_is_kept_to_the_byte_and_logged(cast, pack, held, as_system):
    with as_system():
        document = signing.pack_origin(held, pack, [])
    made = _record(document, cast["maker"])
    assert bytes(made.body) == document
    with as_system():
        entry = Outbox.objects.order_by("-id")[0]
        assert (entry.kind, entry.method, bytes(entry.digest)) == (
            "attestation", held.name, bytes(made.sha256),
        )  # fmt: skip


def test_a_batch_has_one_entry_in_the_log(cast, cells, held, as_system):
    _, signed = sign_batch(held, signing.items_of(cells))
    made = _record(signed, cast["maker"], signing.items_of(cells))
    assert (made.batch_size, made.battery) == (2, None)
    with as_system():
        assert AttestationItem.objects.count() == 2
        entry = Outbox.objects.order_by("-id")[0]
        assert (entry.kind, entry.subjects) == ("batch", 2)


def test_the_same_bytes_again_change_nothing(cast, pack, held, as_system):
    document = signing.origin(held, pack)
    first = _record(document, cast["maker"])
    assert _record(document, cast["maker"]).pk == first.pk
    with as_system():
        assert Outbox.objects.filter(kind="attestation").count() == 1


def test_the_same_bytes_at_one_moment_are_kept_once(cast, cells, held, as_system):
    items = signing.items_of(cells)
    _, signed = sign_batch(held, items)
    made = together(lambda by: _record(signed, by, items), [cast["maker"]] * 3)
    assert len({each.pk for each in made}) == 1
    with as_system():
        assert Attestation.objects.count() == 1
        assert Outbox.objects.filter(kind="batch").count() == 1


def test_a_key_that_nobody_enrolled_signs_nothing(cast, pack, as_system):
    document = signing.origin(key_of("issuer", "did:web:maker.example#key-1"), pack)
    with pytest.raises(UnknownKey):
        _record(document, cast["maker"])


def test_a_key_of_another_party_does_not_serve(cast, pack, as_system):
    with as_system():
        other = signing.enrolled(cast["second-maker"])
    with pytest.raises(attestation.NotYourKey):
        _record(signing.origin(other, pack), cast["maker"])


def test_a_battery_of_another_maker_is_not_attested(cast, pack, cells, as_system):
    with as_system():
        other = signing.enrolled(cast["second-maker"])
        packs(cast["second-maker"], "S1")
    items = signing.items_of(cells)
    _, signed = sign_batch(other, items)
    with pytest.raises(NotFound):
        _record(signing.origin(other, pack), cast["second-maker"])
    with pytest.raises(NotFound):
        _record(signed, cast["second-maker"], items)
    # The same by the role that sees all rows: the rule stands by itself.
    with as_system():
        for document, told in ((signing.origin(other, pack), None), (signed, items)):
            with pytest.raises(NotYourBattery):
                attestation.record(
                    credential_bytes=document, items=told, by=cast["second-maker"], at=THEN
                )


def test_other_components_than_those_registered_are_refused(cast, pack, held, as_system):
    with as_system():
        (other,) = packs(cast["maker"], "P2", cells=3)
        document = signing.pack_origin(held, other, [])
    wrong = signing.origin(held, pack, components=_components(document))
    with pytest.raises(OtherComponents):
        _record(wrong, cast["maker"])


def _components(document):
    return signing.canonical.loads(document)["credentialSubject"]["components"]


def test_any_tampered_byte_is_refused(cast, pack, held, as_system):
    document = signing.origin(held, pack)
    for place in range(0, len(document), 29):
        changed = bytearray(document)
        changed[place] ^= 1
        with pytest.raises((ProofError, Malformed, attestation.NotYourKey, NotFound)):
            _record(bytes(changed), cast["maker"])
    with as_system():
        assert not Attestation.objects.exists()


BATCHES = {
    "an item is missing": lambda items: items[:1],
    "items stand in another order": lambda items: items[::-1],
    "an item was changed": lambda items: [items[0].replace(b'"salt":"', b'"salt":"A', 1), items[1]],
    "an item stands twice": lambda items: [items[0], items[0]],
    "an item too many": lambda items: [*items, items[0].replace(b"P1-C1", b"P1-C7")],
    "no items": lambda items: [],
    "no list of items": lambda items: None,
}


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_is_rebuilt_before_it_is_believed(cast, cells, held, name, as_system):
    items = signing.items_of(cells)
    _, signed = sign_batch(held, items)
    with pytest.raises((ProofError, Malformed)):
        _record(signed, cast["maker"], BATCHES[name](items))
    with as_system():
        assert not Attestation.objects.exists()
        assert not Outbox.objects.filter(kind="batch").exists()


def test_items_beside_a_single_one_are_refused(cast, pack, held):
    with pytest.raises(Malformed):
        _record(signing.origin(held, pack), cast["maker"], [b"{}"])


def test_a_batch_of_a_cell_that_nobody_registered_is_refused(cast, cells, held):
    items = [each.replace(b"P1-C1", b"P1-C8") for each in signing.items_of(cells)]
    _, signed = sign_batch(held, items)
    with pytest.raises(NotFound, match="not among your batteries"):
        _record(signed, cast["maker"], items)
