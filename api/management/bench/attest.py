"""bench attest: one attested registration after the other over HTTP, until its proof is public."""

from rich.console import Console

from api.management.bench.figures import Sheet


def measure(sheet: Sheet, console: Console) -> None:
    """Fill the sheet."""
