"""Raises a reason to know by hand, and records how one was resolved and by whom."""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from passport.actions.sourcing_project import own
from passport.models import FlagResolution, Party, SourcingFlag, SourcingProject
from passport.queries import sourcing_case
from passport.queries.battery import unknown
from passport.rules.errors import Conflict, Malformed
from passport.rules.sourcing_case import Flag
from passport.rules.sourcing_knowing import Clash, flag_of


class ResolvedBefore(Conflict):
    """The flag was resolved before; what was found then stays."""

    code = "flag-resolved-before"
    title = "The flag was resolved before"


@transaction.atomic
def raise_flag(
    *, project_id: uuid.UUID, about: str, says: str, by: Party, at: datetime
) -> SourcingFlag:
    """Raise a reason to know: a letter, a report, a doubt, about a line, certificate or company.

    The same words about the same thing again change nothing. Refuses NotFound, Malformed.
    """
    project = own(project_id=project_id, by=by)
    case = sourcing_case.case_of(project=project, as_of=at.date())
    known = {
        *(each.id for each in case.lines), *case.certificates, *case.register.entities,
    }  # fmt: skip
    if about not in known:
        raise unknown("line, certificate or company of this project").pointing("/about")
    if not says.strip():
        raise Malformed("the flag says nothing", pointer="/says", remedy="say what it is")
    flag = flag_of(kind=Clash.TOLD, about=about, says=says.strip(), raised_on=at.date())
    return _kept(project, flag, at=at)


@transaction.atomic
def resolve(
    *, project_id: uuid.UUID, flag: str, says: str, reviewer: str, by: Party, at: datetime
) -> FlagResolution:
    """Record how a flag ended, in a person's words, once; `flag` is its id in the case.

    The same again changes nothing. Refuses NotFound, ResolvedBefore, Malformed.
    """
    project = own(project_id=project_id, by=by)
    case = sourcing_case.case_of(project=project, as_of=at.date())
    found = next((each for each in case.flags if each.id == flag), None)
    if found is None:
        raise unknown("flag of this project")
    if not says.strip() or not reviewer.strip():
        raise Malformed(
            "a resolution says what was found, and by whom",
            pointer="/says" if reviewer.strip() else "/reviewer",
            remedy="fill it in",
        )
    said = {"says": says.strip()[:600], "reviewer": reviewer.strip()[:120]}
    kept = _kept(project, found, at=at)
    try:
        with transaction.atomic():
            return FlagResolution.objects.create(
                project=project, flag=kept, resolved_on=at.date(), recorded_at=at, **said
            )
    except IntegrityError as clash:
        before = FlagResolution.objects.get(flag=kept)
        if all(getattr(before, name) == value for name, value in said.items()):
            return before
        raise ResolvedBefore(
            f"{before.reviewer} resolved it on {before.resolved_on}: {before.says}",
            remedy="raise another flag if that was wrong",
        ) from clash


def _kept(project: SourcingProject, flag: Flag, *, at: datetime) -> SourcingFlag:
    row, _ = SourcingFlag.objects.get_or_create(
        project=project,
        key=flag.id,
        defaults={
            "kind": flag.kind,
            "about": flag.about,
            "says": flag.says,
            "raised_on": flag.raised_on,
            "recorded_at": at,
        },
    )
    return row
