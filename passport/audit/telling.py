"""Tells an auditor what verifying a bundle found: steps, keys, verdicts, coverage, doubts."""

from passport.proof.report import ACCEPTED, Report


def print_report(report: Report) -> None:
    """Print the steps, the verdicts, who vouches for each key, and every doubt."""
    for battery in report.batteries:
        say(f"Battery {battery}")
    for step in report.steps:
        say(f"{step.number:>3}. {step.title}: {step.found}")
    print("\nAttestations")
    for each in report.judgements:
        say(f"  {each.index:>6}  {each.words}  {each.kind} of {each.about}")
        say(f"          by {each.method}; key vouched for by: {each.voucher.value}; {each.reason}")
    _print_keys(report)
    _print_coverage(report)
    _print_outside(report)
    say(f"Completeness: {report.completeness}")
    for doubt in report.doubts:
        say(f"DOUBT: {doubt}")
    print("ACCEPTED" if report.exit_code == ACCEPTED else "IN DOUBT")


def _print_outside(report: Report) -> None:
    """What others say about the log: witnesses, and time-stamping authorities."""
    for cosigned in report.cosigned:
        say(f"Cosigned by {cosigned.name} at POSIX time {cosigned.seconds}")
    for seconds in report.timestamps:
        say(f"Stamped: the checkpoint carries a good time stamp of POSIX time {seconds}")
    if report.unchecked_timestamps:
        say(f"Not checked: {report.unchecked_timestamps} time stamps over the checkpoint")
    for name in report.unknown_signatures:
        say(f"Not checked: signature of {name}, a key outside the trust file")


def _print_keys(report: Report) -> None:
    print("\nKeys")
    for key in report.keys:
        say(f"  {key.method}, {key.in_force}; vouched for by: {key.voucher.value}")
        if key.note:
            say(f"          {key.note}")


def _print_coverage(report: Report) -> None:
    coverage = report.coverage
    print()
    say(
        f"Components: {coverage.attested} of {coverage.components} attested by their makers,"
        f" {coverage.depth} attestations deep"
    )
    for issuer, count in coverage.by_issuer.items():
        say(f"  {count:>6}  by {issuer}")
    if report.hidden:
        say(f"Shown by digest only: entries {', '.join(map(str, report.hidden))}")


def say(line: str) -> None:
    """Print one line: what comes from the bundle cannot move the cursor or end the line."""
    print("".join(each if each.isprintable() else ascii(each)[1:-1] for each in line))
