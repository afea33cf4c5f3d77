"""People who come in as real ones do: by links, as the web's own database role."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from passport.actions import application, link, sitting
from passport.actions.application import Asked, Paper
from passport.queries import admission
from passport.queries.tenancy import Seat

PASSWORD = "correct horse battery staple"
PDF = b"%PDF-1.7\nGS1 licence of a test\n%%EOF\n"


@dataclass(frozen=True)
class Ruler:
    """An administrator who has sat down."""

    person_id: uuid.UUID
    email: str
    seat: Seat


def first_administrator(
    as_system: Callable[[], Any], *, email: str = "ada@operator.example"
) -> Ruler:
    """Take the first link, and sit down."""
    with as_system():
        token = link.first().token
    who = take(token, email=email, name="Ada")
    return Ruler(who, email, sit_down(who))


def take(token: str, *, email: str = "", name: str = "Somebody") -> uuid.UUID:
    """Open an account by a link."""
    seen = admission.link_seen(token=token)
    return link.redeem(token=token, seen=seen, email=email, name=name, password=PASSWORD)


def sit_down(person_id: uuid.UUID, password: str = PASSWORD) -> Seat:
    """Begin a sitting with the password."""
    return Seat(person_id, sitting.open_by_password(person_id=person_id, password=password).token)


def asked(**changed: Any) -> Asked:
    """What a company says of itself."""
    usual: dict[str, Any] = {
        "name": "Nordic Cells", "country": "SE", "roles": ("MAKER",),
        "did": "did:web:nordic-cells.example", "gs1_prefix": "7350053", "domain": "",
        "contact_name": "Nils", "contact_email": "nils@nordic-cells.example",
    }  # fmt: skip
    return Asked(**(usual | changed))


def hand_in(by: uuid.UUID | None = None, **changed: Any) -> str:
    """Apply with one paper; the token of the receipt."""
    return application.apply(asked=asked(**changed), papers=[Paper("licence.pdf", PDF)], by=by)
