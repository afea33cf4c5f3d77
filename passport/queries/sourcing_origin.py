"""What the registry holds of a project's serials: made by whom, where, attested or not."""

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import zstandard

from passport.models import Attestation, AttestationItem, Battery, SerialBlock, SerialList
from passport.proof.kinds import BATCH, ORIGIN

# As many that begin alike are looked at.
_ALIKE = 1000
SHORTEST_PREFIX = 4
# What is attested for these readers is told by whoever holds the battery.
_OPEN = ("public", "parties")


@dataclass(frozen=True)
class Made:
    """How some batteries were made, as they were registered and, where they were, attested."""

    maker: str
    producer: str = ""
    facility: str = ""
    country: str = ""


@dataclass
class Found:
    """So many of a list are registered here as made so; `attested` of them by their maker's key."""

    made: Made
    found: int = 0
    attested: int = 0
    sample: str = ""


@dataclass
class _Work:
    batches: dict[uuid.UUID, Mapping[str, Any]] = field(default_factory=dict)
    groups: dict[Made, Found] = field(default_factory=dict)


def look(*, serial_list: SerialList) -> list[Found]:
    """Look up each serial among the batteries that the acting party sees, block by block."""
    work = _Work()
    for serials in _blocks(serial_list):
        _look(serials, work)
    return sorted(work.groups.values(), key=lambda each: (-each.found, each.sample))


def makers_of_prefix(*, prefix: str) -> list[str]:
    """Who made the batteries whose serials begin so, among those that the acting party sees."""
    if len(prefix) < SHORTEST_PREFIX:
        return []
    rows = Battery.objects.filter(serial__startswith=prefix).order_by()
    return sorted(set(rows.values_list("maker__name", flat=True)[:_ALIKE]))


def _blocks(serial_list: SerialList) -> Iterator[list[str]]:
    unpack = zstandard.ZstdDecompressor()
    rows = SerialBlock.objects.filter(serial_list=serial_list).order_by("number")
    for content in rows.values_list("content", flat=True).iterator(chunk_size=16):
        yield unpack.decompress(bytes(content)).decode("ascii").splitlines()


def _look(serials: Sequence[str], work: _Work) -> None:
    links = [each for each in serials if "://" in each]
    rows = list(_named(serial__in=serials)) + (list(_named(identity__in=links)) if links else [])
    ids = [row[0] for row in rows]
    attested = _attested(ids, work)
    for battery, serial, maker, facility, country in rows:
        told = attested.get(battery, {})
        producer = told.get("producer", {})
        made = Made(
            maker=maker,
            producer=str(producer.get("name", "")) if isinstance(producer, dict) else "",
            facility=str(told.get("facility") or facility or ""),
            country=str(told.get("facilityCountry") or told.get("country") or country or ""),
        )
        group = work.groups.setdefault(made, Found(made, sample=serial))
        group.found += 1
        group.attested += battery in attested


def _named(**where: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    fields = ("id", "serial", "maker__name", "facility__name", "facility__country")
    return iter(Battery.objects.filter(**where).order_by().values_list(*fields))


def _attested(ids: Sequence[uuid.UUID], work: _Work) -> Mapping[uuid.UUID, Mapping[str, Any]]:
    """Battery → what its maker signed of its origin; of a batch what is common to all of it."""
    items = dict(
        AttestationItem.objects.filter(battery_id__in=ids).values_list(
            "battery_id", "attestation_id"
        )
    )
    fresh = Attestation.objects.filter(id__in=set(items.values()) - work.batches.keys())
    for key, access, body in fresh.filter(kind=BATCH).values_list("id", "access", "body"):
        work.batches[key] = _subject(body).get("common", {}) if access in _OPEN else {}
    found: dict[uuid.UUID, Mapping[str, Any]] = {
        battery: work.batches[key] for battery, key in items.items() if key in work.batches
    }
    alone = Attestation.objects.filter(battery_id__in=ids, kind=ORIGIN).order_by("id")
    for battery, access, body in alone.values_list("battery_id", "access", "body"):
        found[battery] = _subject(body) if access in _OPEN else {}
    return found


def _subject(body: Any) -> Mapping[str, Any]:
    """The claim in signed bytes that were checked when they came; an erased one says nothing."""
    data = bytes(body)
    subject = json.loads(data)["credentialSubject"] if data else {}
    return subject if isinstance(subject, dict) else {}


def counted(*, found: Sequence[Found]) -> Counter[str]:
    """How many were found and attested, over all of it."""
    return Counter(
        found=sum(each.found for each in found), attested=sum(each.attested for each in found)
    )
