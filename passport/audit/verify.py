"""`verify`: checks a provenance bundle, or the evidence file of a project, without any network."""

import argparse
from pathlib import Path

from passport.audit import files, project, stamps
from passport.audit.telling import print_report, say
from passport.proof import archive, bundle, canonical, policy, verdict
from passport.proof.errors import BadBundle, BadDid
from passport.proof.report import REFUSED

_EPILOG = """exit codes:
  0  every step held and nothing is in doubt
  1  every step held, but something is in doubt (each doubt is printed)
  2  refused: a step failed, or the files could not be read

A trust file says whom YOU trust: log, witness, group, quorum, issuer, record lines. Where the log
has changed its name, there is a log line for each name, the newest last: bundles are of that one.
Get the keys in it from their owners, not from the service that made the bundle.

The evidence file of a project (a .zip as it was handed out) is checked as well, and its
determinations and cost ratio are computed again from what lies in it."""


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "verify",
        help="check a provenance bundle or an evidence file, offline",
        description="Check a provenance bundle, or the evidence file of a project, in numbered"
        " steps and give a verdict on each attestation in it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("bundle", type=Path, help="the bundle or evidence file")
    parser.add_argument("--trust", type=Path, required=True, help="your trust file")
    parser.add_argument(
        "--did-document",
        type=Path,
        action="append",
        default=[],
        help="did.json that you fetched from an issuer's own domain; may be repeated",
    )
    parser.add_argument(
        "--battery",
        action="append",
        default=[],
        metavar="ID",
        help="refuse a bundle that is not about this battery; may be repeated",
    )
    parser.add_argument(
        "--tsa-root",
        type=Path,
        metavar="FILE",
        help="root certificates (PEM) of the time-stamping authorities that you trust;"
        " needs rfc3161-client",
    )
    parser.add_argument(
        "--rule-set",
        type=Path,
        metavar="FILE",
        help="your own copy of the rule set: refuse an evidence file judged by other bytes",
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Verify and print; the exit code is the verdict."""
    trusted = policy.parse(files.read(arguments.trust, limit=policy.MAX_BYTES))
    documents = dict(_did_document(path) for path in arguments.did_document)
    mine = arguments.rule_set and files.read(arguments.rule_set, limit=canonical.MAX_BYTES)
    check = None if arguments.tsa_root is None else stamps.checker(arguments.tsa_root)
    try:
        if files.read(arguments.bundle, limit=len(archive.BEGINS)).startswith(archive.BEGINS):
            return project.verify(
                arguments.bundle,
                policy=trusted,
                did_documents=documents,
                check_timestamp=check,
                batteries=arguments.battery,
                as_json=arguments.json,
                rule_set=mine,
            )
        data = files.read(arguments.bundle, limit=bundle.MAX_BYTES)
        report = verdict.verify(
            data,
            policy=trusted,
            did_documents=documents,
            check_timestamp=check,
            batteries=arguments.battery,
        )
    except BadBundle as error:
        _print_refusal(error, as_json=arguments.json)
        return REFUSED
    if arguments.json:
        files.write(None, canonical.encode(report.as_json()))
    else:
        print_report(report)
    return report.exit_code


def _did_document(path: Path) -> tuple[str, bytes]:
    data = files.read(path, limit=canonical.MAX_BYTES)
    value = canonical.loads(data)
    did = value.get("id") if isinstance(value, dict) else None
    if not isinstance(did, str):
        raise BadDid(f"{path} is not a DID document.")
    return did, data


def _print_refusal(error: BadBundle, *, as_json: bool) -> None:
    if as_json:
        refusal: dict[str, object] = {
            "verdict": "REFUSED",
            "step": error.step,
            "detail": error.detail,
            "pointer": error.pointer,
            "remedy": error.remedy,
        }
        files.write(None, canonical.encode(refusal))
        return
    say(f"REFUSED at step {error.step}: {error.detail}")
    if error.remedy:
        say(error.remedy)
