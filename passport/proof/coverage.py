"""Step 11 of verifying a bundle: the component chain, from the battery down to materials."""

from collections.abc import Sequence

from passport.proof import batch, recycled, weights
from passport.proof.case import Case, Claims
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadBundle
from passport.proof.origins import origins_of, stands
from passport.proof.report import Coverage
from passport.proof.upstream import Graph, upstream_of

_STEP = 11
_MAX_NESTING = 32


def check_components(case: Case) -> str:
    """Walk battery → components → upstream attestations; count what its makers attested."""
    contents = case.bundle.contents
    below = _walk(case)
    stray = case.items.keys() - below - contents.batteries.keys()
    if stray:
        raise BadBundle(f"The item {min(stray)} belongs to no component.", step=_STEP)
    graph = Graph(case)
    shown, hidden = graph.parted()
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
        depth=graph.depth(each for top in contents.batteries for each in origins_of(case, top)),
        upstream_shown=len(shown),
        upstream_hidden=len(hidden),
    )
    recycled.follow(case, graph, weights.weigh(case, graph))
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
    waiting = [(each, 0) for each in sorted(tops)]
    visited = 0
    while waiting:
        parent, depth = waiting.pop()
        children = contents.components.get(parent, ())
        visited += bool(children)
        if children and depth == _MAX_NESTING:
            raise BadBundle(f"{parent} is nested deeper than {_MAX_NESTING} levels.", step=_STEP)
        for child in children:
            if child in below or child in tops:
                raise BadBundle(f"{child} stands in two places at once.", step=_STEP)
            below.add(child)
            waiting.append((child, depth + 1))
    if visited != len(contents.components):
        raise BadBundle("Some components belong to another battery.", step=_STEP)
    return below


def _attested_by(case: Case, battery: str) -> str | None:
    """Return the maker that attests a battery's origin; two that do are a doubt."""
    issuers = {
        case.judgements[digest].issuer
        for digest in origins_of(case, battery)
        if stands(case, battery, digest)
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
    for digest, claims in origins_of(case, parent).items():
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
        _compare_upstream(case, children, digest, claims)
    if children and not _commits(case, parent):
        case.report.doubts.append(
            f"That its {len(children)} components are in {parent} is said by this service only."
        )


def _commits(case: Case, parent: str) -> bool:
    """Whether a good attestation of origin, shown here, names the components of a battery."""
    return any(
        "components" in claims and stands(case, parent, digest)
        for digest, claims in origins_of(case, parent).items()
    )


def _compare_upstream(case: Case, children: Sequence[str], digest: bytes, claims: Claims) -> None:
    """A maker that names what it builds upon names the attestations of all its components."""
    subject = case.credentials[digest].subject
    named = {b64u_decode(each) for each in (*upstream_of(subject), *upstream_of(claims))}
    for child in children if named else ():
        origins = origins_of(case, child).keys()
        if origins and not origins & named:
            case.report.doubts.append(
                f"The attestation of {child} is not one that {b64u_encode(digest)} builds upon."
            )
