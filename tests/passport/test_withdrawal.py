"""An issuer takes back what it said: logged about the same, once, by its own identifier alone."""

import pytest
from django.db import DatabaseError

from passport.actions import attestation, custody
from passport.actions.withdrawal import NotAWithdrawal, NotTheIssuer
from passport.models import Attestation, Battery, LogEntry, Outbox, Withdrawal
from passport.models.ids import new_id
from passport.proof import kinds
from passport.proof.errors import BadCredential, BadSignature, ProofError
from passport.proof.leaf import decode
from passport.queries import seal
from passport.queries.attestation import lines, listing
from passport.queries.withdrawal import withdrawals, withdrawn_places
from passport.rules.errors import NotFound
from passport.rules.withdrawal import AlreadyWithdrawn, NotOfTheBatch, OtherAccessSet
from tests.cast import THEN, packs
from tests.passport import signing
from tests.passport.acting import acting, run
from tests.passport.claiming import POWDER, claim, record, signed_batch, taking_back, withdraw
from tests.recycling.together import together
from tests.simulator import key_of


@pytest.fixture
def held(cast, pack, as_system):
    """The maker's enrolled key."""
    with as_system():
        return signing.enrolled(cast["maker"])


@pytest.fixture
def cells(pack, as_system):
    with as_system():
        return list(Battery.objects.filter(unit=pack).exclude(pk=pack.pk).order_by("identity"))


@pytest.fixture
def batch(cast, held, cells):
    items = signing.items_of(cells)
    return record(signed_batch(held, items), cast["maker"], items)


@pytest.fixture
def single(cast, held, pack):
    return record(signing.origin(held, pack), cast["maker"])


def test_a_single_one_ends_in_its_own_chain(cast, house, held, single, pack, as_system):
    made = withdraw(taking_back(held, single.sha256, about=pack.identity), cast["maker"])
    with as_system():
        house.turn()
        chain = LogEntry.objects.filter(subject=signing.subject(pack)).order_by("index")
        said, taken = [decode(bytes(entry.leaf)) for entry in chain][-2:]
        assert (said.kind, taken.kind) == ("attestation", "correction")
        assert (taken.digest, taken.method) == (bytes(made.sha256), held.name)
        assert (taken.count, taken.sequence) == (1, said.sequence + 1)


@pytest.mark.parametrize("logged", [True, False], ids=["logged before", "waiting still"])
def test_a_batch_ends_as_it_began(cast, house, held, batch, logged, as_system):
    with as_system():
        if logged:
            house.turn()
    withdraw(taking_back(held, batch.sha256), cast["maker"])
    with as_system():
        house.turn()
        said, taken = LogEntry.objects.filter(kind__in=("batch", "correction")).order_by("index")
        assert bytes(said.subject) == bytes(taken.subject)
        assert decode(bytes(said.leaf)).count == decode(bytes(taken.leaf)).count == 2


def test_some_items_are_taken_back_and_the_others_stand(cast, held, batch, cells, as_system):
    document = taking_back(held, batch.sha256, items=[cells[0].identity])
    assert withdraw(document, cast["maker"]).items == [cells[0].identity]
    with acting(cast["maker"]):
        (line,) = lines(rows=[batch])
        assert (line.withdrawn, len(line.withdrawals)) == (None, 1)
        found = [seal.public_seal(battery_id=each.pk) for each in cells]
    assert [each.withdrawn_because for each in found] == ["a mistaken mass", None]
    withdraw(taking_back(held, batch.sha256), cast["maker"])
    with acting(cast["maker"]):
        (line,) = lines(rows=[batch])
        assert line.withdrawn is not None


def test_the_same_bytes_again_change_nothing(cast, held, single, pack, as_system):
    document = taking_back(held, single.sha256, about=pack.identity)
    first = withdraw(document, cast["maker"])
    assert withdraw(document, cast["maker"]).pk == first.pk
    with as_system():
        ended = signing.revocation(cast["maker"], held)
        signing.key.revoke(document=ended, by=cast["maker"], at=THEN)
    assert withdraw(document, cast["maker"]).pk == first.pk
    with as_system():
        assert Outbox.objects.filter(kind="correction").count() == 1


def test_three_at_one_moment_are_kept_once(cast, held, single, pack, as_system):
    document = taking_back(held, single.sha256, about=pack.identity)
    found = together(lambda by: withdraw(document, by), [cast["maker"]] * 3)
    assert len({each.pk for each in found}) == 1
    with as_system():
        assert Withdrawal.objects.count() == Outbox.objects.filter(kind="correction").count() == 1


def test_a_lot_is_taken_back_by_its_supplier(cast, held, as_system):
    made = record(claim(held, kinds.MATERIAL, POWDER), cast["maker"])
    withdraw(taking_back(held, made.sha256, about=POWDER), cast["maker"])
    with as_system():
        said, taken = Outbox.objects.filter(kind__in=("attestation", "correction")).order_by("id")
        assert bytes(said.subject) == bytes(taken.subject)


def test_a_tester_takes_back_though_the_battery_is_out_of_its_sight(cast, pack, as_system):
    with as_system():
        own = signing.enrolled(cast["workshop"])
    with acting(cast["maker"]):
        custody.grant(battery_id=pack.pk, to_id=cast["workshop"].pk, by=cast["maker"], at=THEN)
    made = record(claim(own, kinds.TEST, pack.identity), cast["workshop"])
    with acting(cast["maker"]):
        run("UPDATE passport_concern SET until = now() WHERE party_id = %s", cast["workshop"].pk)
    with acting(cast["workshop"]):
        assert not Battery.objects.filter(pk=pack.pk).exists()
    withdraw(taking_back(own, made.sha256, about=pack.identity), cast["workshop"])
    with as_system():
        assert bytes(Outbox.objects.get(kind="correction").subject) == signing.subject(pack)


def test_a_later_key_of_the_same_identifier_takes_back(cast, held, single, pack, as_system):
    with as_system():
        later = signing.enrolled(cast["maker"], fragment="key-2")
        signing.key.revoke(
            document=signing.revocation(cast["maker"], later, method=held.name),
            by=cast["maker"], at=THEN,
        )  # fmt: skip
    with pytest.raises(attestation.signer.KeyEnded):
        withdraw(taking_back(held, single.sha256, about=pack.identity), cast["maker"])
    assert withdraw(taking_back(later, single.sha256, about=pack.identity), cast["maker"]).pk


REFUSED = {
    "about another battery": ({"about": POWDER}, NotOfTheBatch),
    "about nothing": ({"about": None}, NotOfTheBatch),
    "for other readers": ({"access": "authority"}, OtherAccessSet),
    "in part, of a single one": ({"items": ["x"]}, NotOfTheBatch),
    "of what nobody signed": ({"digest": bytes(32)}, NotFound),
}


@pytest.mark.parametrize(("told", "refused"), REFUSED.values(), ids=REFUSED)
def test_a_withdrawal_that_does_not_fit_is_refused(cast, held, single, pack, told, refused):
    told = {"about": pack.identity, "digest": single.sha256} | told
    with pytest.raises(refused):
        withdraw(taking_back(held, told.pop("digest"), **told), cast["maker"])


def test_items_that_a_batch_does_not_hold_are_refused(cast, held, batch, cells, pack):
    for items in ([pack.identity], [cells[0].identity, "https://x.example/c/9"]):
        with pytest.raises(NotOfTheBatch, match="no item of the batch"):
            withdraw(taking_back(held, batch.sha256, items=items), cast["maker"])
    with pytest.raises(BadCredential):
        taking_back(held, batch.sha256, items=[])


def test_what_is_over_is_not_taken_back_again(cast, held, single, pack):
    withdraw(taking_back(held, single.sha256, about=pack.identity), cast["maker"])
    again = taking_back(held, single.sha256, about=pack.identity, reason="once more")
    with pytest.raises(AlreadyWithdrawn):
        withdraw(again, cast["maker"])


def test_nobody_takes_back_for_another(cast, held, single, pack, as_system):
    with as_system():
        other = signing.enrolled(cast["second-maker"])
    document = taking_back(held, single.sha256, about=pack.identity)
    with pytest.raises(attestation.NotYourKey):
        withdraw(document, cast["second-maker"])
    foreign = taking_back(other, single.sha256, about=pack.identity)
    with pytest.raises(NotFound):
        withdraw(foreign, cast["second-maker"])
    with as_system(), pytest.raises(NotFound):
        attestation_withdrawn_by(foreign, cast["second-maker"])


def attestation_withdrawn_by(document, by):
    """As the role that sees all rows: the rule stands by itself."""
    return withdraw(document, by)


def test_another_identifier_of_the_same_party_has_no_say(cast, held, single, pack, as_role):
    """A party whose DID was changed by the operator keeps what the old one signed."""
    with as_role("owner"):
        run("UPDATE passport_party SET did = 'did:web:later.example' WHERE slug = 'maker'")
    cast["maker"].refresh_from_db()
    with as_role("system"):
        later = signing.enrolled(cast["maker"])
    with pytest.raises(NotTheIssuer):
        withdraw(taking_back(later, single.sha256, about=pack.identity), cast["maker"])


def test_what_is_no_withdrawal_or_was_tampered_with_is_refused(cast, held, single, pack):
    with pytest.raises(NotAWithdrawal):
        withdraw(signing.origin(held, pack, note="again"), cast["maker"])
    document = taking_back(held, single.sha256, about=pack.identity)
    with pytest.raises(BadSignature):
        withdraw(document.replace(b"mistaken mass", b"mistaken size"), cast["maker"])
    thief = key_of("issuer", f"{cast['maker'].did}#key-9")
    with pytest.raises(ProofError):
        withdraw(taking_back(thief, single.sha256, about=pack.identity), cast["maker"])


def test_the_database_keeps_withdrawals_to_their_issuer_and_for_good(cast, single, as_role):
    values = (new_id(), single.pk, cast["keeper"].pk, bytes(32))
    insert = (
        "INSERT INTO passport_withdrawal (id, attestation_id, issuer_id, method, reason, body,"
        " sha256, recorded_at) VALUES (%s, %s, %s, 'm', 'r', '', %s, now())"
    )
    with acting(cast["keeper"]), pytest.raises(DatabaseError, match="row-level security"):
        run(insert, *values)
    with as_role("owner"):
        run(insert, *values)
        with pytest.raises(DatabaseError, match="append-only"):
            Withdrawal.objects.all().delete()


def test_the_seal_says_it_until_a_new_origin_stands(cast, house, held, single, pack, as_system):
    withdraw(taking_back(held, single.sha256, about=pack.identity), cast["maker"])
    with as_system():
        house.turn()
    gone = seal.public_seal(battery_id=pack.pk)
    assert (gone.proven, gone.withdrawn_because) == (False, "a mistaken mass")
    assert gone.withdrawn_at == THEN
    record(signing.origin(held, pack, mass={"value": "73", "unit": "KGM"}), cast["maker"])
    with as_system():
        house.turn()
        assert Attestation.objects.count() == 2
    stands = seal.public_seal(battery_id=pack.pk)
    assert (stands.proven, stands.withdrawn_at) == (True, None)


def test_a_test_record_is_no_seal_of_origin(cast, house, held, single, pack, as_system):
    record(claim(held, kinds.TEST, pack.identity), cast["maker"])
    with as_system():
        house.turn()
    assert seal.public_seal(battery_id=pack.pk).digest == signing.b64u_encode(bytes(single.sha256))


def test_who_may_not_read_it_is_not_told_why(cast, held, pack):
    named = [signing.b64u_encode(bytes(32))]
    said = claim(held, kinds.ORIGIN, pack.identity, access="authority", upstream=named)
    closed = record(said, cast["maker"])
    back = taking_back(held, closed.sha256, about=pack.identity, access="authority")
    withdraw(back, cast["maker"])
    with acting(cast["maker"]):
        custody.grant(battery_id=pack.pk, to_id=cast["auditor"].pk, by=cast["maker"], at=THEN)
    told = {}
    for name in ("maker", "auditor"):
        with acting(cast[name]):
            (line,) = listing(battery=pack, by=cast[name], after=None, limit=9)
            told[name] = (line.withdrawn.reason, len(line.upstream), len(line.strange))
    assert told == {"maker": ("a mistaken mass", 1, 1), "auditor": ("", 0, 0)}


def test_of_the_items_taken_back_each_party_is_told_its_own(cast, held, pack, cells, as_system):
    with as_system():
        packs(cast["maker"], "P2", cells=1)
        every = list(Battery.objects.filter(level="CELL").order_by("identity"))
    items = signing.items_of(every)
    made = record(signed_batch(held, items), cast["maker"], items)
    withdraw(taking_back(held, made.sha256, items=_names(every)), cast["maker"])
    with acting(cast["maker"]):
        custody.grant(battery_id=pack.pk, to_id=cast["auditor"].pk, by=cast["maker"], at=THEN)
    told = {}
    for name in ("maker", "auditor", "stranger"):
        with acting(cast[name]):
            told[name] = [each.items for each in withdrawals(of=[made.pk]).get(made.pk, [])]
    assert told == {"maker": [_names(every)], "auditor": [_names(cells)], "stranger": []}


def _names(batteries):
    return [each.identity for each in batteries]


def test_the_status_list_marks_what_is_wholly_withdrawn(
    cast, house, held, single, batch, pack, cells, as_system
):
    withdraw(taking_back(held, batch.sha256, items=[cells[0].identity]), cast["maker"])
    with as_system():
        house.turn()
        index = LogEntry.objects.get(digest=bytes(single.sha256)).index
    assert withdrawn_places(first=0, count=100) == []
    withdraw(taking_back(held, single.sha256, about=pack.identity), cast["maker"])
    assert withdrawn_places(first=0, count=100) == [index]
    assert withdrawn_places(first=index + 1, count=100) == []
