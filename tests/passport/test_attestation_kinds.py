"""Every kind of attestation, by everybody: the rule decides, the database once more below."""

import pytest
from django.db import DatabaseError, transaction

from passport.actions import attestation, custody
from passport.models import Attestation, Battery, Lot, Outbox
from passport.models.ids import new_id
from passport.proof import kinds
from passport.rules.attestation import (
    AboutSomethingElse,
    NotALot,
    NotAnAttestation,
    NotYourBattery,
    NotYourLot,
    NotYourRole,
    OtherSalt,
)
from passport.rules.errors import NotFound
from tests.cast import THEN
from tests.passport import signing
from tests.passport.acting import acting, run
from tests.passport.claiming import LEAST, POWDER, PRECURSOR, claim, record, signed_batch
from tests.passport.signing import subject
from tests.recycling.together import together
from tests.simulator import salt

SIGNERS = ("maker", "second-maker", "keeper", "workshop", "recycler")
B64_SALT = "AAECAwQFBgcICQoLDA0ODw"


@pytest.fixture
def keys(cast, as_system):
    """A key for everybody who may sign."""
    with as_system():
        return {name: signing.enrolled(cast[name]) for name in SIGNERS}


@pytest.fixture
def held_by_keeper(cast, pack):
    """The maker's pack, in the keeper's hands; the workshop was let in."""
    with acting(cast["maker"]):
        offer = custody.hand_over(
            battery_id=pack.pk, to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
        )
    with acting(cast["keeper"]):
        custody.accept(hand_over_id=offer.pk, by=cast["keeper"], at=THEN)
        custody.grant(battery_id=pack.pk, to_id=cast["workshop"].pk, by=cast["keeper"], at=THEN)
    return pack


# Kind → who may attest it about the pack, and what the others are told, seeing the pack or not.
ABOUT_THE_PACK = {
    kinds.ORIGIN: ({"maker"}, NotYourBattery),
    kinds.TEST: ({"maker", "keeper", "workshop"}, NotYourRole),
    kinds.FEOC: ({"maker"}, NotYourRole),
    kinds.REPURPOSING: ({"workshop"}, NotYourRole),
    kinds.RECYCLING: (set(), NotYourRole),
}


@pytest.mark.parametrize("kind", ABOUT_THE_PACK)
def test_each_kind_about_a_battery_is_its_own_parties(cast, keys, held_by_keeper, kind, as_system):
    may, told = ABOUT_THE_PACK[kind]
    for name in SIGNERS:
        document = claim(keys[name], kind, held_by_keeper.identity)
        if name in may:
            assert record(document, cast[name]).battery_id == held_by_keeper.pk
            continue
        # Who does not see the pack is not told that there is one; a lot may bear any name.
        with pytest.raises((told, NotFound)):
            record(document, cast[name])
    with as_system():
        assert Attestation.objects.count() == len(may)
        assert Outbox.objects.filter(kind="attestation").count() == len(may)
        entries = Outbox.objects.filter(kind="attestation").values_list("subject", flat=True)
        assert {bytes(each) for each in entries} <= {subject(held_by_keeper)}


def test_only_the_recycler_that_has_it_in_hand_attests_its_recycling(
    cast, keys, held_by_keeper, as_system
):
    document = claim(keys["recycler"], kinds.RECYCLING, held_by_keeper.identity)
    with acting(cast["keeper"]):
        offer = custody.hand_over(
            battery_id=held_by_keeper.pk, to_id=cast["recycler"].pk, by=cast["keeper"], at=THEN
        )
    with pytest.raises(NotYourBattery, match="holds it"):
        record(document, cast["recycler"])
    with acting(cast["recycler"]):
        custody.accept(hand_over_id=offer.pk, by=cast["recycler"], at=THEN)
    assert record(document, cast["recycler"]).kind == kinds.RECYCLING


def test_the_rule_stands_by_itself_where_the_database_hides_nothing(
    cast, keys, held_by_keeper, as_system
):
    document = claim(keys["keeper"], kinds.TEST, _cell(held_by_keeper, as_system).identity)
    assert record(document, cast["keeper"]).kind == kinds.TEST
    foreign = claim(keys["second-maker"], kinds.TEST, held_by_keeper.identity)
    with as_system(), pytest.raises(NotYourBattery):
        attestation.record(credential_bytes=foreign, items=None, by=cast["second-maker"], at=THEN)


def _cell(pack, as_system):
    with as_system():
        return Battery.objects.filter(unit=pack).exclude(pk=pack.pk).order_by("identity")[0]


BELOW = (
    "INSERT INTO passport_attestation (id, issuer_id, kind, method, body, sha256, battery_id,"
    " lot_id, access, recorded_at) VALUES (%s, %s, %s, 'm', '', %s, %s, %s, 'public', now())"
)
CHEATS = {
    "an origin by who only holds it": ("keeper", kinds.ORIGIN),
    "a repurposing by a keeper": ("keeper", kinds.REPURPOSING),
    "a recycling by a workshop": ("workshop", kinds.RECYCLING),
    "a test by who does not see it": ("recycler", kinds.TEST),
}


@pytest.mark.parametrize(("name", "kind"), CHEATS.values(), ids=CHEATS)
def test_the_database_refuses_who_goes_round_the_rule(cast, held_by_keeper, name, kind):
    values = (new_id(), cast[name].pk, kind, salt(kind) * 2, held_by_keeper.pk, None)
    with pytest.raises(DatabaseError, match="row-level security"), acting(cast[name]):
        run(BELOW, *values)


def test_the_first_who_names_a_lot_owns_it(cast, keys, as_system):
    first = record(claim(keys["maker"], kinds.MATERIAL, POWDER), cast["maker"])
    again = claim(keys["maker"], kinds.MATERIAL, POWDER, recycledShare="0.2")
    assert record(again, cast["maker"]).lot_id == first.lot_id
    with pytest.raises(NotYourLot, match="another party"):
        record(claim(keys["second-maker"], kinds.MATERIAL, POWDER), cast["second-maker"])
    with as_system():
        foreign = claim(keys["second-maker"], kinds.MATERIAL, POWDER, origin=["FI"])
        with pytest.raises(NotYourLot):
            attestation.record(
                credential_bytes=foreign, items=None, by=cast["second-maker"], at=THEN
            )
        assert Lot.objects.count() == 1
        assert {bytes(each.subject) for each in Outbox.objects.filter(kind="attestation")} == {
            attestation.outbox.subject_of(salt=first.lot.salt, subject=POWDER)
        }


def test_two_who_name_a_lot_at_one_moment_do_not_share_it(cast, keys, as_system):
    def say(by):
        name = next(each for each in SIGNERS if cast[each].pk == by.pk)
        try:
            return record(claim(keys[name], kinds.MATERIAL, POWDER), by)
        except NotYourLot as refused:
            return refused

    found = together(say, [cast["maker"], cast["second-maker"], cast["recycler"]])
    assert sorted(type(each).__name__ for each in found) == ["Attestation", *["NotYourLot"] * 2]
    with as_system():
        assert Lot.objects.count() == 1


def test_who_handles_no_material_names_no_lot(cast, keys):
    with pytest.raises(NotYourRole):
        record(claim(keys["keeper"], kinds.MATERIAL, POWDER), cast["keeper"])
    with pytest.raises(DatabaseError, match="row-level security"), acting(cast["keeper"]):
        Lot.objects.create(identity=POWDER, issuer=cast["keeper"], registered_at=THEN)


def test_a_lot_is_hidden_from_others_and_not_taken_from_below(cast, keys, as_role):
    made = record(claim(keys["maker"], kinds.MATERIAL, PRECURSOR), cast["maker"])
    values = (new_id(), cast["recycler"].pk, kinds.MATERIAL, salt("x") * 2, None, made.lot_id)
    with acting(cast["recycler"]):
        assert not Lot.objects.exists()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            run(BELOW, *values)
    with as_role("owner"), pytest.raises(DatabaseError, match="append-only"):
        Lot.objects.update(issuer=cast["recycler"])


def test_the_salt_that_a_supplier_signs_is_the_lots(cast, keys, as_system):
    signed = claim(keys["maker"], kinds.MATERIAL, POWDER, logSalt=B64_SALT)
    made = record(signed, cast["maker"])
    assert bytes(made.lot.salt) == bytes(range(16))
    other = claim(keys["maker"], kinds.MATERIAL, POWDER, logSalt=B64_SALT[:-1] + "g")
    with pytest.raises(OtherSalt):
        record(other, cast["maker"])


def test_the_salt_that_a_maker_signs_is_the_batterys(cast, keys, pack, as_system):
    with pytest.raises(OtherSalt):
        record(signing.origin(keys["maker"], pack, logSalt=B64_SALT), cast["maker"])
    own = signing.b64u_encode(bytes(pack.salt))
    assert record(signing.origin(keys["maker"], pack, logSalt=own), cast["maker"]).pk


def test_a_certificate_may_be_about_a_lot_that_its_supplier_attested(cast, keys):
    signed = claim(keys["maker"], kinds.FEOC, POWDER)
    with pytest.raises(NotFound, match="neither among your batteries nor a lot"):
        record(signed, cast["maker"])
    record(claim(keys["maker"], kinds.MATERIAL, POWDER), cast["maker"])
    assert record(signed, cast["maker"]).lot.identity == POWDER


def test_a_battery_is_no_lot(cast, keys, pack):
    with pytest.raises(NotALot):
        record(claim(keys["maker"], kinds.MATERIAL, pack.identity), cast["maker"])


def test_what_is_no_attestation_is_sent_elsewhere(cast, keys, as_system):
    with as_system():
        event = signing.revocation(cast["maker"], keys["maker"])
    with pytest.raises(NotAnAttestation, match="KeyEvent"):
        record(event, cast["maker"])


def test_a_batch_holds_what_its_maker_may_say_of_each(cast, keys, pack, as_system):
    cell = _cell(pack, as_system)
    items = signing.items_of([cell])
    tests = signed_batch(keys["maker"], items, item_type=kinds.TEST, common=LEAST[kinds.TEST])
    assert record(tests, cast["maker"], items).batch_size == 1
    material = LEAST[kinds.MATERIAL]
    lots = signed_batch(keys["maker"], items, item_type=kinds.MATERIAL, common=material)
    with pytest.raises(AboutSomethingElse):
        record(lots, cast["maker"], items)


def test_an_ended_key_attests_nothing_and_takes_nothing_back(cast, keys, pack, as_system):
    document = signing.origin(keys["maker"], pack)
    with as_system():
        signing.key.revoke(
            document=signing.revocation(cast["maker"], keys["maker"]), by=cast["maker"], at=THEN
        )
    with pytest.raises(attestation.signer.KeyEnded):
        record(document, cast["maker"])
    with as_system():
        assert not Attestation.objects.exists()
