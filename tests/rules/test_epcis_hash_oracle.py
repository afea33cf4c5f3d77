"""The same event hash ids as the published test vectors, and as others compute for our events.

The vectors that exist as XML only are not ours to read: an event comes here as JSON. They are the
files of hashes without a .jsonld beside them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import cast

import pytest

from passport.rules.epcis import check_event
from passport.rules.epcis_document import open_document
from passport.rules.epcis_hash import event_hash_id, prehash
from passport.rules.epcis_json import Json, read
from tests.oracle_data import oracle

pytestmark = pytest.mark.oracle

VECTORS = 22
# Published with its hash only.
WITHOUT_TEXT = "epcisDocHavingEventWithComment"
# Texts that are damaged in the published files: they are not what their own hashes were made of.
DAMAGED = {
    ("epcisDocWithAllGS1Keys", 0),
    ("epcisDocWithCustomSchemaInContext", 1),
    ("epcisDocWithDefaultSchemaInContext", 1),
}
# Computed for these events with the reference implementation of the standard's authors.
OURS: dict[str, tuple[str, ...]] = {
    "01_cell_commissioning": ("30f408beea5b9d80da0848de0ed11218a874efa9f5aff85b05c3f0d2941c8e67",),
    "02_cell_eol_test": ("2e05f2745ad6a6d56fdd28481b912b033460819e22481eec72002277385c0ac5",),
    "03_cell_reject": ("85f21d4c13b180282adad96b364e97762434c9905dac22a3e831c8d7054cd502",),
    "04_cell_scrapped": ("ea9ae1d15f2aedf8732ca6bd093985622fe0aeaad2daa1b7acf83002329e6406",),
    "05_module_commissioning": (
        "f8f8c515edf46bb036f51da5924f6e882e917d0917c4771dfd36166cd7a7213c",
    ),
    "06_cells_into_module": ("9a8c347387cedd49408423042b2440bb157d4b5ae2448a4b4c9304587a698b0a",),
    "06b_cells_by_lot_into_module": (
        "73969931361f91992d6f3634629cd2fc93ca57cc61452b04635266161436a218",
    ),
    "07_pack_commissioning": ("d64427e4240be3d484a3cc1791578c26592570e248fe3e7110c32848ea6df57b",),
    "08_modules_into_pack": ("1f0a9955683ba0fabaa1f39f5ccb018756fcdbd90b36e8ffde2ffe3075cb2cd2",),
    "09_pack_eol_soh": ("57087ad63104f19a63acfd9947b0c90827de3f728b38cfc8041e9107f638acbf",),
    "10_packing": ("7ab56e203c2ae4d379c97fc76cfec6958b4379eb47aba26b7e9d7d5e8cc98bcb",),
    "11_shipping": ("f3e749dd8bf0c44a22dfa34b97f8cf0b0f98b90792854c91f756fa318bad98d2",),
    "12_receiving": ("3252f88b4d60bf065aa4902d3d6785c2622f8c1b600d8740e3d04b92476dd6ed",),
    "13_unpacking": ("f622a13cb7b5d2bdf82a2edcddd2ed455297b12e1e7d481a8014ae6c7fa93a45",),
    "14_install_in_vehicle": ("f92841c9fe9ba556eef5b2f91eda953392676bfb569c341f616c1028c1f9c49d",),
    "15_soh_in_use": ("8a2dff586b4895443da3da9cf1dee8567fa63e111c2db81fa8558cf3a1c0857b",),
    "16_module_removed": ("e957a3a4f312ce74672e9780b0a4ca8aa56f660594e6f833ecf9005de823ca6c",),
    "17_module_replaced": ("ebb88698deaeadc7c6c083201a2e8579b3eb690348fd3a3cac8875ee7d412508",),
    "18_repaired": ("936c209e7ea01b405e6143a1d43b28b225141193dc47298bed170b0de6c345ad",),
    "19_ownership": ("a6539578a6471fe154c43130a5f2e06dea70336e0f60d6b21a25947e4d971fe7",),
    "20_collected": ("89dc337dc9f35aa8b6c8dcc521717337ebeaf915be94a082a6578bd9186aa8e6",),
    "21_dismantling_all": ("70d5ba19c88ad823d728bd30c4273df148501754e3e8ef929e8225cf599c0e81",),
    "22_repurposing": ("96199ca96609aae17ddebbe31378611a354295a784047b84f590ee44765490b0",),
    "23_old_pack_decommissioned": (
        "877109b3b5f8978426eaeef322a038b7c0e415e70d667c8d03c0ead8e8a9e34c",
    ),
    "24_recycling_shred": ("4e12f2301d2b3cbe195428e0522edae75e95d02ec722aa59ed64e0af0510c32a",),
    "25_recycling_hydromet": ("c568321cc0d1133ee6208e521f53978a271b62814a01beec55b5ac0a9665e6a9",),
    "26_module_destroyed": ("08168fe5c3f75e0cbda782be0917120928369ba6b28eb648a7d1a4ac4856fb27",),
    "27_error_declaration_triplet": (
        "8a2dff586b4895443da3da9cf1dee8567fa63e111c2db81fa8558cf3a1c0857b",
        "8a2dff586b4895443da3da9cf1dee8567fa63e111c2db81fa8558cf3a1c0857b",
        "f661c12349dd1cff2f641867b9536931046585bb0bc3ba8809d51c063673ff12",
    ),
}


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line]


def _hashed(path: Path) -> tuple[list[str], list[str]]:
    """The texts and the ids of the events in a file, each checked first."""
    opened = open_document(read(path.read_bytes()))
    events = [check_event(each) for each in opened.events]
    naming = opened.naming
    return (
        [prehash(each, naming=naming) for each in events],
        [event_hash_id(each, naming=naming) for each in events],
    )


def test_computes_every_published_vector() -> None:
    files = sorted(oracle("epcis/event_hash").glob("*.jsonld"))
    assert len(files) == VECTORS

    for path in files:
        _, ids = _hashed(path)
        assert ids == _lines(path.with_suffix(".hashes")), path.name


def test_writes_the_published_text_where_it_is_whole() -> None:
    damaged, compared = set(), 0
    for path in sorted(oracle("epcis/event_hash").glob("*.jsonld")):
        if path.stem == WITHOUT_TEXT:
            continue
        published = _lines(path.with_suffix(".prehashes"))
        digests = _lines(path.with_suffix(".hashes"))
        for at, text in enumerate(_hashed(path)[0]):
            if hashlib.sha256(published[at].encode()).hexdigest() in digests[at]:
                assert text == published[at], path.name
                compared += 1
            else:
                damaged.add((path.stem, at))

    assert damaged == DAMAGED
    assert compared == 39


@pytest.mark.parametrize("name", OURS)
def test_computes_the_ids_of_the_battery_events(name: str) -> None:
    _, ids = _hashed(oracle(f"epcis/battery_events/{name}.jsonld"))

    assert ids == [f"ni:///sha-256;{each}?ver=CBV2.0" for each in OURS[name]]


def test_the_whole_life_in_one_document_has_the_same_ids() -> None:
    _, ids = _hashed(oracle("epcis/battery_events/lifecycle_all.jsonld"))

    alone = [each for name in sorted(OURS) if not name.startswith("27") for each in OURS[name]]
    assert ids == [f"ni:///sha-256;{each}?ver=CBV2.0" for each in alone]


def test_an_error_declaration_has_the_id_of_what_it_declares() -> None:
    path = oracle("epcis/battery_events/27_error_declaration_triplet.jsonld")
    first, declared, corrective = cast(
        list[dict[str, Json]], open_document(read(path.read_bytes())).events
    )

    assert "errorDeclaration" in declared
    assert event_hash_id(first) == event_hash_id(declared) != event_hash_id(corrective)
