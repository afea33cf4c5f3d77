"""Asks for bundles of many batteries, makes them behind the request, and lets them go in time."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from passport.actions import bundle
from passport.actions import job as jobs
from passport.models import Battery, BundleOrder, Job, JobState, Party
from passport.models.ids import new_id
from passport.postgres import locks
from passport.queries import erasure
from passport.queries.bundle_order import state
from passport.queries.genealogy import count_inside
from passport.queries.naming import all_of
from passport.queries.provenance import Provenance
from passport.queries.tenancy import stepped_down
from passport.rules.bundle import check_list, check_waiting
from passport.rules.errors import Conflict

KIND = "bundle"
LIFE = timedelta(days=7)
# At once is made what a caller need not wait for.
AT_ONCE = 50
_READ_AT_ONCE = 50


class ErasedMeanwhile(Conflict):
    """The bundle may show what was erased since: the job makes it anew."""

    code = "erased-meanwhile"
    title = "Something was erased meanwhile"


@transaction.atomic
def answer(*, names: Sequence[str], title: str, by: Party, at: datetime) -> bytes | BundleOrder:
    """The bundle of a short list itself; for a longer one the order of it.

    Refuses what order() refuses, and what bundle.assemble() refuses.
    """
    # The answer may be kept to be given again: an erasure waits until it is, and then finds it.
    locks.share(locks.ERASURE)
    asked = _named(names, title)
    if len(asked) <= AT_ONCE and count_inside(asked=asked) <= bundle.INSIDE_AT_ONCE:
        ids = [each.pk for each in asked]
        return bundle.assemble(battery_ids=ids, title=title, by=by, at=at)
    return _order(asked, title=title, by=by, at=at)


@transaction.atomic
def order(
    *, names: Sequence[str], title: str, by: Party, at: datetime, token: str = ""
) -> BundleOrder:
    """Ask for a bundle of some batteries, by ids, identities or serials; a job makes it.

    The same list with the same `token` is the same order. Refuses EmptyList, ListTooLong,
    TitleTooLong, UnknownBatteries, TooManyWaiting.
    """
    return _order(_named(names, title), title=title, by=by, at=at, token=token)


def run(*, job: Job, at: datetime) -> None:
    """Make the bundle that a leased job asks for, with the sight of who asked and no more.

    A crash anywhere leaves the order without a file, and the lease to run out. Refuses LeaseLost,
    and what bundle.assemble() refuses.
    """
    made = BundleOrder.objects.select_related("party").defer("content").get(job=job)
    ids = [uuid.UUID(each) for each in job.payload["batteries"]]
    now, gone = jobs.clock(at), erasure.count()
    found = Provenance(by=made.party, head=bundle.newest_head())
    for start in range(0, len(ids), _READ_AT_ONCE):
        with stepped_down(made.party_id):
            found.add(battery_ids=ids[start : start + _READ_AT_ONCE])
        done = min(start + _READ_AT_ONCE, len(ids))
        jobs.progress(job=job, done=done, total=len(ids), at=now())
    with stepped_down(made.party_id):
        contents = found.contents(title=made.title)
    jobs.progress(job=job, done=len(ids), total=len(ids), at=now())
    data = bundle.signed(contents=contents, at=now())

    with transaction.atomic():
        locks.share(locks.ERASURE)
        if erasure.count() != gone:
            raise ErasedMeanwhile("something was erased while the bundle was made")
        jobs.finish(job=job, at=now())
        BundleOrder.objects.filter(pk=made.pk).update(
            content=data,
            sha256=hashlib.sha256(data).digest(),
            size_bytes=len(data),
            tree_size=found.head.size,
            issuers=sorted(each for each in contents.salts if each.startswith("did:")),
            made_at=now(),
            expires_at=now() + LIFE,
        )


@transaction.atomic
def again(*, order_id: uuid.UUID, at: datetime) -> BundleOrder:
    """Set an order going again whose job has stopped. Refuses NotFound, NotResting."""
    found = state(order_id=order_id)
    jobs.retry(job_id=found.job_id, at=at)
    return found


def expire(*, at: datetime) -> int:
    """Let go of files whose time has come; how many. What they were made of stays."""
    return BundleOrder.objects.filter(expires_at__lte=at, content__isnull=False).update(
        content=None
    )


def _named(names: Sequence[str], title: str) -> list[Battery]:
    cleaned = [each.strip() for each in names if each.strip()]
    check_list(count=len(cleaned), title=title)
    return all_of(names=cleaned)


def _order(
    asked: Sequence[Battery], *, title: str, by: Party, at: datetime, token: str = ""
) -> BundleOrder:
    ids = sorted(str(each.pk) for each in asked)
    waiting = Job.objects.filter(kind=KIND, party=by).exclude(
        state__in=(JobState.DONE, JobState.RESTING)
    )
    said = "\n".join((token, title, *ids)).encode()
    key = f"{KIND}:{by.pk}:{hashlib.sha256(said).hexdigest() if token else new_id()}"
    before = BundleOrder.objects.filter(job__dedupe_key=key).select_related("job").first()
    if before is not None:
        return before
    check_waiting(count=waiting.count())
    job = jobs.enqueue(kind=KIND, dedupe_key=key, party=by, payload={"batteries": ids}, at=at)
    return BundleOrder.objects.create(
        party=by, job=job, title=title, batteries=len(ids), asked_at=at
    )
