"""What happened to the record of a project, in order: what came when, and who was shown it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from django.db.models import Model, QuerySet

from passport.models import (
    CertificateEnd,
    CertificateLine,
    EvidenceFile,
    FlagResolution,
    ListSnapshot,
    MatchDecision,
    ProjectLine,
    ProjectShare,
    ProjectTerms,
    SerialChange,
    SerialList,
    SourcingContract,
    SourcingEntity,
    SourcingFact,
    SourcingFlag,
    SourcingProject,
    SourcingReview,
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
# What is told of the register of its owner: since when a thing held is one thing, and when somebody
# recorded that is another.
_OF_REGISTER: tuple[tuple[str, type[Model], str, tuple[str, ...]], ...] = (
    ("company", SourcingEntity, "recorded_at", ("key", "number", "recorded_by", "source")),
    ("fact", SourcingFact, "recorded_at",
     ("fact", "number", "kind", "holder", "of", "percent", "since", "until", "withdrawn",
      "recorded_by", "source")),
    ("contract", SourcingContract, "recorded_at", ("key", "number", "recorded_by", "source")),
    ("review", SourcingReview, "recorded_at", ("entity", "tested_on", "conclusion", "reviewer")),
    ("list", ListSnapshot, "recorded_at",
     ("list_id", "sha256", "entries", "retrieved_on", "recorded_by", "source")),
    ("match decided", MatchDecision, "recorded_at",
     ("list_id", "entity", "listed_name", "decision", "reason", "reviewer")),
)  # fmt: skip


def events_of(*, project: SourcingProject, as_of: date) -> list[dict[str, object]]:
    """All that was recorded of a project, and in its owner's register, by the end of a day (UTC),
    in the order of the moments.
    """
    by = end_of(as_of)
    of, owner = {"project": project}, {"owner": project.owner_id}
    found = [each for told in _TOLD for each in _events(of, by, *told)]
    found += [each for told in _OF_REGISTER for each in _events(owner, by, *told)]
    return sorted(found, key=lambda each: (str(each["at"]), str(each["what"])))


def _events(
    of: Mapping[str, object],
    by: datetime,
    what: str,
    model: type[Model],
    moment: str,
    columns: tuple[str, ...],
) -> Iterator[dict[str, object]]:
    rows: QuerySet[Model] = model._default_manager.filter(**of, **{f"{moment}__lt": by}).order_by(
        "pk"
    )
    for at, *values in rows.values_list(moment, *columns):
        told = {
            name: _plain(each)
            for name, each in zip(columns, values, strict=True)
            if each is not None
        }
        yield {"at": at.isoformat(), "what": what, **told}


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value if isinstance(value, str | int) else str(value)
