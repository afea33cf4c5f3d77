"""What the evidence file of a project holds: each file by its name, made when it is written."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain, islice

from passport.models import (
    SerialList,
    SourcingProject,
    SupplierCertificate,
)
from passport.proof import canonical
from passport.proof.bundle import parts_of
from passport.proof.contents import Contents
from passport.proof.sealed import ITEMS, SIGNED
from passport.queries import evidence, sourcing_rules, sourcing_serial
from passport.queries.sourcing_attested import Origins, origins_of
from passport.queries.sourcing_case import case_of
from passport.queries.sourcing_events import events_of
from passport.queries.sourcing_project import end_of
from passport.rules import sourcing_folder
from passport.rules.sourcing_case import Case
from passport.rules.sourcing_filing import (
    FiledChange,
    FiledList,
    FiledSerials,
    agreement,
    came_with,
    origin_of,
)
from passport.rules.sourcing_folder import SERIAL_LISTS, SERIALS_TOLD
from passport.rules.sourcing_reading import case_document, check_case
from passport.rules.sourcing_result import result_document
from passport.rules.sourcing_serials import Stage
from passport.rules.sourcing_shape import written
from passport.rules.sourcing_verdict import Result, judge

JSON, TEXT = "application/json", "text/plain"
_AT_ONCE = 20_000


@dataclass(frozen=True)
class Page:
    """A file to be: its media type, and what gives its bytes."""

    media_type: str
    pieces: Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class ProjectFile:
    """The case and its result as of a day, and all files that tell of it, by name."""

    case: Case
    result: Result
    pages: Mapping[str, Page]


def file_of(*, project: SourcingProject, as_of: date) -> ProjectFile:
    """What is filed of a project as of a day, as its owner sees it.

    Refuses what stated() and judge() refuse, NoSuchRuleSet, ListDamaged, Damaged.
    """
    case = stated(project=project, as_of=as_of)
    rules = sourcing_rules.rules_of(case.rule_set)
    result = judge(case=case, rules=rules)
    values = sourcing_folder.case_files(case_document(case))
    values |= sourcing_folder.result_files(result_document(result))
    lists = sourcing_serial.lists(project=project, as_of=as_of)
    origins = _origins(project, lists)
    told = _serials(project, case, lists, origins)
    values[SERIALS_TOLD] = written(told)
    values[sourcing_folder.SNAPSHOTS] = _snapshots(case)
    values[sourcing_folder.EVENTS] = events_of(project=project, as_of=as_of)
    pages = {name: _json(value) for name, value in values.items()}
    pages[sourcing_folder.RULE_SET] = _plain(JSON, sourcing_rules.document_of(rules.id))
    pages |= _lists(lists) | _certificates(project, as_of) | _attestations(origins)
    return ProjectFile(case=case, result=result, pages=pages)


def stated(*, project: SourcingProject, as_of: date) -> Case:
    """The case of a project, where it holds together. Refuses NotFound, and NotACase with all that
    does not fit: nobody could read it again.
    """
    case = case_of(project=project, as_of=as_of)
    check_case(case)
    return case


def _json(value: object) -> Page:
    return Page(JSON, lambda: (canonical.encode(value),))


def _plain(media_type: str, data: bytes) -> Page:
    return Page(media_type, lambda: (data,))


def _origins(project: SourcingProject, lists: Iterable[SerialList]) -> Origins:
    came = {each.line: each for each in lists if each.stage != Stage.CERTIFIED}
    came |= {each.line: each for each in lists if each.stage == Stage.DELIVERED}
    serials = chain.from_iterable(
        sourcing_serial.serials_of(serial_list=each) for each in came.values()
    )
    return origins_of(serials=serials, by=project.owner)


def _serials(
    project: SourcingProject, case: Case, lists: Iterable[SerialList], origins: Origins
) -> FiledSerials:
    rows = {(each.line, Stage(each.stage)): each for each in lists}
    filed = tuple(
        FiledList(
            line=line,
            stage=stage,
            count=each.count,
            sha256=bytes(each.sha256).hex(),
            certificate=str(each.certificate_id or ""),
            source=each.source,
        )
        for (line, stage), each in rows.items()
    )
    changes = tuple(
        FiledChange(
            line=each.line,
            old=each.old,
            new=each.new,
            changed_on=each.changed_on,
            reason=each.reason,
            certified=each.certificate_id is not None,
        )
        for each in sourcing_serial.changes(project=project, as_of=case.as_of)
    )
    return FiledSerials(
        lists=filed,
        changes=changes,
        agreements=tuple(
            agreement(
                line=line,
                lists={
                    stage: sourcing_serial.serials_of(serial_list=each)
                    for (of, stage), each in rows.items()
                    if of == line
                },
                changes=changes,
                placed_on=case.project.placed_on,
            )
            for line in dict.fromkeys(each.line for each in filed)
        ),
        origins=tuple(
            origin_of(
                line=line,
                serials=sourcing_serial.serials_of(serial_list=rows[line, each.stage]),
                attested=origins.attested,
            )
            for line, each in came_with(filed).items()
        ),
    )


def _lists(lists: Iterable[SerialList]) -> dict[str, Page]:
    return {
        f"{SERIAL_LISTS}{bytes(each.sha256).hex()}.txt": Page(TEXT, partial(_joined, each))
        for each in lists
    }


def _joined(serial_list: SerialList) -> Iterator[bytes]:
    serials = sourcing_serial.serials_of(serial_list=serial_list)
    while some := list(islice(serials, _AT_ONCE)):
        yield ("\n".join(some) + "\n").encode()


def _certificates(project: SourcingProject, as_of: date) -> dict[str, Page]:
    """Each as the bytes that were signed; in one folder those that the log holds."""
    rows = list(SupplierCertificate.objects.filter(project=project, added_at__lt=end_of(as_of)))
    logged = evidence.known(digests={bytes(each.sha256) for each in rows})
    return {
        (SIGNED[1] if bytes(each.sha256) in logged else sourcing_folder.RECEIVED)
        + bytes(each.sha256).hex()
        + ".json": _plain(JSON, bytes(each.body))
        for each in rows
    }


def _attestations(origins: Origins) -> dict[str, Page]:
    pages = {
        f"{SIGNED[0]}{digest.hex()}.json": _plain(JSON, data)
        for digest, data in origins.documents.items()
    }
    if origins.groups:
        items = Contents(batteries={}, checkpoint=b"", salts={}, items=origins.groups)
        pages[ITEMS] = Page(JSON, lambda: (canonical.encode(parts_of(items)["items"]),))
    return pages


def _snapshots(case: Case) -> dict[str, object]:
    """The list snapshots that were searched, and every match with what was decided of it."""
    register = case.register
    return {
        "snapshots": [written(each) for each in register.snapshots],
        "matches": [written(each) for each in register.listed],
    }
