"""bench proof: the log, the check of an attestation, the bundle of a large pack."""

from rich.console import Console

from api.management.bench import bundle_time, checking, log_rate, pack_world
from api.management.bench.figures import Figure, Sheet


def measure(sheet: Sheet, console: Console) -> None:
    """Fill the sheet."""
    sheet.figures += _log(log_rate.measure(quick=sheet.quick, console=console))
    console.print("checking attestations …")
    sheet.figures += _checks(checking.measure(quick=sheet.quick))
    sheet.figures += _bundle(bundle_time.measure(quick=sheet.quick, console=console))


def _log(found: log_rate.Rates) -> list[Figure]:
    return [
        Figure(
            "log: sequenced and signed", found.sequenced, "entries/s", "entries_per_s",
            least=15_000, how=f"{found.entries:,} outbox rows through append_pending",
        ),
        Figure(
            "log: against COPY", found.sequenced / found.copied, "", "entries_vs_copy",
            how=f"one binary COPY of the same rows, same indexes: {found.copied:,.0f}/s",
        ),
        Figure("log: written as tiles", found.published, "entries/s", how="publish(), no witness"),
    ]  # fmt: skip


def _checks(found: checking.Checks) -> list[Figure]:
    whole, checkpoint = checking.proof_bytes()
    return [
        Figure(
            "attestation checked", found.attestations, "1/s",
            how=f"credential.verify of {found.bytes:,} bytes, strict, one process, no orjson",
        ),
        Figure(
            "attestation: against Ed25519", found.attestations / found.signatures, "",
            "attest_vs_ed25519", least=0.6,
            how=f"bare OpenSSL verification, in turns, best rounds: {found.signatures:,.0f}/s",
        ),
        Figure(
            "proof of one entry", whole, "bytes", "proof_bytes", most=1100,
            how=f".tlog-proof, 2 cosignatures, tree of {checking.LOG_SIZE:,}: hashes synthetic",
        ),
        Figure(
            "of which its path", whole - checkpoint, "bytes",
            how=f"the other {checkpoint} are the checkpoint, which all proofs of a moment share",
        ),
    ]  # fmt: skip


def _bundle(found: bundle_time.Times) -> list[Figure]:
    world, modules = found.world, pack_world.MODULES
    return [
        Figure(
            "bundle made", found.make_s, "s", "bundle_make_s", most=1,
            how=f"GET …/bundle, median of {found.runs}: {world.cells:,} cells in {modules}",
        ),
        Figure(
            "bundle verified", found.verify_s, "s", "bundle_verify_s", most=1,
            how=f"process of `passport.audit verify`, {found.bytes / 1e6:.1f} MB, no orjson",
        ),
        Figure(
            "batches under it", pack_world.BATCHES, "",
            how=f"of {world.items:,} leaves each: hashes of items of no battery are synthetic",
        ),
    ]  # fmt: skip
