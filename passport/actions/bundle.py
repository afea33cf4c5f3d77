"""Makes what an auditor takes away, and signs it as the service's answer."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from passport.actions.event import stamp
from passport.models import Party
from passport.proof import bundle, keyfile
from passport.queries import battery as batteries
from passport.queries import log, provenance
from passport.rules.errors import Conflict


class NothingPublished(Conflict):
    """A bundle leans on a published checkpoint."""

    code = "nothing-published"
    title = "The log has not published a checkpoint yet"


def assemble(
    *, battery_ids: Sequence[uuid.UUID], by: Party, at: datetime, title: str = ""
) -> bytes:
    """The provenance bundle of some batteries, as far as it concerns the acting party.

    It stands as of the newest published checkpoint: what is not published yet is not in it.
    Refuses NotFound, NothingPublished, and what provenance.contents() refuses.
    """
    asked = batteries.several(battery_ids=battery_ids)
    head = log.published()
    if head is None:
        raise NothingPublished("no checkpoint is published yet", remedy="try again in a second")
    return bundle.assemble(
        contents=provenance.contents(batteries=asked, title=title, by=by, head=head),
        key=record_key(),
        at=stamp(at),
    )


def record_key() -> bundle.RecordKey:
    """The key with which the service signs its answers, read from its file."""
    if settings.PASSPORT_RECORD_KEY is None:
        raise ImproperlyConfigured("PASSPORT_RECORD_KEY names no file: bundles cannot be signed")
    file = keyfile.decode(Path(settings.PASSPORT_RECORD_KEY).read_bytes())
    return bundle.RecordKey(method=file.name, signer=file.private_key)
