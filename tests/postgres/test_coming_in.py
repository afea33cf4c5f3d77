"""A hole in the web makes nobody an administrator, and a member only in a member's name.

Raw SQL as the web's database role.
"""

from __future__ import annotations

import hashlib

import pytest
from django.db import DatabaseError

from passport.actions.password import proof_of
from passport.queries import tenancy
from tests.passport.acting import acting, run
from tests.passport.admitting import PASSWORD
from tests.postgres.coming_in import ADA

# Nobody but the owner's functions writes these; {who} is somebody's id, {party} a party's.
WRITES = {
    "an administrator": "INSERT INTO passport_administrator VALUES ({who}, now(), NULL)",
    "an administrator again": "UPDATE passport_administrator SET ended_at = NULL",
    "a membership": (
        "INSERT INTO passport_membership (id, person_id, party_id, since)"
        " VALUES (gen_random_uuid(), {who}, {party}, now())"
    ),
    "a membership moved": "UPDATE passport_membership SET party_id = {party}",
    "a membership dropped": "DELETE FROM passport_membership",
    "a person": (
        "INSERT INTO passport_person (id, email, name, password, is_active, session_epoch)"
        " VALUES (gen_random_uuid(), 'eve@evil.example', 'Eve', 'argon2$', true, 0)"
    ),
    "a password": "UPDATE passport_person SET password = 'argon2$'",
    "a closed account opened": "UPDATE passport_person SET is_active = true",
    "a session revived": "UPDATE passport_person SET session_epoch = 0",
    "an address": "UPDATE passport_person SET email = 'eve@evil.example'",
    "a proof": "UPDATE passport_passwordproof SET proof_sha256 = sha256('x')",
    "a sitting": (
        "INSERT INTO passport_sitting (id, person_id, token_sha256, opened_at, expires_at)"
        " VALUES (gen_random_uuid(), {who}, sha256('x'), now(), now() + interval '1 day')"
    ),
    "a link": (
        "INSERT INTO passport_onetimelink (id, kind, email, token_sha256, issued_at, expires_at,"
        " by_mail) VALUES (gen_random_uuid(), 'ADMINISTRATOR', 'e@e.example', sha256('x'), now(),"
        " now() + interval '1 day', false)"
    ),
    "a token": "UPDATE passport_onetimelink SET token_sha256 = sha256('x')",
    "a link that never ends": "UPDATE passport_onetimelink SET expires_at = 'infinity'",
    "a party": (
        "INSERT INTO passport_party (id, name, slug, country, roles, registered_at)"
        " VALUES (gen_random_uuid(), 'Evil', 'evil', 'DE', '{{AUTHORITY}}', now())"
    ),
    "a role": "UPDATE passport_party SET roles = '{{AUTHORITY}}'",
    "a decision": "UPDATE passport_application SET state = 'APPROVED', party_id = {party}",
    "a name ordered": (
        "INSERT INTO passport_namingorder (id, party_id, kind, value, verdict, reason,"
        " ordered_by_id, ordered_at, trouble) VALUES (gen_random_uuid(), {party}, 'DOMAIN',"
        " 'evil.example', 'ACCEPT', 'x', {who}, now(), '')"
    ),
    "a name proven": "UPDATE passport_namingright SET state = 'PROVEN'",
    "an act": (
        "INSERT INTO passport_administrativeact (id, at, deed, detail)"
        " VALUES (gen_random_uuid(), now(), 'APPROVED', '')"
    ),
}
CALLS = {
    "let in by hand": "SELECT let_in_v1(NULL::passport_onetimelink, {who})",
    "a link by hand": (
        "SELECT open_link_v1('ADMINISTRATOR', 'e@e.example', NULL, NULL, sha256('x'), false,"
        " interval '1 day', NULL)"
    ),
    "a password by hand": "SELECT set_password_v1({who}, 'argon2$', sha256('x'))",
    "a proof by hand": "SELECT keep_proof_v1({who}, sha256('x'))",
    "the first link": "SELECT first_link_v1(sha256('x'))",
    "a rescue": "SELECT rescue_v1('ada@operator.example', sha256('x'))",
    "an act by hand": "SELECT note_act_v1('APPROVED', {who})",
    "an administrator invited": (
        "SELECT invite_v1('ADMINISTRATOR', 'eve@evil.example', NULL, sha256('x'))"
    ),
    "an account invited": "SELECT invite_v1('PERSON', 'eve@evil.example', NULL, sha256('x'))",
    "a new password for another": "SELECT issue_reset_v1({who}, sha256('x'))",
    "an account closed": "SELECT set_account_v1({who}, false)",
    "an administrator ended": "SELECT end_administrator_v1({who})",
    "an application approved": (
        "SELECT approve_application_v1(gen_random_uuid(), 'evil', sha256('x'), false)"
    ),
    "a name decided": "SELECT order_naming_v1(gen_random_uuid(), 'ACCEPT', 'x', NULL)",
    "an applied name": "SELECT order_applied_name_v1(gen_random_uuid(), 'DOMAIN', sha256('x'))",
    "an application refused": "SELECT refuse_application_v1(gen_random_uuid(), 'no')",
}


@pytest.fixture
def ada(enter):
    """The id of the administrator, which anybody may know."""
    with enter("app"):
        ((who,),) = run("SELECT id FROM passport_person WHERE email = %s", ADA)
    return who


def _try(furniture, ada, statement: str, sitting: str = "") -> None:
    """As the web's role, claiming to be the administrator, in the name of a party."""
    values = {"who": f"'{ada}'", "party": f"'{furniture.cast['maker'].pk}'"}
    with acting(furniture.cast["stranger"]):
        tenancy.take_seat(tenancy.Seat(ada, sitting))
        run(statement.format(**values))


@pytest.mark.parametrize("what", WRITES)
def test_the_web_writes_no_row_by_which_somebody_comes_in(furniture, enter, ada, what):
    with enter("app"), pytest.raises(DatabaseError, match="permission denied"):
        _try(furniture, ada, WRITES[what])


@pytest.mark.parametrize("what", CALLS)
def test_calling_oneself_administrator_is_not_enough(furniture, enter, ada, what):
    with (
        enter("app"),
        pytest.raises(DatabaseError, match=r"permission denied|only an admin|an adm"),
    ):
        _try(furniture, ada, CALLS[what])


@pytest.mark.parametrize("guess", ["", "x", "\\x00", hashlib.sha256(b"x").hexdigest()])
def test_no_guess_is_a_sitting(furniture, enter, ada, guess):
    with enter("app"), acting(None):
        tenancy.take_seat(tenancy.Seat(ada, guess))
        assert run("SELECT app_administrator_v1()") == [(None,)]


def test_nobody_sits_down_without_the_proof_of_the_password(enter, ada):
    right = proof_of(email=ADA, password=PASSWORD)
    with enter("owner"):
        ((kept,),) = run(
            "SELECT proof_sha256 FROM passport_passwordproof WHERE person_id = %s", ada
        )
    assert bytes(kept) == hashlib.sha256(right).digest()
    with enter("app"), acting(None):
        tenancy.act_as_person(ada)
        for wrong in (b"", bytes(32), bytes(kept)):
            assert run("SELECT open_sitting_v1(%s, sha256('x'))", wrong) == [(None,)]
            assert run("SELECT change_password_v1('argon2$x', sha256('x'), %s)", wrong) == [
                (False,)
            ]


@pytest.mark.parametrize(
    "secret",
    [
        "SELECT token_sha256 FROM passport_onetimelink",
        "SELECT * FROM passport_onetimelink",
        "SELECT receipt_sha256 FROM passport_application",
        "SELECT proof_sha256 FROM passport_passwordproof",
        "SELECT token_sha256 FROM passport_sitting",
    ],
)
def test_the_web_reads_no_digest_of_a_secret(furniture, enter, secret):
    denied = pytest.raises(DatabaseError, match="permission denied")
    with enter("app"), acting(furniture.cast["maker"]), denied:
        run(secret)


def test_asking_for_a_new_password_opens_nothing_by_itself(enter, ada):
    with enter("app"), acting(None):
        run("SELECT ask_reset_v1(%s, true)", ADA)
    with enter("owner"):
        rows = run(
            "SELECT token_sha256 FROM passport_onetimelink WHERE kind = 'RESET' AND person_id = %s",
            ada,
        )
        run("SELECT 1")
    assert rows == [(None,)]


def test_no_table_of_the_web_s_own_is_taken_for_ours(furniture, enter, ada):
    maker = furniture.cast["maker"]
    with enter("app"), acting(maker):
        tenancy.act_as_person(ada)
        run("CREATE TEMPORARY TABLE passport_membership (person_id uuid, party_id uuid)")
        run("INSERT INTO pg_temp.passport_membership VALUES (%s, %s)", ada, maker.pk)
        run("CREATE TEMPORARY TABLE passport_sitting (LIKE public.passport_party)")
        with pytest.raises(DatabaseError, match="into its own party"):
            run(INVITE, maker.pk)
        assert run("SELECT app_administrator_v1()") == [(None,)]


INVITE = "SELECT invite_v1('MEMBER', 'e@e.example', %s, sha256('y'))"


def test_a_member_invites_into_its_own_party_alone(furniture, enter):
    maker, second = furniture.cast["maker"], furniture.cast["second-maker"]
    with enter("app"):
        ((member,),) = run("SELECT id FROM passport_person WHERE email = 'a@maker.example'")
        for acts_for, into in ((second, second), (maker, second), (second, maker)):
            with acting(acts_for):
                tenancy.act_as_person(member)
                with pytest.raises(DatabaseError, match="into its own party"):
                    run(INVITE, into.pk)
        with acting(second):
            tenancy.act_as_person(member)
            theirs = run("SELECT id FROM passport_onetimelink WHERE party_id = %s", second.pk)
            assert run("SELECT revoke_link_v1(%s)", theirs[0][0]) == [("UNKNOWN",)]
