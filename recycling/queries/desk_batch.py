"""What a recycler draws on at its desk: waiting batteries, fractions and lots with mass left."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F

from passport.models import Party
from passport.queries.desk import BatteryLine
from recycling.models import Fraction, MassTally, TreatmentBatch
from recycling.queries import lots
from recycling.queries.desk_treatment import treatable
from recycling.queries.lots import LotLine
from recycling.queries.yard_card import YardCard, cards
from recycling.rules.recovery import Fate

_SHOWN = 200


@dataclass(frozen=True)
class Source:
    """Kilograms of a fraction that nobody has drawn: of which batch, where they may go."""

    id: uuid.UUID
    material: str
    batch_number: str
    fate: str
    left_kg: Decimal


@dataclass(frozen=True)
class Sources:
    """What may go into the next step, and what may fill a lot."""

    batteries: tuple[BatteryLine, ...]
    onward: tuple[Source, ...]
    products: tuple[Source, ...]
    lots: tuple[LotLine, ...]


def sources(*, party: Party) -> Sources:
    """All that a recycler may draw on now, newest fractions first."""
    left = MassTally.objects.filter(used_kg__lt=F("mass_kg")).values("source")
    rows = (
        Fraction.objects.filter(
            treatment__recycler=party, fate__in=(Fate.ONWARD, Fate.RECYCLED), pk__in=left
        )
        .select_related("treatment__batch")
        .order_by("-id")[:_SHOWN]
    )
    tallies = {
        row.source: row.mass_kg - row.used_kg
        for row in MassTally.objects.filter(source__in=[row.pk for row in rows])
    }
    found = tuple(_source(row, tallies[row.pk]) for row in rows)
    return Sources(
        batteries=treatable(party_id=party.pk),
        onward=tuple(each for each in found if each.fate == Fate.ONWARD),
        products=found,
        lots=tuple(
            each
            for each in lots.listing(party=party, limit=_SHOWN)
            if each.held and each.left_kg and each.lot.fate == Fate.ONWARD
        ),
    )


def batches(*, party: Party) -> tuple[TreatmentBatch, ...]:
    """A recycler's batches, newest first."""
    rows = TreatmentBatch.objects.filter(recycler=party).select_related("certificate")
    return tuple(rows.order_by("-id")[:_SHOWN])


def intake(*, party: Party, on: date) -> tuple[YardCard, ...]:
    """What waits in the yard, each with what its maker says of opening it, hazards and gates."""
    waiting = treatable(party_id=party.pk)
    return cards(party_id=party.pk, battery_ids=[each.id for each in waiting], on=on)


def _source(row: Fraction, left: Decimal) -> Source:
    batch = row.treatment.batch
    return Source(
        id=row.pk,
        material=row.material,
        batch_number=batch.number if batch is not None else "",
        fate=row.fate,
        left_kg=left,
    )
