"""Where each line of a file has made its battery, less is looked up: never less is held to."""

import json
import uuid

import pytest
from django.db import DatabaseError, transaction

from passport.actions import announcing, intake, intake_batch, outbox
from passport.actions.intake_keeping import Attested
from passport.actions.registration import Register
from passport.models import Attestation, AttestationItem, Battery, LifecycleEvent, Outbox
from passport.models.ids import new_id, new_ids
from passport.postgres import registering
from passport.postgres.arrays import columns
from passport.proof import canonical
from passport.proof.encoding import b64u_encode
from tests.cast import THEN, battery_line, model_line, work_off
from tests.passport.test_intake_batch import CELL, CELLS, P1, PACK, cell, file_of
from tests.simulator import salt


def take(by, lines):
    raw = [canonical.encode(line) for line in lines]
    taken = intake.receive(lines=raw, media_type="application/x-ndjson", by=by, at=THEN)
    work_off(taken)
    taken.refresh_from_db()
    return taken


def never(*_, **__):
    raise AssertionError("this is not how these items are kept")


def attested():
    rows = AttestationItem.objects.select_related("battery").order_by("index")
    return [(row.battery.identity, json.loads(bytes(row.body))["id"]) for row in rows]


def test_items_of_new_batteries_are_kept_without_looking_for_their_names(maker, held, monkeypatch):
    monkeypatch.setattr("passport.actions.intake_hands.CHUNK", 3)
    monkeypatch.setattr(registering, "items", never)
    assert take(maker, file_of(held, CELLS)).state == "DONE"
    assert attested() == [(each["id"], each["id"]) for each in CELLS]


# A line makes no battery of its own: it was there, it stands twice, in the first chunk or the last.
@pytest.mark.parametrize("where", ["before", "first", "last"])
def test_where_a_line_repeats_a_battery_items_go_by_name(maker, held, monkeypatch, where):
    monkeypatch.setattr("passport.actions.intake_hands.CHUNK", 3)
    if where == "before":
        take(maker, [PACK, CELL, P1, {k: v for k, v in CELLS[3].items() if k != "item"}])
    monkeypatch.setattr(registering, "items_of", never)
    again = {k: v for k, v in CELLS[0].items() if k != "item"}
    cells = {"before": CELLS, "first": [CELLS[0], again, *CELLS[1:]], "last": [*CELLS, again]}
    lines = file_of(held, cells[where], signed=CELLS)
    assert take(maker, lines).state == "DONE"
    assert attested() == [(each["id"], each["id"]) for each in CELLS]


def test_an_item_by_the_id_of_anothers_battery_is_refused(cast, maker, held):
    take(maker, file_of(held, CELLS[:2]))
    take(cast["second-maker"], [model_line(), battery_line("THEIRS")])
    theirs = Battery.objects.get(maker=cast["second-maker"])
    made = Attestation.objects.get()
    made.pk, made.sha256, made.batch_size = new_id(), bytes(32), 5
    made.save(force_insert=True)
    for wrong in (theirs.pk, uuid.uuid4()):
        items = Attested([b"{}"], [bytes(32)], ids=[wrong.bytes]).ready().packed
        refused = pytest.raises(DatabaseError, match="belongs to the batch of another")
        keeping = registering.items_of(attestation=made.pk, first=0, items=items)
        with refused, transaction.atomic(), keeping as done:
            done()
    assert AttestationItem.objects.filter(attestation=made).count() == 0


def test_an_id_that_no_line_has_made_ends_nothing(maker, held, monkeypatch):
    real = Register.key_of
    monkeypatch.setattr(
        Register, "key_of", lambda self, n: real(self, n + Attestation.objects.count() * 1000)
    )
    with pytest.raises(DatabaseError, match="belongs to the batch of another"):
        take(maker, file_of(held, CELLS))
    assert not AttestationItem.objects.exists()
    assert not Outbox.objects.filter(kind="batch").exists()


def _bare(line):
    return {key: value for key, value in line.items() if key != "item"}


def _pack_with_item():
    hidden = b64u_encode(salt("logP"))
    item = {"id": P1["id"], "logSalt": hidden, "salt": b64u_encode(salt(P1["id"]))}
    return P1 | {"log_salt": hidden, "item": item}


def _lines_with_pack(held):
    """As many items as there are batteries without an event, and one of them has one."""
    rows = [_pack_with_item(), CELLS[0], _bare(CELLS[1])]
    batch, *_ = file_of(held, rows[:2])
    return [batch, PACK, CELL, *rows]


SUBJECTS = {
    "all cells, and nothing else": lambda held: file_of(held, CELLS),
    "not all of the cells": lambda held: file_of(held, [*CELLS, _bare(cell(90))], signed=CELLS),
    "as many, and one with an event": _lines_with_pack,
    "one": lambda held: file_of(held, CELLS[:1]),
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_batch_is_about_its_own_batteries(maker, held, name):
    assert take(maker, SUBJECTS[name](held)).state == "DONE"
    wish = Outbox.objects.get(kind="batch")
    made = Attestation.objects.get()
    with transaction.atomic():
        wanted = announcing.batch_subject(attestation_id=made.pk)
    assert (bytes(wish.subject), wish.subjects) == (wanted, made.batch_size)


def test_what_is_sorted_once_is_not_sorted_again(maker, held, monkeypatch):
    monkeypatch.setattr(announcing, "batch_subject", never)
    assert take(maker, file_of(held, CELLS)).state == "DONE"


def test_what_an_intake_has_registered_is_told_once(maker):
    taken = take(maker, [CELL, battery_line("C0", model="CELL-1")])
    wishes = Outbox.objects.filter(kind="event").count()
    with outbox.room() as kept:
        found = announcing.rest_of(intake_id=taken.pk, kept=kept)
        assert found.count == 1
        announcing.rest(found, intake_id=taken.pk, by=maker, at=THEN)
    assert LifecycleEvent.objects.filter(intake=taken).count() == 1
    assert Outbox.objects.filter(kind="event").count() == wishes


def test_a_file_of_known_models_is_not_read_once_more(maker, held, monkeypatch):
    take(maker, [PACK, CELL])
    monkeypatch.setattr(intake_batch, "names_twice", never)
    taken = take(maker, file_of(held, CELLS))
    assert (taken.state, taken.duplicates) == ("DONE", 2)


def test_what_is_made_ready_for_a_name_that_turns_out_taken_is_not_written(cast, maker):
    theirs = [PACK, CELL, battery_line("TAKEN", model="CELL-1"), P1]
    take(cast["second-maker"], theirs)
    lines = [battery_line(f"N{n}", model="CELL-1", parent=P1["id"]) for n in range(2)]
    taken = take(maker, [PACK, CELL, P1, *lines, battery_line("TAKEN", model="CELL-1")])
    assert (taken.accepted, taken.rejected) == (2, 4)
    assert Battery.objects.filter(maker=maker).count() == 0


def test_a_claim_that_the_database_refuses_is_told_where_it_is_awaited(maker):
    claims = [("https://id.gs1.org/01/09521234000013/21/X", bytes(32), next(new_ids(1)))]
    refused = pytest.raises(DatabaseError, match="no such party")
    claims = columns(("text", "bytea", "uuid"), claims)
    nobody = registering.claiming(claims=claims, owner=uuid.uuid4(), at=THEN)
    with refused, transaction.atomic(), nobody as answer:
        answer()
    assert not Battery.objects.exists()
    with registering.claiming(claims=claims, owner=maker.pk, at=THEN) as answer:
        assert answer() == {}


def test_what_the_database_refuses_is_told_though_nobody_asks_for_the_answer(maker):
    items = Attested([b"{}"], [bytes(32)], ids=list(new_ids(1))).ready().packed
    refused = pytest.raises(DatabaseError, match="belongs to the batch of another")
    keeping = registering.items_of(attestation=uuid.uuid4(), first=0, items=items)
    with refused, transaction.atomic(), keeping:
        pass
