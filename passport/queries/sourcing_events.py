"""What happened to the record of a project, in order: what came when, and who was shown it."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Model, QuerySet

from passport.models import (
    CertificateEnd,
    CertificateLine,
    EvidenceFile,
    FlagResolution,
    ProjectLine,
    ProjectShare,
    ProjectTerms,
    SerialChange,
    SerialList,
    SourcingFlag,
    SourcingProject,
    SupplierCertificate,
)
from passport.queries.sourcing_project import end_of

# What is told: of which table, under which word, when, by which columns.
_TOLD: tuple[tuple[str, type[Model], str, tuple[str, ...]], ...] = (
    ("terms", ProjectTerms, "recorded_at", ("number", "rule_set")),
    ("line", ProjectLine, "recorded_at", ("name", "number", "removed", "source")),
    ("certificate", SupplierCertificate, "added_at", ("id", "supplier")),
    ("certificate for line", CertificateLine, "recorded_at", ("certificate_id", "line", "linked")),
    ("certificate ended", CertificateEnd, "recorded_at", ("certificate_id", "because")),
    ("serials", SerialList, "recorded_at", ("line", "stage", "number", "count", "source")),
    ("serial replaced", SerialChange, "recorded_at", ("line", "old", "new")),
    ("flag", SourcingFlag, "recorded_at", ("key", "kind", "about")),
    ("flag resolved", FlagResolution, "recorded_at", ("flag__key", "reviewer")),
    ("shown to", ProjectShare, "since", ("party__slug",)),
    ("evidence file", EvidenceFile, "filed_at", ("number", "as_of")),
)


def events_of(*, project: SourcingProject, as_of: date) -> list[dict[str, object]]:
    """All that was recorded of a project by the end of a day (UTC), in the order of the moments."""
    found = [each for told in _TOLD for each in _events(project, end_of(as_of), *told)]
    return sorted(found, key=lambda each: (str(each["at"]), str(each["what"])))


def _events(
    project: SourcingProject,
    by: datetime,
    what: str,
    model: type[Model],
    moment: str,
    columns: tuple[str, ...],
) -> Iterator[dict[str, object]]:
    rows: QuerySet[Model] = model._default_manager.filter(
        project=project, **{f"{moment}__lt": by}
    ).order_by("pk")
    for at, *values in rows.values_list(moment, *columns):
        told = {name: _plain(each) for name, each in zip(columns, values, strict=True)}
        yield {"at": at.isoformat(), "what": what, **told}


def _plain(value: object) -> object:
    return value if isinstance(value, str | int) else str(value)
