"""The kept tree of a batch: written by its issuer alone, read in one query, true to its root."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from passport.models import Attestation, BatchTile, Battery
from passport.postgres import bulk
from passport.proof import tree
from passport.proof.errors import BadTile
from passport.queries.attestation import batch_reader
from tests.cast import packs
from tests.passport import signing
from tests.passport.acting import acting
from tests.passport.claiming import record, signed_batch

COUNT = 300


@pytest.fixture
def kept(cast, as_system):
    """A batch of three hundred cells of the maker's."""
    with as_system():
        packs(cast["maker"], "P1", cells=COUNT)
        held = signing.enrolled(cast["maker"])
        cells = list(Battery.objects.filter(level="CELL").order_by("identity"))
    items = signing.items_of(cells)
    return record(signed_batch(held, items), cast["maker"], items)


def _proven(made, indices):
    """The root to which the kept tree leads these items, and the queries that it took."""
    with CaptureQueriesContext(connection) as told:
        read = batch_reader(attestation=made, indices=indices)
        nodes = tree.multi_path(indices=indices, size=made.batch_size, read=read)
    rows = made.items.filter(index__in=indices)
    leaves = {row.index: bytes(row.leaf_hash) for row in rows}
    return tree.root_from_many(leaves=leaves, size=made.batch_size, nodes=nodes), len(told)


@pytest.mark.parametrize("indices", [[0], [COUNT - 1], [7, 100, 101, 299], list(range(COUNT))])
def test_items_lead_to_the_signed_root_by_one_query(cast, kept, indices):
    with acting(cast["maker"]):
        root, queries = _proven(kept, indices)
    assert root == bytes(kept.batch_root)
    assert queries == 1


def test_one_path_is_the_path_over_all_leaves(cast, kept):
    with acting(cast["maker"]):
        hashes = [bytes(row.leaf_hash) for row in kept.items.order_by("index")]
        kept_path = tree.inclusion_path(index=5, size=COUNT, read=batch_reader(attestation=kept))
    rows = tree.levels(hashes)
    assert kept_path == tree.inclusion_path(index=5, size=COUNT, read=tree.reader(rows))


def test_the_hashes_are_told_to_who_reads_the_item_of_a_batch_and_no_rows(cast, kept):
    for name in ("keeper", "maker"):
        with acting(cast[name]):
            assert _stands(kept)
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                BatchTile.objects.exists()


def _stands(made):
    return batch_reader(attestation=made)(8, 0)


def test_only_the_issuer_keeps_a_tree(cast, kept, as_system):
    cheat = [(0, 0, bytes(960))]
    for name in ("second-maker", "keeper"):
        with acting(cast[name]), pytest.raises(DatabaseError, match="only the issuer"):
            bulk.keep_batch_tiles(batch=kept.pk, tiles=cheat)
    with acting(cast["maker"]), pytest.raises(DatabaseError, match="batch_tile_has_one_place"):
        bulk.keep_batch_tiles(batch=kept.pk, tiles=cheat)
    single = Attestation(pk=kept.items.model().pk)
    with acting(cast["maker"]), pytest.raises(DatabaseError, match="only the issuer"):
        bulk.keep_batch_tiles(batch=single.pk, tiles=cheat)


OUTSIDE = {
    "beside the tree": (0, 19, bytes(32)),
    "at a level that is not kept": (2, 0, bytes(32)),
    "left of the tree": (0, -1, bytes(32)),
    "of half a hash": (12, 0, bytes(31)),
    "of too many hashes": (12, 0, bytes(992)),
    "of none": (12, 0, b""),
}


@pytest.mark.parametrize("tile", OUTSIDE.values(), ids=OUTSIDE)
def test_no_place_outside_the_tree_is_kept(cast, kept, tile):
    with acting(cast["maker"]), pytest.raises(DatabaseError, match="no such place"):
        bulk.keep_batch_tiles(batch=kept.pk, tiles=[tile])


def test_a_tree_is_never_changed(cast, kept, as_role):
    with as_role("owner"), pytest.raises(DatabaseError, match="append-only"):
        BatchTile.objects.filter(attestation=kept).update(hashes=bytes(960))


def test_a_false_hash_leads_to_another_root_and_a_missing_one_is_refused(cast, kept, as_role):
    """As a superuser could, past the trigger: the verifier's own sum shows it."""
    with as_role("owner"):
        _edit("UPDATE passport_batchtile SET hashes = overlay(hashes placing '\\x00' from 40 for 1)"
              " WHERE level = 0 AND place = 0")  # fmt: skip
    with acting(cast["maker"]):
        root, _ = _proven(kept, [0])
        assert root != bytes(kept.batch_root)
    with as_role("owner"):
        _edit("DELETE FROM passport_batchtile WHERE level = 4")
    with acting(cast["maker"]), pytest.raises(BadTile, match="not kept"):
        _proven(kept, [0])


def test_a_batch_of_before_trees_were_kept_is_read_from_its_leaves(cast, kept, as_role):
    with as_role("owner"):
        _edit("DELETE FROM passport_batchtile")
    with acting(cast["maker"]):
        root, queries = _proven(kept, [7, 100, COUNT - 1])
    assert (root, queries) == (bytes(kept.batch_root), 2)


def _edit(statement):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE passport_batchtile DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE passport_batchtile ENABLE TRIGGER USER")
