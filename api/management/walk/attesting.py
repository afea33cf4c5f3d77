"""What a maker and its supplier sign outside the service and send in: keys, claims, regrets."""

import base64
import gzip
from pathlib import Path
from typing import Any

from api.management.walk import programs
from api.management.walk.caller import Caller, Failed, wait_for
from api.management.walk.walk import SUPPLIER, Pack, Walk
from passport.proof import canonical, credential
from passport.proof.encoding import b64u_encode

_ENDED = 409


def make_key(walk: Walk) -> str:
    """The maker makes its key itself, and enrols it by signing a nonce."""
    maker = walk.caller("pack_maker")
    who = maker.get("/api/v1/whoami").json["did"]
    name = f"walk-{walk.token}"
    made = programs.audit("keygen", "--out", walk.key, "--did", who, "--name", name)
    walk.keep["pin"] = made.out.rpartition("trust   ")[2].strip()
    enrolled = _key_event(walk, maker, "--enrol")
    return f"{enrolled['method']}, proven by its own signature"


def supply(walk: Walk) -> str:
    """A supplier attests a lot of material; the answer is a receipt that the service signed."""
    supplier, lot = walk.caller(SUPPLIER), f"https://{SUPPLIER}.example/lots/{walk.token}"
    facts = {
        "id": lot,
        "material": "LFP powder",
        "mass": {"value": "30", "unit": "KGM"},
        "origin": ["DE"],
        "recycledShare": "0.15",
        "materials": [{"material": "iron phosphate", "massFraction": "0.95", "origin": ["FI"]}],
    }
    key = walk.state / "makers" / f"{SUPPLIER}.key"
    told = ("--origin", _written(walk, "lot.json", facts), "--kind", "MaterialOriginAttestation")
    signed = _signed(walk, key, walk.lot.name, *told)
    taken = supplier.post("/api/v1/attestations", {"credential": signed}, expect=202).json
    promised = taken["receipt"]["credentialSubject"]
    if promised["digest"] != _digest(walk.lot):
        raise Failed("The receipt is for something else.", where=lot, remedy="See receipt.py.")
    return f"30 kg of {lot}; a receipt promises its entry by {promised['logBy']}"


def attest(walk: Walk) -> str:
    """One signature over all cells, one over each pack with the root of its cells."""
    maker, batch = walk.caller("pack_maker"), walk.folder / "batch.json"
    cells = walk.folder / "cells.ndjson"
    lines = [
        canonical.encode({"id": cell, "lot": walk.token, "logSalt": walk.salts[cell]}) + b"\n"
        for pack in walk.packs
        for cell in pack.cells
    ]
    cells.write_bytes(b"".join(lines))
    powder = {"material": "LFP powder", "massFraction": "0.36", "attestation": _digest(walk.lot)}
    common = {
        "cathode": "LFP",
        "facilityCountry": "DE",
        "mass": {"value": "5.42", "unit": "KGM"},
        "materials": [powder, {"material": "graphite", "massFraction": "0.19", "origin": ["NO"]}],
    }
    over = ("--batch", cells, "--common", _written(walk, "common.json", common))
    sent = _signed(walk, walk.key, batch.name, *over)
    maker.post("/api/v1/attestations", sent, expect=202)
    for pack in walk.packs:
        _attest_pack(walk, maker, pack)
    return f"1 batch of {len(lines)} cells, {len(walk.packs)} packs; signed outside the service"


def rotate(walk: Walk) -> str:
    """The maker puts a new key in the place of the old one, which signs nothing any more."""
    maker = walk.caller("pack_maker")
    who, name = maker.get("/api/v1/whoami").json["did"], f"walk-{walk.token}-b"
    programs.audit("keygen", "--out", walk.later_key, "--did", who, "--name", name)
    late = _signed(walk, walk.key, "late.json", *_test_record(walk, walk.flooded, soh="0.93"))
    came = _key_event(walk, maker, "--rotate", walk.later_key)
    maker.post("/api/v1/attestations", {"credential": late}, expect=_ENDED)
    return f"{came['method']} replaces {came['replaces']}, which is refused from now on"


def take_back(walk: Walk) -> str:
    """A mistaken claim is taken back by the new key; its bit in the public status list is set."""
    maker, claim = walk.caller("pack_maker"), walk.folder / "mistaken.json"
    told = _test_record(walk, walk.flooded, soh="0.39")
    sent = {"credential": _signed(walk, walk.later_key, claim.name, *told)}
    made = maker.post("/api/v1/attestations", sent, expect=202).json
    back = ("--withdraw", claim, "--reason", "two digits were swapped")
    said = {"credential": _signed(walk, walk.later_key, "withdrawal.json", *back)}
    taken = maker.post("/api/v1/attestations/withdrawals", said, expect=201, prefer="wait=10")
    at = f"/api/v1/attestations/{made['id']}"
    status = wait_for(lambda: maker.get(at).json["status"], what="Its place in the log", where=at)
    listed = Caller(walk.url).get(f"/status/{status['list'].rpartition('/')[2]}")
    if not _is_set(listed.json, status["index"]):
        raise Failed("The bit is not set.", where=status["list"], remedy="See status_list.py.")
    reason = taken.json["reason"]
    return f"“{reason}”; bit {status['index']} of {status['list']} is set"


def _attest_pack(walk: Walk, maker: Caller, pack: Pack) -> None:
    facts = {
        "id": pack.identity,
        "components": sorted(pack.cells),
        "logSalt": walk.salts[pack.identity],
        "mass": {"value": "40", "unit": "KGM"},
    }
    told = ("--origin", _written(walk, "facts.json", facts))
    upstream = ("--upstream", walk.folder / "batch.json")
    sent = {"credential": _signed(walk, walk.key, "origin.json", *told, *upstream)}
    # Who waits is given the proof; anybody else a signed receipt (202).
    taken = maker.post("/api/v1/attestations", sent, expect=201, prefer="wait=10").json
    pack.digest = taken["digest"]


def _key_event(walk: Walk, maker: Caller, *what: str | Path) -> Any:
    nonce = maker.post("/api/v1/keys/challenges", expect=201).json["nonce"]
    event = _signed(walk, walk.key, "event.json", *what, "--challenge", nonce)
    return maker.post("/api/v1/keys", {"credential": event}, expect=202).json


def _test_record(walk: Walk, pack: Pack, *, soh: str) -> tuple[str | Path, ...]:
    facts = {"id": pack.identity, "soh": soh, "method": "cycler of the walk"}
    return ("--origin", _written(walk, "test.json", facts), "--kind", "BatteryTestRecord")


def _signed(walk: Walk, key: Path, name: str, *what: str | Path) -> Any:
    """What `audit sign` makes with a key; it stays in the folder under this name."""
    out = walk.folder / name
    programs.audit("sign", "--key", key, *what, "--out", out)
    return canonical.loads(out.read_bytes(), max_bytes=2**26)


def _written(walk: Walk, name: str, facts: object) -> Path:
    place = walk.folder / name
    place.write_bytes(canonical.encode(facts))
    return place


def _digest(place: Path) -> str:
    return b64u_encode(credential.digest(place.read_bytes()))


def _is_set(signed: Any, index: int) -> bool:
    """Read a Bitstring Status List as anybody would: gzip, the first bit leftmost."""
    encoded = signed["credentialSubject"]["encodedList"].removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    return bool(bits[index // 8] >> 7 - index % 8 & 1)
