"""Tells an auditor what verifying a bundle found: who vouches, what is proven, what is not."""

import sys
from decimal import Decimal

from passport.proof.amounts import share, written
from passport.proof.attested import Attested, Recycled, Share
from passport.proof.errors import ProofError
from passport.proof.report import ACCEPTED, Report


def print_report(report: Report) -> None:
    """Print the steps, verdicts, keys and their vouchers, how much is attested, every doubt."""
    if report.title:
        say(f"About: {report.title}")
    for battery in report.batteries:
        say(f"Battery {battery}")
    for step in report.steps:
        say(f"{step.number:>3}. {step.title}: {step.found}")
    print_attestations(report)
    print_keys(report)
    _print_coverage(report)
    print_outside(report)
    say(f"Completeness: {report.completeness}")
    for doubt in report.doubts:
        say(f"DOUBT: {doubt}")
    print("ACCEPTED" if report.exit_code == ACCEPTED else "IN DOUBT")


def explain(error: ProofError) -> None:
    """Print why a program stopped, and what to do about it, to standard error."""
    where = f" (at {error.pointer})" if error.pointer else ""
    print(f"{error.title}: {error.detail}{where}", file=sys.stderr)
    if error.remedy:
        print(error.remedy, file=sys.stderr)


def print_attestations(report: Report) -> None:
    """Print the verdict on each attestation, and what was taken back or erased."""
    print("\nAttestations")
    for each in report.judgements:
        say(f"  {each.index:>6}  {each.words}  {each.kind} of {each.about}")
        say(f"          by {each.method}; key vouched for by: {each.voucher.value}; {each.reason}")
    for taken in report.withdrawn:
        what = "all" if taken.items is None else f"{len(taken.items)} items"
        say(f"  {taken.index:>6}  takes back {what} of {taken.digest}, by {taken.method}")
        say(f"          {taken.verdict.value}; reason given: {taken.reason}")
    for gone in report.erased:
        say(f"  {gone.index:>6}  says that {gone.digest} was erased at {gone.at}: {gone.reason}")


def print_keys(report: Report) -> None:
    """Print each key, where in the log it counts, and who vouches for it."""
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
    for each in report.attested:
        _print_attested(each)
    for lot in report.recycled:
        _print_recycled(lot)
    shown, hidden = coverage.upstream_shown, coverage.upstream_hidden
    say(f"Upstream: {shown} attestations shown, {hidden} named but not shown")
    if report.salted_by_maker:
        say(f"Chained in the log under a salt of the maker: {', '.join(report.salted_by_maker)}")
    if report.hidden:
        say(f"Shown by digest only: entries {', '.join(map(str, report.hidden))}")


def _print_attested(attested: Attested) -> None:
    """How much of one battery is attested, and what of it nobody knows."""
    say(f"  {attested.battery}")
    by = "nobody" if attested.voucher is None else f"{attested.issuer} ({attested.voucher.value})"
    say(f"    origin attested by {by}")
    if attested.components:
        say(f"    {attested.count} of {attested.components} components attested by their makers")
        _print_shares(attested.shares)
        held, whole = attested.components_mass, attested.mass
        of = "" if whole is None else f" of {written(whole)} kg{_percent(held, whole)}"
        say(f"    {written(held)} kg{of} in components that their makers weigh")
    for number, level in enumerate(attested.levels, start=1):
        of = f"{written(attested.base)} kg{_percent(level.mass, attested.base)}"
        say(f"    {written(level.mass)} kg of {of} in materials attested {number} upstream")
        _print_shares(level.shares)
    if not attested.levels:
        say("    no materials with a share of mass attested upstream")
    if attested.mass is None:
        say("    not known: the mass of the battery")
    if attested.unweighed:
        say(f"    not known: the mass of {attested.unweighed} components")


def _print_recycled(lot: Recycled) -> None:
    """A lot of recycled material, and the treatments that it came out of."""
    say(
        f"Recycled: {written(lot.mass)} kg of {lot.material} in {lot.about}, attested by"
        f" {lot.issuer} ({lot.voucher.value}); {written(lot.used)} kg of it used here"
    )
    for each in lot.treatments:
        of = "" if each.mass is None else f" of {written(each.mass)} kg"
        say(
            f"  {each.index:>6}  certificate of recycling of {each.about} by {each.issuer}:"
            f" {each.inputs} inputs{of}"
        )


def _print_shares(shares: tuple[Share, ...]) -> None:
    for each in shares:
        who = f"{each.issuer} ({each.voucher.value})"
        say(f"      {each.count:>6}  by {who}: {written(each.mass)} kg")


def _percent(part: Decimal, whole: Decimal) -> str:
    """The share as a percentage, cut off after two digits; nothing where there is no whole."""
    portion = share(part, whole)
    return "" if portion is None else f" ({Decimal(portion) * 100:.2f} %)"


def print_outside(report: Report) -> None:
    """What others say about the log: witnesses, and time-stamping authorities."""
    for cosigned in report.cosigned:
        say(f"Cosigned by {cosigned.name} at POSIX time {cosigned.seconds}")
    for seconds in report.timestamps:
        say(f"Stamped: the checkpoint carries a good time stamp of POSIX time {seconds}")
    if report.unchecked_timestamps:
        say(f"Not checked: {report.unchecked_timestamps} time stamps over the checkpoint")
    for name in report.unknown_signatures:
        say(f"Not checked: signature of {name}, a key outside the trust file")


def say(line: str) -> None:
    """Print one line: what comes from the bundle cannot move the cursor or end the line."""
    print("".join(each if each.isprintable() else ascii(each)[1:-1] for each in line))
