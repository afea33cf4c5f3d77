"""Calls batteries back for their danger, and ends that; both are told to the log."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from passport.actions import event, outbox
from passport.models import Battery, BatteryModel, Party, Recall, RecallSubject
from passport.models.ids import new_id, new_salt
from passport.proof import canonical, credential
from passport.proof.batch import component_root
from passport.proof.encoding import b64u_encode
from passport.queries import legacy
from passport.queries import recall as recalls
from passport.rules.recall import (
    NoSuchBatteries,
    check_closer,
    check_notice,
    check_opener,
    check_scope,
)

FORMAT = "batterypassport/recall/v1"
_MANY = 1000


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a recall says to everybody: why, what to do, and where the maker tells more."""

    reason: str
    advice: str = ""
    url: str = ""
    document_sha256: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Of what: batteries of these lots and of these models, and those that are named."""

    lots: Sequence[str] = ()
    models: Sequence[uuid.UUID] = ()
    batteries: Sequence[uuid.UUID] = ()


@transaction.atomic
def open_recall(*, maker: Party, notice: Notice, scope: Scope, by: Party, at: datetime) -> Recall:
    """Open a recall of a maker's batteries; what comes into its scope later is under it as well.
    What a party only found, it has not made.

    Refuses NotYoursToRecall, RecallOfNothing, NoticeNotSecure, NoSuchBatteries.
    """
    check_opener(roles=by.roles, maker=maker.pk, by=by.pk)
    check_scope(reason=notice.reason, lots=scope.lots, models=scope.models, named=scope.batteries)
    check_notice(url=notice.url)
    _check_lots(scope.lots, maker)
    codes = _codes(scope.models, maker)
    named = _named(scope.batteries, maker)

    made = Recall(
        id=new_id(),
        maker=maker,
        opened_by=by,
        reason=notice.reason.strip(),
        advice=notice.advice.strip(),
        notice_url=notice.url,
        document_sha256=notice.document_sha256,
        lots=sorted(set(scope.lots)),
        model_ids=sorted(set(scope.models)),
        named=len(named),
        salt=new_salt(),
        opened_at=at,
    )
    made.body = _said("OPENED", made, _opening(made, codes=codes, named=named), by=by, at=at)
    made.sha256 = credential.digest(made.body)
    made.save(force_insert=True)
    RecallSubject.objects.bulk_create(
        [RecallSubject(recall=made, battery=each) for each in named], batch_size=_MANY
    )
    _enter(made, made.body, at=at)
    return made


@transaction.atomic
def close(*, recall_id: uuid.UUID, because: str, by: Party, at: datetime) -> Recall:
    """End a recall; refuses NotFound, NotYoursToRecall, RecallClosed, RecallOfNothing."""
    known = recalls.by_id(recall_id=recall_id)
    held = Recall.objects.select_for_update(no_key=True).filter(pk=recall_id).first()
    check_closer(
        roles=by.roles,
        opened_by=known.opened_by_id,
        by=by.pk,
        open_=(held or known).closed_at is None,
        because=because,
    )

    known.closed_at, known.closed_by, known.closed_because = at, by, because.strip()
    known.closing_body = _said("CLOSED", known, {"because": known.closed_because}, by=by, at=at)
    known.closing_sha256 = credential.digest(known.closing_body)
    known.save(
        update_fields=[
            "closed_at", "closed_by", "closed_because", "closing_body", "closing_sha256"
        ]
    )  # fmt: skip
    _enter(known, known.closing_body, at=at)
    return known


def _check_lots(lots: Sequence[str], maker: Party) -> None:
    """A lot that nobody has registered anything of is a slip of the pen, and would warn nobody."""
    known = recalls.known_lots(maker=maker, lots=lots)
    for number, lot in enumerate(lots):
        if lot not in known:
            raise NoSuchBatteries(
                f"no battery of the maker is of the lot {lot[:20]}",
                pointer=f"/lots/{number}",
                remedy="check how the lot is written in the maker's files",
            )


def _codes(models: Sequence[uuid.UUID], maker: Party) -> list[str]:
    found = {row.pk: row.code for row in BatteryModel.objects.filter(maker=maker, pk__in=models)}
    for each in legacy.plates(model_ids=found):
        del found[each]
    for number, each in enumerate(models):
        if each not in found:
            raise NoSuchBatteries(
                "the maker has no such model",
                pointer=f"/models/{number}",
                remedy="take the id of one of the maker's models",
            )
    return sorted(found.values())


def _named(batteries: Sequence[uuid.UUID], maker: Party) -> list[Battery]:
    found = {row.pk: row for row in Battery.objects.filter(maker=maker, pk__in=batteries)}
    for each in legacy.untraced(battery_ids=found):
        del found[each]
    for number, each in enumerate(batteries):
        if each not in found:
            raise NoSuchBatteries(
                "the maker has no such battery",
                pointer=f"/batteries/{number}",
                remedy="take the id of a battery that this maker made",
            )
    return list(found.values())


def _opening(recall: Recall, *, codes: list[str], named: list[Battery]) -> dict[str, object]:
    digest = recall.document_sha256
    return {
        "reason": recall.reason,
        "advice": recall.advice,
        "notice": recall.notice_url,
        "document": b64u_encode(bytes(digest)) if digest else None,
        "lots": list(recall.lots),
        "models": codes,
        "batteries": component_root(each.identity for each in named),
    }


def _said(what: str, recall: Recall, facts: dict[str, object], *, by: Party, at: datetime) -> bytes:
    return canonical.encode(
        {
            "format": FORMAT,
            "recall": recall.subject,
            "kind": what,
            "maker": recall.maker.did or recall.maker.slug,
            "facts": facts,
            "recordedAt": event.stamp(at),
            "recorder": by.did or by.slug,
            "salt": b64u_encode(new_salt()),
        }
    )


def _enter(recall: Recall, body: bytes, *, at: datetime) -> None:
    subject = outbox.subject_of(salt=recall.salt, subject=recall.subject)
    outbox.enter(kind="event", body=body, subjects=[subject], at=at)
