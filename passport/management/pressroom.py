"""The press and the key of the log, as the settings name them, for the commands that publish."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from passport.actions.publication import Press
from passport.audit import files
from passport.audit.panel import Panel
from passport.proof import policy
from passport.proof.errors import ProofError
from passport.proof.keyfile import KeyFile


def press() -> Press:
    """Where the log is published, and the witnesses of the policy."""
    try:
        trusted = policy.parse(Path(settings.PASSPORT_POLICY).read_bytes())
    except (OSError, ProofError) as error:
        raise CommandError(f"The policy cannot be used: {error}") from error
    panel = Panel(policy=trusted, urls=dict(settings.PASSPORT_WITNESSES))
    folder = Path(settings.PASSPORT_LOG_DIR)
    return Press(
        folder=folder,
        lock=folder.parent / "checkpoint.lock",
        ask=panel.ask,
        quorum=panel.check_quorum,
    )


def log_key() -> KeyFile:
    """The log's key; refuses a process that was not given it, and a key that others can read."""
    if settings.PASSPORT_LOG_KEY is None:
        raise CommandError(
            "PASSPORT_LOG_KEY is not set. Only the sequencer is given the log's key."
        )
    try:
        return files.load_key(Path(settings.PASSPORT_LOG_KEY), purposes=("log",))
    except (OSError, ProofError) as error:
        raise CommandError(f"The log's key cannot be used: {error}") from error
