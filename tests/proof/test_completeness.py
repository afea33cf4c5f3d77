"""With an index nothing below it can be kept back: a lie about it is refused, and named."""

from dataclasses import replace

import pytest

from passport.proof import canonical, leaf, snapshot, tree, verdict
from passport.proof.bundle import Contents
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadBundle
from tests import later, simulator
from tests.later import with_witness
from tests.simulator import CELLMAKER, PACK, PACKMAKER, Pack, cell_id, pack_of_cells, salt

CELLS = [cell_id(each) for each in range(20)]
WITNESS = CELLS[0]
NAMED = (PACK, WITNESS, CELLMAKER, PACKMAKER)


@pytest.fixture
def pack() -> Pack:
    return pack_of_cells()


def verified(pack: Pack, contents: Contents):
    return verdict.verify(pack.bundle(contents), policy=pack.policy())


def refused(pack: Pack, contents: Contents) -> str:
    with pytest.raises(BadBundle) as told:
        verified(pack, contents)
    assert told.value.step == 12
    return told.value.detail


def fresh(pack: Pack, contents: Contents, **parts: object) -> Contents:
    """The same contents under the newest head."""
    newest = pack.contents()
    kept = {"checkpoint": newest.checkpoint, "evidence": newest.evidence}
    nodes = {"evidence_nodes": newest.evidence_nodes, "documents": newest.documents}
    return replace(contents, **kept, **nodes, **parts)


def indexed(pack: Pack) -> Contents:
    made = later.indexed(pack)
    return fresh(pack, made, batteries=pack.contents().batteries)


def test_a_true_index_proves_that_nothing_is_left_out(pack):
    contents = indexed(pack)
    later.event(pack, "newer")
    report = verified(pack, fresh(pack, contents, batteries=pack.contents().batteries))

    assert report.exit_code == 0
    assert report.completeness == (
        f"proven up to entry 8 (snapshot at entry 8, {simulator.AT});"
        " the newer entries are not covered"
    )
    assert report.steps[-1].found.startswith("4 subjects proven")


def shared_then_alone(pack: Pack) -> int:
    """A newer entry about the pack alone does not cover the one that is kept back."""
    hidden = later.event(pack, "recalled", PACK, "other")
    later.event(pack, "sold")
    return hidden


HIDDEN = {
    "the newest event of the pack": lambda pack: later.event(pack, "sold"),
    "an event shared with others": lambda pack: later.event(pack, "sold", PACK, "other"),
    "an event shared with others, before one that it shows": shared_then_alone,
    "the withdrawal of its cells' batch": lambda pack: later.withdraw(
        pack.world, pack.cellmaker, pack.batch_index, CELLS
    ),
    "the revocation of a key": lambda pack: pack.world.revoke(pack.packmaker),
    "a key that was added": lambda pack: pack.world.enrol(
        simulator.key_of("issuer", PACKMAKER + "#key-2")
    ),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_is_named_when_the_operator_hides(case, pack):
    hidden = HIDDEN[case](pack)
    index = later.indexed(pack).index
    contents = with_witness(later.without(pack, hidden))
    last = max(at for at in pack.world.chains[PACK] if at != hidden)
    shown = leaf.decode(pack.world.entries[last]).sequence
    told = refused(pack, replace(contents, index=index, batteries={PACK: shown}))

    who = PACKMAKER if "key" in case else WITNESS if "cells" in case else PACK
    assert f"Something about {who} is left out: by the index the last entry" in told
    assert f" {hidden}" in told


def test_a_newer_withdrawal_for_one_cell_does_not_cover_that_of_the_whole_batch(pack):
    hidden = later.withdraw(pack.world, pack.cellmaker, pack.batch_index, CELLS)
    later.withdraw(pack.world, pack.cellmaker, pack.batch_index, CELLS, items=[cell_id(19)])
    index = later.indexed(pack).index
    told = refused(pack, replace(with_witness(later.without(pack, hidden)), index=index))

    assert f"Something about {WITNESS} is left out" in told
    assert f"the last about it and others {hidden + 1} of 3; shown are None and" in told


def test_a_withdrawal_of_a_batch_cannot_be_hidden_from_the_cell_it_concerns(pack):
    """The cell has no entry of its own; the batch and its withdrawal concern it all the same."""
    cell = cell_id(4)
    hidden = later.withdraw(pack.world, pack.cellmaker, pack.batch_index, CELLS)
    rows = later.rows_of(pack.world, later.everybody(pack).items())
    entry = later.take_snapshot(pack.world, rows)
    contents = about_a_cell(pack, cell, (0, pack.batch_index, hidden, entry))
    index = later.index_for(entry, rows, [cell, CELLMAKER])

    assert verified(pack, replace(contents, index=index)).exit_code == 1
    contents = about_a_cell(pack, cell, (0, pack.batch_index, entry))
    assert f"and others {hidden} of 2; shown are None and 1 of 1" in refused(
        pack, replace(contents, index=index)
    )


def about_a_cell(pack: Pack, cell: str, shown: tuple[int, ...]) -> Contents:
    contents = pack.contents()
    return replace(
        contents,
        batteries={cell: -1},
        salts={CELLMAKER: salt(CELLMAKER), cell: salt(cell)},
        documents=[pack.world.documents[each] for each in shown],
        items=[pack.items([4])],
        members=[],
        components={},
        **pack.world.shown(shown),
    )


def test_a_battery_that_the_log_never_met_is_proven_absent(pack):
    rows = later.rows_of(pack.world, later.everybody(pack).items())
    entry = later.take_snapshot(pack.world, rows)
    strange = {f"urn:strange:{number}": -1 for number in range(40)}
    shown = with_witness(pack.contents())
    contents = replace(shown, batteries=shown.batteries | strange)
    salts = contents.salts | {each: salt(each) for each in strange}
    index = later.index_for(entry, rows, [*contents.batteries, *NAMED])
    report = verified(pack, replace(contents, salts=salts, index=index))

    assert "proven up to entry 8" in report.completeness


def test_an_entry_of_whom_the_index_calls_absent_is_a_contradiction(pack):
    everybody = later.everybody(pack)
    del everybody[PACK]
    rows = later.rows_of(pack.world, everybody.items())
    entry = later.take_snapshot(pack.world, rows)
    index = later.index_for(entry, rows, NAMED)

    assert f"knows nothing of {PACK}, but entry 7 is shown" in refused(
        pack, replace(with_witness(pack.contents()), index=index)
    )


def test_an_empty_index_knows_nobody(pack):
    entry = later.take_snapshot(pack.world, [])
    index = later.index_for(entry, [], [])

    contents = with_witness(pack.contents())
    assert "knows nothing of" in refused(pack, replace(contents, index=index))


def rewritten(pack: Pack, **said: object) -> Contents:
    rows = later.rows_of(pack.world, later.everybody(pack).items())
    entry = later.take_snapshot(pack.world, rows, **said)
    index = later.index_for(entry, rows, NAMED)
    return replace(with_witness(pack.contents()), index=index)


def unsorted(pack: Pack) -> Contents:
    rows = later.rows_of(pack.world, later.everybody(pack).items())[::-1]
    root = tree.root([tree.leaf_hash(each) for each in rows])
    entry = later.take_snapshot(pack.world, [], rows=len(rows), root=root)
    shown = tuple(enumerate(rows))
    index = simulator.bundle.Index(entry=entry, rows=shown, nodes=())
    return replace(pack.contents(), index=index)


def without_neighbours(pack: Pack) -> Contents:
    contents = rewritten(pack)
    strange = contents.batteries | {"urn:strange": -1}
    salts = contents.salts | {"urn:strange": salt("urn:strange")}
    return replace(contents, batteries=strange, salts=salts)


def of_an_event(pack: Pack) -> Contents:
    contents = rewritten(pack)
    return replace(contents, index=replace(contents.index, entry=4))


def of_no_entry(pack: Pack) -> Contents:
    contents = rewritten(pack)
    return replace(contents, index=replace(contents.index, entry=99))


def hidden(pack: Pack) -> Contents:
    contents = rewritten(pack)
    return later.hide(contents, pack.world.documents[contents.index.entry])


def without_a_salt(pack: Pack) -> Contents:
    pack.world.chains.pop("urn:bare", None)
    contents = rewritten(pack)
    return replace(contents, batteries=contents.batteries | {"urn:bare": -1})


def without_a_witness(pack: Pack) -> Contents:
    return replace(rewritten(pack), salts=pack.contents().salts)


def with_an_idle_salt(pack: Pack) -> Contents:
    contents = rewritten(pack)
    return replace(contents, salts={**contents.salts, "urn:idle": salt("urn:idle")})


def without_rows(pack: Pack) -> Contents:
    contents = rewritten(pack)
    return replace(contents, index=replace(contents.index, rows=(), nodes=()))


LIES = {
    "a root that it has not": (lambda pack: rewritten(pack, root=bytes(32)), "not those of"),
    "more rows than it has": (lambda pack: rewritten(pack, rows=99), "nodes"),
    "entries that come after it": (lambda pack: rewritten(pack, size=99), "yet to come"),
    "another log": (lambda pack: rewritten(pack, origin="other.example/log"), "another log"),
    "rows out of order": (unsorted, "not in the order"),
    "no rows at all": (without_rows, "not those of"),
    "a stranger without neighbours": (without_neighbours, "neither shows a row"),
    "a battery without its salt": (without_a_salt, "its salt is missing"),
    "a batch of which no item is named": (without_a_witness, "of none of its items"),
    "a salt of somebody else": (with_an_idle_salt, "The salt of urn:idle belongs to no entry"),
    "an event for its entry": (of_an_event, "shows no index"),
    "no entry": (of_no_entry, "shows no index"),
    "an entry shown by its digest": (hidden, "shows no index"),
}


@pytest.mark.parametrize("case", LIES)
def test_refuses_an_index_with(case, pack):
    lie, word = LIES[case]
    assert word in refused(pack, lie(pack))


def attest_salt(pack: Pack, signed: bytes) -> int:
    claim = simulator.origin_of(pack.packmaker, PACK, logSalt=b64u_encode(signed))
    data = simulator.sign(pack.packmaker, claim)
    return pack.world.enter("attestation", data, pack.packmaker.name, [PACK])


def test_a_salt_that_the_maker_signed_leaves_no_room_for_a_second_chain(pack):
    attest_salt(pack, salt(PACK))
    assert verified(pack, pack.contents()).salted_by_maker == [PACK]

    at = attest_salt(pack, bytes(16))
    assert f"another salt than its maker signed, in {at}" in refused(pack, pack.contents())


def test_a_salt_signed_with_a_key_out_of_force_says_nothing(pack):
    pack.world.revoke(pack.packmaker)
    attest_salt(pack, bytes(16))

    assert verified(pack, pack.contents()).salted_by_maker == []


def test_the_salt_of_an_item_is_signed_in_its_batch(pack):
    cell = cell_id(4)
    item = canonical.encode(
        {"id": cell, "salt": b64u_encode(salt("x")), "logSalt": b64u_encode(salt(cell))}
    )
    made, signed = simulator.sign_batch(pack.cellmaker, [item])
    at = pack.world.enter("batch", signed, pack.cellmaker.name, [cell])
    digest = leaf.decode(pack.world.entries[at]).digest
    contents = about_a_cell(pack, cell, (0, pack.batch_index, at))
    items = [*contents.items, simulator.items_of(digest, made, [0])]
    items_first = replace(contents, items=items, batteries={cell: 0})

    assert verified(pack, items_first).salted_by_maker == [cell]


def test_rows_are_found_by_their_subjects():
    rows = sorted(
        snapshot.encode_row(snapshot.Row(bytes([each] * 32), None, b"", each + 1, bytes(32), 1))
        for each in range(0, 20, 2)
    )
    find = {"rows": len(rows), "read": rows.__getitem__}

    assert snapshot.place_of(subject=bytes([4] * 32), **find) == 2
    assert snapshot.place_of(subject=bytes([5] * 32), **find) is None
    assert snapshot.places_for(subject=bytes([5] * 32), **find) == (2, 3)
    assert snapshot.places_for(subject=bytes([99] * 32), **find) == (9,)
    assert snapshot.place_of(subject=bytes(32), rows=0, read=rows.__getitem__) is None
