"""A private key at rest opens in its own row, for its own purpose, under its own KEK, or not."""

from dataclasses import replace
from itertools import count

import pytest

from passport.proof import canonical, envelope
from passport.proof.envelope import Envelope, Kek, Place
from passport.proof.errors import BadEnvelope, BadKeyFile, ProofError
from tests.simulator import seed

PLACE = Place(
    table="hostedkey", row="018f-1", method="did:web:a.example#hosted-1", purpose="issuer"
)
OLD, NEW = Kek(id="2025", secret=seed("kek 2025")), Kek(id="2026", secret=seed("kek 2026"))
BOTH = {each.id: each for each in (OLD, NEW)}
SEED = seed("hosted")


def counting():
    """Random bytes that are not random, and never come twice."""
    numbers = count(1)
    return lambda size: next(numbers).to_bytes(size, "big")


def sealed() -> Envelope:
    return envelope.seal(seed=SEED, place=PLACE, kek=OLD, draw=counting())


def test_what_was_sealed_opens():
    assert envelope.open_seed(envelope=sealed(), place=PLACE, keks=BOTH) == SEED
    envelope.check(envelope=sealed(), place=PLACE, keks=BOTH)


def test_neither_the_seed_nor_its_key_lies_open():
    kept = sealed()
    assert SEED not in kept.sealed_seed + kept.wrapped_key
    assert (len(kept.sealed_seed), len(kept.wrapped_key)) == (60, 60)
    assert OLD.secret.hex() not in repr(OLD)


def test_each_envelope_has_a_key_of_its_own():
    one, two = (envelope.seal(seed=SEED, place=PLACE, kek=OLD) for _ in range(2))
    assert one.sealed_seed != two.sealed_seed
    assert one.wrapped_key[:12] != two.wrapped_key[:12]


OTHER_PLACES = {
    "another table": replace(PLACE, table="otherkey"),
    "another row": replace(PLACE, row="018f-2"),
    "another key": replace(PLACE, method="did:web:b.example#hosted-1"),
    "another purpose": replace(PLACE, purpose="record"),
}


@pytest.mark.parametrize("case", OTHER_PLACES)
def test_an_envelope_that_was_moved_does_not_open(case):
    with pytest.raises(BadEnvelope, match="does not open"):
        envelope.open_seed(envelope=sealed(), place=OTHER_PLACES[case], keks=BOTH)


def test_two_rows_do_not_swap_their_seeds():
    other_place = OTHER_PLACES["another row"]
    other = envelope.seal(seed=seed("other"), place=other_place, kek=OLD)
    swapped = replace(sealed(), sealed_seed=other.sealed_seed)
    with pytest.raises(BadEnvelope, match="belongs to another row"):
        envelope.open_seed(envelope=swapped, place=PLACE, keks=BOTH)
    with pytest.raises(BadEnvelope):
        envelope.open_seed(envelope=other, place=PLACE, keks=BOTH)


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("part", ["wrapped_key", "sealed_seed"])
def test_no_bit_can_be_changed(part):
    kept = sealed()
    whole = getattr(kept, part)
    bits = [flipped(whole, bit) for bit in range(8 * len(whole))]
    for changed_part in (*bits, whole[:-1], whole + b"\0", b""):
        cheated = replace(kept, **{part: changed_part})
        with pytest.raises(BadEnvelope):
            envelope.open_seed(envelope=cheated, place=PLACE, keks=BOTH)


def test_a_wrong_or_missing_kek_is_named():
    with pytest.raises(BadEnvelope, match="'2025', which is missing"):
        envelope.check(envelope=sealed(), place=PLACE, keks={"2026": NEW})
    impostor = {"2025": replace(NEW, id="2025")}
    with pytest.raises(BadEnvelope, match="under '2025': the file holds another key"):
        envelope.check(envelope=sealed(), place=PLACE, keks=impostor)
    with pytest.raises(BadEnvelope, match="under '2026'"):
        envelope.check(envelope=replace(sealed(), kek_id="2026"), place=PLACE, keks=BOTH)


def test_rewrapping_leaves_the_sealed_seed():
    kept = sealed()
    again = envelope.rewrap(envelope=kept, place=PLACE, keks=BOTH, to=NEW)
    assert (again.kek_id, again.sealed_seed) == ("2026", kept.sealed_seed)
    assert envelope.open_seed(envelope=again, place=PLACE, keks={"2026": NEW}) == SEED
    with pytest.raises(BadEnvelope, match="missing"):
        envelope.rewrap(envelope=kept, place=PLACE, keks={"2026": NEW}, to=NEW)


def test_a_wrapping_is_not_renamed_to_another_kek_of_the_same_secret():
    twin = replace(OLD, id="2027")
    renamed = replace(sealed(), kek_id="2027")
    with pytest.raises(BadEnvelope):
        envelope.open_seed(envelope=renamed, place=PLACE, keks={"2027": twin})


def test_places_cannot_be_written_alike():
    for place in (replace(PLACE, row="a|b"), replace(PLACE, table="")):
        with pytest.raises(BadEnvelope, match="holds a bar"):
            envelope.seal(seed=SEED, place=place, kek=OLD)


def test_only_seeds_are_sealed():
    with pytest.raises(BadEnvelope, match="has 31"):
        envelope.seal(seed=SEED[:31], place=PLACE, kek=OLD)


def test_a_kek_is_kept_under_its_name():
    made = envelope.new_kek(name="2026-a", draw=counting())
    assert envelope.decode_kek(data=envelope.encode_kek(kek=made), name="2026-a") == made
    assert envelope.new_kek(name="a").secret != envelope.new_kek(name="a").secret


def changed(**terms: object) -> bytes:
    return canonical.encode({**canonical.loads(envelope.encode_kek(kek=OLD)), **terms})


DAMAGED = {
    "another format": changed(format="batterypassport/kek/v2"),
    "a term more": changed(note="x"),
    "no object": b"[]",
    "no JSON": b"\x00",
    "a renamed file": changed(name="2024"),
    "a name that is a number": changed(name=2025),
    "a short key": changed(key="AA"),
    "a key that is no text": changed(key=7),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_another_file_is_no_kek(case):
    with pytest.raises(ProofError):
        envelope.decode_kek(data=DAMAGED[case], name="2025")


@pytest.mark.parametrize("name", ["", "../kek", ".hidden", "a b", "a" * 65, "a|b", "2025\n"])
def test_a_kek_has_a_name_that_a_file_can_have(name):
    with pytest.raises(BadKeyFile, match="cannot name"):
        envelope.new_kek(name=name)
    with pytest.raises(BadKeyFile):
        envelope.decode_kek(data=envelope.encode_kek(kek=OLD), name=name)
