"""What a maker can sign of the origin of a file's batteries, and what it has signed of them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from passport.models import Assembly, Attestation, AttestationItem, Battery, Intake
from passport.proof import batch, canonical
from passport.proof.encoding import b64u_encode
from passport.queries.attestation import lines
from passport.queries.battery import unknown
from passport.rules.assembly import RANK, Level

AT_ONCE, _TO_SHOW = 5000, 50


@dataclass(frozen=True)
class LevelOfFile:
    """How many batteries of one level a file registered, and of how many the origin is signed."""

    level: str
    batteries: int
    signed: int

    @property
    def whole(self) -> bool:
        """Nothing of this level waits for a signature."""
        return self.signed >= self.batteries


@dataclass(frozen=True)
class SignedOfFile:
    """A signed batch over batteries of a file; `index` is None until the log holds it."""

    id: uuid.UUID
    level: str
    size: int
    method: str
    sha256: bytes
    recorded_at: datetime
    index: int | None


def levels(*, intake_id: uuid.UUID) -> tuple[LevelOfFile, ...]:
    """The levels of a file and of what mended it, the smallest first: what is inside is signed
    before what is built of it.
    """
    rows = of_file(intake_id=intake_id).order_by()
    counted = dict(rows.values_list("level").annotate(n=Count("id")))
    attested = AttestationItem.objects.filter(battery_id=OuterRef("id"))
    alone = Attestation.objects.filter(battery_id=OuterRef("id"))
    done = rows.filter(Exists(attested) | Exists(alone))
    signed = dict(done.values_list("level").annotate(n=Count("id")))
    order = sorted(counted, key=lambda level: RANK[Level(level)])
    return tuple(LevelOfFile(each, counted[each], signed.get(each, 0)) for each in order)


def signed(*, party_id: uuid.UUID, intake_id: uuid.UUID) -> tuple[SignedOfFile, ...]:
    """The batches that a party signed over batteries of a file, newest first. Refuses NotFound."""
    row = Intake.objects.filter(id=intake_id).first()
    if row is None:
        raise unknown("intake")
    first = AttestationItem.objects.filter(attestation_id=OuterRef("id"), index=0)
    of_this = first.filter(battery_id__in=of_file(intake_id=intake_id).values("id"))
    found = Attestation.objects.filter(
        Exists(of_this), issuer_id=party_id, recorded_at__gte=row.received_at
    ).select_related("issuer", "lot")
    kept = list(found.order_by("-id")[:_TO_SHOW])
    heads = AttestationItem.objects.filter(attestation__in=kept, index=0)
    level = dict(heads.values_list("attestation_id", "battery__level"))
    return tuple(
        SignedOfFile(
            id=line.row.pk,
            level=level[line.row.pk],
            size=line.row.batch_size or 1,
            method=line.row.method,
            sha256=bytes(line.row.sha256),
            recorded_at=line.row.recorded_at,
            index=line.index,
        )
        for line in lines(rows=kept)
    )


def items(
    *, intake_id: uuid.UUID, level: str, after: uuid.UUID | None
) -> tuple[list[bytes], uuid.UUID | None]:
    """A page of what can be signed of a file: canonical items without their salt, and where the
    next page begins; None behind the last.
    """
    rows = of_file(intake_id=intake_id).filter(level=level).select_related("model", "facility")
    if after is not None:
        rows = rows.filter(id__gt=after)
    page = list(rows.order_by("id")[:AT_ONCE])
    inside = _inside([each.pk for each in page])
    made = [canonical.encode(_item(each, inside.get(each.pk))) for each in page]
    return made, page[-1].pk if len(page) == AT_ONCE else None


def of_file(*, intake_id: uuid.UUID) -> QuerySet[Battery]:
    """The batteries that a file registered, and those that lines registered which mended it."""
    return Battery.objects.filter(Q(intake_id=intake_id) | Q(intake__mends_id=intake_id))


def _item(row: Battery, inside: Iterable[str] | None) -> Mapping[str, object]:
    """What is known of one battery's origin, in the terms of a claim."""
    said: dict[str, object] = {
        "id": row.identity,
        "manufacturedOn": row.manufactured_on.isoformat(),
        "model": row.model.code,
        "chemistry": row.model.chemistry,
        "mass": {"value": f"{row.model.mass_kg.normalize():f}", "unit": "KGM"},
        "logSalt": b64u_encode(bytes(row.salt)),
    }
    if row.facility is not None:
        said |= {"facility": row.facility.name, "facilityCountry": row.facility.country}
    if row.lot:
        said["lot"] = row.lot
    if inside is not None:
        said["components"] = batch.component_root(inside)
    return said


def _inside(parents: list[uuid.UUID]) -> Mapping[uuid.UUID, list[str]]:
    """Who stands directly in these batteries now."""
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    rows: Iterator[tuple[uuid.UUID, str]] = (
        Assembly.objects.filter(parent_id__in=parents, until__isnull=True)
        .values_list("parent_id", "child__identity")
        .iterator()
    )
    for parent, child in rows:
        found[parent].append(child)
    return dict(found)
