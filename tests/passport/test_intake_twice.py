"""The same signed file twice, one battery twice, two batches: one truth, and no file that stops."""

import json

import pytest

from passport.actions import attestation, intake, intake_work
from passport.actions import job as jobs
from passport.models import Attestation, AttestationItem, BatchTile, Outbox
from passport.postgres import registering
from passport.proof import batch as proven
from passport.proof import batchtiles, canonical, tree
from passport.proof.encoding import b64u_encode
from tests.cast import THEN, battery_line, model_line, work_off
from tests.passport.test_intake_batch import CELL, CELLS, P1, PACK, file_of
from tests.simulator import AT, salt, sign


@pytest.fixture
def dying(monkeypatch):
    """`dying(n)` lets the worker die at its n-th step, once."""
    steps = []
    real = registering.begin_chunk

    def begin():
        if steps and not steps[0]:
            steps.clear()
            raise SystemExit
        if steps:
            steps[0] -= 1
        real()

    monkeypatch.setattr(registering, "begin_chunk", begin)
    return lambda at: steps.append(at)


def send(by, lines):
    raw = [json.dumps(line).encode() for line in lines]
    return intake.receive(lines=raw, media_type="application/x-ndjson", by=by, at=THEN)


def go_on(taken):
    later = THEN + 2 * jobs.LEASE
    intake_work.run(job=jobs.lease(job_id=taken.job_id, at=later), at=later)
    taken.refresh_from_db()
    return taken.state, taken.accepted, taken.rejected, taken.duplicates


# Behind the steps that read, before the proof, before and between those that keep the items.
@pytest.mark.parametrize("dies_at", [2, 7, 8, 9])
def test_a_file_whose_batch_another_one_keeps_meanwhile_ends_well(
    maker, held, monkeypatch, dying, dies_at
):
    monkeypatch.setattr("passport.actions.intake_hands.CHUNK", 5)
    lines = file_of(held, CELLS)
    first, second = send(maker, lines), send(maker, lines)
    dying(dies_at)
    with pytest.raises(SystemExit):
        work_off(first)
    assert go_on(second)[0] == "DONE"
    assert go_on(first)[::2] == ("DONE", 0)
    assert second.accepted + first.accepted == 10
    leaves = [bytes(each.leaf_hash) for each in AttestationItem.objects.order_by("index")]
    assert tree.root(leaves) == bytes(Attestation.objects.get().batch_root)
    kept = {(t.level, t.place, bytes(t.hashes)) for t in BatchTile.objects.all()}
    assert kept == set(batchtiles.subtrees(tree.levels(leaves)))
    assert Outbox.objects.filter(kind="batch").count() == 1


def cell(number):
    """A cell without an item."""
    return {name: each for name, each in CELLS[number].items() if name != "item"}


def outcome(taken):
    work_off(taken)
    taken.refresh_from_db()
    told = [(each.number, each.code) for each in taken.errors.order_by("number")]
    return taken.state, taken.accepted, told


def test_an_item_before_the_batch_stays_out_of_it_to_the_end(maker, held):
    batch, *models, pack, first, second = file_of(held, CELLS[:2], signed=CELLS[1:2])
    lines = [*models, pack, first, batch, second]
    assert outcome(send(maker, lines)) == ("DONE", 5, [(4, "no-batch")])
    assert [item.battery.serial for item in AttestationItem.objects.all()] == ["C1"]


def again(number, word):
    """Another item of the same battery."""
    line = CELLS[number]
    return line | {"item": line["item"] | {"salt": b64u_encode(salt(word))}}


@pytest.mark.parametrize("came_before", [False, True])
def test_one_battery_in_two_items_of_a_batch_is_refused(maker, held, came_before):
    cells = [*CELLS, again(2, "again")]
    if came_before:
        send_plain = [PACK, CELL, P1, *map(cell, range(6))]
        work_off(send(maker, send_plain))
    batch = file_of(held, CELLS)[0]
    state, _, told = outcome(send(maker, twice(held, cells)))
    assert (state, told) == ("DONE", [(1, "batch-not-attested")])
    assert not Attestation.objects.exists()
    assert outcome(send(maker, [batch, PACK, CELL, P1, *CELLS]))[0] == "DONE"
    assert AttestationItem.objects.count() == 6


def twice(held, cells):
    """A file whose signature no honest program would make."""
    leaves = [tree.leaf_hash(canonical.encode(each["item"])) for each in cells]
    common = {"chemistry": "LFP"}
    header = proven.Header(
        issuer=held.did, valid_from=AT, salt=salt("batch"), access="public", common=common
    )
    document = proven.document_of(size=len(leaves), root=tree.root(leaves), header=header)
    signed = json.loads(sign(held, document))
    return [{"type": "batch", "credential": signed}, PACK, CELL, P1, *cells]


def test_a_line_that_repeats_a_battery_without_an_item_harms_no_batch(maker, held):
    assert outcome(send(maker, [*file_of(held, CELLS), cell(1)])) == ("DONE", 10, [])
    assert AttestationItem.objects.count() == 6


def test_every_line_is_counted_where_items_follow_a_second_batch(maker, held):
    """The first batch judges: behind a second one too, and where a line is taken up again."""
    first, *rest = file_of(held, CELLS[:2])
    own = battery_line("P9") | {"log_salt": CELLS[0]["log_salt"]}
    said = {"id": own["id"], "logSalt": own["log_salt"], "salt": b64u_encode(salt("P9"))}
    odd = own | {"item": said | {"chemistry": "NMC"}, "model": "LATER"}
    second = other_batch(held, [odd])
    taken = send(maker, [first, *rest, second, odd, model_line("LATER")])
    number = len(rest) + 2
    assert outcome(taken)[2] == [(number, "second-batch"), (number + 1, "bad-item")]
    assert taken.accepted + taken.rejected == number + 2
    assert AttestationItem.objects.count() == 2


def other_batch(held, cells):
    """A batch that says nothing of all its items."""
    made = proven.build([canonical.encode(each["item"]) for each in cells])
    header = proven.Header(
        issuer=held.did, valid_from=AT, salt=salt("other"), access="public", common={}
    )
    signed = sign(held, proven.document(batch=made, header=header))
    return {"type": "batch", "credential": json.loads(signed)}


@pytest.mark.parametrize("chunk", [3, 100])
def test_a_batch_that_cannot_be_read_unseats_no_good_one_before_it(maker, held, monkeypatch, chunk):
    monkeypatch.setattr("passport.actions.intake_hands.CHUNK", chunk)
    first, *rest = file_of(held, CELLS)
    broken = json.loads(json.dumps(first))
    del broken["credential"]["proof"]
    state, _, told = outcome(send(maker, [first, PACK, broken, *rest[1:]]))
    assert (state, [number for number, _ in told]) == ("DONE", [3])
    assert AttestationItem.objects.count() == 6


def test_a_batch_that_a_file_has_not_kept_whole_is_not_known_yet(maker, held, dying, monkeypatch):
    monkeypatch.setattr("passport.actions.intake_hands.CHUNK", 5)
    lines = file_of(held, CELLS)
    signed = canonical.encode(lines[0]["credential"])
    items = [canonical.encode(each["item"]) for each in CELLS]
    taken = send(maker, lines)
    dying(9)
    with pytest.raises(SystemExit):
        work_off(taken)
    with pytest.raises(attestation.NotWhole):
        attestation.record(credential_bytes=signed, items=items, by=maker, at=THEN)
    assert go_on(taken)[0] == "DONE"
    made = attestation.record(credential_bytes=signed, items=items, by=maker, at=THEN)
    assert made == Attestation.objects.get()


def test_a_batch_that_builds_upon_more_than_a_chain_holds_is_refused(maker, held, monkeypatch):
    monkeypatch.setattr("passport.actions.upstream.MOST", 3)
    monkeypatch.setattr("passport.actions.intake_hands.CHUNK", 5)
    named = [[b64u_encode(bytes([n]) * 32)] for n in range(6)]
    cells = [
        line | {"item": line["item"] | {"upstream": each}}
        for line, each in zip(CELLS, named, strict=True)
    ]
    assert outcome(send(maker, file_of(held, cells)))[2] == [(1, "too-much-upstream")]
    assert not Attestation.objects.exists()


def test_what_many_packs_list_is_looked_up_at_once(maker, held, django_assert_max_num_queries):
    packs = [battery_line(f"P{n}") for n in range(30)]
    rows = [dict(pack) for pack in packs]
    for row in rows:
        row["item"] = {
            "id": row["id"], "salt": b64u_encode(salt(row["id"])),
            "components": proven.component_root([]),
        }  # fmt: skip
    taken = send(maker, [other_batch(held, rows), PACK, *rows])
    with django_assert_max_num_queries(120):
        assert outcome(taken) == ("DONE", 32, [])
    assert AttestationItem.objects.count() == 30
