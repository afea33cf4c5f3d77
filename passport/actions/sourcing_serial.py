"""Takes in the serials of a project's lines, up to a million at a time, and what replaced what."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

import zstandard
from django.db import transaction

from passport.actions.sourcing_project import own
from passport.actions.sourcing_sorting import Sorted
from passport.models import (
    Party,
    SerialBlock,
    SerialChange,
    SerialList,
    SerialOrigin,
    SourcingProject,
    SupplierCertificate,
)
from passport.models.ids import new_id
from passport.postgres import bulk
from passport.queries import sourcing_case, sourcing_origin
from passport.queries.battery import unknown
from passport.queries.sourcing_serial import lists
from passport.rules.errors import Conflict, Malformed, Several
from passport.rules.sourcing_serials import Stage, read_serial

MOST = 1_000_000
MOST_FAULTS = 100
BLOCK = 8192
BLOCK_COLUMNS = {
    "project_id": "uuid", "serial_list_id": "uuid", "number": "integer", "first": "text",
    "last": "text", "count": "integer", "content": "bytea",
}  # fmt: skip


class ListRefused(Several):
    """Lines of a list are no serials, or stand twice: a list lands whole or not at all.

    `each` are the first faults, each with `/serials/LINE` as its pointer.
    """

    code = "serial-list-refused"
    title = "The list of serials has faults"


class TwiceReplaced(Conflict):
    """The serial was replaced before, or takes its own place."""

    code = "serial-replaced-before"
    title = "The serial was replaced before"


@dataclass
class _Packing:
    """What is learned of a list while its blocks are written."""

    digest: "hashlib._Hash"
    count: int = 0
    prefix: str | None = None


@transaction.atomic
def bring(
    *,
    project_id: uuid.UUID,
    line: str,
    stage: Stage,
    serials: Iterable[str],
    by: Party,
    at: datetime,
    certificate_id: uuid.UUID | None = None,
    source: str = "",
) -> SerialList:
    """Take in the serials of a line at a stage, one a text, as the next version of that list.

    They are sorted on the disk and kept in packed blocks, so that a million need little memory. The
    same serials again change nothing. What the registry holds of them is looked up and kept beside.
    Refuses NotFound, Malformed, ListRefused with the faults by line.
    """
    project = own(project_id=project_id, by=by)
    _has_line(project, line)
    paper = _paper(project, certificate_id)
    sorting = Sorted(serials, most_faults=MOST_FAULTS)
    packing = _Packing(hashlib.sha256())
    made = new_id()
    blocks = list(_blocks(sorting.serials(), made, project, packing))
    _check(sorting, packing)
    rows = SerialList.objects.filter(project=project, line=line, stage=stage)
    latest = rows.order_by("-number").first()
    if latest and bytes(latest.sha256) == packing.digest.digest() and latest.certificate == paper:
        return latest
    kept = SerialList.objects.create(
        id=made,
        project=project,
        line=line,
        stage=stage,
        number=latest.number + 1 if latest else 1,
        certificate=paper,
        source=source[:120],
        count=packing.count,
        sha256=packing.digest.digest(),
        prefix=packing.prefix or "",
        recorded_at=at,
    )
    bulk.insert_in(table=SerialBlock._meta.db_table, columns=BLOCK_COLUMNS, rows=blocks, at_once=16)
    look_again(serial_list=kept, at=at)
    return kept


@transaction.atomic
def look_up(*, project_id: uuid.UUID, by: Party, at: datetime) -> int:
    """Look up the serials of all latest lists in the registry anew: what was attested since counts.

    How many lists there are. Refuses NotFound.
    """
    project = own(project_id=project_id, by=by)
    kept = lists(project=project, as_of=at.date())
    for each in kept:
        look_again(serial_list=each, at=at)
    return len(kept)


def look_again(*, serial_list: SerialList, at: datetime) -> None:
    """Keep what the registry holds of a list now: who made its serials, where, attested or not.

    A row without any found says that serials which begin as all of these do are of that maker.
    """
    found = sourcing_origin.look(serial_list=serial_list)
    of = {"project": serial_list.project, "serial_list": serial_list, "recorded_at": at}
    rows = [
        SerialOrigin(
            maker=each.made.maker,
            producer=each.made.producer[:255],
            facility=each.made.facility[:255],
            country=each.made.country[:2],
            found=each.found,
            attested=each.attested,
            sample=each.sample[:80],
            **of,
        )
        for each in found
    ]
    if sum(each.found for each in found) < serial_list.count:
        rows += [
            SerialOrigin(maker=maker, found=0, attested=0, sample=serial_list.prefix, **of)
            for maker in sourcing_origin.makers_of_prefix(prefix=serial_list.prefix)
        ]
    SerialOrigin.objects.bulk_create(rows)


@transaction.atomic
def change(
    *,
    project_id: uuid.UUID,
    line: str,
    old: str,
    new: str,
    changed_on: date,
    reason: str,
    by: Party,
    at: datetime,
    certificate_id: uuid.UUID | None = None,
) -> SerialChange:
    """Record that one serial took the place of another, and under which certificate.

    The same again changes nothing. Refuses NotFound, NotASerial, TwiceReplaced, Malformed.
    """
    project = own(project_id=project_id, by=by)
    _has_line(project, line)
    told = {
        "old": read_serial(old),
        "new": read_serial(new),
        "changed_on": changed_on,
        "reason": reason.strip()[:300],
        "certificate": _paper(project, certificate_id),
    }
    if not told["reason"]:
        raise Malformed("no reason is told", pointer="/reason", remedy="say why it was replaced")
    if told["old"] == told["new"]:
        raise TwiceReplaced("a serial takes its own place", pointer="/new", remedy="name another")
    before = SerialChange.objects.filter(project=project, line=line, old=told["old"]).first()
    if before is not None:
        if all(getattr(before, name) == value for name, value in told.items()):
            return before
        raise TwiceReplaced(
            f"{before.new} took the place of {before.old} on {before.changed_on}",
            pointer="/old",
            remedy="if that one was replaced since, name it as the old one",
        )
    return SerialChange.objects.create(project=project, line=line, recorded_at=at, **told)


def _has_line(project: SourcingProject, line: str) -> None:
    found = sourcing_case.versions(project=project, names=[line])
    if line not in found or found[line].removed:
        raise unknown("line of this project").pointing("/line")


def _paper(
    project: SourcingProject, certificate_id: uuid.UUID | None
) -> SupplierCertificate | None:
    if certificate_id is None:
        return None
    found = SupplierCertificate.objects.filter(project=project, pk=certificate_id).first()
    if found is None:
        raise unknown("certificate of this project").pointing("/certificate")
    return found


def _blocks(
    serials: Iterator[str], list_id: uuid.UUID, project: SourcingProject, packing: _Packing
) -> Iterator[tuple[object, ...]]:
    pack = zstandard.ZstdCompressor(level=3)
    number = 0
    while some := list(islice(serials, BLOCK)):
        data = "".join(f"{serial}\n" for serial in some).encode("ascii")
        packing.digest.update(data)
        packing.count += len(some)
        # In an ordered list all that lies between two has what they have in common.
        first = some[0] if packing.prefix is None else packing.prefix
        packing.prefix = _common(first, some[-1])
        yield (project.pk, list_id, number, some[0], some[-1], len(some), pack.compress(data))
        number += 1


def _common(one: str, other: str) -> str:
    pairs = enumerate(zip(one, other, strict=False))
    length = next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
    return one[:length]


def _check(sorting: Sorted, packing: _Packing) -> None:
    if sorting.wrong:
        raise ListRefused(
            f"{sorting.wrong} lines are wrong; the first is line {sorting.faults[0][0]}",
            each=[fault.pointing(f"/serials/{line}") for line, fault in sorting.faults],
        )
    if not 1 <= packing.count <= MOST:
        raise Malformed(
            f"the list has {packing.count} serials",
            pointer="/serials",
            remedy=f"send 1 to {MOST}, one a line",
        )
