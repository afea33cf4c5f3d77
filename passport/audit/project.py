"""Checks the evidence file of a project, computes its ratio again, and tells what was found."""

import mmap
from collections.abc import Collection, Mapping
from pathlib import Path

from passport.audit import computed, files
from passport.audit.computed import Computed
from passport.audit.telling import print_attestations, print_keys, print_outside, say
from passport.proof import canonical, sealed
from passport.proof.case import TimestampCheck
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadEvidence
from passport.proof.policy import Policy
from passport.proof.report import ACCEPTED
from passport.proof.sealed import Sealed
from passport.rules import sourcing_folder
from passport.rules.sourcing_result import exact, result_document

_NOT_PROVEN = "not proven: that no key event or withdrawal was left out, its operator says"


def verify(
    path: Path,
    *,
    policy: Policy,
    did_documents: Mapping[str, bytes],
    check_timestamp: TimestampCheck | None,
    batteries: Collection[str],
    as_json: bool,
    rule_set: bytes | None = None,
) -> int:
    """Check and print; the exit code is the verdict. Refuses BadEvidence at a step."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found = sealed.verify(
            data, policy=policy, did_documents=did_documents, check_timestamp=check_timestamp
        )
        if batteries:
            raise BadEvidence(
                "An evidence file is about a project, not about a battery.",
                step=1,
                remedy="Ask for the bundle of the battery, or leave --battery out.",
            )
        made = computed.check(found, rule_set=rule_set)
    if as_json:
        files.write(None, canonical.encode(_as_json(found, made)))
    else:
        _print(found, made)
    return found.case.report.exit_code


def _as_json(found: Sealed, made: Computed) -> dict[str, object]:
    told, manifest = found.case.report.as_json(), found.manifest
    kept = (
        *("verdict", "log", "steps", "keys", "attestations", "withdrawals", "erased"),
        *("witnesses", "unknownSignatures", "timestamps", "doubts"),
    )
    return {
        **{name: told[name] for name in kept},
        "project": {
            "id": manifest.project,
            "name": made.case.project.name,
            "number": manifest.number,
            "asOf": manifest.as_of,
            "ruleSet": manifest.rule_set,
            "ruleSetSha256": manifest.files[sourcing_folder.RULE_SET].sha256,
            "createdAt": manifest.created_at,
        },
        "completeness": _NOT_PROVEN,
        "result": result_document(made.result),
    }


def _print(found: Sealed, made: Computed) -> None:
    report, manifest = found.case.report, found.manifest
    say(f"Project {made.case.project.name} ({manifest.project}), file {manifest.number}")
    say(f"As of {manifest.as_of}, made at {manifest.created_at} by {manifest.creator}")
    program = b64u_encode(manifest.engine.program)
    say(f"Engine {manifest.engine.version} ({manifest.engine.revision}), checked by {program}")
    for step in report.steps:
        say(f"{step.number:>3}. {step.title}: {step.found}")
    _print_result(made)
    print_attestations(report)
    print_keys(report)
    print()
    print_outside(report)
    say(f"Completeness: {_NOT_PROVEN}")
    for doubt in report.doubts:
        say(f"DOUBT: {doubt}")
    print("ACCEPTED" if report.exit_code == ACCEPTED else "IN DOUBT")


def _print_result(made: Computed) -> None:
    """Verdict, both ratios, and what a person must still read or know."""
    result = made.result
    print()
    say(f"Verdict: {result.words}")
    for name in ("strict", "lenient"):
        figures = getattr(result.ratio, name, None)
        if figures is not None:
            say(
                f"  {name}: ({exact(figures.total)} - {exact(figures.prohibited)}) /"
                f" {exact(figures.total)} = {exact(figures.supported)};"
                f" potential {exact(figures.potential)}"
            )
    for reason in result.reasons:
        say(f"  because: {reason.value}")
    for each in result.not_read:
        say(f"  unverified rule: {each.id} ({each.pin}): {each.says}")
    for told in made.serials.origins:
        by = ", ".join(f"{count} by {who}" for who, count in sorted(told.by_issuer.items()))
        say(f"  serials of {told.line}: {told.serials}, attested {by or 'by nobody'}")
        for who, count in sorted(told.upstream.items()):
            say(f"    {count} of them built of what {who} attests")
