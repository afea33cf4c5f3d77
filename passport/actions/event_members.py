"""Records one event about several batteries: one row, one log entry with the root over them all."""

from collections.abc import Sequence
from datetime import datetime

from passport.actions import event, outbox
from passport.models import Battery, LifecycleEvent, Party
from passport.models.ids import new_id
from passport.proof.batch import component_root
from passport.rules.lifecycle import EventKind


def record(
    *,
    kind: EventKind,
    members: Sequence[Battery],
    facts: dict[str, object],
    by: Party,
    at: datetime,
) -> LifecycleEvent:
    """Record an act on several batteries, the whole first; the rules have been asked already.

    `facts` name batteries by their salted digests alone: whoever sees one of the members reads the
    event, and learns nothing of the others that he did not know.
    """
    content = event.words(
        kind=kind,
        subject={"batteries": component_root(each.identity for each in members)},
        happened_at=at,
        event_id=new_id(),
        facts=facts,
    )
    made = event.written(content=content, by=by, at=at)
    made.members = [each.pk for each in members]
    made.save(force_insert=True)
    subjects = [outbox.subject_of(salt=each.salt, subject=each.identity) for each in members]
    outbox.enter(kind="event", body=bytes(made.body), subjects=subjects, at=at)
    return made
