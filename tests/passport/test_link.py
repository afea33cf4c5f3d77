"""One-time links: used once, by whom they are for, until they expire or are taken back."""

from __future__ import annotations

import hashlib
import uuid
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connections

from passport.actions import link
from passport.actions.token import new_token
from passport.models import AdministrativeAct, Administrator, Membership, OneTimeLink, Person
from passport.queries import administration, admission
from passport.queries.admission import UnusableLink
from passport.rules.errors import Malformed
from tests.passport import admitting
from tests.passport.acting import acting, run
from tests.passport.admitting import PASSWORD, first_administrator, take


@pytest.fixture
def first(database, as_system):
    """The token of the link to the first administrator."""
    with as_system():
        return link.first().token


def rules(person_id: uuid.UUID) -> bool:
    """Whether somebody is an administrator, as one request asks."""
    with acting(None):
        return administration.is_administrator(person_id=person_id)


def refused(token: str, code: str, **more: str) -> None:
    with pytest.raises(UnusableLink) as told:
        take(token, **more)
    assert code in told.value.detail


def test_the_first_link_makes_an_administrator_and_dies(first, as_system):
    who = take(first, email="Ada@Operator.example", name="Ada")
    assert rules(who)
    refused(first, "works once", email="eve@evil.example")
    with as_system(), pytest.raises(UnusableLink, match="has its administrator"):
        link.first()
    with as_system():
        assert Person.objects.get().email == "ada@operator.example"


def test_a_fresh_first_link_kills_the_one_before(first, as_system):
    with as_system():
        again = link.first().token
    refused(first, "taken back", email="a@b.example")
    take(again, email="a@b.example")


def test_every_first_link_is_dead_as_soon_as_there_is_an_administrator(first, as_role):
    spare = new_token()
    with as_role("owner"):
        run(
            "INSERT INTO passport_onetimelink SELECT (jsonb_populate_record(l, jsonb_build_object("
            "'id', gen_random_uuid(), 'token_sha256', %s::bytea))).* FROM passport_onetimelink l",
            spare.digest,
        )
    take(first, email="a@b.example")
    refused(spare.text, "has its administrator", email="eve@evil.example")


def test_only_the_digest_of_a_token_is_kept(first, as_system):
    with as_system():
        kept = OneTimeLink.objects.get()
        assert bytes(kept.token_sha256) == hashlib.sha256(first.encode()).digest()
        rows = str(run("SELECT to_json(l)::text FROM passport_onetimelink l"))
    assert first not in rows
    assert len(first) >= 43


def test_an_expired_link_stays_expired(first, as_role):
    with as_role("owner"):
        run("UPDATE passport_onetimelink SET expires_at = now() - interval '1 second'")
    refused(first, "has expired", email="a@b.example")
    with as_role("system"):
        assert not Person.objects.exists()


def test_two_clicks_at_once_make_one_account(first, as_system):
    told, start = [], Barrier(2)

    def click(number: int) -> None:
        start.wait(timeout=20)
        try:
            told.append(take(first, email=f"a{number}@b.example"))
        except UnusableLink as refusal:
            told.append(refusal.detail)
        finally:
            connections.close_all()

    clicks = [Thread(target=click, args=(number,)) for number in range(2)]
    [each.start() for each in clicks]
    [each.join(timeout=30) for each in clicks]
    assert sorted(isinstance(each, str) for each in told) == [False, True], told
    with as_system():
        assert (Person.objects.count(), Administrator.objects.count()) == (1, 1)


def test_a_weak_password_leaves_the_link_as_it_was(first):
    seen = admission.link_seen(token=first)
    with pytest.raises(Malformed) as told:
        link.redeem(token=first, seen=seen, email="a@b.example", name="A", password="password")
    assert told.value.pointer == "/password"
    take(first, email="a@b.example")


def test_a_colleague_comes_into_the_inviting_party_alone(cast, as_system):
    ruler = first_administrator(as_system)
    keeper, maker = cast["keeper"].pk, cast["maker"].pk
    invited = link.invite(
        kind="MEMBER", email="kim@keeper.example", party_id=keeper, mailed=False, seat=ruler.seat
    )
    kim = take(invited.token, name="Kim")
    with as_system():
        assert [each.party_id for each in Membership.objects.filter(person=kim)] == [keeper]
    mate = link.invite_colleague(email="lee@keeper.example", party_id=keeper, mailed=False, by=kim)
    lee = take(mate.token, name="Lee")
    with pytest.raises(DatabaseError, match="into its own party"):
        link.invite_colleague(email="x@keeper.example", party_id=maker, mailed=False, by=lee)


def test_an_account_joins_only_by_a_link_to_its_own_address(cast, as_system):
    ruler = first_administrator(as_system)
    invite = {"kind": "MEMBER", "mailed": False, "seat": ruler.seat}
    kim = take(
        link.invite(email="kim@k.example", party_id=cast["keeper"].pk, **invite).token, name="Kim"
    )
    other = link.invite(email="lee@m.example", party_id=cast["maker"].pk, **invite).token
    with pytest.raises(UnusableLink, match="another address"):
        link.join(token=other, person_id=kim)
    own = link.invite(email="Kim@K.example", party_id=cast["maker"].pk, **invite).token
    refused(own, "an account with this address")
    assert link.join(token=own, person_id=kim) == kim
    with pytest.raises(UnusableLink, match="works once"):
        link.join(token=own, person_id=kim)


def test_a_link_taken_back_opens_nothing(cast, as_system):
    ruler = first_administrator(as_system)
    made = link.invite(
        kind="PERSON", email="kim@k.example", party_id=None, mailed=False, seat=ruler.seat
    )
    with as_system():
        (row,) = OneTimeLink.objects.filter(kind="PERSON")
    link.revoke_any(link_id=row.pk, seat=ruler.seat)
    refused(made.token, "taken back")


def test_a_new_administrator_proves_the_password_of_the_account(cast, as_system):
    ruler = first_administrator(as_system)
    invite = {"party_id": None, "mailed": False, "seat": ruler.seat}
    bea = take(link.invite(kind="PERSON", email="bea@o.example", **invite).token, name="Bea")
    token = link.invite(kind="ADMINISTRATOR", email="bea@o.example", **invite).token
    for wrong in ("", "nearly right"):
        with pytest.raises(UnusableLink, match="not the password"):
            link.join(token=token, person_id=bea, password=wrong)
    link.join(token=token, person_id=bea, password=PASSWORD)
    assert rules(bea)
    assert admitting.sit_down(bea).token


def test_every_step_is_written_down(cast, as_system):
    ruler = first_administrator(as_system)
    made = link.invite(
        kind="PERSON", email="kim@k.example", party_id=None, mailed=False, seat=ruler.seat
    )
    kim = take(made.token, name="Kim")
    with as_system():
        rows = AdministrativeAct.objects.order_by("at").values_list("deed", "actor", "link__email")
        assert list(rows) == [
            ("LINK_MADE", None, ""),
            ("LINK_USED", ruler.person_id, ""),
            ("SITTING_OPENED", ruler.person_id, None),
            ("LINK_MADE", ruler.person_id, "kim@k.example"),
            ("LINK_USED", kim, "kim@k.example"),
        ]
