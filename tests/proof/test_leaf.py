"""A log entry has one spelling and nothing in it that could be guessed back."""

from dataclasses import replace

import pytest

from passport.proof import canonical, leaf, tree
from passport.proof.errors import BadLeaf, ProofError
from passport.proof.leaf import Leaf
from tests import simulator

ONE = Leaf(
    kind="attestation",
    digest=bytes(32),
    method=simulator.CELLMAKER + "#key-1",
    count=1,
    subject=b"\x01" * 32,
    sequence=1,
    previous=b"\x02" * 32,
    at=simulator.AT,
)
FIRST = replace(ONE, sequence=0, previous=None)
MANY = replace(ONE, count=3, sequence=None, previous=None, kind="batch")
NOBODY = replace(MANY, count=0, subject=None, method=None, kind="heartbeat")


# A method that needs every kind of escape: the entry must still be what RFC 8785 writes.
QUOTED = replace(ONE, method='did:web:a\\"\n\x01ü𝛼#key-1')


@pytest.mark.parametrize("entry", [ONE, FIRST, MANY, NOBODY, QUOTED])
def test_an_entry_is_read_back(entry):
    data = leaf.encode(entry)

    assert leaf.decode(data) == entry
    assert set(canonical.loads(data)) == set("vkdmnsqpt")
    assert leaf.leaf_hash(entry) == tree.leaf_hash(data)


IMPOSSIBLE = {
    "an unknown kind": replace(ONE, kind="rumour"),
    "no subject": replace(ONE, subject=None),
    "a subject for nobody": replace(NOBODY, subject=bytes(32)),
    "a negative count": replace(NOBODY, count=-1),
    "no sequence": replace(ONE, sequence=None),
    "a negative sequence": replace(FIRST, sequence=-1),
    "a first with a previous": replace(ONE, sequence=0),
    "a second without a previous": replace(ONE, previous=None),
    "a claim without a method": replace(FIRST, method=None),
    "an event with a method": replace(FIRST, kind="event"),
    "a heartbeat about somebody": replace(FIRST, kind="heartbeat", method=None),
    "an index about many": replace(MANY, kind="index", method=None),
    "many in a chain": replace(MANY, sequence=0),
    "many with a previous": replace(MANY, previous=bytes(32)),
    "a time of another zone": replace(ONE, at="2026-03-01T08:00:00+01:00"),
    "a digest of 31 bytes": replace(ONE, digest=bytes(31)),
    "an empty previous": replace(ONE, previous=b""),
    "a subject of 33 bytes": replace(ONE, subject=bytes(33)),
    "a count that JSON cannot hold": replace(MANY, count=2**53),
    "a sequence that JSON cannot hold": replace(ONE, sequence=2**53),
    "a true sequence": replace(ONE, sequence=True),
    "a method without end": replace(ONE, method="did:web:" + "a" * 500),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_does_not_write(case):
    with pytest.raises(BadLeaf):
        leaf.encode(IMPOSSIBLE[case])


DAMAGED = {
    "an unknown key": lambda value: {**value, "x": 1},
    "a missing key": lambda value: {name: value[name] for name in value if name != "p"},
    "another version": lambda value: {**value, "v": 2},
    "true for a version": lambda value: {**value, "v": True},
    "true for a count": lambda value: {**value, "n": True},
    "a number for a method": lambda value: {**value, "m": 1},
    "a list for a kind": lambda value: {**value, "k": ["batch"]},
    "a digest of 31 bytes": lambda value: {**value, "d": "A" * 42},
    "a text for a sequence": lambda value: {**value, "q": "1"},
}


@pytest.mark.parametrize("case", DAMAGED)
def test_refuses(case):
    value = canonical.loads(leaf.encode(ONE))

    with pytest.raises(ProofError):
        leaf.decode(canonical.encode(DAMAGED[case](value)))


def test_refuses_another_spelling():
    with pytest.raises(BadLeaf, match="canonical"):
        leaf.decode(leaf.encode(ONE).replace(b'","', b'", "'))
    with pytest.raises(BadLeaf):
        leaf.decode(b"[]")


def test_the_order_of_subjects_does_not_show():
    hashes = [leaf.subject_hash(salt=bytes(16), subject=each) for each in "abc"]

    assert leaf.subjects_root(hashes) == leaf.subjects_root(hashes[::-1])
    assert leaf.subjects_root(hashes[:1]) == hashes[0]
    with pytest.raises(BadLeaf):
        leaf.subject_hash(salt=b"short", subject="a")


def test_each_subject_of_many_can_be_proven():
    hashes = [leaf.subject_hash(salt=bytes(16), subject=str(each)) for each in range(7)]
    root = leaf.subjects_root(hashes)
    read = tree.reader(tree.levels(leaf.subject_leaves(hashes)))

    for index, each in enumerate(sorted(hashes)):
        path = tree.inclusion_path(index=index, size=7, read=read)
        tree.verify_inclusion(leaf=tree.leaf_hash(each), index=index, size=7, path=path, root=root)


def test_the_salt_of_an_issuer_is_anybody_s_to_compute():
    salts = {leaf.issuer_salt(did=f"did:web:{each}.example") for each in "abc"}

    assert {len(each) for each in salts} == {leaf.SALT_BYTES}
    assert len(salts) == 3
    assert leaf.issuer_salt(did="did:web:a.example") in salts


@pytest.mark.parametrize("subject", ["did:web:other.example", "did:web:maker.example:b"])
def test_a_key_event_stands_in_the_chain_of_its_issuer_alone(subject):
    """Else a revocation could lie in a second chain that no bundle has to show."""
    did = "did:web:maker.example"
    entry = Leaf(
        kind="key", digest=bytes(32), method=f"{did}#key-1", count=1, sequence=0, previous=None,
        subject=leaf.subject_hash(salt=leaf.issuer_salt(did=did), subject=did), at=simulator.AT,
    )  # fmt: skip
    assert leaf.decode(leaf.encode(entry)) == entry

    elsewhere = leaf.subject_hash(salt=leaf.issuer_salt(did=subject), subject=subject)
    for wrong in (
        replace(entry, subject=elsewhere),
        replace(entry, subject=leaf.subject_hash(salt=bytes(16), subject=did)),
        replace(entry, count=2, sequence=None),
    ):
        with pytest.raises(BadLeaf, match="under that one's salt"):
            leaf.encode(wrong)
