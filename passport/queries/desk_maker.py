"""What a maker's desk shows first: today's files, what waits, and what is set up."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from passport.models import (
    ApiKey,
    Attestation,
    AttestationItem,
    Battery,
    BatteryModel,
    Intake,
    IntakeState,
    LabelPrint,
    Level,
    NamingRight,
    NamingState,
    SigningKey,
)
from passport.queries import alarm, made, voucher
from passport.queries.intake import IntakeLine, told
from passport.queries.made import Bounded, LotLine, ModelLine
from passport.queries.voucher import Voucher

_LISTED, _NEWEST, _CLAIMS = 5, 200, 500
_UNDER_WAY = (IntakeState.RECEIVING, IntakeState.RECEIVED, IntakeState.RUNNING)
_ORIGIN = "BatteryOriginAttestation"


@dataclass(frozen=True)
class FirstHour:
    """The five steps that a factory takes first, each with whether it was taken."""

    key: bool
    claimed: bool
    name: bool
    model: bool
    intake: bool
    label: bool
    last_intake: uuid.UUID | None

    @property
    def done(self) -> int:
        """How many of the five are taken."""
        return sum((self.key, self.name, self.model, self.intake, self.label))


@dataclass(frozen=True)
class SetUp:
    """What the party signs with, names under, and lets machines in with."""

    keys: int
    unlisted: int
    names: int
    claims: int
    api_keys: int


@dataclass(frozen=True)
class Today:
    """Today's intake and what waits, as of one moment; `lines` were read since midnight UTC.

    `unattested` looks at the newest ten thousand batteries, `awaiting` at the newest five hundred
    signed claims.
    """

    lines_per_second: int
    under_way: int
    lines: int
    accepted: int
    to_mend: int
    mend_in: uuid.UUID | None
    to_label: Bounded
    label_of: uuid.UUID | None
    unattested: Bounded
    awaiting: int
    alarms: int
    intakes: tuple[IntakeLine, ...]
    models: tuple[ModelLine, ...]
    lots: tuple[LotLine, ...]
    set_up: SetUp
    first_hour: FirstHour


def today(*, party_id: uuid.UUID, at: datetime) -> Today:
    """All that a maker's desk shows first."""
    rows = Intake.objects.filter(party_id=party_id).select_related("job").order_by("-id")
    newest = [told(intake=row, at=at) for row in rows[:_LISTED]]
    running = [told(intake=row, at=at) for row in rows.filter(state__in=_UNDER_WAY)[:_NEWEST]]
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    since = rows.filter(received_at__gte=midnight).order_by()
    sums = since.aggregate(lines=Sum("lines_read"), accepted=Sum("accepted"))
    to_mend, mend_in = _to_mend(party_id)
    to_label, label_of = _to_label(party_id)
    return Today(
        lines_per_second=sum(each.lines_per_second or 0 for each in running),
        under_way=len(running),
        lines=sums["lines"] or 0,
        accepted=sums["accepted"] or 0,
        to_mend=to_mend,
        mend_in=mend_in,
        to_label=to_label,
        label_of=label_of,
        unattested=_unattested(party_id),
        awaiting=_awaiting(party_id),
        alarms=alarm.waiting(party_id=party_id),
        intakes=tuple(newest),
        models=made.models(party_id=party_id, limit=_LISTED),
        lots=made.lots(limit=_LISTED).lots,
        set_up=_set_up(party_id, at),
        first_hour=first_hour(party_id=party_id),
    )


def first_hour(*, party_id: uuid.UUID) -> FirstHour:
    """Which of the first steps a party has taken."""
    rights = NamingRight.objects.filter(party_id=party_id)
    states = set(rights.values_list("state", flat=True).distinct())
    done = Intake.objects.filter(party_id=party_id, state=IntakeState.DONE, accepted__gt=0)
    last = done.order_by("-id").values_list("id", flat=True).first()
    keys = SigningKey.objects.filter(party_id=party_id)
    return FirstHour(
        key=keys.exists(),
        claimed=NamingState.CLAIMED in states,
        name=NamingState.PROVEN in states,
        model=BatteryModel.objects.filter(maker_id=party_id).exists(),
        intake=last is not None,
        label=LabelPrint.objects.filter(party_id=party_id).exists(),
        last_intake=last,
    )


def _to_mend(party_id: uuid.UUID) -> tuple[int, uuid.UUID | None]:
    """Rejected lines of the newest files that no later file has mended, and the newest of these."""
    rows = Intake.objects.filter(party_id=party_id, mends__isnull=True, rejected__gt=0)
    rejected = dict(rows.order_by("-id").values_list("id", "rejected")[:_NEWEST])
    menders = Intake.objects.filter(mends__in=rejected, state=IntakeState.DONE).order_by()
    one = Count("mends_line", distinct=True, filter=Q(rejected=0))
    all_ = Sum(F("accepted") + F("duplicates"), filter=Q(mends_line__isnull=True))
    for mended, lines, files in (
        menders.annotate(of=F("mends")).values_list("of").annotate(one=one, all=all_)
    ):
        rejected[mended] -= lines + (files or 0)
    waiting = {each: n for each, n in rejected.items() if n > 0}
    return sum(waiting.values()), next(iter(waiting), None)


def _to_label(party_id: uuid.UUID) -> tuple[Bounded, uuid.UUID | None]:
    """What is larger than a cell and has no label yet, in the newest files; one such file."""
    files = Intake.objects.filter(party_id=party_id, state=IntakeState.DONE, accepted__gt=0)
    ids = list(files.order_by("-id").values_list("id", flat=True)[:_NEWEST])
    large = Battery.objects.filter(intake_id__in=ids).exclude(level=Level.CELL).order_by()
    found = list(large.values_list("intake_id", flat=True)[: made.MOST_ALONE + 1])
    counts = Counter(found)
    prints = LabelPrint.objects.filter(intake_id__in=ids).exclude(level=Level.CELL).order_by()
    for intake_id, n in prints.values_list("intake_id").annotate(n=Sum("count")):
        counts[intake_id] -= n
    waiting = [each for each in ids if counts[each] > 0]
    total = sum(counts[each] for each in waiting)
    more = len(found) > made.MOST_ALONE
    return Bounded(total - more, more), next(iter(waiting), None)


def _unattested(party_id: uuid.UUID) -> Bounded:
    """Batteries among the newest without a signed claim of origin of their own or of a batch."""
    own = Attestation.objects.filter(battery_id=OuterRef("id"), kind=_ORIGIN)
    batch = AttestationItem.objects.filter(battery_id=OuterRef("id"))
    made_ = Battery.objects.filter(maker_id=party_id).order_by("-id")
    newest = made_.values_list("id", flat=True)[: made.MOST_ALONE + 1]
    bare = Battery.objects.filter(id__in=newest).filter(~Exists(batch), ~Exists(own)).order_by()
    return made.bounded(bare.count(), most=made.MOST_ALONE)


def _awaiting(party_id: uuid.UUID) -> int:
    """Signed claims of the party that the log has not taken in yet."""
    rows = Attestation.objects.filter(issuer_id=party_id).order_by("-id")
    digests = [bytes(each) for each in rows.values_list("sha256", flat=True)[:_CLAIMS]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM awaited_v1(%s::bytea[])", [digests])
        (found,) = cursor.fetchone() or (0,)
        return int(found)


def _set_up(party_id: uuid.UUID, at: datetime) -> SetUp:
    keys = [each for each in voucher.lines(party_id=party_id) if each.standing.in_force]
    states = Counter(NamingRight.objects.filter(party_id=party_id).values_list("state", flat=True))
    machines = ApiKey.objects.filter(party_id=party_id, revoked_at__isnull=True)
    return SetUp(
        keys=len(keys),
        unlisted=sum(each.vouched_by is Voucher.SERVICE for each in keys),
        names=states[NamingState.PROVEN],
        claims=states[NamingState.CLAIMED],
        api_keys=machines.exclude(expires_at__lte=at).count(),
    )
