"""Projects that the acting party owns or is shown, and their terms."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import QuerySet

from passport.models import Party, ProjectShare, ProjectTerms, SourcingProject
from passport.queries.battery import unknown


@dataclass(frozen=True)
class Listed:
    """A project with its latest terms."""

    project: SourcingProject
    terms: ProjectTerms

    @property
    def id(self) -> uuid.UUID:
        """By which pages of a list go on."""
        return self.project.pk


def end_of(as_of: date) -> datetime:
    """The moment before which something is recorded by the end of a day (UTC)."""
    return datetime.combine(as_of + timedelta(days=1), time(), tzinfo=UTC)


def by_id(*, project_id: uuid.UUID) -> SourcingProject:
    """The project of this id, if it is the acting party's or shown to it. Refuses NotFound."""
    found = SourcingProject.objects.select_related("owner").filter(pk=project_id).first()
    if found is None:
        raise unknown("project")
    return found


def one(*, project_id: uuid.UUID) -> Listed:
    """A project of this id with its latest terms. Refuses NotFound."""
    project = by_id(project_id=project_id)
    return Listed(project, latest_terms(project=project))


def listing(*, after: uuid.UUID | None, limit: int) -> list[Listed]:
    """A page of the projects that the acting party reads, by id, with their latest terms."""
    rows = SourcingProject.objects.select_related("owner").order_by("id")
    page = list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])
    terms = {
        each.project_id: each
        for each in ProjectTerms.objects.filter(project__in=page)
        .order_by("project_id", "-number")
        .distinct("project_id")
    }
    return [Listed(each, terms[each.pk]) for each in page]


def latest_terms(*, project: SourcingProject) -> ProjectTerms:
    """The terms that hold now."""
    return _terms(project).latest("number")


def terms_at(*, project: SourcingProject, as_of: date) -> ProjectTerms:
    """The terms that were recorded by the end of a day. Refuses NotFound."""
    found = _terms(project).filter(recorded_at__lt=end_of(as_of)).order_by("-number").first()
    if found is None:
        raise unknown(f"project on {as_of}")
    return found


def history(*, project: SourcingProject) -> Sequence[ProjectTerms]:
    """Every version of the terms, newest first."""
    return list(_terms(project).order_by("-number"))


def shares(*, project: SourcingProject) -> Sequence[ProjectShare]:
    """To whom a project is shown now."""
    rows = ProjectShare.objects.filter(project=project, until=None)
    return list(rows.select_related("party").order_by("since"))


def shared_with(*, project: SourcingProject, party: Party) -> bool:
    """Whether a party reads the project by a share."""
    return ProjectShare.objects.filter(project=project, party=party, until=None).exists()


def _terms(project: SourcingProject) -> "QuerySet[ProjectTerms]":
    return ProjectTerms.objects.filter(project=project)
