"""What the service has logged of itself: documents of its own, salted, kept, about nobody."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from passport.actions import outbox
from passport.actions.event import stamp
from passport.models import Checkpoint, LogDocument, LogHead, Outbox
from passport.models.ids import new_salt
from passport.proof import canonical
from passport.proof.encoding import b64u_encode
from passport.queries import verifier

HEARTBEAT = "batterypassport/heartbeat/v1"
VERIFIER = "batterypassport/verifier/v1"


@transaction.atomic
def enter(*, kind: str, body: bytes, at: datetime, kept_as: str = "") -> LogDocument:
    """Keep the bytes of a document of the service, and ask for its log entry; both or neither.

    `kept_as` is the kind under which it is found again, where that is not the entry's.
    """
    digest = hashlib.sha256(body).digest()
    row = LogDocument.objects.create(sha256=digest, kind=kept_as or kind, body=body, recorded_at=at)
    outbox.enter(kind=kind, body=body, subjects=[], at=at)
    return row


def words(*, form: str, content: Mapping[str, object], at: datetime) -> bytes:
    """The canonical bytes of a document of the service, with its moment and a fresh salt."""
    salt = b64u_encode(new_salt())
    return canonical.encode({"format": form, "at": stamp(at), "salt": salt, **content})


def beat(*, at: datetime, after: timedelta) -> bool:
    """Ask for a heartbeat when nothing was logged for so long; whether one was asked for.

    It keeps the checkpoint and its cosignatures fresh, so that silence and a log that was stopped
    do not look alike. A clock that was set back counts as silence.
    """
    newest = Checkpoint.objects.order_by("-size").values_list("signed_at", flat=True).first()
    if newest is not None and abs(at - newest) < after:
        return False
    if Outbox.objects.exists():
        return False
    origin = LogHead.objects.get().origin
    enter(kind="heartbeat", body=words(form=HEARTBEAT, content={"origin": origin}, at=at), at=at)
    return True


def announce_verifier(*, sha256: bytes, at: datetime) -> bool:
    """Have the digest of the packed verifier logged, once a version; whether it is news.

    Nobody then needs to get the verifier from the suspect: any copy with this digest is the one
    that everybody was given.
    """
    if verifier.logged(sha256=sha256) is not None:
        return False
    body = words(form=VERIFIER, content={"sha256": b64u_encode(sha256)}, at=at)
    enter(kind="event", body=body, at=at, kept_as="verifier")
    return True
