"""What suppliers and makers sign: lots of material, cells made of them, packs made of cells.

Each names what it builds upon by the digest of the attestation that it was given.
"""

from datetime import timedelta
from random import Random
from typing import Any

from api.management.story import making, names, signing
from api.management.story.plot import Pack
from api.management.story.telling import StoryStuck, Tale, Tick
from passport.actions import attestation
from passport.models import Attestation, Battery
from passport.proof import batch, kinds
from passport.proof.encoding import b64u_encode
from passport.queries import retelling

# Who measures its cells tells so to those concerned, and to nobody else.
_MEASURES = "nordlicht-cells"
_RESTING_V = 3.296


def attest_lots(tale: Tale, tick: Tick) -> None:
    """Suppliers attest their lots, the deepest first."""
    for number, lot in enumerate(tale.plot.lots.values()):
        by, at = tale.parties[lot["supplier"]], tale.plot.moment("materials_attested", hour=8)
        at += timedelta(minutes=20 * number)
        if retelling.of_lot(issuer=by, identity=lot["id"]) is None:
            facts = lot["says"] | {
                "id": lot["id"],
                "producer": {"name": by.name, "country": by.country},
                "producedOn": (at - timedelta(days=3)).date().isoformat(),
                "materials": _materials(tale, lot["says"]["materials"]),
                "logSalt": _log_salt(tale, lot["supplier"], lot["id"]),
            }
            key = tale.keys[lot["supplier"]]
            signed = signing.signed_claim(key, kind=kinds.MATERIAL, facts=facts, at=at)
            attestation.record(credential_bytes=signed, items=None, by=by, at=at)
        tick(1)


def attest_cells(tale: Tale, tick: Tick) -> None:
    """One signature a maker over all of its cells."""
    for number, maker in enumerate(tale.plot.cell_makers):
        by, at = tale.parties[maker], tale.plot.moment("cells_attested", hour=9 + number)
        if retelling.batch(issuer=by, access="public") is None:
            items = [
                {
                    "id": cell,
                    "lot": pack.number,
                    "logSalt": _log_salt(tale, maker, cell),
                    "madeOn": making.made_on(tale, pack),
                }
                for pack in making.packs_of(tale, maker)
                for cell in making.cells_of(tale, pack)
            ]
            signed, salted = signing.signed_batch(
                tale.keys[maker], items=items, common=_of_all_cells(tale, maker), at=at
            )
            attestation.record(credential_bytes=signed, items=salted, by=by, at=at)
        tick(1)


def attest_voltages(tale: Tale, tick: Tick) -> None:
    """What one maker measured of each cell, in a credential that is for the parties alone."""
    by, at = tale.parties[_MEASURES], tale.plot.moment("cells_attested", hour=14)
    if retelling.batch(issuer=by, access="parties") is None:
        cells = [
            cell
            for pack in making.packs_of(tale, _MEASURES)
            for cell in making.cells_of(tale, pack)
        ]
        items = [{"id": cell, "ocv": _resting_volts(cell)} for cell in cells]
        signed, salted = signing.signed_batch(
            tale.keys[_MEASURES], items=items, common={}, at=at, access="parties"
        )
        attestation.record(credential_bytes=signed, items=salted, by=by, at=at)
    tick(1)


def attest_packs(tale: Tale, tick: Tick) -> None:
    """Each pack is attested with its mass, the root of its cells and the batch they come from."""
    slug, maker = tale.plot.one("pack_maker"), tale.party("pack_maker")
    known = making.registered(tale)
    done = retelling.attested(issuer=maker)
    for pack in tale.plot.packs:
        battery = known[making.identity_of(tale, pack)]
        at = tale.plot.moment("packs_attested") + timedelta(minutes=5 * pack.index)
        if battery.pk not in done:
            facts = _of_pack(tale, pack, battery)
            signed = signing.signed_claim(tale.keys[slug], kind=kinds.ORIGIN, facts=facts, at=at)
            attestation.record(credential_bytes=signed, items=None, by=maker, at=at)
        tick(1)


def _of_all_cells(tale: Tale, maker: str) -> dict[str, object]:
    told: dict[str, Any] = tale.plot.cells_of(maker)
    return {
        **told["common"],
        "facility": told["lots"]["facility"],
        "facilityCountry": tale.parties[maker].country,
        "mass": {"value": told["model"]["mass_kg"], "unit": "KGM"},
        "materials": _materials(tale, told["common"]["materials"]),
        "model": told["model"]["code"],
    }


def _of_pack(tale: Tale, pack: Pack, battery: Battery) -> dict[str, object]:
    maker = tale.party("pack_maker")
    return {
        "id": battery.identity,
        "facilityCountry": maker.country,
        "model": battery.model.code,
        "mass": {"value": f"{battery.model.mass_kg.normalize():f}", "unit": "KGM"},
        "materials": tale.plot.materials_of_pack(battery.model.code),
        "logSalt": _log_salt(tale, tale.plot.one("pack_maker"), battery.identity),
        "components": batch.component_root(making.cells_of(tale, pack)),
        "upstream": [_batch_digest(tale, making.maker_of(tale, pack))],
    }


def _materials(tale: Tale, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The materials as they are signed: each lot named by the digest of its attestation."""
    found = []
    for each in told:
        signed = {name: value for name, value in each.items() if name != "from"}
        if "from" in each:
            lot = tale.plot.lots[each["from"]]
            by = tale.parties[lot["supplier"]]
            signed["attestation"] = _digest(
                retelling.of_lot(issuer=by, identity=lot["id"]), f"{by.name} its {each['from']}"
            )
        found.append(signed)
    return found


def _batch_digest(tale: Tale, maker: str) -> str:
    by = tale.parties[maker]
    return _digest(retelling.batch(issuer=by, access="public"), f"{by.name} its cells")


def _digest(signed: Attestation | None, whose: str) -> str:
    if signed is None:
        raise StoryStuck(f"{whose} are not attested.", remedy="Tell the story from the start.")
    return b64u_encode(bytes(signed.sha256))


def _log_salt(tale: Tale, maker: str, name: str) -> str:
    return b64u_encode(tale.files.log_salt(maker, name))


def _resting_volts(cell: str) -> str:
    drawn = Random(names.chance("ocv", cell))  # noqa: S311 - a story, no secret
    return f"{drawn.gauss(_RESTING_V, 0.003):.3f}"
