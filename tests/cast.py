"""The same people in every test: a maker, another one, a keeper, a workshop, a recycler, …

Everybody is built by actions, as the system's role; batteries come in through an intake.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.test import Client

from passport.actions import custody, intake, intake_work, job
from passport.actions import party as parties
from passport.models import Battery, Intake, Party

# A moment before every test's own, so that requests come after what the cast has done.
THEN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)

ROLES = {
    "maker": ("MAKER",),
    "second-maker": ("MAKER",),
    "keeper": ("KEEPER",),
    "workshop": ("WORKSHOP",),
    "recycler": ("RECYCLER",),
    "auditor": ("AUDITOR",),
    "authority": ("AUTHORITY",),
    "stranger": ("KEEPER",),
}
CELL_GTIN, PACK_GTIN = "09521234000013", "09521234000020"


@dataclass
class Cast:
    """Parties and the secrets of their API keys, by name."""

    parties: dict[str, Party]
    secrets: dict[str, str]
    clients: dict[str, Speaker] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Party:
        return self.parties[name]

    def speak(self, name: str) -> Speaker:
        """A client that speaks for one of them; "nobody" has no key."""
        return self.clients.setdefault(name, Speaker(self.secrets.get(name)))


@dataclass
class Speaker:
    """Sends requests with a key, and reads answers as JSON."""

    secret: str | None

    @cached_property
    def client(self) -> Client:
        headers = {"authorization": f"Bearer {self.secret}"} if self.secret else {}
        return Client(headers=headers)

    def get(self, address: str, **headers: str) -> Any:
        return self.client.get(address, headers=_named(headers))

    def send(
        self, address: str, body: Any, *, method: str = "POST",
        content_type: str = "application/json", **headers: str,
    ) -> Any:  # fmt: skip
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.generic(method, address, data, content_type, headers=_named(headers))


def gather(*, at: datetime = THEN) -> Cast:
    """Register everybody with an API key of all scopes; call it as the system's role."""
    found, secrets = {}, {}
    for name, roles in ROLES.items():
        did = f"did:web:{name}.example"
        found[name] = parties.register_party(
            name=name.title(), slug=name, roles=roles, country="DE", did=did, at=at
        )
        _, secrets[name] = parties.issue_api_key(
            party=found[name], name="test", scopes=parties.SCOPES, at=at
        )
    return Cast(found, secrets)


def take_in(by: Party, lines: Iterable[Mapping[str, Any]], *, at: datetime = THEN) -> Intake:
    """Send lines in and let the worker register them; call it as the system's role."""
    raw = [json.dumps(line).encode() for line in lines]
    received = intake.receive(lines=raw, media_type="application/x-ndjson", by=by, at=at)
    work_off(received)
    received.refresh_from_db()
    return received


def work_off(received: Intake) -> None:
    """Do what the worker does with a received file."""
    assert received.job is not None
    at = received.job.run_after
    leased = job.lease(job_id=received.job_id, at=at)
    assert leased is not None
    intake_work.run(job=leased, at=at)


def model_line(code: str = "PACK-12", *, level: str = "PACK", **changed: Any) -> dict[str, Any]:
    """A model as a line of a file."""
    cell = level == "CELL"
    usual = {
        "type": "model", "code": code, "name": f"Model {code}", "level": level,
        "category": "STATIONARY", "chemistry": "LFP", "gtin": CELL_GTIN if cell else PACK_GTIN,
        "rated_capacity_ah": "280", "rated_energy_kwh": "0.896" if cell else "10.752",
        "nominal_voltage_v": "3.2" if cell else "38.4",
        "minimum_voltage_v": "2.5" if cell else "30",
        "maximum_voltage_v": "3.65" if cell else "43.8",
        "mass_kg": "5.42" if cell else "72",
    }  # fmt: skip
    return usual | changed


def battery_line(serial: str, *, model: str = "PACK-12", **changed: Any) -> dict[str, Any]:
    """A battery as a line of a file."""
    gtin = CELL_GTIN if model.startswith("CELL") else PACK_GTIN
    usual = {
        "type": "battery", "model": model, "manufactured_on": "2025-03-02",
        "id": f"https://id.gs1.org/01/{gtin}/21/{serial}",
    }  # fmt: skip
    return usual | changed


def packs(by: Party, *serials: str, cells: int = 0) -> list[Battery]:
    """Register packs, each with some cells inside; call it as the system's role."""
    lines = [model_line(), model_line("CELL-1", level="CELL")]
    for serial in serials:
        pack = battery_line(serial)
        lines.append(pack)
        lines += [
            battery_line(f"{serial}-C{n}", model="CELL-1", parent=pack["id"], position=str(n))
            for n in range(1, cells + 1)
        ]
    done = take_in(by, lines)
    assert not done.rejected, [(e.number, e.detail) for e in done.errors.all()]
    return list(Battery.objects.filter(maker=by, serial__in=serials).order_by("serial"))


def give(battery: Battery, giver: Party, taker: Party, *, at: datetime = THEN) -> None:
    """Hand one unit over; call it as the system's role."""
    offered = custody.hand_over(battery_id=battery.pk, to_id=taker.pk, by=giver, at=at)
    custody.accept(hand_over_id=offered.pk, by=taker, at=at)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
