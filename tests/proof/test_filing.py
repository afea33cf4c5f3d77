"""A manifest and a seal have one spelling; whatever else is written there is refused at step 1."""

import pytest

from passport.proof import canonical, filing, seal
from passport.proof.errors import BadEvidence
from tests.filed import FiledProject


@pytest.fixture(scope="module")
def project() -> FiledProject:
    return FiledProject().begin()


def test_a_manifest_is_read_back_as_it_was_written(project):
    manifest = project.manifest()

    assert filing.read(filing.encode(manifest)) == manifest


def engine(**terms: object) -> dict[str, object]:
    return {"engine": {"version": "1", "revision": "r", "program": "A" * 43} | terms}


def one_file(**terms: object) -> dict[str, object]:
    return {"files": {"a": {"sha256": "0" * 64, "size": 1, "mediaType": "text/plain"} | terms}}


MANIFESTS = {
    "another format": ({"format": "x"}, "not of an evidence file"),
    "an unknown term": ({"note": "x"}, "not of an evidence file"),
    "number nought": ({"number": 0}, "Only the first file"),
    "a number that is text": ({"number": "1"}, "Only the first file"),
    "a first file after another": ({"previous": "A" * 43}, "Only the first file"),
    "a second file after none": ({"number": 2}, "Only the first file"),
    "a digest cut short": ({"number": 2, "previous": "AAAA"}, "has 3 bytes"),
    "a moment without a zone": ({"createdAt": "2026-03-01T08:00:00"}, "when the file was made"),
    "a day that is none": ({"asOf": "2026-02-30"}, "as of which day"),
    "a day of another spelling": ({"asOf": "20260301"}, "as of which day"),
    "a day that is a number": ({"asOf": 20260301}, "as of which day"),
    "a creator without a name": ({"creator": "somebody"}, "did:"),
    "a project without a name": ({"project": ""}, "1 to 200"),
    "a rule set that is a list": ({"ruleSet": []}, "1 to 200"),
    "an engine that is text": ({"engine": "1.0"}, "its keys"),
    "an engine of no version": (engine(version=7), "1 to 200"),
    "an engine of no program": (engine(program=""), "32"),
    "a salt that is short": ({"salt": "AAAA"}, "16"),
    "no files": ({"files": {}}, "lists no files"),
    "files in a list": ({"files": ["a"]}, "lists no files"),
    "a file that leads out": ({"files": {"../a": {}}}, "not a name"),
    "a file that lists itself": ({"files": {"manifest.json": {}}}, "lists itself"),
    "a file that is text": ({"files": {"a": "b"}}, "its keys"),
    "a file of negative size": (one_file(size=-1), "no size"),
    "a file of endless size": (one_file(size=True), "no size"),
    "a digest in capitals": (one_file(sha256="A" * 64), "64 hexadecimal"),
    "a digest that is a number": (one_file(sha256=1), "64 hexadecimal"),
    "a media type of two lines": (one_file(mediaType="text/plain\nx"), "media type"),
    "a media type that is a number": (one_file(mediaType=1), "media type"),
}


@pytest.mark.parametrize("case", MANIFESTS)
def test_refuses_a_manifest_with(case, project):
    change, words = MANIFESTS[case]
    value = canonical.loads(filing.encode(project.manifest()))
    assert isinstance(value, dict)

    with pytest.raises(BadEvidence, match=words) as refused:
        filing.read(canonical.encode(value | change))

    assert refused.value.step == 1


def test_refuses_a_manifest_that_is_not_canonical(project):
    data = filing.encode(project.manifest())

    for other in (data.replace(b":", b": ", 1), data[:-1], b"[]"):
        with pytest.raises(BadEvidence) as refused:
            filing.read(other)
        assert refused.value.step == 1


SEALS = {
    "another format": {"format": "x"},
    "an unknown part": {"note": "x"},
    "no record": {"record": "signed"},
    "no checkpoint": {"checkpoint": ""},
    "entries without nodes": {"evidence": {"entries": []}},
    "documents that are text": {"documents": "none"},
}


@pytest.mark.parametrize("case", SEALS)
def test_refuses_a_seal_with(case, project):
    value = canonical.loads(project.file()["seal.json"], max_bytes=seal.MAX_BYTES)
    assert isinstance(value, dict)

    with pytest.raises(BadEvidence) as refused:
        seal.read(canonical.encode(value | SEALS[case]))

    assert refused.value.step == 1


def test_refuses_a_seal_that_is_not_canonical_or_too_large(project, monkeypatch):
    data = project.file()["seal.json"]

    for other in (data.replace(b":", b": ", 1), b"[" * 3000, b"[]"):
        with pytest.raises(BadEvidence) as refused:
            seal.read(other)
        assert refused.value.step == 1
    monkeypatch.setattr(seal, "MAX_BYTES", 1000)
    with pytest.raises(BadEvidence, match="1000 at most"):
        seal.read(data)
