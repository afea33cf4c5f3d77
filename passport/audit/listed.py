"""Step 12 of checking an evidence file: its lists of serials, and what makers attest of them.

Lists are read where they lie, a megabyte at a time: a million serials need no memory.
"""

from collections.abc import Iterator, Mapping

from passport.proof import canonical, unbundle
from passport.proof.case import Case as Evidence
from passport.proof.encoding import b64u_decode
from passport.proof.errors import BadEvidence
from passport.proof.origins import origins_of
from passport.proof.sealed import Sealed
from passport.proof.upstream import named_by
from passport.rules.sourcing_case import Case
from passport.rules.sourcing_filing import (
    FiledList,
    FiledSerials,
    Origin,
    agreement,
    attested,
    came_with,
    check_counted,
    origin_of,
    serials_in,
)
from passport.rules.sourcing_folder import SERIAL_LISTS, SERIALS_TOLD
from passport.rules.sourcing_shape import read

MOST_JSON = 64 * 2**20


def check(found: Sealed, case: Case) -> tuple[str, FiledSerials]:
    """Read each list, count it, compare those of a line, and hold all against what is told.

    Refuses BadEvidence, and what rules refuse.
    """
    told = _told(found)
    came = came_with(told.lists)
    for line in case.lines:
        check_counted(line=line, came=came.get(line.id))
    known = _attested(found)
    for name in dict.fromkeys(each.line for each in told.lists):
        _check_agreement(found, case, told, name)
    for name, each in came.items():
        serials = serials_in(_pieces(found, each))
        origin = origin_of(line=name, serials=serials, attested=known)
        if origin not in told.origins or origin.serials != each.count:
            raise _refused(f"Of the serials of {name} makers attest others than the file says.")
    return _words(told), told


def _told(found: Sealed) -> FiledSerials:
    data = found.archive.read(SERIALS_TOLD, most=MOST_JSON)
    unbundle.check_parts(data)
    return read(FiledSerials, canonical.loads(data, max_bytes=MOST_JSON))


def _check_agreement(found: Sealed, case: Case, told: FiledSerials, line: str) -> None:
    kept = [each for each in told.lists if each.line == line]
    agreed = agreement(
        line=line,
        lists={each.stage: serials_in(_pieces(found, each)) for each in kept},
        changes=told.changes,
        placed_on=case.project.placed_on,
    )
    counted = {each.stage.value: each.count for each in kept}
    if agreed not in told.agreements or any(agreed.counts[s] != n for s, n in counted.items()):
        raise _refused(f"The serials of {line} agree otherwise than the file says.")


def _pieces(found: Sealed, told: FiledList) -> Iterator[bytes]:
    """The file of a list: it is named by its digest, which step 2 has found to be its own."""
    name = f"{SERIAL_LISTS}{told.sha256}.txt"
    filed = found.manifest.files.get(name)
    if filed is None or filed.sha256 != told.sha256:
        raise _refused(f"The list of {told.line}, {told.sha256}, is not in the file.")
    return found.archive.pieces(name)


def _attested(found: Sealed) -> dict[str, Origin]:
    """Serial → who attests its origin; how each attestation stands, step 9 has said."""
    case = found.case
    said = (
        (digest, claims, _origin(case, digest, claims))
        for battery in {*case.items, *case.singles}
        for digest, claims in origins_of(case, battery).items()
    )
    return attested(said)


def _origin(case: Evidence, digest: bytes, claims: Mapping[str, object]) -> Origin:
    signed = case.credentials[digest]
    named = {*named_by(claims), *named_by(signed.subject)}
    found = (case.credentials.get(b64u_decode(each, size=32)) for each in named)
    return Origin(signed.issuer, frozenset(each.issuer for each in found if each is not None))


def _words(told: FiledSerials) -> str:
    serials = sum(each.serials for each in told.origins)
    shown = sum(sum(each.by_issuer.values()) for each in told.origins)
    apart = sum(1 for each in told.agreements if each.missing or each.mismatches)
    return (
        f"{len(told.lists)} lists; {shown} of {serials} serials attested by their makers;"
        f" {len(told.agreements) - apart} lines agree, {apart} do not"
    )


def _refused(detail: str) -> BadEvidence:
    return BadEvidence(detail, step=0, pointer=SERIALS_TOLD)
