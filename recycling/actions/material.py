"""Lots of recovered material: filled from fractions, offered, answered."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from passport.actions import lot as names
from passport.models import Party
from passport.queries.battery import unknown
from recycling.actions.batch import check_recycler
from recycling.actions.step import GRAIN, written
from recycling.models import Fraction, LotHandOver, LotState, MassUse, MaterialLot
from recycling.queries import matter
from recycling.rules.material import (
    AnsweredAlready,
    LotIsUnderWay,
    NotYourAnswer,
    NumberTaken,
    Part,
    check_in_hand,
    check_number,
    fill,
    identity_of,
)
from recycling.rules.steps import check_left


@dataclass(frozen=True, kw_only=True)
class Filling:
    """Kilograms of a fraction that go into a lot; None is all that is left."""

    fraction_id: uuid.UUID
    mass_kg: Decimal | None = None


@transaction.atomic
def make(
    *, number: str, material: str, fillings: Sequence[Filling], by: Party, at: datetime, site: str
) -> MaterialLot:
    """Fill a lot from own fractions, under the recycler's own number.

    Refuses RoleMissing, NumberNotPlain, NumberTaken, NotFound, UsedTwice, MixedFates,
    MassNotPositive, NotYourLot.
    """
    check_recycler(by=by)
    check_number(number, pointer="/number")
    if MaterialLot.objects.filter(recycler=by, number=number).exists():
        raise NumberTaken(
            f"you have a lot {number} already", pointer="/number", remedy="choose another number"
        )
    drawn = [_filled(each, by=by, at=f"/parts/{n}") for n, each in enumerate(fillings)]
    mass, fate, assay = fill(parts=[part for _, part in drawn])
    identity = identity_of(did=by.did, slug=by.slug, site=site, what="lot", number=number)
    names.claim(identity=identity, log_salt=None, by=by, at=at)
    made = MaterialLot.objects.create(
        recycler=by, number=number, identity=identity, material=material, mass_kg=mass, fate=fate,
        assay=_said(assay), filled_at=at,
    )  # fmt: skip
    MassUse.objects.bulk_create(
        [
            MassUse(party=by, fraction=fraction, into_lot=made, mass_kg=part.mass_kg)
            for fraction, part in drawn
        ]
    )
    return made


@transaction.atomic
def offer(*, lot_id: uuid.UUID, to_id: uuid.UUID, by: Party, at: datetime) -> LotHandOver:
    """Offer a lot in hand to another party; what is left of it goes along.

    Refuses NotFound, NotTheHolderOfTheLot, LotIsUnderWay.
    """
    lot = _lot(lot_id)
    open_now = matter.under_way(lot=lot)
    check_in_hand(holds=matter.holds(lot=lot, party=by), offered=open_now is not None)
    if to_id == by.pk or not Party.objects.filter(pk=to_id).exists():
        raise unknown("other party").at("/to")
    try:
        with transaction.atomic():
            return LotHandOver.objects.create(
                lot=lot, place=0, from_party=by, to_party_id=to_id, offered_at=at
            )
    except IntegrityError as refused:
        # Two at once: the other one stands.
        raise LotIsUnderWay("the lot was offered a moment ago", remedy="look again") from refused


def accept(*, hand_over_id: uuid.UUID, by: Party, at: datetime) -> LotHandOver:
    """Take a lot in hand. Refuses NotFound, NotYourAnswer, AnsweredAlready."""
    return _answer(hand_over_id, LotState.ACCEPTED, by=by, at=at)


def refuse(*, hand_over_id: uuid.UUID, by: Party, at: datetime) -> LotHandOver:
    """Leave a lot where it is. Refuses NotFound, NotYourAnswer, AnsweredAlready."""
    return _answer(hand_over_id, LotState.REFUSED, by=by, at=at)


def withdraw(*, hand_over_id: uuid.UUID, by: Party, at: datetime) -> LotHandOver:
    """Take an offer back. Refuses NotFound, NotYourAnswer, AnsweredAlready."""
    return _answer(hand_over_id, LotState.WITHDRAWN, by=by, at=at)


@transaction.atomic
def _answer(hand_over_id: uuid.UUID, said: LotState, *, by: Party, at: datetime) -> LotHandOver:
    found = (
        LotHandOver.objects.select_for_update(of=("self",), no_key=True)
        .select_related("lot", "from_party", "to_party")
        .filter(pk=hand_over_id)
        .first()
    )
    if found is None:
        raise unknown("hand-over")
    side = found.from_party_id if said is LotState.WITHDRAWN else found.to_party_id
    if side != by.pk:
        raise NotYourAnswer(
            "the receiver accepts or refuses, the giver withdraws",
            remedy="ask the other side",
        )
    if found.state == said:
        return found
    if found.state != LotState.OFFERED:
        raise AnsweredAlready(
            f"the lot was {LotState(found.state).label} already", remedy="offer it anew"
        )
    LotHandOver.objects.filter(pk=found.pk).update(state=said, answered_at=at)
    found.state, found.answered_at = said, at
    return found


def _filled(filling: Filling, *, by: Party, at: str) -> tuple[Fraction, Part]:
    found = (
        Fraction.objects.filter(pk=filling.fraction_id, treatment__recycler=by)
        .select_related("treatment")
        .first()
    )
    if found is None:
        raise unknown("fraction of yours").at(f"{at}/fraction")
    left = matter.left(source=found.pk)
    wanted = left if filling.mass_kg is None else filling.mass_kg.quantize(GRAIN)
    name = f"the fraction {found.material}"
    check_left(name=name, wanted_kg=wanted, left_kg=left, pointer=f"{at}/mass_kg")
    inside = matter.elements(
        material=found.material, mass_kg=wanted, assay=matter.assay_of(found.assay)
    )
    return found, Part(mass_kg=wanted, fate=found.fate, elements=inside)


def _said(assay: Mapping[str, Decimal] | None) -> dict[str, str] | None:
    return None if assay is None else {name: written(share) for name, share in assay.items()}


def _lot(lot_id: uuid.UUID) -> MaterialLot:
    found = MaterialLot.objects.filter(pk=lot_id).first()
    if found is None:
        raise unknown("lot")
    return found
