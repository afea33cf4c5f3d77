"""First leg: a maker registers a model, cells and packs, and labels them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from api.management.walk import reading
from api.management.walk.caller import Caller, Failed, wait_for
from api.management.walk.walk import Walk
from passport.proof import canonical

_DONE = {"DONE", "RESTING", "FAILED"}


def is_ready(walk: Walk) -> str:
    """The instance answers, and is ready."""
    ready = Caller(walk.url).get("/health/ready").json
    return ", ".join(f"{name} good" for name in ready["parts"])


def keys_speak(walk: Walk) -> str:
    """Each API key of the story speaks for its party, and no key for nobody."""
    for slug, caller in walk.callers.items():
        if caller.get("/api/v1/whoami").json["slug"] != slug:
            raise Failed("The key is another party's.", where=slug, remedy="Tell the story again.")
    Caller(walk.url).get("/api/v1/whoami", expect=401)
    return f"{len(walk.callers)} keys, each for its own party; without a key: refused"


def register(walk: Walk) -> str:
    """A model each, cells, packs: one file; sent twice, it is taken once."""
    maker, body = walk.caller("pack_maker"), b"".join(_lines(walk))
    key = f"walk-{walk.token}"
    first = maker.post("/api/v1/intakes", body, expect=202, Idempotency_Key=key)
    again = maker.post("/api/v1/intakes", body, expect=202, Idempotency_Key=key)
    if first.json["id"] != again.json["id"]:
        raise Failed("The same request made two intakes.", where=key, remedy="See idempotency.py.")
    done = _taken_in(maker, first.json["id"])
    if done["rejected"] or done["accepted"] != body.count(b"\n"):
        raise Failed(
            f"{done['rejected']} lines were refused, {done['accepted']} accepted.",
            where=f"GET /api/v1/intakes/{done['id']}/errors",
            remedy="Read the errors there.",
        )
    for pack in walk.packs:
        found = list(maker.items(f"/api/v1/batteries?identity={pack.identity}"))
        pack.id = found[0]["id"]
    return f"{done['accepted']} lines, job done; the same request again: the same answer"


def bad_lines(walk: Walk) -> str:
    """What is wrong in a file is told line by line."""
    maker, own = walk.caller("pack_maker"), walk.sound
    wrong = own.identity.replace("09521003009902", "09521003009903")
    again = _battery(walk.pack_code, own.identity, log_salt=walk.salts[own.identity])
    body = again + _battery(walk.pack_code, wrong)
    sent = maker.post("/api/v1/intakes", body, expect=202, Idempotency_Key=f"bad-{walk.token}").json
    done = _taken_in(maker, sent["id"])
    errors = maker.get(f"/api/v1/intakes/{done['id']}/errors").body.splitlines()
    told: Any = canonical.loads(errors[0]) if errors else {}
    if (done["rejected"], done["duplicates"]) != (1, 1) or told["line"] != 2:
        raise Failed(
            f"The errors are {errors}.", where=done["id"], remedy="Line 2 is the wrong one."
        )
    return f"line 2, {told['pointer']}: {told['detail']}"


def label(walk: Walk) -> str:
    """The label is read by an independent decoder, and its link opens the passport."""
    path = walk.sound.identity.removeprefix("https://id.gs1.org")
    caller = Caller(walk.url)
    read = reading.read_png(caller.get(f"{path}/label.png", accept="image/png").body)
    drawn = reading.read_svg(caller.get(f"{path}/label.svg", accept="image/svg+xml").body)
    if read != drawn or len(read) != 1 or not read[0].endswith(path):
        raise Failed(
            f"The picture says {read}, the drawing {drawn}.",
            where=f"{path}/label.png",
            remedy="Both must say the link of the battery.",
        )
    # The label opens where the service is known to the world; here that is this instance.
    page = caller.get(path, accept="text/html,application/json;q=0.5").body.decode()
    data = caller.get(path).json
    serial = path.rpartition("/")[2]
    if serial not in page or serial not in canonical.encode(data).decode():
        raise Failed("The passport is another one's.", where=path, remedy="See api/pages/passport.")
    return f"PNG and SVG say {read[0]}; it opens as a page and as JSON"


def _taken_in(maker: Caller, intake: str) -> Any:
    def look() -> Any:
        found = maker.get(f"/api/v1/intakes/{intake}").json
        return found if {found["state"], found["job"]["state"]} & _DONE else None

    done = wait_for(look, what="The intake's end", where=f"GET /api/v1/intakes/{intake}")
    if done["state"] != "DONE":
        raise Failed(
            f"The job stopped: {done['job']['last_error']}.",
            where=f"GET /api/v1/intakes/{intake}",
            remedy="See what the worker wrote.",
        )
    return done


def _lines(walk: Walk) -> Iterator[bytes]:
    common = {"type": "model", "category": "STATIONARY", "chemistry": "LFP", "facts": {}}
    cell = {"nominal_voltage_v": "3.2", "minimum_voltage_v": "2.5", "maximum_voltage_v": "3.65"}
    pack = {"nominal_voltage_v": "19.2", "minimum_voltage_v": "15", "maximum_voltage_v": "21.9"}
    cell |= {"rated_capacity_ah": "280", "rated_energy_kwh": "0.896", "mass_kg": "5.42"}
    pack |= {"rated_capacity_ah": "280", "rated_energy_kwh": "5.376", "mass_kg": "40"}
    for code, level, gtin, figures in (
        (walk.cell_code, "CELL", "09521003009919", cell),
        (walk.pack_code, "PACK", "09521003009902", pack),
    ):
        named = {"code": code, "name": f"Walk {level.lower()}", "level": level, "gtin": gtin}
        yield canonical.encode({**common, **named, **figures}) + b"\n"
    for each in walk.packs:
        yield _battery(walk.pack_code, each.identity, log_salt=walk.salts[each.identity])
        for number, identity in enumerate(each.cells, start=1):
            inside = {"parent": each.identity, "position": f"{number}/{len(each.cells)}"}
            inside["log_salt"] = walk.salts[identity]
            yield _battery(walk.cell_code, identity, **inside)


def _battery(model: str, identity: str, **more: str) -> bytes:
    made = datetime.now(UTC).date().isoformat()
    line = {"type": "battery", "model": model, "id": identity, "manufactured_on": made}
    return canonical.encode(line | more) + b"\n"
