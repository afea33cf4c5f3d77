"""What stands in the database of those who came in: an administrator, applications, links."""

from __future__ import annotations

import hashlib
from typing import Any

from passport.actions import link
from passport.models import (
    Application,
    ApplicationState,
    Evidence,
    Membership,
    NamingOrder,
    Party,
    Person,
)
from tests.cast import THEN
from tests.databases import Cluster, entered
from tests.passport import admitting
from tests.passport.acting import acting

ADA = "ada@operator.example"


def furnish(cluster: Cluster, made: Any) -> None:
    """An administrator; and of two parties each its application, its evidence and a link."""

    def inside(role: str) -> Any:
        return entered(cluster.address, made.name, role)

    sides = [made.cast["maker"], made.cast["second-maker"]]
    with inside("app"):
        admitting.first_administrator(lambda: inside("system"), email=ADA)
    with inside("owner"):
        for side in sides:
            _application(side)
            _order(side)
    for side in sides:
        with inside("system"):
            member = Membership.objects.filter(party=side).order_by("id")[0].person_id
        with inside("app"), acting(side):
            link.invite_colleague(
                email="new@people.example", party_id=side.pk, mailed=False, by=member
            )


def _application(side: Party) -> None:
    digest = hashlib.sha256(side.slug.encode()).digest()
    made = Application.objects.create(
        name=side.name, country="DE", roles=side.roles, contact_name="A", party=side,
        contact_email="a@maker.example", receipt_sha256=digest, received_at=THEN,
        state=ApplicationState.APPROVED, decided_at=THEN,
    )  # fmt: skip
    Evidence.objects.create(
        application=made, sha256=digest, file_name="a.pdf", media_type="application/pdf",
        size_bytes=len(side.slug), content=side.slug.encode(), stored_at=THEN,
    )  # fmt: skip


def _order(side: Party) -> None:
    NamingOrder.objects.create(
        party=side, kind="DOMAIN", value=f"{side.slug}.example", verdict="REFUSE", reason="none",
        ordered_by=Person.objects.get(email=ADA), ordered_at=THEN, done_at=THEN,
    )  # fmt: skip
