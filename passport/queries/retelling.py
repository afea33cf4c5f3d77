"""Reads by which a story that was cut off finds out how far it had come; for passport_system."""

import uuid
from collections.abc import Sequence

from django.db.models import F

from passport.models import (
    ApiKey,
    Attestation,
    Battery,
    Facility,
    HandOver,
    HandOverState,
    Intake,
    Job,
    LifecycleEvent,
    Party,
    Person,
)


def party(*, slug: str) -> Party | None:
    """The party of this short name, if it is registered."""
    return Party.objects.filter(slug=slug).first()


def facility_names(*, of: Party) -> set[str]:
    """The names of a party's facilities."""
    return set(Facility.objects.filter(party=of).values_list("name", flat=True))


def facility(*, of: Party, name: str) -> Facility | None:
    """A party's facility of this name, if it was added."""
    return Facility.objects.filter(party=of, name=name).first()


def person(*, email: str) -> Person | None:
    """Who signs in with this address, if registered."""
    found: Person | None = Person.objects.filter(email=email.lower()).first()
    return found


def open_api_keys(*, of: Party, name: str) -> list[str]:
    """The ids of a party's keys of this name that are not revoked."""
    rows = ApiKey.objects.filter(party=of, name=name, revoked_at__isnull=True)
    return list(rows.values_list("key_id", flat=True))


def intake(*, of: Party, sha256: bytes) -> Intake | None:
    """What a party sent before with these very bytes."""
    return Intake.objects.filter(party=of, sha256=sha256).select_related("job").first()


def batteries(*, identities: Sequence[str]) -> dict[str, Battery]:
    """The registered ones among these identities."""
    rows = Battery.objects.filter(identity__in=identities).select_related("model", "holder")
    return {row.identity: row for row in rows}


def held_loose(*, by: Party, identities: Sequence[str]) -> list[uuid.UUID]:
    """Those in this party's hands that stand in nothing and are not on offer."""
    rows = Battery.objects.filter(holder=by, identity__in=identities, unit_id=F("id"))
    offered = HandOver.objects.filter(state=HandOverState.OFFERED).values("battery_id")
    return list(rows.exclude(pk__in=offered).values_list("id", flat=True))


def offered(*, to: Party, identities: Sequence[str]) -> list[uuid.UUID]:
    """The open hand-overs of these batteries to this party."""
    rows = HandOver.objects.filter(
        to_party=to, state=HandOverState.OFFERED, battery__identity__in=identities
    )
    return list(rows.values_list("id", flat=True))


def of_lot(*, issuer: Party, identity: str) -> Attestation | None:
    """The first thing that a supplier attested of a lot."""
    rows = Attestation.objects.filter(issuer=issuer, lot__identity=identity)
    return rows.order_by("id").first()


def batch(*, issuer: Party, access: str) -> Attestation | None:
    """The first batch that a maker attested for these readers."""
    rows = Attestation.objects.filter(issuer=issuer, batch_size__isnull=False, access=access)
    return rows.order_by("id").first()


def attested(*, issuer: Party) -> set[uuid.UUID]:
    """The batteries that a maker has attested one by one."""
    rows = Attestation.objects.filter(issuer=issuer, battery__isnull=False)
    return set(rows.values_list("battery_id", flat=True))


def event_ids(*, recorder: Party) -> set[uuid.UUID]:
    """The ids of all events that a party has recorded."""
    rows = LifecycleEvent.objects.filter(recorder=recorder)
    return set(rows.values_list("event_id", flat=True))


def asked(*, by: Party, kind: str) -> bool:
    """Whether a party has asked for a job of this kind."""
    return Job.objects.filter(party=by, kind=kind).exists()
