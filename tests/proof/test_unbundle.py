"""A file that is not a bundle is refused at step 1, and told the place where it is not."""

from collections.abc import Callable

import pytest

from passport.proof import canonical, unbundle
from passport.proof.encoding import b64_encode
from passport.proof.errors import BadBundle
from tests.simulator import Pack, pack_of_cells

SHORT = b64_encode(bytes(31))


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of_cells(3, batch_size=4)


def _subject(**terms: object) -> Callable[[dict], dict]:
    return lambda value: {
        **value,
        "record": {
            **value["record"],
            "credentialSubject": {**value["record"]["credentialSubject"], **terms},
        },
    }


_BATTERIES, _TITLE = "/record/credentialSubject/batteries", "/record/credentialSubject/title"
READ: dict[str, tuple[str, Callable[[dict], dict]]] = {
    "a record that is text": ("/record", lambda value: {**value, "record": "signed"}),
    "a record about nobody": ("/record", lambda value: {**value, "record": {}}),
    "a checkpoint without text": ("/checkpoint", lambda value: {**value, "checkpoint": ""}),
    "batteries that are text": (_BATTERIES, _subject(batteries="x")),
    "no battery": (_BATTERIES, _subject(batteries=[])),
    "a battery that is text": (_BATTERIES, _subject(batteries=["urn:a"])),
    "a battery without a name": (_BATTERIES, _subject(batteries=[{"lastSequence": 0}])),
    "a battery before -1": (_BATTERIES, _subject(batteries=[{"id": "a", "lastSequence": -2}])),
    "a sequence that is a truth": (
        _BATTERIES, _subject(batteries=[{"id": "a", "lastSequence": True}])
    ),
    "a title that is a number": (_TITLE, _subject(title=7)),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_a_file_is_refused_at_the_place_of(case, pack):
    pointer, change = READ[case]
    with pytest.raises(BadBundle) as refused:
        unbundle.read(canonical.encode(change(canonical.loads(pack.bundle()))))
    assert (refused.value.step, refused.value.pointer) == (1, pointer)


NOWHERE: dict[str, tuple[str, Callable[[dict], bytes]]] = {
    "another format": ("is not a bundle", lambda value: canonical.encode({**value, "format": "x"})),
    "a part too many": ("is not a bundle", lambda value: canonical.encode({**value, "more": 1})),
    "another spelling": ("not in canonical form", lambda value: b" " + canonical.encode(value)),
    "brackets": ("more parts than a bundle", lambda value: b"[" * 2000),
    "a short hash": (
        "it must have 32",
        lambda value: canonical.encode({**value, "evidence": {"entries": [], "nodes": [SHORT]}}),
    ),
}


@pytest.mark.parametrize("case", NOWHERE)
def test_a_file_is_refused_as_a_whole_for(case, pack):
    words, change = NOWHERE[case]
    with pytest.raises(BadBundle, match=words) as refused:
        unbundle.read(change(canonical.loads(pack.bundle())))
    assert (refused.value.step, refused.value.pointer) == (1, "")


def test_the_place_of_what_is_not_strict_json_is_kept(pack):
    data = canonical.encode({**canonical.loads(pack.bundle()), "index": 777_777})
    with pytest.raises(BadBundle) as refused:
        unbundle.read(data.replace(b"777777", b"777777.5"))
    assert (refused.value.step, refused.value.pointer) == (1, "/index")


@pytest.mark.parametrize("sequence", [-1, 0, 7])
def test_a_battery_has_a_last_sequence_of_minus_one_or_more(sequence, pack):
    rows = [{"id": "urn:a", "lastSequence": sequence}]
    data = canonical.encode(_subject(batteries=rows)(canonical.loads(pack.bundle())))
    assert unbundle.read(data).contents.batteries == {"urn:a": sequence}
