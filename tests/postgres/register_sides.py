"""Registers of two owners, each its own: one row of each table."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from passport.models import (
    ListMatch,
    ListSnapshot,
    MatchDecision,
    Party,
    SourcingContract,
    SourcingEntity,
    SourcingFact,
    SourcingReview,
    StandingFound,
    StandingSeen,
)
from passport.models.ids import new_id
from tests.cast import THEN

DAY = date(2026, 1, 5)


@transaction.atomic
def furnish_register(side: Party) -> None:
    """As rows, by the system's role."""
    of = {"owner": side, "recorded_at": THEN}
    by = {"recorded_by": "Kim", "source": "register"}
    SourcingEntity.objects.create(key="a", number=1, name="A", kind="CORPORATION", **of, **by)
    SourcingFact.objects.create(
        fact=new_id(), number=1, kind="DEBT", holder="b", of="a", percent=1, since=DAY, **of, **by
    )
    SourcingContract.objects.create(
        key="c", number=1, payer="a", counterparty="b", kind="SUPPLY", signed_on=DAY, **of, **by
    )
    SourcingReview.objects.create(
        entity="a", tested_on=DAY, conclusion="CLEAN", reason="read", reviewer="Kim",
        person_id=new_id(), document_sha256=bytes(32), decided_on=DAY, **of,
    )  # fmt: skip
    found = StandingFound.objects.create(
        owner=side, entity="a", number=1, standing="CLEAN", clause="x", tested_on=DAY, because=[],
        rule_set="x", found_at=THEN,
    )  # fmt: skip
    StandingSeen.objects.create(owner=side, found=found, who="Kim", seen_at=THEN)
    listed = ListSnapshot.objects.create(
        list_id="UFLPA", sha256=bytes(32), content=b"x", entries=1, retrieved_on=DAY, **of, **by
    )
    ListMatch.objects.create(
        owner=side, snapshot=listed, entity="a", own_name="A", listed_name="A", score=1, since=DAY,
        found_at=THEN,
    )  # fmt: skip
    MatchDecision.objects.create(
        list_id="UFLPA", entity="a", listed_name="A", decision="DISMISSED", reason="another",
        reviewer="Kim", **of,
    )  # fmt: skip
