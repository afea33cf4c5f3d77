"""How names stand towards the parties that give them, and which claims to names there are."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection
from django.db.models import QuerySet

from passport.models import Battery, NamingRight, NamingState, Party
from passport.rules import identity as identities
from passport.rules.errors import NotFound
from passport.rules.identity import Identity
from passport.rules.naming_right import Standing, covering, stem_of

_AT_ONCE = 10_000


def judge(*, stems: Collection[str], by: uuid.UUID) -> dict[str, Standing]:
    """How each stem (rules.naming_right.stem_of) stands towards a party, in one read.

    PROVEN: this party has proven a prefix or domain that covers it; ANOTHERS: another party has;
    UNPROVEN: nobody has. Millions of names have few stems: ask once a chunk, not once a line.
    """
    owners = _owners(stems)
    return {stem: _standing(owners[stem], by) for stem in owners}


def mark(batteries: Iterable[Battery]) -> list[Battery]:
    """The same batteries, each with how its name stands towards its maker as `naming`."""
    rows = list(batteries)
    stems = [stem_of(identity=identities.parse(row.identity)) for row in rows]
    owners = _owners(stems)
    for row, stem in zip(rows, stems, strict=True):
        row.naming = _standing(owners[stem], row.maker_id)
    return rows


def under_others(*, names: Iterable[Identity], by: uuid.UUID) -> dict[str, str]:
    """Of these names those that lie under what another party has proven: canonical → stem.

    Without those that this party registered before: a repeated line stays a repetition.
    """
    stems = {each.canonical: stem_of(identity=each) for each in names}
    found = judge(stems=set(stems.values()), by=by)
    others = {name for name, stem in stems.items() if found[stem] is Standing.ANOTHERS}
    mine = Battery.objects.filter(maker_id=by, identity__in=others) if others else ()
    kept = {row.identity for row in mine}
    return {name: stems[name] for name in others - kept}


def standing_of(*, identity: str, by: uuid.UUID) -> Standing:
    """How the canonical name of one battery stands towards the party that gave it."""
    stem = stem_of(identity=identities.parse(identity))
    return judge(stems=[stem], by=by)[stem]


def listing(*, party: Party, after: uuid.UUID | None, limit: int) -> list[NamingRight]:
    """A page of the rights that a party has claimed, by id."""
    rows = _loaded().filter(party=party).order_by("id")
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def by_id(*, right_id: uuid.UUID) -> NamingRight:
    """The right of this id, if it is the acting party's. Refuses NotFound."""
    found = _loaded().filter(id=right_id).first()
    if found is None:
        raise unknown()
    return found


def waiting() -> Sequence[NamingRight]:
    """The claims that nobody has decided, oldest first; for the operator, who sees all."""
    return list(_loaded().filter(state=NamingState.CLAIMED).order_by("id"))


def _loaded() -> QuerySet[NamingRight]:
    return NamingRight.objects.select_related("party").prefetch_related("decisions")


def unknown() -> NotFound:
    """The one refusal for absent and foreign alike."""
    return NotFound(
        "no such claim to a prefix or domain among yours",
        remedy="see your claims: GET /api/v1/naming-rights",
    )


def _owners(stems: Collection[str]) -> Mapping[str, set[uuid.UUID]]:
    """Who has proven what covers each stem; the database lets it be one party at most."""
    could = {stem: covering(stem=stem) for stem in stems}
    wanted = sorted({each for many in could.values() for each in many})
    holders: dict[str, uuid.UUID] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), _AT_ONCE):
            chunk = wanted[start : start + _AT_ONCE]
            cursor.execute("SELECT stem, party_id FROM proven_stems_v1(%s)", [chunk])
            holders |= dict(cursor.fetchall())
    return {
        stem: {holders[each] for each in many if each in holders} for stem, many in could.items()
    }


def _standing(holders: Collection[uuid.UUID], by: uuid.UUID) -> Standing:
    if not holders:
        return Standing.UNPROVEN
    return Standing.PROVEN if by in holders else Standing.ANOTHERS
