"""Has the published checkpoint stamped with the time of somebody else (RFC 3161).

The token proves that every entry up to the checkpoint was there by then, whatever our clock says.
"""

from datetime import datetime

from passport.audit import authority
from passport.models import CheckpointTimestamp
from passport.proof import note
from passport.proof.case import TimestampCheck
from passport.queries import log, timestamp


def stamp(*, url: str, check: TimestampCheck, at: datetime) -> CheckpointTimestamp | None:
    """Ask an authority for a token over the newest published checkpoint, and keep it.

    None when there is no checkpoint, or this authority has stamped it already. `check` refuses a
    token whose authority is not trusted. Refuses BadTimestamp, after five seconds at the latest.
    """
    now = log.published()
    if now is None or timestamp.is_stamped(size=now.size, authority=url):
        return None
    text, _ = note.parse(now.body)
    token = authority.ask(text=text, url=url, check=check)
    # A crash here loses a token, and the next hour asks for another one.
    kept, _ = CheckpointTimestamp.objects.get_or_create(
        checkpoint_id=now.size,
        authority=url,
        defaults={"token": token, "received_at": at},
    )
    return kept
