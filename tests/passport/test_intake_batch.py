"""A signed batch in the file: attested whole and once, or not at all, while good lines stand."""

import json

import pytest

from passport.actions import intake, intake_work
from passport.actions import job as jobs
from passport.models import (
    Attestation,
    AttestationItem,
    BatchTile,
    Battery,
    IntakeError,
    Outbox,
)
from passport.postgres import registering
from passport.proof import batch, batchtiles, canonical, tree
from passport.proof.encoding import b64u_encode
from tests.cast import THEN, battery_line, model_line, work_off
from tests.passport import signing
from tests.simulator import salt, sign_batch

PACK, CELL = model_line(), model_line("CELL-1", level="CELL")
P1 = battery_line("P1")


def cell(number, **changed):
    """A cell with its item."""
    line = battery_line(
        f"C{number}", model="CELL-1", parent=P1["id"], position=str(number),
        log_salt=b64u_encode(salt(f"log{number}")),
    )  # fmt: skip
    item = {"id": line["id"], "logSalt": line["log_salt"], "salt": b64u_encode(salt(line["id"]))}
    return line | {"item": item | changed.pop("item", {})} | changed


def file_of(held, cells, *, signed=None):
    """The lines of a file whose batch is signed over these cells, or over others."""
    items = [canonical.encode(each["item"]) for each in (signed or cells)]
    _, data = sign_batch(held, items)
    return [{"type": "batch", "credential": json.loads(data)}, PACK, CELL, P1, *cells]


def take(by, lines, *, at=THEN):
    raw = [json.dumps(line).encode() for line in lines]
    taken = intake.receive(lines=raw, media_type="application/x-ndjson", by=by, at=at)
    work_off(taken)
    taken.refresh_from_db()
    return taken


def counts(taken):
    return taken.accepted, taken.rejected, taken.duplicates


def faults(taken):
    rows = IntakeError.objects.filter(intake=taken).order_by("number")
    return [(e.number, e.pointer, e.code) for e in rows]


def test_a_file_brings_its_batch_and_all_of_it_is_attested_and_logged(maker, held):
    cells = [cell(number) for number in range(40)]
    assert counts(take(maker, file_of(held, cells))) == (44, 0, 0)
    made = Attestation.objects.get()
    rows = list(AttestationItem.objects.select_related("battery").order_by("index"))
    assert [row.battery.identity for row in rows] == [each["id"] for each in cells]
    leaves = [tree.leaf_hash(bytes(row.body)) for row in rows]
    assert [bytes(row.leaf_hash) for row in rows] == leaves
    assert bytes(made.batch_root) == tree.root(leaves)
    kept = {(t.level, t.place, bytes(t.hashes)) for t in BatchTile.objects.all()}
    assert kept == set(batchtiles.subtrees(tree.levels(leaves)))
    (wish,) = Outbox.objects.filter(kind="batch")
    assert (wish.subjects, wish.method) == (40, held.name)


def test_the_same_file_again_is_a_repetition(maker, held):
    lines = file_of(held, [cell(number) for number in range(5)])
    take(maker, lines)
    before = Outbox.objects.count(), AttestationItem.objects.count(), Battery.objects.count()
    assert counts(take(maker, lines)) == (0, 0, 9)
    assert before == (
        Outbox.objects.count(),
        AttestationItem.objects.count(),
        Battery.objects.count(),
    )


def test_one_batch_of_one_is_about_that_battery(maker, held):
    take(maker, file_of(held, [cell(1)]))
    (wish,) = Outbox.objects.filter(kind="batch")
    assert wish.subjects == 1
    assert bytes(wish.subject) == signing.subject(Battery.objects.get(serial="C1"))


CELLS = [cell(number) for number in range(6)]
UNLIKE = {
    "an item that was not signed": (CELLS, CELLS[:5], ()),
    "an item too few": (CELLS[:5], CELLS, ()),
    "another order": (CELLS[::-1], CELLS, ()),
    "another word in an item": (
        [*CELLS[:5], cell(5, item={"salt": b64u_encode(salt("other"))})], CELLS, ()
    ),
    "an item on a line that is refused": (
        [*CELLS[:5], cell(5, facility="Mars")], CELLS, [(10, "/facility", "unknown-facility")]
    ),
    "an item on a line that cannot be read": (
        [*CELLS[:5], cell(5, colour="red")], CELLS, [(10, "/colour", "unknown-field")]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNLIKE)
def test_a_batch_whose_items_do_not_match_is_refused_and_the_good_lines_stand(maker, held, name):
    cells, signed, others = UNLIKE[name]
    taken = take(maker, file_of(held, cells, signed=signed))
    assert faults(taken) == [(1, "", "batch-not-attested"), *others]
    assert taken.accepted == 3 + len(cells) - len(others)
    assert Battery.objects.count() == 1 + len(cells) - len(others)
    assert not Attestation.objects.exists()
    assert not AttestationItem.objects.exists()
    assert not Outbox.objects.filter(kind="batch").exists()
    told = taken.errors.get(number=1)
    for number, _, _ in others:
        assert f"refused lines: {number}" in told.detail
    assert json.loads(bytes(told.raw))["type"] == "batch"


def test_the_mended_file_is_attested_and_what_stood_is_a_repetition(maker, held):
    broken = [*CELLS[:5], cell(5, facility="Mars")]
    take(maker, file_of(held, broken, signed=CELLS))
    assert counts(take(maker, file_of(held, CELLS))) == (2, 0, 8)
    assert AttestationItem.objects.count() == 6


BAD_ITEMS = {
    "of another battery": ({"id": CELLS[1]["id"]}, "/item/id", "other-item"),
    "of another log salt": (
        {"logSalt": b64u_encode(salt("x"))}, "/item/logSalt", "other-item",
    ),
    "with an unknown term": ({"colour": "red"}, "/item/colour", "bad-item"),
    "with what all share": ({"chemistry": "NMC"}, "/item", "bad-item"),
    "without a salt": ({"salt": "short"}, "/item/salt", "bad-item"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_ITEMS)
def test_a_bad_item_is_told_on_its_line(maker, held, name):
    changed, pointer, code = BAD_ITEMS[name]
    bad = cell(5, item=changed)
    taken = take(maker, file_of(held, [*CELLS[:5], bad], signed=CELLS))
    assert faults(taken) == [(1, "", "batch-not-attested"), (10, pointer, code)]


def test_an_item_without_a_batch_before_it_is_refused(maker, held):
    taken = take(maker, [PACK, CELL, P1, CELLS[0]])
    assert faults(taken) == [(4, "/item", "no-batch")]


def test_a_batch_by_a_key_that_is_not_enrolled_is_refused_and_its_lines_land(cast, maker, held):
    other = signing.key_of("issuer", f"{maker.did}#key-9")
    taken = take(maker, file_of(other, CELLS))
    assert [(number, code) for number, _, code in faults(taken)] == [(1, "unknown-key")]
    assert Battery.objects.count() == 7
    assert not Attestation.objects.exists()


def test_a_second_batch_is_refused_and_the_first_one_stands(maker, held):
    lines = file_of(held, CELLS)
    second = file_of(held, CELLS[:2])[0]
    taken = take(maker, [*lines, second])
    assert faults(taken) == [(len(lines) + 1, "", "second-batch")]
    assert AttestationItem.objects.count() == 6


def test_components_of_an_item_are_those_that_the_file_puts_in(maker, held):
    inside = batch.component_root(each["id"] for each in CELLS)
    for components, attested in ((inside, 7), (batch.component_root(["x"]), 0)):
        serial = f"P{attested}"
        pack = battery_line(serial)
        item = {
            "id": pack["id"], "salt": b64u_encode(salt(serial)), "components": components,
        }  # fmt: skip
        cells = [
            each | {"parent": pack["id"]} for each in CELLS
        ] if attested else []  # fmt: skip
        rows = [pack | {"item": item}, *cells]
        items = [canonical.encode(each["item"]) for each in rows]
        _, data = sign_batch(held, items)
        taken = take(maker, [{"type": "batch", "credential": json.loads(data)}, PACK, CELL, *rows])
        assert AttestationItem.objects.filter(battery__maker=maker).count() == 7
        assert taken.rejected == (0 if attested else 1)


@pytest.mark.parametrize("dies_at", range(1, 12))
def test_a_worker_that_dies_between_two_steps_is_followed_by_one_that_ends_the_file_once(
    maker, held, monkeypatch, dies_at
):
    for module in ("intake_hands", "intake_work"):
        monkeypatch.setattr(f"passport.actions.{module}.CHUNK", 4)
    raw = [json.dumps(line).encode() for line in [*file_of(held, CELLS), battery_line("P2")]]
    taken = intake.receive(lines=raw, media_type="application/x-ndjson", by=maker, at=THEN)
    steps = iter(range(1, 100))

    def dying():
        if next(steps) == dies_at:
            raise SystemExit

    real = registering.begin_chunk
    monkeypatch.setattr(registering, "begin_chunk", lambda: (dying(), real()))
    first = jobs.lease(job_id=taken.job_id, at=THEN)
    with pytest.raises(SystemExit):
        intake_work.run(job=first, at=THEN)
    later = THEN + 2 * jobs.LEASE
    intake_work.run(job=jobs.lease(job_id=taken.job_id, at=later), at=later)
    taken.refresh_from_db()
    assert (*counts(taken), taken.state, taken.lines_read) == (11, 0, 0, "DONE", 11)
    assert (Battery.objects.count(), AttestationItem.objects.count()) == (8, 6)
    kinds = sorted(Outbox.objects.exclude(kind="key").values_list("kind", flat=True))
    assert kinds == ["batch", "event", "event", "event"]
