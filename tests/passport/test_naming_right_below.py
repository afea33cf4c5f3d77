"""Nobody gives himself a right to names by SQL: not the application, not even the owner."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError

from passport.models import NamingDecision, NamingRight
from tests.passport.acting import REFUSED_BELOW, acting, run
from tests.passport.test_naming_right import claim, prove

FORGED = (
    "UPDATE passport_namingright SET state = 'PROVEN'",
    "INSERT INTO passport_namingdecision (id, right_id, party_id, state, basis, decided_by,"
    " reason, body, sha256, decided_at) SELECT gen_random_uuid(), id, party_id, 'PROVEN',"
    " 'DOCUMENT', 'me', 'x', '', '', now() FROM passport_namingright",
    "INSERT INTO passport_namingright (id, party_id, kind, value, stem, state, challenge,"
    " trouble, claimed_at) SELECT gen_random_uuid(), party_id, kind, '9529999', '', 'PROVEN',"
    " '', '', now() FROM passport_namingright",
    "DELETE FROM passport_namingright",
)


def test_the_application_decides_nothing(cast, as_system):
    maker = cast["maker"]
    with acting(maker):
        made = claim(maker)
    for statement in FORGED:
        with acting(maker), pytest.raises(DatabaseError, match=REFUSED_BELOW):
            run(statement)
    with acting(cast["second-maker"]), pytest.raises(DatabaseError, match=REFUSED_BELOW):
        run(
            "INSERT INTO passport_namingright (id, party_id, kind, value, stem, state, challenge,"
            " trouble, claimed_at) VALUES (gen_random_uuid(), %s, 'GS1_PREFIX', '9529999', '',"
            " 'CLAIMED', '', '', now())",
            maker.pk,
        )
    with as_system():
        assert NamingRight.objects.get(pk=made.pk).state == "CLAIMED"


def test_not_even_the_owner_gives_a_right_without_a_decision(cast, as_system, as_role):
    with as_system():
        made = claim(cast["maker"])
        prove(cast["second-maker"], "9529999")
    tries = (
        "UPDATE passport_namingright SET state = 'PROVEN' WHERE state = 'CLAIMED'",
        "UPDATE passport_namingright SET value = '9520000'",
        "UPDATE passport_namingright SET party_id = gen_random_uuid()",
        "UPDATE passport_namingright SET state = 'CLAIMED' WHERE state = 'PROVEN'",
        "DELETE FROM passport_namingright",
        "TRUNCATE passport_namingright CASCADE",
    )
    for role in ("system", "owner"):
        with as_role(role):
            for statement in tries:
                with pytest.raises(DatabaseError, match=REFUSED_BELOW):
                    run(statement)
            assert run("SELECT state FROM passport_namingright WHERE id = %s", made.pk) == [
                ("CLAIMED",)
            ]


def test_the_stem_is_the_database_s_word(cast, as_role):
    with as_role("system"):
        run(
            "INSERT INTO passport_namingright (id, party_id, kind, value, stem, state, challenge,"
            " trouble, claimed_at) VALUES (gen_random_uuid(), %s, 'DOMAIN', 'id.maker.example',"
            " 'dns:x.', 'CLAIMED', '', '', now())",
            cast["maker"].pk,
        )
        assert run("SELECT stem FROM passport_namingright") == [("dns:example.maker.id.",)]
        with pytest.raises(IntegrityError):
            run(
                "INSERT INTO passport_namingright (id, party_id, kind, value, stem, state,"
                " challenge, trouble, claimed_at) VALUES (gen_random_uuid(), %s, 'GS1_PREFIX',"
                " '~', '', 'CLAIMED', '', '', now())",
                cast["maker"].pk,
            )


def test_others_see_neither_claim_nor_decision(cast, as_system):
    with as_system():
        prove(cast["maker"])
    for name in ("second-maker", "keeper", "auditor", "authority"):
        with acting(cast[name]):
            assert not NamingRight.objects.exists()
            assert not NamingDecision.objects.exists()
