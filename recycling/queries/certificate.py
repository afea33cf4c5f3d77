"""Certificates of recycling as those read them who may: whole, or what is theirs of a batch."""

import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from passport.models import LogEntry
from passport.postgres.certificates import certificates
from passport.queries import voucher
from passport.queries.battery import unknown


@dataclass(frozen=True)
class Piece:
    """What went in (a battery, a lot) or came out (a material, and the lot that it fills).

    `identity` is the whole name of the battery or lot.
    """

    name: str
    identity: str
    mass_kg: Decimal
    chemistry: str = ""


@dataclass(frozen=True)
class Certificate:
    """What a recycler signed of a treatment, and how it stands.

    `others` counts the inputs that are not for the reader; where there are any, neither the mass
    nor what came out is told, and `body` (the signed bytes) is None. `index` is its place in the
    log, None while it has none. Nothing is told of what was erased.
    """

    sha256: bytes
    method: str
    recycler_name: str
    batch_number: str
    filed_at: datetime
    withdrawn_at: datetime | None
    others: int
    body: bytes | None
    index: int | None
    vouched_by: str
    process: str
    treated_on: date | None
    operator: str
    country: str
    mass_kg: Decimal | None
    efficiency: Decimal | None
    inputs: tuple[Piece, ...]
    fractions: tuple[Piece, ...]

    @property
    def erased(self) -> bool:
        """Whether what was signed is no longer there to be read."""
        return not self.process

    @property
    def fills_lots(self) -> bool:
        """Whether anything that came out is in a numbered lot."""
        return any(each.identity for each in self.fractions)


def of_battery(*, battery_id: uuid.UUID) -> Certificate | None:
    """The certificate that covers a battery, if the acting party may read it; None else."""
    found = _read(battery_id)
    # One that was taken back stands last, so that it is seen where nothing took its place.
    standing = sorted(found, key=lambda each: each.withdrawn_at is not None)
    return standing[0] if standing else None


def by_battery(*, battery_id: uuid.UUID) -> Certificate:
    """The certificate that covers a battery. Refuses NotFound."""
    found = of_battery(battery_id=battery_id)
    if found is None:
        raise unknown("certificate of recycling")
    return found


def by_batch(*, batch_id: uuid.UUID) -> Certificate:
    """The certificate of a batch, for its recycler and for authorities. Refuses NotFound."""
    found = _read(batch_id)
    if not found:
        raise unknown("certificate of recycling")
    return found[0]


def _read(about: uuid.UUID) -> list[Certificate]:
    return [_certificate(row) for row in certificates(about=about)]


def _certificate(row: tuple[Any, ...]) -> Certificate:
    sha256, method, recycler, batch, filed_at, withdrawn_at, others, told, body = row
    said: dict[str, Any] = json.loads(told or "{}") or {}
    operator = said.get("operator", {})
    entry = LogEntry.objects.filter(digest=bytes(sha256)).order_by("index").first()
    vouched = voucher.of_method(method=method)
    return Certificate(
        sha256=bytes(sha256),
        method=method,
        recycler_name=recycler,
        batch_number=batch or "",
        filed_at=filed_at,
        withdrawn_at=withdrawn_at,
        others=others,
        body=None if body is None else bytes(body),
        index=None if entry is None else entry.index,
        vouched_by="" if vouched is None else vouched.value,
        process=said.get("process", ""),
        treated_on=date.fromisoformat(said["treatedOn"]) if "treatedOn" in said else None,
        operator=operator.get("name", ""),
        country=operator.get("country", ""),
        mass_kg=_kg(said) if "mass" in said else None,
        efficiency=Decimal(said["efficiency"]) if "efficiency" in said else None,
        inputs=tuple(
            Piece(_last(each["id"]), each["id"], _kg(each), each.get("chemistry", ""))
            for each in said.get("inputs") or ()
        ),
        fractions=tuple(
            Piece(each["material"], each.get("lot", ""), _kg(each))
            for each in said.get("fractions") or ()
        ),
    )


def _kg(said: dict[str, Any]) -> Decimal:
    return Decimal(said["mass"]["value"])


def _last(identity: str) -> str:
    """The serial or number with which a name ends."""
    return identity.rpartition("/")[2]
