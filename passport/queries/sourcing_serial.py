"""Serials of a project's lines: certified, delivered, installed, and what is recorded of them."""

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import zstandard

from passport.models import (
    SerialBlock,
    SerialChange,
    SerialList,
    SerialOrigin,
    SourcingProject,
)
from passport.queries.battery import unknown
from passport.queries.sourcing_project import end_of
from passport.rules.errors import Conflict
from passport.rules.sourcing_knowing import Seen, SeenApart, SeenPrefix
from passport.rules.sourcing_serials import Change, Reconciliation, Stage, reconcile


class ListDamaged(Conflict):
    """The serials that are kept are not those that came in."""

    code = "serial-list-damaged"
    title = "The list of serials is damaged"


@dataclass(frozen=True)
class Bought:
    """The serials that came with a line: how many, and their digest."""

    count: int
    sha256: str


def lists(*, project: SourcingProject, as_of: date, line: str | None = None) -> list[SerialList]:
    """The latest list of each line and stage as of a day, by line."""
    rows = SerialList.objects.filter(project=project, recorded_at__lt=end_of(as_of))
    if line is not None:
        rows = rows.filter(line=line)
    return list(rows.order_by("line", "stage", "-number").distinct("line", "stage"))


def by_id(*, list_id: uuid.UUID) -> SerialList:
    """A list of a project that the acting party reads. Refuses NotFound."""
    row = SerialList.objects.filter(pk=list_id).select_related("project").first()
    if row is None:
        raise unknown("list of serials")
    return row


def bought(*, project: SourcingProject, as_of: date) -> Mapping[str, Bought]:
    """Line → its delivered serials; of a line without a delivery the installed ones."""
    found: dict[str, Bought] = {}
    order = {Stage.INSTALLED: 0, Stage.DELIVERED: 1}
    kept = [each for each in lists(project=project, as_of=as_of) if each.stage in order]
    for each in sorted(kept, key=lambda row: order[Stage(row.stage)]):
        found[each.line] = Bought(each.count, bytes(each.sha256).hex())
    return found


def serials_of(*, serial_list: SerialList) -> Iterator[str]:
    """The serials of a list in order, block by block. Refuses ListDamaged at its end, when what was
    read is not what the list says it holds.
    """
    digest, count = hashlib.sha256(), 0
    unpack = zstandard.ZstdDecompressor()
    rows = SerialBlock.objects.filter(serial_list=serial_list).order_by("number")
    for content in rows.values_list("content", flat=True).iterator(chunk_size=32):
        data = unpack.decompress(bytes(content))
        digest.update(data)
        some = data.decode("ascii").splitlines()
        count += len(some)
        yield from some
    if digest.digest() != bytes(serial_list.sha256) or count != serial_list.count:
        raise ListDamaged(
            f"the {serial_list.stage.lower()} serials of line {serial_list.line} are not those that"
            " came in",
            remedy="send the list again; what was sent before stays in the history",
        )


def changes(
    *, project: SourcingProject, as_of: date, line: str | None = None
) -> list[SerialChange]:
    """What was put in the place of what by a day, oldest first."""
    rows = SerialChange.objects.filter(project=project, recorded_at__lt=end_of(as_of))
    if line is not None:
        rows = rows.filter(line=line)
    return list(rows.order_by("changed_on", "id"))


def reconciled(
    *, project: SourcingProject, line: str, placed_on: date | None, as_of: date
) -> Reconciliation:
    """How the lists of a line agree. Reads them side by side: memory does not grow with them.

    Refuses ListDamaged.
    """
    kept = lists(project=project, as_of=as_of, line=line)
    return reconcile(
        lists={Stage(each.stage): serials_of(serial_list=each) for each in kept},
        changes=[
            Change(
                old=each.old,
                new=each.new,
                changed_on=each.changed_on,
                reason=each.reason,
                certified=each.certificate_id is not None,
            )
            for each in changes(project=project, as_of=as_of, line=line)
        ],
        placed_on=placed_on,
    )


def apart(*, project: SourcingProject, placed_on: date | None, as_of: date) -> list[SeenApart]:
    """The lines whose latest lists do not agree. Their digests tell, and where something was put in
    the place of another, the serials themselves. Refuses ListDamaged.
    """
    by: dict[str, list[SerialList]] = {}
    for each in lists(project=project, as_of=as_of):
        by.setdefault(each.line, []).append(each)
    changed = {each.line for each in changes(project=project, as_of=as_of)}
    found = []
    for line, kept in sorted(by.items()):
        differ = len({bytes(each.sha256) for each in kept}) > 1
        if line in changed:
            differ = bool(
                reconciled(project=project, line=line, placed_on=placed_on, as_of=as_of).mismatches
            )
        if differ:
            told = (f"{s.stage.lower()} {s.count} ({bytes(s.sha256).hex()[:12]})" for s in kept)
            last = max(each.recorded_at for each in kept)
            found.append(SeenApart(line, ", ".join(told), last.date()))
    return found


def seen(*, project: SourcingProject, as_of: date) -> tuple[list[Seen], list[SeenPrefix]]:
    """What is recorded here of the serials of each line's latest lists, and who makes serials that
    begin so.
    """
    kept = lists(project=project, as_of=as_of)
    rows = SerialOrigin.objects.filter(serial_list__in=kept, recorded_at__lt=end_of(as_of))
    made: dict[tuple[str, ...], Seen] = {}
    alike: dict[tuple[str, ...], SeenPrefix] = {}
    found = list(rows.select_related("serial_list").order_by("id"))
    # What was found when a list was looked up last; before that it was found otherwise.
    looked = {row.serial_list_id: row.recorded_at for row in found}
    for row in (each for each in found if each.recorded_at == looked[each.serial_list_id]):
        line, on = row.serial_list.line, row.recorded_at.date()
        if row.found:
            each = _seen(row)
            made[line, each.maker, each.producer, each.facility, each.country] = each
        else:
            alike[line, row.maker] = SeenPrefix(line, row.sample, row.maker, on)
    return [made[key] for key in sorted(made)], [alike[key] for key in sorted(alike)]


def _seen(row: SerialOrigin) -> Seen:
    return Seen(
        line=row.serial_list.line,
        maker=row.maker,
        producer=row.producer,
        facility=row.facility,
        country=row.country,
        found=row.found,
        attested=row.attested,
        sample=row.sample,
        seen_on=row.recorded_at.date(),
    )
