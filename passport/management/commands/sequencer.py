"""manage.py sequencer: the one process that orders and signs the log."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection

from passport.actions import log, notice, publication
from passport.checks import SERVICE
from passport.management import pressroom
from passport.proof import keyfile
from passport.proof.errors import BadKeyFile
from passport.queries import verifier
from passport.rules.errors import Conflict, NotFound

logger = logging.getLogger(__name__)

# Entries that come one by one are ordered together: a round of its own for each would spend more on
# signatures, files and witnesses than on the entry. The first one after a pause waits for no other,
# and a round that was full is followed at once.
PACE_S = 0.5


class Command(BaseCommand):
    """Appends, signs, writes tiles, asks the witnesses, publishes; until it is told to stop."""

    help = "Order, sign and publish the log. Exactly one of these runs, with the log's key."
    requires_system_checks = (SERVICE, Tags.security)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--period-ms", type=int, default=200, help="pause when nothing waits")
        parser.add_argument("--once", action="store_true", help="publish what waits, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        signal.signal(signal.SIGINT, lambda *_: stop.set())
        pause_s, pace_s = options["period_ms"] / 1000, 0.0 if options["once"] else PACE_S
        checked = False
        try:
            key, press = pressroom.log_key(), pressroom.press()
            while not stop.is_set():
                begun = time.monotonic()
                checked = checked or bool(_patiently(lambda: _check(press)))
                added = _patiently(lambda: _round(key, press)) if checked else 0
                if checked and options["once"] and not added:
                    return
                if not added:
                    stop.wait(pause_s)
                elif added < log.BATCH:
                    stop.wait(max(0.0, begun + pace_s - time.monotonic()))
        except (Conflict, NotFound, BadKeyFile) as refusal:
            raise CommandError(f"{refusal.detail.rstrip('.')}. {refusal.remedy}") from refusal


def _patiently(act: Callable[[], int]) -> int:
    """What was done, or 0 without a database, which is waited for."""
    try:
        return act()
    except (OperationalError, InterfaceError) as lost:
        # Nothing is half done: the transaction is gone, and publishing repeats itself.
        logger.warning("database lost", extra={"error": str(lost).strip()})
        connection.close()
        return 0


def _check(press: publication.Press) -> bool:
    """Hash the whole log before the first signature; then say which verifier this release is."""
    publication.guard(press=press)
    logger.info("log checked", extra={"entries": publication.self_check(press=press)})
    publication.confirm(press=press)
    notice.announce_verifier(sha256=verifier.packed().sha256, at=datetime.now(UTC))
    return True


def _round(key: keyfile.KeyFile, press: publication.Press) -> int:
    """One turn; how many entries were ordered."""
    publication.guard(press=press)
    quiet = timedelta(seconds=settings.PASSPORT_HEARTBEAT_S)
    notice.beat(at=datetime.now(UTC), after=quiet)
    added = log.append_pending(key=key, at=datetime.now(UTC), lock=press.lock)
    size = publication.publish(press=press, at=datetime.now(UTC))
    if added or size:
        logger.info("published", extra={"added": added, "size": size})
    return added
