"""Passwords change and are reset by who may; sessions and sittings end with them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from threading import Barrier, Thread

import pytest
from argon2.low_level import Type, hash_secret_raw
from django.contrib.auth import authenticate
from django.db import connections

from passport.actions import account, link, password
from passport.actions.password import WeakPassword, WrongPassword
from passport.models import OneTimeLink, Person
from passport.queries import administration, admission
from passport.queries.admission import UnusableLink
from passport.rules.errors import NotFound
from tests.passport import admitting
from tests.passport.acting import acting, run
from tests.passport.admitting import PASSWORD, Ruler, first_administrator, take

NEW = "another horse, another battery"
HASHED = """
import django; django.setup()
from django.contrib.auth.hashers import make_password
from passport.actions import password
print(make_password("guess"))
print(password.proof_of(email="Kim@k.example", password="guess").hex())
"""


@pytest.fixture
def ruler(database, as_system) -> Ruler:
    """The first administrator."""
    return first_administrator(as_system)


@pytest.fixture
def kim(ruler):
    """Somebody of no party."""
    made = link.invite(
        kind="PERSON", email="kim@k.example", party_id=None, mailed=False, seat=ruler.seat
    )
    return take(made.token, name="Kim")


def reset(token: str, new: str = NEW) -> None:
    seen = admission.link_seen(token=token)
    password.reset(token=token, email=seen.email, name="", password=new)


def seated(ruler: Ruler) -> bool:
    with acting(None):
        return administration.seated(seat=ruler.seat)


def test_a_guess_costs_what_is_advised():
    # In a process of its own: in this one, passwords are hashed at the least.
    said = subprocess.run([sys.executable, "-c", HASHED], capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    kept, proof = said.stdout.split()
    assert kept.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
    salt = hashlib.sha256(b"batterypassport/password-proof/v1\nkim@k.example").digest()[:16]
    true = hash_secret_raw(b"guess", salt, 2, 19_456, 1, hash_len=32, type=Type.ID)
    assert proof == true.hex()
    cheap = password.proof_of(email="kim@k.example", password="guess")
    assert cheap != true, "the tests would take their time"


def test_only_who_knows_the_old_password_changes_it(kim):
    with pytest.raises(WrongPassword) as told:
        password.change(person_id=kim, old="nearly right", new=NEW)
    assert told.value.pointer == "/old"
    for weak in ("short", "kim@k.example"):
        with pytest.raises(WeakPassword):
            password.change(person_id=kim, old=PASSWORD, new=weak)
    before = Person.objects.get(pk=kim).get_session_auth_hash()
    password.change(person_id=kim, old=PASSWORD, new=NEW)
    assert Person.objects.get(pk=kim).get_session_auth_hash() != before
    assert authenticate(username="kim@k.example", password=NEW) is not None
    assert authenticate(username="kim@k.example", password=PASSWORD) is None


def test_a_changed_password_ends_the_sitting(ruler):
    assert seated(ruler)
    password.change(person_id=ruler.person_id, old=PASSWORD, new=NEW)
    assert not seated(ruler)
    with pytest.raises(WrongPassword):
        admitting.sit_down(ruler.person_id)
    assert admitting.sit_down(ruler.person_id, NEW).token


def test_signing_out_everywhere_ends_sessions_and_sittings(ruler):
    before = Person.objects.get().get_session_auth_hash()
    password.sign_out_everywhere(person_id=ruler.person_id)
    assert Person.objects.get().get_session_auth_hash() != before
    assert not seated(ruler)


def test_a_link_to_a_new_password_works_once_and_is_nothing_else(ruler, kim):
    made = password.issue_reset(person_id=kim, seat=ruler.seat)
    with pytest.raises(UnusableLink, match="for something else"):
        take(made.token, name="Eve")
    with pytest.raises(UnusableLink, match="for something else"):
        link.join(token=made.token, person_id=kim)
    reset(made.token)
    assert authenticate(username="kim@k.example", password=NEW) is not None
    with pytest.raises(UnusableLink, match="works once"):
        reset(made.token)


def test_no_other_link_sets_a_password(ruler):
    made = link.invite(
        kind="PERSON", email="lee@k.example", party_id=None, mailed=False, seat=ruler.seat
    )
    with pytest.raises(UnusableLink, match="for something else"):
        reset(made.token)
    with pytest.raises(UnusableLink, match="opens nothing"):
        password.reset(token="x", email="lee@k.example", name="", password=NEW)


def test_a_new_link_kills_the_one_before_and_so_does_a_changed_password(ruler, kim):
    old = password.issue_reset(person_id=kim, seat=ruler.seat)
    new = password.issue_reset(person_id=kim, seat=ruler.seat)
    password.change(person_id=kim, old=PASSWORD, new=NEW)
    for each in (old, new):
        with pytest.raises(UnusableLink, match="taken back"):
            reset(each.token)


def test_two_clicks_at_once_set_one_password(ruler, kim):
    token = password.issue_reset(person_id=kim, seat=ruler.seat).token
    told, start = [], Barrier(2)

    def click(number: int) -> None:
        start.wait(timeout=20)
        try:
            reset(token, f"{NEW} {number}")
            told.append(number)
        except UnusableLink:
            told.append(None)
        finally:
            connections.close_all()

    clicks = [Thread(target=click, args=(number,)) for number in range(2)]
    [each.start() for each in clicks]
    [each.join(timeout=30) for each in clicks]
    (winner,) = [each for each in told if each is not None]
    assert authenticate(username="kim@k.example", password=f"{NEW} {winner}") is not None


def test_asking_tells_nobody_and_is_held_to_a_rate(ruler, kim, as_system):
    for email in ("kim@k.example", "KIM@k.example", "nobody@k.example"):
        assert password.ask_reset(email=email, mailed=False) is None
    with as_system():
        asked = OneTimeLink.objects.filter(kind="RESET")
        assert [(each.person_id, each.token_sha256) for each in asked] == [(kim, None)]


def test_a_closed_account_has_no_way_back_but_an_administrator(ruler, kim, as_system):
    made = password.issue_reset(person_id=kim, seat=ruler.seat)
    account.set_open(person_id=kim, opened=False, seat=ruler.seat)
    with pytest.raises(UnusableLink):
        reset(made.token)
    with pytest.raises(NotFound):
        password.issue_reset(person_id=kim, seat=ruler.seat)
    with as_system(), pytest.raises(NotFound):
        link.rescue(email="kim@k.example")
    account.set_open(person_id=kim, opened=True, seat=ruler.seat)
    assert authenticate(username="kim@k.example", password=PASSWORD) is not None


def test_an_administrator_does_not_lock_itself_out(ruler):
    for act in (account.end_administrator, lambda **told: account.set_open(opened=False, **told)):
        with pytest.raises(account.NotOneself):
            act(person_id=ruler.person_id, seat=ruler.seat)


def test_an_ended_administrator_sits_no_longer(ruler):
    made = link.invite(
        kind="ADMINISTRATOR", email="b@o.example", party_id=None, mailed=False, seat=ruler.seat
    )
    bea = take(made.token, name="Bea")
    seat = admitting.sit_down(bea)
    account.end_administrator(person_id=bea, seat=ruler.seat)
    with acting(None):
        assert not administration.seated(seat=seat)
    with pytest.raises(WrongPassword):
        admitting.sit_down(bea)


def test_a_sitting_ends_by_the_clock_of_the_database(ruler, as_role):
    with as_role("owner"):
        run("UPDATE passport_sitting SET expires_at = now()")
    assert not seated(ruler)


def test_the_machine_rescues_an_administrator(ruler, as_system):
    with as_system():
        token = link.rescue(email=ruler.email).token
    reset(token)
    assert admitting.sit_down(ruler.person_id, NEW).token


def test_the_last_member_stays(ruler, cast, as_system):
    party = cast["keeper"].pk
    made = link.invite(
        kind="MEMBER", email="m@k.example", party_id=party, mailed=False, seat=ruler.seat
    )
    only = take(made.token, name="Mo")
    with acting(cast["keeper"]):
        (row,) = administration.members(party_id=party)
    with pytest.raises(account.LastMember):
        account.let_go(membership_id=row.id, party_id=party, by=only)
    with pytest.raises(NotFound):
        account.let_go(membership_id=row.id, party_id=cast["maker"].pk, by=only)
    account.end_membership(membership_id=row.id, seat=ruler.seat)
