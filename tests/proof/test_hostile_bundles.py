"""Ten thousand hostile bundles: a step or a doubt for each, never a traceback, bounded memory."""

import copy
import pickle
import resource
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from passport.proof import canonical, verdict
from passport.proof.bundle import ItemGroup, MemberGroup, Previous
from passport.proof.errors import BadBundle, BadLeaf, ProofError
from tests import later, simulator
from tests.simulator import PACK, PACKMAKER, SHARED, cell_id

PACK_OF_TWO = simulator.pack_of_cells(count=2, batch_size=3, events=1)
TRUE = canonical.loads(PACK_OF_TWO.bundle())
DATA = PACK_OF_TWO.bundle()
POLICY = PACK_OF_TWO.policy()
PART = 2_000
ROOM = 256 * 2**20
ODD = st.sampled_from(
    [
        *(None, True, 0, -1, 1.5, 2**53 - 1, "", "A", "z", "u", "é", "\x00", "A" * 44, "=" * 8),
        *([], [[]], {}, {"a": 1}, "did:web:a.example#b", "9" * 400, PACK, simulator.AT),
    ]
)


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    """The process may grow by a quarter of a gigabyte, and then gets no more memory."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + ROOM, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def outcome(data: bytes) -> int:
    """The step that refuses; or 13 when something is doubted, and 0 when nothing is."""
    try:
        report = verdict.verify(data, policy=POLICY)
    except BadBundle as refused:
        return refused.step if refused.detail else -1
    assert canonical.encode(report.as_json())
    return 13 if report.doubts else 0


def places(value: object, path: tuple = ()) -> list[tuple]:
    """Every place in a bundle: the steps that lead to it."""
    inner: object = enumerate(value) if isinstance(value, list) else ()
    if isinstance(value, dict):
        inner = value.items()
    deeper = [place for name, each in inner for place in places(each, (*path, name))]
    return [path, *deeper] if path else deeper


PLACES = places(TRUE)
# A copy is taken for every example; from these bytes in a fifth of the time.
COPY = pickle.dumps(TRUE)


def at(value, path: tuple):
    for step in path:
        value = value[step]
    return value


def put(path: tuple, odd: object, *, drop: bool):
    value = pickle.loads(COPY)
    holder = at(value, path[:-1])
    if drop:
        del holder[path[-1]]
    else:
        holder[path[-1]] = odd
    return value


def resealed(value: dict) -> dict:
    """The operator signs its record again over what it shows now, where it still can."""
    try:
        bare = {name: each for name, each in value["record"].items() if name != "proof"}
        subject = bare["credentialSubject"]
        subject = {
            **subject,
            "shown": simulator.bundle.shown_digest(value),
            "components": {
                **subject["components"],
                "digest": simulator.bundle.digest_of(value["components"]),
            },
        }
        signed = simulator.sign(PACK_OF_TWO.world.record, {**bare, "credentialSubject": subject})
    except (AttributeError, KeyError, TypeError, ProofError):
        return value
    return {**value, "record": canonical.loads(signed)}


def written(value: object) -> bytes:
    """The bytes of a value, in canonical form if it has one."""
    try:
        return canonical.encode(value)
    except ProofError:
        return b'{"format":1.5}'


@settings(max_examples=PART)
@given(st.sampled_from(PLACES), ODD, st.booleans())
def test_an_odd_value_anywhere_is_refused(path, odd, drop):
    changed = put(path, odd, drop=drop)
    assume(changed != TRUE)

    assert outcome(written(changed)) in range(1, 13)


@settings(max_examples=PART)
@given(st.sampled_from(PLACES), ODD, st.booleans())
def test_an_odd_value_that_the_operator_signs_is_refused_or_doubted(path, odd, drop):
    changed = put(path, odd, drop=drop)
    assume(changed != TRUE)
    found = outcome(written(resealed(changed)))

    # The operator may date its own record as it likes, name its question, and hide a document.
    assert found in range(1, 14) or path[0] in ("record", "documents")


@settings(max_examples=PART)
@given(st.sampled_from(PLACES), st.sampled_from(PLACES), st.booleans())
def test_parts_that_change_places_are_refused_or_doubted(here, there, seal):
    value = pickle.loads(COPY)
    moved = copy.deepcopy(at(value, there))
    at(value, here[:-1])[here[-1]] = moved
    assume(value != TRUE)
    found = outcome(written(resealed(value) if seal else value))

    # A time stamp that nobody checks is counted as such, whatever it is.
    free = ("record", "documents", "timestamps") if seal else ("timestamps",)
    assert found in range(1, 14) or here[0] in free


@settings(max_examples=PART)
@given(st.integers(0, len(DATA)), st.integers(0, 40), st.binary(max_size=40))
def test_bytes_that_are_cut_out_or_slipped_in_are_refused(start, length, slipped):
    data = DATA[:start] + slipped + DATA[start + length :]
    assume(data != DATA)

    assert outcome(data) in range(1, 13)


WORDS = st.sampled_from(
    [*("attestation", "batch", "event", "key", "correction", "erasure", "index", "heartbeat")]
)
WHO = st.lists(
    st.sampled_from([PACK, PACKMAKER, simulator.CELLMAKER, cell_id(0), "other", "third"]),
    max_size=3,
    unique=True,
)
KEYS = [PACK_OF_TWO.cellmaker, PACK_OF_TWO.packmaker]
METHODS = st.sampled_from([None, *(each.name for each in KEYS)])


def documents() -> list[bytes]:
    """What an operator has at hand: every document of the story, and some others."""
    other = simulator.pack_of_cells(count=2, batch_size=3, events=1)
    later.withdraw(other.world, other.packmaker, other.origin_index, [PACK])
    later.erase(other.world, 4, [PACK])
    other.world.rotate(
        other.packmaker, simulator.key_of("issuer", PACKMAKER + "#key-2"), custody="hosted"
    )
    later.take_snapshot(other.world, [])
    return [*other.world.documents.values(), b"", b"{}", b"null", b"[]", b'{"battery":7}']


STORY = documents()
RANGES = st.tuples(st.integers(0, 3), st.binary(max_size=12))


@settings(max_examples=PART // 2)
@given(
    st.lists(st.tuples(WORDS, st.sampled_from(STORY), METHODS, WHO), min_size=1, max_size=3),
    st.booleans(),
)
def test_whatever_the_operator_logs_is_judged(entries, shared):
    pack = simulator.pack_of_cells(count=2, batch_size=3, events=1)
    for kind, data, method, who in entries:
        try:
            pack.world.enter(kind, data, method, who)
        except BadLeaf:
            continue  # such an entry cannot be written at all
    contents = pack.contents()
    if shared:
        extra = [
            simulator.members_of(index, who, [each for each in who if each in contents.salts])
            for index, who in pack.world.about.items()
            if len(who) > 1 and who != SHARED and set(who) & contents.salts.keys()
        ]
        contents = replace(contents, members=[*contents.members, *extra])

    assert outcome(pack.bundle(contents)) in range(14)


@settings(max_examples=PART // 2)
@given(
    st.lists(RANGES, max_size=3),
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from([PACK, "other", ""])), max_size=3),
    st.dictionaries(WHO.map(str), WHO, max_size=2),
    st.dictionaries(st.sampled_from([PACK, "other", cell_id(0)]), st.integers(-2, 9), min_size=1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=3),
)
def test_whatever_the_operator_shows_is_judged(items, members, components, asked, nodes):
    contents = PACK_OF_TWO.contents()
    digest = contents.items[0].batch
    shown = replace(
        contents,
        batteries=asked,
        items=[ItemGroup(digest, tuple(dict(items).items()), tuple(nodes))],
        members=[MemberGroup(PACK_OF_TWO.shared_index, tuple(dict(members).items()), tuple(nodes))],
        components=components,
        previous=[Previous(contents.checkpoint, tuple(nodes))] * (len(nodes) % 2),
        timestamps=nodes,
    )

    assert outcome(PACK_OF_TWO.bundle(shown)) in range(1, 14)
