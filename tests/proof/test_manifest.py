"""The manifest of a backup says what lies in it, and nobody but the service could have said so."""

import dataclasses
import hashlib

import pytest

from passport.proof import canonical, manifest
from passport.proof.checkpoint import Checkpoint
from passport.proof.errors import ProofError
from passport.proof.manifest import BadManifest, File, Manifest
from tests.simulator import AT, ORIGIN, SERVICE, key_of, salt

KEY = key_of("record", SERVICE + "#record-1")
TRUSTED = [("did:web:other.example", key_of("record", "did:web:other.example#1").public_key)]
TRUSTED += [(KEY.did, key_of("record", SERVICE + "#record-0").public_key)]
TRUSTED += [(KEY.did, KEY.public_key)]
DUMP = b"a dump"
SAID = Manifest(
    created=AT,
    head=Checkpoint(origin=ORIGIN, size=7, root=bytes(32)),
    checkpoint=b"note",
    tables={"passport_battery": 3},
    files={"database.dump": File(len(DUMP), hashlib.sha256(DUMP).digest())},
    versions={"postgres": "18"},
    salt=salt("backup"),
)


def signed(said: Manifest = SAID) -> bytes:
    return manifest.sign(manifest=said, key=KEY.private_key, method=KEY.name)


def changed(**terms: object) -> bytes:
    value = canonical.loads(signed())
    assert isinstance(value, dict)
    return canonical.encode({name: each for name, each in (value | terms).items() if each != "-"})


def test_reads_back_what_was_signed() -> None:
    assert manifest.verify(data=signed(), records=TRUSTED) == SAID
    assert manifest.digest(signed()) == hashlib.sha256(signed()).digest()


def test_every_flipped_byte_is_refused() -> None:
    data = signed()
    for place in range(len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1
        with pytest.raises(ProofError):
            manifest.verify(data=bytes(flipped), records=TRUSTED)


@pytest.mark.parametrize("records", [[], TRUSTED[:2]], ids=["nobody", "another key"])
def test_is_refused_by_who_trusts_another_key(records: list[tuple[str, bytes]]) -> None:
    with pytest.raises(BadManifest, match="not signed by a record key that is trusted here"):
        manifest.verify(data=signed(), records=records)


MISSHAPEN = {
    "a term too many": changed(more=1),
    "a term too few": changed(salt="-"),
    "another format": changed(format="batterypassport/bundle/v1"),
    "another shape": b"[]",
    "not canonical": signed() + b"\n",
    "a log without its root": changed(log={"origin": ORIGIN, "treeSize": 7}),
    "a log that is a list": changed(log=[]),
    "rows below zero": changed(tables={"passport_battery": -1}),
    "rows in words": changed(tables={"passport_battery": "three"}),
    "a file that climbs out": changed(files={"../x": {"size": 1, "sha256": "x"}}),
    "a file without a digest": changed(files={"x": {"size": 1}}),
    "a salt that is short": changed(salt="AAAA"),
    "a moment that is none": changed(created="2026-02-30T00:00:00Z"),
    "a moment that is no text": changed(created=1),
    "a method that is none": changed(method="x"),
}


@pytest.mark.parametrize("what", MISSHAPEN)
def test_is_refused_when_misshapen(what: str) -> None:
    with pytest.raises(ProofError):
        manifest.verify(data=MISSHAPEN[what], records=TRUSTED)


def test_nothing_is_signed_that_would_not_be_read() -> None:
    with pytest.raises(BadManifest, match="not a number of things"):
        signed(dataclasses.replace(SAID, tables={"passport_battery": -1}))


def test_a_file_is_the_one_that_is_listed() -> None:
    sha256 = hashlib.sha256(DUMP).digest()
    listed = {"manifest": SAID, "name": "database.dump", "size": len(DUMP), "sha256": sha256}
    manifest.check_file(**listed)
    for other in ({"name": "policy"}, {"size": 5}, {"sha256": bytes(32)}):
        with pytest.raises(BadManifest, match=r"policy does not stand|is not the file"):
            manifest.check_file(**(listed | other))
