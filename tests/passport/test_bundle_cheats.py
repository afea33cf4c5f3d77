"""Rows are edited as the database's superuser: the bundle is refused in words, here or there.

Triggers are lifted, digests and chains are mended as far as a thoughtful cheater would. What cannot
be seen from the rows is seen by the verifier, at the latest by the index.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from passport.actions import event
from passport.models import LogEntry, LogSubject
from passport.models.ids import new_id
from passport.proof import kinds, leaf, tree
from passport.proof.report import Verdict
from passport.queries.evidence import Damaged
from passport.rules.lifecycle import EventKind
from tests.cast import THEN
from tests.passport import signing
from tests.passport.acting import run
from tests.passport.claiming import claim, taking_back, withdraw

HANDED = "WHERE kind = 'HANDED_OVER'"
OTHER_WORDS = "replace(encode(body, 'escape'), 'HANDED', 'LANDED')::bytea"


@dataclass(frozen=True)
class Cheat:
    """What is done to the rows, and what the service says when it is asked for the bundle."""

    rows: str
    said: str


CHEATS = {
    "an event's words": Cheat(
        f"UPDATE passport_lifecycleevent SET body = {OTHER_WORDS} {HANDED}",
        "the event HANDED_OVER of .*P1 has other contents than were recorded",
    ),
    "an event's words and its digest": Cheat(
        f"UPDATE passport_lifecycleevent SET body = {OTHER_WORDS},"
        f" body_sha256 = sha256({OTHER_WORDS}) {HANDED}",
        "the event that entry [0-9]+ names is gone",
    ),
    "an event in the middle, with its entry": Cheat(
        "DELETE FROM passport_logentry WHERE digest IN"
        f" (SELECT body_sha256 FROM passport_lifecycleevent {HANDED});"
        f" DELETE FROM passport_lifecycleevent {HANDED}",
        "entry [0-9]+ in the chain of .*P1 is missing from the log's table",
    ),
    "the last event, with its entry": Cheat(
        "DELETE FROM passport_logentry WHERE digest IN"
        " (SELECT body_sha256 FROM passport_lifecycleevent WHERE kind = 'INCIDENT');"
        " DELETE FROM passport_lifecycleevent WHERE kind = 'INCIDENT'",
        "the last entries in the chain of .*P1 are missing from the log's table",
    ),
    "an event that nobody logged": Cheat(
        "INSERT INTO passport_lifecycleevent (id, event_id, recorder_id, kind, battery_id,"
        " happened_at, recorded_at, body, body_sha256) SELECT gen_random_uuid(),"
        " gen_random_uuid(), recorder_id, kind, battery_id, happened_at, recorded_at, 'made up',"
        " sha256('made up') FROM passport_lifecycleevent WHERE kind = 'INCIDENT'",
        "the log knows nothing of the event INCIDENT of .*P1",
    ),
    "the content of an event, erased by nobody": Cheat(
        f"UPDATE passport_lifecycleevent SET body = '' {HANDED}",
        "the event HANDED_OVER of .*P1 is empty, and no erasure says why",
    ),
    "the salt of the battery": Cheat(
        "UPDATE passport_battery SET salt = substr(sha256('x'), 1, 16) WHERE serial = 'P1'",
        "was logged about another subject: a salt or a name changed",
    ),
    "the name of the battery": Cheat(
        "UPDATE passport_battery SET identity = identity || '9' WHERE serial = 'P1'",
        "was logged about another subject: a salt or a name changed",
    ),
    "the event that brought a key in": Cheat(
        "UPDATE passport_signingkey SET enrolment = 'made up', enrolment_sha256 ="
        " sha256('made up') WHERE method = 'did:web:maker.example#key-1'",
        "the key that entry [0-9]+ names is gone",
    ),
    "a revocation, and the entry of it": Cheat(
        "DELETE FROM passport_logentry WHERE digest IN (SELECT sha256 FROM passport_keyrevocation);"
        " DELETE FROM passport_keyrevocation",
        "the last entries in the chain of did:web:maker.example are missing",
    ),
    "a claim's words": Cheat(
        "UPDATE passport_attestation SET body = replace(encode(body, 'escape'), '2026', '2025')"
        "::bytea WHERE kind = 'BatteryOriginAttestation'",
        "the BatteryOriginAttestation by .* has other contents than were recorded",
    ),
    "a claim": Cheat(
        "DELETE FROM passport_attestation WHERE kind = 'BatteryOriginAttestation'",
        "the attestation that entry [0-9]+ names is gone",
    ),
    "an item of a batch": Cheat(
        "UPDATE passport_attestationitem SET body = replace(encode(body, 'escape'), '-C7', '-C8')"
        "::bytea",
        "items of the batch .* are not those that were signed",
    ),
    "a withdrawal": Cheat(
        "DELETE FROM passport_withdrawal", "the correction that entry [0-9]+ names is gone"
    ),
    "what the cells are made of": Cheat(
        "DELETE FROM passport_attestation WHERE kind = 'MaterialOriginAttestation'",
        "was logged, and is gone",
    ),
}


@pytest.fixture
def full(story, as_system):
    """The story with a test that was taken back, a revoked key, an incident at the end."""
    maker, keeper = story.cast["maker"], story.cast["keeper"]
    with as_system():
        test = story.attest(claim(story.held, kinds.TEST, story.pack.identity))
        about = story.pack.identity
        withdraw(taking_back(story.held, bytes(test.sha256), about=about), maker)
        other, brought = signing.rotation(maker, story.held)
        signing.key.take(document=brought, by=maker, at=THEN)
        gone = signing.revocation(maker, other, reason="cessationOfOperation")
        signing.key.take(document=gone, by=maker, at=THEN)
        event.record(
            battery_id=story.pack.pk, kind=EventKind.INCIDENT, happened_at=THEN,
            event_id=new_id(), facts={}, by=keeper, at=THEN,
        )  # fmt: skip
        story.house.turn()
    assert story.step(story.pulled("keeper")) is None
    return story


def cheat(as_role, statements: str) -> None:
    """Edit rows as who stands above all guards."""
    with as_role("admin"):
        run("SET session_replication_role = replica; " + statements)


@pytest.mark.parametrize("what", CHEATS)
def test_a_changed_row_is_named_before_anything_is_signed(full, as_role, what):
    cheat(as_role, CHEATS[what].rows)
    with pytest.raises(Damaged, match=CHEATS[what].said):
        full.pulled("keeper")


def test_a_changed_entry_does_not_pass_for_the_published_one(full, as_role):
    with as_role("admin"):
        entry = LogEntry.objects.filter(kind="batch").get()
        said = leaf.decode(bytes(entry.leaf))
        data = leaf.encode(type(said)(**vars(said) | {"at": "2025-01-01T00:00:00Z"}))
        run("SET session_replication_role = replica")
        entry.leaf, entry.leaf_hash = data, tree.leaf_hash(data)
        LogEntry.objects.bulk_update([entry], ["leaf", "leaf_hash"])
    with pytest.raises(Damaged, match=f"entry {entry.index} of the log's table is not the one"):
        full.pulled("keeper")


def test_a_tile_that_was_changed_is_seen(full):
    (tile,) = (full.house.press.folder / "tile/0").rglob(f"{full.house.published().size}")
    tile.write_bytes(bytes(each ^ 1 for each in tile.read_bytes()))
    with pytest.raises(Damaged, match="is not the one in the published tiles"):
        full.pulled("keeper")


def forget_the_tail(as_role, name: bytes) -> None:
    """Drop the newest entry of a chain so that no row is left that knows of it."""
    with as_role("admin"):
        run("SET session_replication_role = replica")
        chain = LogEntry.objects.filter(subject=name).order_by("index")
        *_, before, last = chain
        run("DELETE FROM passport_logentry WHERE index = %s", last.index)
        run("DELETE FROM passport_keyrevocation WHERE sha256 = %s", last.digest)
        run("DELETE FROM passport_lifecycleevent WHERE body_sha256 = %s", last.digest)
        sequence = leaf.decode(bytes(before.leaf)).sequence
        LogSubject.objects.filter(subject=name).update(
            sequence=sequence, leaf_hash=before.leaf_hash, index=before.index
        )


WHOSE = {
    "the battery's last event": lambda full: signing.subject(full.pack),
    "a key's revocation": lambda full: leaf.subject_hash(
        salt=leaf.issuer_salt(did=full.held.did), subject=full.held.did
    ),
}


@pytest.mark.parametrize("whose", WHOSE)
def test_what_no_row_tells_of_is_missed_by_the_index(full, as_role, as_system, whose):
    with as_system():
        full.index()
    assert "proven up to entry" in full.report(full.pulled("keeper")).completeness
    forget_the_tail(as_role, WHOSE[whose](full))
    with pytest.raises(Damaged, match=r"by the index entry \d+ is about"):
        full.pulled("keeper")


@pytest.mark.parametrize("whose", WHOSE)
def test_without_an_index_the_same_is_called_not_proven(full, as_role, whose):
    forget_the_tail(as_role, WHOSE[whose](full))
    assert full.report(full.pulled("keeper")).completeness.startswith("not proven")


def test_components_that_are_moved_out_unseen_are_missed(full, as_role):
    cheat(
        as_role,
        "DELETE FROM passport_assembly WHERE child_id ="
        " (SELECT id FROM passport_battery WHERE serial = 'P1-C7')",
    )
    doubts = full.report(full.pulled("keeper")).doubts
    assert any("does not hold the components" in each for each in doubts)


def test_an_item_that_is_dropped_leaves_its_cell_bare(full, as_role):
    cheat(
        as_role,
        "DELETE FROM passport_attestationitem WHERE battery_id ="
        " (SELECT id FROM passport_battery WHERE serial = 'P1-C7')",
    )
    report = full.report(full.pulled("keeper"))
    assert report.coverage.attested == 11
    assert any("carry no good attestation" in each for each in report.doubts)


def test_a_key_that_is_swapped_where_requests_look_changes_no_bundle(full, as_role):
    before = {each.method: each.verdict for each in full.report(full.pulled("keeper")).judgements}
    cheat(as_role, "UPDATE passport_signingkey SET public_key = sha256(public_key)")
    report = full.report(full.pulled("keeper"))
    assert {each.method: each.verdict for each in report.judgements} == before
    assert Verdict.VALID in before.values()
