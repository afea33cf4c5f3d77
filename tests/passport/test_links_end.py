"""Whoever goes leaves no door open: links end with the role under which they were made."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from passport.actions import account, link, password
from passport.actions.application import TooManyApplications
from passport.models import AdministrativeAct, Application, Membership, OneTimeLink
from passport.queries.admission import UnusableLink
from tests.passport.acting import acting, run
from tests.passport.admitting import Ruler, first_administrator, hand_in, sit_down, take


@pytest.fixture
def ruler(cast, as_system) -> Ruler:
    """The first administrator."""
    return first_administrator(as_system)


@pytest.fixture
def second(ruler: Ruler) -> Ruler:
    """Another one, who sits down too."""
    made = link.invite(
        kind="ADMINISTRATOR", email="eve@o.example", party_id=None, mailed=False, seat=ruler.seat
    )
    who = take(made.token, name="Eve")
    return Ruler(who, "eve@o.example", sit_down(who))


def invited(by: Ruler, kind: str, email: str, party_id=None) -> str:
    made = link.invite(kind=kind, email=email, party_id=party_id, mailed=False, seat=by.seat)
    return made.token


def dead(token: str) -> None:
    with pytest.raises(UnusableLink, match="taken back"):
        take(token, name="Somebody")


def test_with_an_administrator_end_the_links_that_it_made_and_was_sent(ruler, second, cast):
    doors = [
        invited(second, "ADMINISTRATOR", "back@door.example"),
        invited(second, "PERSON", "other@door.example"),
        invited(second, "MEMBER", "third@door.example", cast["keeper"].pk),
    ]
    back = invited(ruler, "ADMINISTRATOR", second.email)
    spared = invited(ruler, "PERSON", "kim@k.example")
    account.end_administrator(person_id=second.person_id, seat=ruler.seat)
    for door in doors:
        dead(door)
    with pytest.raises(UnusableLink, match="taken back"):
        link.join(token=back, person_id=second.person_id, password="x")
    take(spared, name="Kim")


def test_with_a_closed_account_end_its_links_and_stay_ended(ruler, second, as_system):
    door = invited(second, "ADMINISTRATOR", "back@door.example")
    sent = invited(ruler, "PERSON", second.email)
    account.set_open(person_id=second.person_id, opened=False, seat=ruler.seat)
    dead(door)
    account.set_open(person_id=second.person_id, opened=True, seat=ruler.seat)
    dead(door)
    dead(sent)
    with as_system():
        acts = AdministrativeAct.objects.filter(deed="LINK_REVOKED", person_id=second.person_id)
        assert {each.actor_id for each in acts} == {ruler.person_id}
        assert acts.count() == 2


def test_with_a_membership_end_the_invitations_into_that_party(ruler, cast, as_system):
    keeper, maker = cast["keeper"].pk, cast["maker"].pk
    kim = take(invited(ruler, "MEMBER", "kim@k.example", keeper), name="Kim")
    door = link.invite_colleague(email="x@k.example", party_id=keeper, mailed=False, by=kim).token
    again = invited(ruler, "MEMBER", "kim@k.example", maker)
    with as_system():
        (row,) = Membership.objects.filter(person=kim)
    account.end_membership(membership_id=row.pk, seat=ruler.seat)
    dead(door)
    assert link.join(token=again, person_id=kim) == kim, "another party's is another matter"


def test_a_member_named_by_raw_sql_invites_as_that_member_and_it_is_told(ruler, cast, as_system):
    # The database believes app.party and app.person: what it holds is that no administrator comes
    # in so, and that what is done in a member's name stands there for the party to see.
    keeper = cast["keeper"].pk
    kim = take(invited(ruler, "MEMBER", "kim@k.example", keeper), name="Kim")
    with acting(cast["keeper"]):
        run("SELECT set_config('app.person', %s, true)", str(kim))
        run("SELECT invite_v1('MEMBER', 'eve@evil.example', %s, sha256('x'))", keeper)
    with as_system():
        made = OneTimeLink.objects.get(email="eve@evil.example")
        told = AdministrativeAct.objects.get(deed="LINK_MADE", link_id=made.pk)
        assert (made.issued_by_id, told.actor_id, told.party_id) == (kim, kim, keeper)
    with acting(cast["keeper"]):
        run("SELECT set_config('app.person', %s, true)", str(kim))
        with pytest.raises(DatabaseError, match="an administrator invites"):
            run("SELECT invite_v1('ADMINISTRATOR', 'eve@evil.example', NULL, sha256('x'))")


def test_whoever_asks_for_a_new_password_takes_back_no_rescue(ruler, as_system, as_role):
    with as_system():
        rescue = link.rescue(email=ruler.email).token
    with as_role("owner"):
        run("UPDATE passport_onetimelink SET issued_at = now() - interval '11 minutes'"
            " WHERE kind = 'RESET'")  # fmt: skip
    password.ask_reset(email=ruler.email, mailed=True)
    with as_system():
        (row,) = OneTimeLink.objects.filter(kind="RESET")
        assert row.revoked_at is None
        assert row.token_sha256 is not None
    assert rescue


def test_links_from_administrators_leave_the_owner_its_own_wishes(ruler, second, as_role):
    for _ in range(10):
        password.issue_reset(person_id=second.person_id, seat=ruler.seat)
    with as_role("owner"):
        run("UPDATE passport_onetimelink SET expires_at = now(), revoked_at = now(),"
            " issued_at = now() - interval '1 hour' WHERE kind = 'RESET'")  # fmt: skip
    password.ask_reset(email=second.email, mailed=True)
    with as_role("system"):
        assert OneTimeLink.objects.filter(kind="RESET", by_mail=True).count() == 1


def test_no_more_applications_wait_than_people_read(ruler, cast, as_role, as_system):
    hand_in(name="The first")
    with as_role("owner"):
        run(
            "INSERT INTO passport_application SELECT (jsonb_populate_record(a, jsonb_build_object("
            "'id', gen_random_uuid(), 'receipt_sha256', sha256(n::text::bytea)))).*"
            " FROM passport_application a, generate_series(1, 499) n"
        )
    with pytest.raises(TooManyApplications) as told:
        hand_in(name="One more")
    assert told.value.remedy
    kim = take(invited(ruler, "PERSON", "kim@k.example"), name="Kim")
    for n in range(5):
        hand_in(kim, name=f"Of an account {n}", did=f"did:web:n{n}.example")
    with pytest.raises(TooManyApplications):
        hand_in(kim, name="A sixth")
    with as_system():
        assert Application.objects.count() == 505
    with as_role("owner"):
        run("UPDATE passport_application SET state = 'REFUSED', reason = 'x', decided_at = now(),"
            " decided_by_id = %s WHERE name = 'The first'", ruler.person_id)  # fmt: skip
    hand_in(name="One more")


def test_evidence_that_waits_has_a_bound(ruler, as_role):
    hand_in(name="The first")
    with as_role("owner"):
        run("ALTER TABLE passport_evidence DROP CONSTRAINT evidence_is_what_its_digest_says")
        run("UPDATE passport_evidence SET size_bytes = 2147483647")
        run(
            "INSERT INTO passport_evidence SELECT (jsonb_populate_record(e, jsonb_build_object("
            "'id', gen_random_uuid(), 'sha256', sha256('other')))).* FROM passport_evidence e"
        )
    with pytest.raises(TooManyApplications):
        hand_in(name="One more")
