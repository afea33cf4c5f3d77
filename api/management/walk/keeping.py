"""Second leg: the keeper takes the packs, reads and retires them, and a plan finds their ends."""

from datetime import UTC, datetime
from typing import Any

from api.management.walk.caller import Caller, Failed, fresh_id, wait_for
from api.management.walk.walk import RECYCLER, SECOND_LIFE, Pack, Walk

_SOUND = {
    "recall_open": False,
    "thermal_event": False,
    "case_damage": False,
    "water_ingress": False,
    "crash_severity": "NONE",
    "knee": False,
}
_ENDED = {"DONE", "RESTING"}


def hand_over(walk: Walk) -> str:
    """Offered by the maker, accepted by the keeper; in between nothing changes hands."""
    maker, keeper = walk.caller("pack_maker"), walk.caller("keeper")
    for pack in walk.packs:
        at = f"/api/v1/batteries/{pack.id}/hand-overs"
        offer = maker.post(at, {"to": keeper.name}, expect=201).json
        keeper.post(f"/api/v1/hand-overs/{offer['id']}/accept")
        holder = keeper.get(f"/api/v1/batteries/{pack.id}").json["holder"]
        if holder != keeper.name:
            raise Failed(f"{holder} holds it.", where=at, remedy="See passport/actions/custody.py.")
    return f"{len(walk.packs)} packs from {maker.name} to {keeper.name}"


def live(walk: Walk) -> str:
    """Put into service and read; the same reading sent again is the same reading."""
    keeper, now = walk.caller("keeper"), _now()
    for pack in walk.packs:
        event = {"event_id": fresh_id(), "kind": "COMMISSIONED", "happened_at": now}
        keeper.post(f"/api/v1/batteries/{pack.id}/events", event, expect=201)
        reading = {"event_id": fresh_id(), "soh": "0.912", "method": "TESTED"}
        reading |= {"source": "cycler of the walk", "measured_at": now, "resistance_ratio": "1.18"}
        at = f"/api/v1/batteries/{pack.id}/readings"
        first = keeper.post(at, reading, expect=201).json
        again = keeper.post(at, reading, expect=201).json
        if first["id"] != again["id"]:
            raise Failed("A reading was doubled.", where=at, remedy="See passport/actions/health.")
    keeper.post(at, reading | {"event_id": fresh_id(), "soh": "91.2"}, expect=422)
    return f"soh {first['soh']} ({first['soh_low']} to {first['soh_high']}); 91.2 is refused"


def publish(walk: Walk) -> str:
    """A second life and a recycler publish a place each for the packs of this walk."""
    terms: dict[str, object] = {
        "models": [walk.pack_code],
        "chemistries": ["LFP"],
        "capacity_packs": 1,
        "opens_on": datetime.now(UTC).date().isoformat(),
    }
    terms["name"] = f"Walk {walk.token}"
    second = {"kind": "SECOND_LIFE", "route": "REPURPOSE", "price_cents_per_kwh": 90_000}
    fit = {"soh_min": "0.7", "contract_years": "5"}
    recycler = {"kind": "RECYCLER", "route": "RECYCLE", "fee_cents_per_kg": 5_000}
    walk.keep["second"] = _published(walk.caller(SECOND_LIFE), {**terms, **second, **fit})
    walk.keep["recycler"] = _published(walk.caller(RECYCLER), {**terms, **recycler})
    return f"one place at {SECOND_LIFE}, one at {RECYCLER}"


def retire(walk: Walk) -> str:
    """Both retire: one is sound, in the other there was water."""
    keeper = walk.caller("keeper")
    for pack, reason, found in (
        (walk.sound, "CONTRACT_END", {}),
        (walk.flooded, "DAMAGE", {"water_ingress": True}),
    ):
        told = {"event_id": fresh_id(), "battery": pack.id, "reason": reason}
        told["condition"] = _SOUND | found  # type: ignore[assignment]
        pack.retirement = keeper.post("/api/v1/retirements", told, expect=201).json["id"]
    return "one sound, one with water inside"


def plan(walk: Walk) -> str:
    """The worker makes the plan; its line says for each pack where it goes, and why."""
    keeper = walk.caller("keeper")
    lines = wait_for(lambda: _planned(walk, keeper), what="A plan of both", where="/api/v1/plans")
    wanted = (("second", walk.sound, "REPURPOSE"), ("recycler", walk.flooded, "RECYCLE"))
    for name, pack, route in wanted:
        line = lines[pack.retirement]
        if (line["programme"], line["route"]) != (walk.keep[name], route):
            raise Failed(
                f"It goes {line['route']} ({line['reason']}): {line['explanation']['sentence']}",
                where=f"GET /api/v1/plans/{walk.keep['plan']}/lines",
                remedy=f"{route} was due; see the gates and edges in its explanation.",
            )
    made = keeper.get(f"/api/v1/plans/{walk.keep['plan']}").json
    if not made["linear_cents"] == made["objective_cents"] >= made["best_edge_first_cents"]:
        raise Failed(f"{made}", where="/api/v1/plans", remedy="The plan is not the optimum.")
    said = lines[walk.flooded.retirement]["explanation"]["sentence"]
    greedy = made["best_edge_first_cents"] / 100
    return f"worth {made['objective_cents'] / 100:.2f}, best-edge-first {greedy:.2f}; “{said}”"


def board(walk: Walk) -> str:
    """The keeper signs in as a person and reads the board of that plan."""
    keeper = walk.caller("keeper")
    name = next(row["name"] for row in walk.cast["parties"] if row["slug"] == keeper.name)
    login = next(row for row in walk.read("logins.json") if row["party"] == name)
    person = Caller(walk.url, login["email"])
    person.sign_in(login["email"], login["password"])
    at = f"/desk/plans/{walk.keep['plan']}/"
    page = person.get(at, accept="text/html").body.decode()
    if keeper.name not in page and name not in page:
        raise Failed("The page is not the keeper's board.", where=at, remedy="Open it and look.")
    led_to = Caller(walk.url).get("/desk/", accept="text/html").body.decode()
    if 'type="password"' not in led_to:
        raise Failed("A desk opens to nobody.", where="/desk/", remedy="See signed_in.py.")
    return f"{login['email']} reads {at} ({len(page)} bytes)"


def take(walk: Walk) -> str:
    """Each taker accepts its offer, and takes custody when the pack arrives."""
    for slug, pack in ((SECOND_LIFE, walk.sound), (RECYCLER, walk.flooded)):
        taker = walk.caller(slug)
        offer = _offer(taker, pack)
        accepted = taker.post(f"/api/v1/offers/{offer['id']}/accept").json
        taker.post(f"/api/v1/hand-overs/{accepted['hand_over']}/accept")
    return f"{SECOND_LIFE} and {RECYCLER} hold one pack each"


def treat(walk: Walk) -> str:
    """The recycler books output against input; what does not close is refused."""
    recycler, outputs = walk.caller(RECYCLER), _outputs()
    booking = {"event_id": fresh_id(), "battery": walk.flooded.id, "mass_in_kg": "40"}
    booking |= {"process": "hydro", "fractions": outputs[:-1]}  # type: ignore[dict-item]
    recycler.post("/api/v1/treatments", booking, expect=422)
    made = recycler.post("/api/v1/treatments", {**booking, "fractions": outputs}, expect=201).json
    path = walk.flooded.identity.removeprefix("https://id.gs1.org")
    Caller(walk.url).get(path, expect=410)
    weighed = f"40 kg in, {made['mass_out_kg']} kg out, efficiency {made['efficiency']}"
    return f"{weighed}; its passport has ended"


def _published(taker: Caller, terms: dict[str, Any]) -> str:
    return str(taker.post("/api/v1/programmes", terms, expect=201).json["id"])


def _planned(walk: Walk, keeper: Caller) -> dict[str, Any] | None:
    """The lines of a plan that holds both packs; asked for again where a plan came between."""
    retirements = {pack.retirement for pack in walk.packs}
    waiting = [keeper.get(f"/api/v1/retirements/{each}").json["state"] for each in retirements]
    if "OPEN" in waiting:
        job = keeper.post("/api/v1/plans", expect=202).json
        wait_for(
            lambda: _ended(keeper, job["id"]), what="The plan", where=f"/api/v1/jobs/{job['id']}"
        )
    for made in keeper.get("/api/v1/plans?limit=10").json["items"]:
        rows = keeper.items(f"/api/v1/plans/{made['id']}/lines")
        lines = {row["retirement"]: row for row in rows}
        if retirements <= lines.keys():
            walk.keep["plan"] = made["id"]
            return lines
    return None


def _ended(keeper: Caller, job: str) -> bool | None:
    found = keeper.get(f"/api/v1/jobs/{job}").json
    if found["state"] == "RESTING":
        raise Failed(
            f"The job rests after {found['attempts']} attempts: {found['last_error']}.",
            where=f"/api/v1/jobs/{job}",
            remedy="See what the worker wrote.",
        )
    return True if found["state"] == "DONE" else None


def _offer(taker: Caller, pack: Pack) -> Any:
    for offer in taker.items("/api/v1/offers"):
        if offer["battery"] == pack.id and offer["state"] == "PROPOSED":
            return offer
    raise Failed(
        "The plan put no offer to it.", where=f"/api/v1/offers as {taker.name}", remedy="See plan."
    )


def _outputs() -> list[dict[str, str]]:
    masses = (
        ("steel_iron", "8.1", "RECYCLED"),
        ("Al", "4.7", "RECYCLED"),
        ("Cu", "3.2", "RECYCLED"),
        ("Fe", "4.1", "RECYCLED"),
        ("P", "2.4", "RECYCLED"),
        ("Li", "0.5", "RECYCLED"),
        ("graphite", "5.6", "RECYCLED"),
        ("plastics", "4.4", "ENERGY"),
        ("residue", "6.9", "DISPOSED"),
    )
    return [{"material": name, "mass_kg": kg, "fate": fate} for name, kg, fate in masses]


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
