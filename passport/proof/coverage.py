"""Step 11 of verifying a bundle: the component chain, from the battery down to materials."""

from collections.abc import Sequence

from passport.proof import batch
from passport.proof.case import Case, Claims
from passport.proof.credential import ORIGIN, Credential
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadBundle
from passport.proof.report import Coverage, Verdict

_STEP = 11


def check_components(case: Case) -> str:
    """Walk battery → components → upstream attestations; count what its makers attested."""
    contents = case.bundle.contents
    below = _walk(case)
    stray = case.items.keys() - below - contents.batteries.keys()
    if stray:
        raise BadBundle(f"The item {min(stray)} belongs to no component.", step=_STEP)
    shown, hidden = _follow_upstream(case)
    attested = {each: _attested_by(case, each) for each in sorted(below)}
    for battery in contents.batteries:
        if battery not in below and _attested_by(case, battery) is None:
            case.report.doubts.append(f"The origin of {battery} is attested by nobody.")
    by_issuer: dict[str, int] = {}
    for issuer in attested.values():
        if issuer is not None:
            by_issuer[issuer] = by_issuer.get(issuer, 0) + 1
    bare = {each for each, issuer in attested.items() if issuer is None}
    for parent in sorted({*contents.batteries, *below}):
        _compare(case, parent, bare)
    case.report.coverage = Coverage(
        components=len(below),
        attested=sum(by_issuer.values()),
        by_issuer=dict(sorted(by_issuer.items())),
        depth=_depth(case),
        upstream_shown=len(shown),
        upstream_hidden=len(hidden),
    )
    return (
        f"{sum(by_issuer.values())} of {len(below)} components attested by their makers,"
        f" {len(shown)} upstream attestations shown, {len(hidden)} not shown"
    )


def _walk(case: Case) -> set[str]:
    """Return all components; refuses a circle, two parents, and a parent outside the battery."""
    contents = case.bundle.contents
    inside = {child for children in contents.components.values() for child in children}
    tops = contents.batteries.keys() - inside
    below: set[str] = set()
    waiting = sorted(tops)
    visited = 0
    while waiting:
        children = contents.components.get(waiting.pop(), ())
        visited += bool(children)
        for child in children:
            if child in below or child in tops:
                raise BadBundle(f"{child} stands in two places at once.", step=_STEP)
            below.add(child)
            waiting.append(child)
    if visited != len(contents.components):
        raise BadBundle("Some components belong to another battery.", step=_STEP)
    return below


def upstream_of(credential: Credential) -> list[bytes]:
    """Return the digests of the attestations that a maker built upon."""
    value = credential.subject.get("upstream")
    return [b64u_decode(each) for each in value] if isinstance(value, list) else []


def _follow_upstream(case: Case) -> tuple[set[bytes], set[bytes]]:
    named = {digest for each in case.credentials.values() for digest in upstream_of(each)}
    shown = {digest for digest in named if digest in case.credentials}
    return shown, named - shown


def _depth(case: Case) -> int:
    """How many attestations deep the battery's own origin goes; no digest can name itself."""
    level = {each for battery in case.bundle.contents.batteries for each in _origins(case, battery)}
    depth = 0
    while level and depth < len(case.credentials) + 1:
        depth += 1
        below = {digest for each in level for digest in upstream_of(case.credentials[each])}
        level = below & case.credentials.keys()
    return depth


def _origins(case: Case, battery: str) -> dict[bytes, Claims]:
    """What attestations of origin say of a battery, alone or as an item, by their digests."""
    found = {digest: case.credentials[digest].subject for digest in case.singles.get(battery, ())}
    for digest, claims in case.items.get(battery, {}).items():
        if case.credentials[digest].subject.get("itemType") == ORIGIN:
            found[digest] = claims
    return found


def _attested_by(case: Case, battery: str) -> str | None:
    """Return the maker that attests a battery's origin; two that do are a doubt."""
    issuers = {
        case.judgements[digest].issuer
        for digest in _origins(case, battery)
        if case.judgements[digest].verdict is Verdict.VALID
        and battery not in case.items_taken_back.get(digest, {})
    }
    if len(issuers) > 1:
        case.report.doubts.append(
            f"The origin of {battery} is claimed by {' and by '.join(sorted(issuers))}."
        )
    return min(issuers, default=None)


def _compare(case: Case, parent: str, bare: set[str]) -> None:
    """Does the battery hold what its maker said it holds? Repairs make it differ: a doubt.

    So are components that the maker names and nobody attests; ``bare`` are those.
    """
    children = case.bundle.contents.components.get(parent, ())
    for digest, claims in _origins(case, parent).items():
        claimed = claims.get("components")
        if claimed is not None and claimed != batch.component_root(children):
            case.report.doubts.append(
                f"{parent} does not hold the components"
                f" that {case.credentials[digest].issuer} attested."
            )
        missing = bare.intersection(children)
        if claimed is not None and missing:
            case.report.doubts.append(
                f"{len(missing)} components of {parent} carry no good attestation,"
                f" {min(missing)} among them."
            )
        if upstream_of(case.credentials[digest]):
            _compare_upstream(case, children, digest)
    if children and not _commits(case, parent):
        case.report.doubts.append(
            f"That its {len(children)} components are in {parent} is said by this service only."
        )


def _commits(case: Case, parent: str) -> bool:
    """Whether a good attestation of origin, shown here, names the components of a battery."""
    return any(
        "components" in claims and case.judgements[digest].verdict is Verdict.VALID
        for digest, claims in _origins(case, parent).items()
    )


def _compare_upstream(case: Case, children: Sequence[str], digest: bytes) -> None:
    named = set(upstream_of(case.credentials[digest]))
    for child in children:
        origins = _origins(case, child).keys()
        if origins and not origins & named:
            case.report.doubts.append(
                f"The attestation of {child} is not one that {b64u_encode(digest)} builds upon."
            )
