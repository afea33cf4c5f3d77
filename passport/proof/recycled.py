"""Recycled content, followed from lots of material down to the treatments that it came out of.

A lot counts once: what builds upon it counts no more kilograms as recycled than it holds, and a
lot out of a treatment no more than the certificates of recycling that it names say of it. Lots
attested in a batch are not followed, nor are those that lead to no treatment; both stand as their
makers say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from passport.proof import facts
from passport.proof.amounts import ZERO, add, excess, multiply, read, total, written
from passport.proof.attested import Recycled, Treated
from passport.proof.case import Case
from passport.proof.credential import Credential
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.kinds import MATERIAL, RECYCLING
from passport.proof.upstream import Graph, materials_of


@dataclass(frozen=True)
class _Lot:
    """A lot that stands and counts `counted` kilograms as recycled."""

    name: str
    signed: Credential
    share: Decimal
    counted: Decimal
    treatments: tuple[str, ...]

    @property
    def about(self) -> str:
        return str(self.signed.subject_id)


def follow(case: Case, graph: Graph, used: Mapping[str, Decimal]) -> None:
    """Report every lot that leads to a treatment; ``used`` is what the batteries use of each.

    A lot that its certificate does not name, or that counts more than is there, is a doubt.
    """
    lots = {lot.name: lot for lot in _lots(case, graph)}
    traced = [lot for lot in lots.values() if lot.treatments]
    for about in sorted({lot.about for lot in traced}):
        _check_yield(case, graph, [lot for lot in traced if lot.about == about])
    for lot in traced:
        _check_parents(case, graph, lot, lots)
        case.report.recycled.append(_report(case, lot, used.get(lot.name, ZERO)))
    _check_shares(case, {lot.name: lot for lot in traced})


def _lots(case: Case, graph: Graph) -> Iterator[_Lot]:
    by_index = sorted((each.index, digest) for digest, each in case.judgements.items())
    for digest in (digest for _, digest in by_index):
        signed, name = case.credentials[digest], b64u_encode(digest)
        mass, share = facts.mass_of(signed.subject), signed.subject.get("recycledShare")
        if signed.kind != MATERIAL or mass is None or share is None or not graph.stands(name):
            continue
        portion = read(str(share))
        if portion > ZERO:
            reached = tuple(sorted(_treatments(case, graph, digest)))
            yield _Lot(name, signed, portion, multiply(mass, portion), reached)


def _treatments(case: Case, graph: Graph, digest: bytes) -> set[str]:
    """The certificates of recycling that an attestation builds upon, at any depth."""
    found: set[str] = set()
    seen = {b64u_encode(digest)}
    waiting = [digest]
    while waiting:
        for name in graph.names(waiting.pop()) - seen:
            if graph.stands(name):
                seen.add(name)
                below = b64u_decode(name)
                waiting.append(below)
                if case.credentials[below].kind == RECYCLING:
                    found.add(name)
    return found


def _check_yield(case: Case, graph: Graph, several: list[_Lot]) -> None:
    """Hold what is attested of one lot against the certificates that it names itself."""
    about = several[0].about
    certificates = {
        name
        for lot in several
        for name in graph.names(b64u_decode(lot.name))
        if name in lot.treatments
    }
    if not certificates:
        return
    masses = [
        mass
        for name in sorted(certificates)
        for mass in _of_lot(case.credentials[b64u_decode(name)], about)
    ]
    counted, held = total(lot.counted for lot in several), total(masses)
    if not masses:
        case.report.doubts.append(
            f"{about} is in no fraction of the treatments that it builds upon."
        )
    elif counted > held:
        case.report.doubts.append(
            f"{written(counted)} kg of {about} count as recycled;"
            f" its treatments yielded {written(held)} kg of it."
        )


def _of_lot(certificate: Credential, about: str) -> list[Decimal]:
    fractions: Any = certificate.subject.get("fractions", [])
    return [read(each["mass"]["value"]) for each in fractions if each.get("lot") == about]


def _check_parents(case: Case, graph: Graph, lot: _Lot, lots: Mapping[str, _Lot]) -> None:
    """What builds upon a lot needs of it what its other lots do not supply: together no more."""
    needed = ZERO
    for parent in lots.values():
        named = graph.names(b64u_decode(parent.name))
        if lot.name in named:
            others = total(lots[each].counted for each in named & lots.keys() if each != lot.name)
            needed = add(needed, excess(parent.counted, others))
    if needed > lot.counted:
        case.report.doubts.append(
            f"{written(needed)} kg that build upon {lot.about} count as recycled;"
            f" it holds {written(lot.counted)} kg."
        )


def _check_shares(case: Case, traced: Mapping[str, _Lot]) -> None:
    """Nobody says that more of a material is recycled than the attestation that it names."""
    found = set()
    for digest, claims in _all_claims(case):
        for each in materials_of(claims):
            lot = traced.get(str(each.get("attestation")))
            share = str(each.get("recycledShare", "0"))
            if lot is not None and read(share) > lot.share:
                found.add(
                    f"The attestation at {case.judgements[digest].index} says that {share} of its"
                    f" {each['material']} is recycled; of {lot.about} it is {written(lot.share)}."
                )
    case.report.doubts += sorted(found)


def _all_claims(case: Case) -> Iterator[tuple[bytes, Mapping[str, object]]]:
    for digest, signed in case.credentials.items():
        yield digest, signed.subject
        common = signed.subject.get("common")
        if isinstance(common, dict):
            yield digest, common
    for items in case.items.values():
        yield from items.items()


def _report(case: Case, lot: _Lot, used: Decimal) -> Recycled:
    judgement = case.judgements[b64u_decode(lot.name)]
    return Recycled(
        index=judgement.index,
        about=lot.about,
        issuer=judgement.issuer,
        voucher=judgement.voucher,
        material=str(lot.signed.subject["material"]),
        mass=lot.counted,
        used=multiply(used, lot.share),
        treatments=tuple(_treated(case, name) for name in lot.treatments),
    )


def _treated(case: Case, name: str) -> Treated:
    digest = b64u_decode(name)
    subject = case.credentials[digest].subject
    inputs = subject.get("inputs")
    return Treated(
        index=case.judgements[digest].index,
        about=str(subject["id"]),
        issuer=case.judgements[digest].issuer,
        inputs=len(inputs) if isinstance(inputs, list) else 1,
        mass=facts.mass_of(subject),
    )
