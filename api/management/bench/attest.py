"""bench attest: one attestation after the other over HTTP, until its proof is public.

1. each battery is registered by an intake of its own, which the real worker works off: the web
   writes no battery, so this is never one request with the attestation, and is told apart from it;
2. each is attested by a credential of its own, signed beforehand as on the maker's side: this rate
   is `register_per_s`, from the first request to the last receipt;
3. its proof counts from the checkpoint, with the quorum of witnesses, that covers its entry.
"""

import json
import os
import time
from collections.abc import Collection
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.core.management.base import CommandError
from rich.console import Console

from api.management.bench import clients, household, sending
from api.management.bench.clients import Answer
from api.management.bench.figures import Figure, Sheet
from api.management.bench.sending import Maker
from api.management.bench.witnessed import Watch
from passport.models import Battery, Intake, LogEntry
from passport.models.intake import IntakeState
from passport.proof import canonical, credential
from passport.proof.encoding import b64u_encode
from passport.proof.keyfile import KeyFile

BATTERIES, QUICK_BATTERIES = 1000, 40
# As many as the server has threads for: two workers with four each.
CLIENTS = 8
# One in so many is sent beforehand and not counted: each connection plans its statements once.
WARMING = 5
# One in so many is registered by an intake of its own; the others by one file.
ALONE = 10
TRIVIAL_CALLS, QUICK_TRIVIAL_CALLS = 8000, 200
PATIENCE_S = 120.0
GTIN = "09521234000020"
MODEL = {
    "type": "model", "code": "PACK-1", "name": "Pack", "level": "PACK", "category": "STATIONARY",
    "chemistry": "LFP", "gtin": GTIN, "rated_capacity_ah": "280", "rated_energy_kwh": "10.752",
    "nominal_voltage_v": "38.4", "minimum_voltage_v": "30", "maximum_voltage_v": "43.8",
    "mass_kg": "72",
}  # fmt: skip


def measure(sheet: Sheet, console: Console) -> None:
    """Fill the sheet."""
    count = QUICK_BATTERIES if sheet.quick else BATTERIES
    maker = sending.maker()
    console.print("starting web, worker, clock, sequencer and two witnesses …")
    with household.serving() as house, Watch(house.url) as watch:
        _registered(house.url, maker, [MODEL])
        console.print("asking a trivial view …")
        calls = QUICK_TRIVIAL_CALLS if sheet.quick else TRIVIAL_CALLS
        before = _trivial(house.url, calls)
        names = [f"https://id.gs1.org/01/{GTIN}/21/B{number:06d}" for number in range(count)]
        alone = names[: count // ALONE]
        console.print(f"registering {len(alone):,} batteries, an intake each …")
        registering = len(alone) / _register(house.url, maker, [[name] for name in alone])
        _register(house.url, maker, [names[len(alone) :]])
        console.print(f"attesting {count:,} batteries …")
        answers, attesting = _attest(house.url, maker, names)
        # A machine is not the same from one minute to the next: its rate before and behind.
        trivial = 2 / (1 / before + 1 / _trivial(house.url, calls))
        waits = _proven(answers, watch)
        checked = watch.check()
    sheet.figures += _figures(count, trivial, registering, attesting)
    p95 = sorted(waits)[len(waits) * 95 // 100]
    sheet.figures.append(
        Figure(
            "accepted until proven, p95", p95, "s", "p95_proof_s", most=2,
            how=f"answer → first checkpoint with quorum over it; {checked} checkpoints seen",
        )
    )  # fmt: skip


def _figures(count: int, trivial: float, registering: float, attesting: float) -> list[Figure]:
    attested = count - count // WARMING
    rate = attested / attesting
    return [
        Figure(
            "trivial view", trivial, "1/s",
            how=f"GET /health/live, {CLIENTS} clients, before and behind",
        ),
        Figure(
            "attestation registered", rate, "1/s", "register_per_s", least=200,
            how=f"POST /attestations → signed receipt, {CLIENTS} clients, {attested:,}, warm",
        ),
        Figure("against the trivial view", rate / trivial, "", "vs_trivial", least=0.1),
        Figure(
            "its battery registered before", registering, "1/s",
            how="POST /intakes, a file of one line each → its job done by the worker",
        ),
        Figure(
            "both, one after the other", 1 / (1 / rate + 1 / registering), "1/s",
            how="an intake, then an attestation",
        ),
    ]  # fmt: skip


def _trivial(url: str, calls: int) -> float:
    asked = clients.request("GET", "/health/live", host=_host(url), headers={}, body=b"")
    clients.send(url, [asked] * (calls // 10), clients=CLIENTS)
    answers, seconds = clients.send(url, [asked] * calls, clients=CLIENTS)
    _expect(answers, 200)
    return calls / seconds


def _registered(url: str, maker: Maker, *files: list[dict[str, str]]) -> float:
    """Send files and wait until the worker has registered them all; the seconds that it took."""
    requests = [_intake(url, maker, lines) for lines in files]
    before = Intake.objects.count()
    began = time.monotonic()
    answers, _ = clients.send(url, requests, clients=min(CLIENTS, len(requests)))
    _expect(answers, 202)
    done = Intake.objects.filter(state=IntakeState.DONE, rejected=0)
    while done.count() < before + len(files):
        if time.monotonic() > began + PATIENCE_S:
            raise CommandError(f"{done.count() - before} of {len(files)} intakes were done.")
        time.sleep(0.05)
    return time.monotonic() - began


def _intake(url: str, maker: Maker, lines: list[dict[str, str]]) -> bytes:
    headers = {
        "Authorization": f"Bearer {maker.secret}",
        "Content-Type": "application/x-ndjson",
        "Idempotency-Key": os.urandom(16).hex(),
    }
    body = b"".join(canonical.encode(line) + b"\n" for line in lines)
    return clients.request("POST", "/api/v1/intakes", host=_host(url), headers=headers, body=body)


def _register(url: str, maker: Maker, files: list[list[str]]) -> float:
    """Seconds from the first intake sent until the worker has registered what they name."""
    common = {"type": "battery", "model": "PACK-1", "manufactured_on": "2025-03-02"}
    seconds = _registered(url, maker, *([common | {"id": name} for name in file] for file in files))
    named = [name for file in files for name in file]
    if Battery.objects.filter(identity__in=named).count() != len(named):
        raise CommandError("Not every battery was registered.")
    return seconds


def _attest(url: str, maker: Maker, names: list[str]) -> tuple[list[Answer], float]:
    headers = {"Authorization": f"Bearer {maker.secret}", "Content-Type": "application/json"}
    requests = [
        clients.request(
            "POST",
            "/api/v1/attestations",
            host=_host(url),
            headers=headers,
            body=b'{"credential":' + _origin(maker.key, name) + b"}",
        )
        for name in names
    ]
    warm, _ = clients.send(url, requests[: len(requests) // WARMING], clients=CLIENTS)
    _expect(warm, 202)
    answers, seconds = clients.send(url, requests[len(requests) // WARMING :], clients=CLIENTS)
    _expect(answers, 202)
    return answers, seconds


def _origin(key: KeyFile, name: str) -> bytes:
    document: dict[str, object] = {
        "@context": credential.CONTEXTS,
        "type": ["VerifiableCredential", credential.ORIGIN],
        "issuer": key.did,
        "validFrom": _stamp(),
        "credentialSubject": {
            "id": name,
            "salt": b64u_encode(os.urandom(16)),
            "accessSet": "public",
            "manufacturedOn": "2025-03-02",
            "chemistry": "LFP",
            "mass": {"value": "72", "unit": "KGM"},
            "ratedCapacity": {"value": "280", "unit": "AHR"},
        },
    }
    return credential.sign(document, private_key=key.private_key, method=key.name, created=_stamp())


def _proven(answers: list[Answer], watch: Watch) -> list[float]:
    """Seconds from each answer to the first witnessed checkpoint over its entry."""
    came = {json.loads(each.body)["digest"]: each.came for each in answers}
    places = _places(came.keys())
    watch.await_size(max(places.values()) + 1)
    return [watch.proven_at(places[digest]) - at for digest, at in came.items()]


def _places(digests: Collection[str]) -> dict[str, int]:
    """Digest → index in the log, of these attestations."""
    rows = LogEntry.objects.filter(digest__in=[bytes.fromhex(each) for each in digests])
    deadline = time.monotonic() + PATIENCE_S
    while rows.count() < len(digests) and time.monotonic() < deadline:
        time.sleep(0.05)
    return {bytes(digest).hex(): index for digest, index in rows.values_list("digest", "index")}


def _expect(answers: list[Answer], status: int) -> None:
    other = next((each for each in answers if each.status != status), None)
    if other is not None:
        told = other.body.decode("utf-8", "replace")[:500]
        raise CommandError(f"The server answered {other.status}: {told}")


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
