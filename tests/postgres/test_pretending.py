"""Raw SQL in the name of one party, about what belongs to another: the database refuses it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.passport.acting import acting, run
from tests.postgres.furniture import Furniture


def _of(furniture: Furniture) -> dict[str, object]:
    """What statements may name: a stranger knows every id."""
    parties = {
        name.replace("-", "_"): str(party.pk) for name, party in furniture.cast.parties.items()
    }
    return parties | {
        "pack": str(furniture.pack.pk),
        "cell": str(furniture.cell.pk),
        "lone": str(furniture.lone.pk),
        "me": str(furniture.cast["second-maker"].pk),
        "own": furniture.own,
        "intake": furniture.waiting,
        "open": furniture.open,
        "batch": furniture.batch,
        "key": furniture.key,
    }


def _insert(table: str, **columns: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(columns.values())})"


def _row(**columns: str) -> dict[str, str]:
    return {"id": "gen_random_uuid()"} | columns


ME, MAKER, PACK, NONE, NOW = "%(me)s", "%(maker)s", "%(pack)s", "''", "now()"
EVENT = _row(
    event_id="gen_random_uuid()", recorder_id=ME, kind="'INCIDENT'", battery_id=PACK,
    happened_at=NOW, recorded_at=NOW, body=NONE, body_sha256=NONE,
)  # fmt: skip
READING = _row(
    battery_id=PACK, event_id="gen_random_uuid()", recorder_id=ME, soh="1", soh_low="1",
    soh_high="1", method="'TESTED'", source=NONE, measured_at=NOW, recorded_at=NOW,
)  # fmt: skip
BLOCK = {
    "intake_id": "%(open)s", '"offset"': "2", "size": "2", "packed": "false", "data": "'{}'"
}  # fmt: skip
SIGHT = _row(battery_id=PACK, party_id=ME, reason="'GRANT'", since=NOW)
CUSTODY = _row(battery_id=PACK, holder_id=ME, since=NOW)
OFFER = _row(
    battery_id=PACK, from_party_id=ME, to_party_id="%(recycler)s", state="'OFFERED'", offered_at=NOW
)
KEY = _row(
    party_id=ME, did="'did:web:maker.example'", method="'did:web:maker.example#9'", public_key=NONE,
    enrolment=NONE, enrolment_sha256=NONE, enrolled_at=NOW, custody="'OWN'",
)  # fmt: skip
OWN_DID = {"did": "'did:web:second-maker.example'"}
HOSTED = _row(
    party_id=ME, method="'did:web:maker.example#9'", purpose="'issuer'", kek_id="'k'",
    wrapped_key=NONE, sealed_seed=NONE, created_at=NOW,
)  # fmt: skip
REVOCATION = _row(
    key_id="%(key)s", party_id=ME, signed_by="'did:web:maker.example#key-1'", reason="'lost'",
    body=NONE, sha256=NONE, recorded_at=NOW,
)  # fmt: skip
LOT = _row(identity="'urn:lot:x'", issuer_id=MAKER, salt=NONE, registered_at=NOW)
WITHDRAWAL = _row(
    attestation_id="%(batch)s", issuer_id=ME, method="'x'", reason="'x'", body=NONE, sha256=NONE,
    recorded_at=NOW,
)  # fmt: skip
CLAIM = _row(
    issuer_id=MAKER, kind="'x'", method="'x'", body=NONE, sha256=NONE, battery_id=PACK,
    access="'public'", recorded_at=NOW,
)  # fmt: skip
ITEM = _row(attestation_id="%(batch)s", index="99", battery_id="%(own)s", body=NONE, leaf_hash=NONE)
JOB = _row(
    kind="'intake'", dedupe_key="'x'", party_id=MAKER, payload="'{}'", state="'READY'",
    attempts="0", run_after=NOW, last_error=NONE, done_count="0", total_count="0", created_at=NOW,
)  # fmt: skip
INTAKE = _row(
    party_id=MAKER, media_type=NONE, size_bytes="0", sha256=NONE, state="'RECEIVED'",
    lines_read="0", accepted="0", rejected="0", duplicates="0", received_at=NOW,
)  # fmt: skip
PRINT = _row(
    intake_id="%(intake)s", party_id=ME, level="'PACK'", label=NONE, count="1", printed_at=NOW
)
SCAN = _row(
    party_id=MAKER, record_id="gen_random_uuid()", device="'d'", kind="'SCAN'", text="'x'",
    because="''", happened_at=NOW, offset_minutes="0", skew_s="0", recorded_at=NOW, digest=NONE,
    identity="''", code="''", detail="''", remedy="''",
)  # fmt: skip
ANSWER = _row(
    party_id=MAKER, route="'r'", key="'x'", fingerprint=NONE, location=NONE, created_at=NOW
)
DOCUMENT = {
    "sha256": "'x'", "party_id": MAKER, "media_type": NONE, "size_bytes": "0", "content": NONE,
    "access": "'public'", "stored_at": NOW,
}  # fmt: skip
FACILITY = _row(party_id=MAKER, name="'x'", gln=NONE, country="'DE'", address=NONE)
APIKEY = _row(
    party_id=MAKER, name="'x'", key_id="'ab'", secret_sha256=NONE, scopes="'{}'", created_at=NOW
)
INSERTS = {
    "a facility of another": _insert("passport_facility", **FACILITY),
    "an API key of another": _insert("passport_apikey", **APIKEY),
    "sight of a foreign battery": _insert("passport_concern", **SIGHT),
    "a cell on a foreign shelf": _insert("passport_concern", **SIGHT | {"battery_id": "%(lone)s"}),
    "an event in another's name": _insert(
        "passport_lifecycleevent", **EVENT | {"recorder_id": MAKER}
    ),
    "an event of a foreign battery": _insert("passport_lifecycleevent", **EVENT),
    "a reading of a foreign battery": _insert("passport_healthreading", **READING),
    "custody of a foreign battery": _insert("passport_custody", **CUSTODY),
    "custody of a cell on a shelf": _insert(
        "passport_custody", **CUSTODY | {"battery_id": "%(lone)s"}
    ),
    "an offer of a foreign battery": _insert("passport_handover", **OFFER),
    "an offer in another's name": _insert(
        "passport_handover", **OFFER | {"from_party_id": "%(keeper)s", "to_party_id": ME}
    ),
    "an answer to an offer that never was": _insert(
        "passport_handover", **OFFER | {"battery_id": "%(own)s", "state": "'ACCEPTED'"}
    ),
    "a claim in another's name": _insert("passport_attestation", **CLAIM),
    "an item in another's batch": _insert("passport_attestationitem", **ITEM),
    "a signing key of another": _insert("passport_signingkey", **KEY | {"party_id": MAKER}),
    "a signing key under another's DID": _insert("passport_signingkey", **KEY),
    "a method under another's DID": _insert("passport_signingkey", **KEY | OWN_DID),
    "a hosted key of another": _insert("passport_hostedkey", **HOSTED | {"party_id": MAKER}),
    "a hosted key under another's DID": _insert("passport_hostedkey", **HOSTED),
    "a revocation of another's key": _insert("passport_keyrevocation", **REVOCATION),
    "a revocation in another's name": _insert(
        "passport_keyrevocation", **REVOCATION | {"party_id": MAKER}
    ),
    "a lot of another": _insert("passport_lot", **LOT),
    "a withdrawal of another's attestation": _insert("passport_withdrawal", **WITHDRAWAL),
    "a withdrawal in another's name": _insert(
        "passport_withdrawal", **WITHDRAWAL | {"issuer_id": MAKER}
    ),
    "what another's attestation builds upon": _insert(
        "passport_attestationupstream", attestation_id="%(batch)s", sha256="'x'"
    ),
    "a challenge for another": _insert(
        "passport_keychallenge", nonce="'n'", party_id=MAKER, expires_at=NOW
    ),
    "a job of another": _insert("passport_job", **JOB),
    "an intake of another": _insert("passport_intake", **INTAKE),
    "a block in another's intake": _insert("passport_intakeblock", **BLOCK),
    "labels of another's file": _insert("passport_labelprint", **PRINT),
    "labels in another's name": _insert("passport_labelprint", **PRINT | {"party_id": MAKER}),
    "an answer kept for another": _insert("passport_idempotencykey", **ANSWER),
    "a scan in another's yard": _insert("passport_yardrecord", **SCAN),
    "a document of another": _insert("passport_document", **DOCUMENT),
}
# Those that the application does not write at all, for whomever.
NEVER = {
    "an erasure": _insert(
        "passport_erasure", **_row(digest="'x'", reason="'x'", body=NONE, sha256=NONE,
                                   erased_at=NOW, written_in="0"),
    ),
    "what a domain answered": _insert(
        "passport_diddocument", **_row(party_id=ME, did="'x'", url="'x'", body=NONE, sha256=NONE,
                                       trouble=NONE, fetched_at=NOW),
    ),
    "a tree of a batch": _insert(
        "passport_batchtile", attestation_id="%(batch)s", level="0", place="1", hashes="'x'"
    ),
    "a tree of a batch, by its function": (
        "SELECT keep_batch_tiles_v1(%(batch)s, '{0}', '{0}', '{x}')"
    ),
    "a document of the log": _insert(
        "passport_logdocument", sha256="'x'", kind="'index'", body=NONE, recorded_at=NOW
    ),
    "a name of the log": _insert(
        "passport_logera", origin="'x'", began_at="0", begun_on=NOW
    ),
    "a time stamp": _insert(
        "passport_checkpointtimestamp", checkpoint_id="1", authority="'x'", token=NONE,
        received_at=NOW,
    ),
    "an entry of the log": _insert("passport_logentry", index="99", kind="'event'"),
    "an item's content blanked": "UPDATE passport_attestationitem SET body = ''",
}  # fmt: skip
UPDATES = (
    "UPDATE passport_battery SET holder_id = %(stranger)s",
    "UPDATE passport_battery SET state = 'RECYCLED'",
    "UPDATE passport_concern SET until = now() WHERE until IS NULL",
    "UPDATE passport_custody SET until = now() WHERE until IS NULL",
    "UPDATE passport_handover SET state = 'WITHDRAWN'",
    "UPDATE passport_keychallenge SET used_at = now()",
    "UPDATE passport_apikey SET revoked_at = now() WHERE party_id <> %(stranger)s",
    "UPDATE passport_job SET state = 'READY'",
    "UPDATE passport_hostedkey SET kek_id = 'x'",
    "UPDATE passport_withdrawal SET body = ''",
    "UPDATE passport_intake SET size_bytes = 0",
    "UPDATE passport_idempotencykey SET status = 500",
    "UPDATE recycling_offer SET state = 'DECLINED', answered_at = now()",
    "UPDATE recycling_retirement SET state = 'CLOSED'",
    "UPDATE recycling_programme SET capacity_packs = 0",
)


@pytest.mark.parametrize("what", INSERTS)
def test_nobody_writes_in_anothers_place(furniture, enter, what):
    with enter("app"), pytest.raises(DatabaseError, match=r"row-level security|another party"):
        _as(furniture, "second-maker", INSERTS[what])


@pytest.mark.parametrize("what", NEVER)
def test_nobody_writes_what_only_the_system_writes(furniture, enter, what):
    with enter("app"):
        for name in ("second-maker", "maker" if "function" not in what else "keeper"):
            with pytest.raises(DatabaseError, match=r"permission denied|only the issuer"):
                _as(furniture, name, NEVER[what])


def test_a_stranger_changes_nothing(furniture, enter):
    with enter("app"):
        changed = {each: _touched(furniture, "stranger", each) for each in UPDATES}
    assert {each: count for each, count in changed.items() if count} == {}


def _as(furniture: Furniture, name: str, statement: str) -> int:
    """How many rows the statement touches in this party's name; nothing of it is kept."""
    with acting(furniture.cast[name]), connection.cursor() as cursor:
        cursor.execute(statement, _of(furniture))
        touched = cursor.rowcount
        # What is checked at the end of a statement has been checked; the rest is not wanted.
        transaction.set_rollback(True)
    return touched


SIGHT_ONLY = {
    "name itself the holder": "UPDATE passport_battery SET holder_id = %(auditor)s",
    "end the life": "UPDATE passport_battery SET state = 'RECYCLED'",
    "end the custody": "UPDATE passport_custody SET until = now() WHERE until IS NULL",
    "end the holder's sight": "UPDATE passport_concern SET until = now()"
    " WHERE party_id = %(keeper)s",
    "let another in": _insert("passport_concern", **SIGHT | {"party_id": "%(stranger)s"}),
    "take custody": _insert("passport_custody", **CUSTODY | {"holder_id": "%(auditor)s"}),
}


@pytest.mark.parametrize("what", SIGHT_ONLY)
def test_who_may_look_may_do_no_more(furniture, enter, what):
    with enter("app"), acting(furniture.cast["auditor"]):
        assert run("SELECT count(*) FROM passport_battery WHERE id = %s", furniture.pack.pk) == [
            (1,)
        ]
    with enter("app"):
        assert _touched(furniture, "auditor", SIGHT_ONLY[what]) == 0


def _touched(furniture: Furniture, name: str, statement: str) -> int:
    try:
        return _as(furniture, name, statement)
    except DatabaseError:
        return 0


ANSWERS = {
    "the giver accepts for the receiver": ("keeper", "ACCEPTED", 0),
    "the giver refuses for the receiver": ("keeper", "REFUSED", 0),
    "the receiver withdraws for the giver": ("workshop", "WITHDRAWN", 0),
    "the receiver sends it on": ("workshop", "OFFERED", 0),
    "the giver withdraws": ("keeper", "WITHDRAWN", 1),
    "the receiver refuses": ("workshop", "REFUSED", 1),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_each_side_of_an_offer_gives_only_its_own_answer(furniture, enter, what):
    name, state, allowed = ANSWERS[what]
    answer = (
        f"UPDATE passport_handover SET state = '{state}', answered_at = now()"
        " WHERE battery_id = %(pack)s AND state = 'OFFERED'"
    )
    with enter("app"):
        assert _touched(furniture, name, answer) == allowed


def test_an_answer_is_not_taken_back(furniture, enter):
    again = "UPDATE passport_handover SET state = 'OFFERED' WHERE state <> 'OFFERED'"
    with enter("app"):
        for name in ("maker", "keeper", "recycler"):
            assert _touched(furniture, name, again) == 0
