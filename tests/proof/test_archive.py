"""Of the same files there is one archive; every other spelling of it is refused."""

import io
import struct
import zipfile

import pytest

from passport.proof import archive
from passport.proof.archive import Entry
from passport.proof.errors import BadArchive
from tests.filed import packed, unpacked

FILES = {"01_project/a.json": b'{"a":1}', "b.txt": b"two", "c/empty": b""}


def test_what_is_packed_is_read_back_by_us_and_by_others():
    data = packed(FILES)

    assert unpacked(data) == FILES
    with zipfile.ZipFile(io.BytesIO(data)) as others:
        assert others.testzip() is None
        assert {name: others.read(name) for name in others.namelist()} == FILES
        assert {each.compress_type for each in others.infolist()} == {zipfile.ZIP_STORED}
    assert packed(dict(reversed(FILES.items()))) == data
    assert unpacked(packed({})) == {}


def test_every_flipped_bit_of_an_archive_is_refused():
    data = packed({"a.txt": b"1", "b/c.json": b"{}"})

    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        with pytest.raises(BadArchive):
            unpacked(bytes(changed))


def test_a_large_file_is_read_in_pieces_and_only_as_far_as_asked():
    found = archive.read(packed({"large": b"x" * (2**20 + 7)}))

    assert [len(each) for each in found.pieces("large")] == [2**20, 7]
    with pytest.raises(BadArchive, match="7 at most are read"):
        found.read("large", most=7)
    with pytest.raises(BadArchive, match="There is no file small"):
        found.read("small", most=7)


def by_zipfile(mode: int = zipfile.ZIP_STORED, names: tuple[str, ...] = ("a",)) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", mode) as others:
        for name in names:
            others.writestr(zipfile.ZipInfo(name), b"a" * 1000, mode)
    return made.getvalue()


def loose(*entries: Entry, data: bytes = b"1") -> bytes:
    return b"".join(archive.header(each) + data for each in entries) + archive.directory(entries)


ONE = archive.checksum([b"1"])
TWICE = (Entry("a", 1, ONE, 0), Entry("a", 1, ONE, archive.header_size("a") + 1))
REFUSED = {
    "nothing at all": (b"", "list at the end"),
    "bytes before it": (b" " + packed(FILES), "list at the end"),
    "bytes behind it": (packed(FILES) + b" ", "list at the end"),
    "a comment": (packed(FILES)[:-2] + b"\x01\x00x", "list at the end"),
    "cut off in a header": (packed(FILES)[:20], "cut off"),
    "cut off in a file": (packed(FILES)[:50], "a.json is cut off"),
    "packed by others": (by_zipfile(), "not stored as it must be"),
    "compressed": (by_zipfile(zipfile.ZIP_DEFLATED), "not stored as it must be"),
    "one name twice": (loose(*TWICE), "stands twice"),
    "a name out of order": (loose(Entry("b", 1, ONE, 0), Entry("a", 1, ONE, 32)), "out of order"),
    "other bytes": (packed(FILES).replace(b"two", b"owt"), "other bytes"),
    "a name of other letters": (packed(FILES).replace(b"b.txt", b"b.tx\xe4"), "not ASCII"),
    "a name that leads out": (packed(FILES).replace(b"c/empty", b"../etc."), "not a name"),
    "a hidden name": (packed(FILES).replace(b"c/empty", b"c/.mpty"), "not a name"),
    "a name that is a folder": (packed(FILES).replace(b"c/empty", b"c/empt/"), "not a name"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_another_spelling_is_refused(case):
    data, words = REFUSED[case]

    with pytest.raises(BadArchive, match=words):
        archive.read(data)


def test_what_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(archive, "MAX_FILES", 2)
    with pytest.raises(BadArchive, match="more than 2 files"):
        archive.read(packed(FILES))
    monkeypatch.setattr(archive, "MAX_BYTES", 100)
    with pytest.raises(BadArchive, match="100 at most"):
        archive.read(packed(FILES))


def test_a_size_beyond_the_file_takes_no_memory():
    data = bytearray(packed({"a": b"1"}))
    struct.pack_into("<II", data, 18, 2**32 - 1, 2**32 - 1)

    with pytest.raises(BadArchive, match="cut off"):
        archive.read(bytes(data))


def test_a_name_of_endless_length_is_not_written():
    with pytest.raises(BadArchive, match="not a name"):
        archive.header(Entry("a" * 201, 0, 0, 0))
