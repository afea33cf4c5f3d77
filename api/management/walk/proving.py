"""Last leg: an auditor follows the log, takes a bundle away, and checks it without the service."""

from pathlib import Path

from api.management.walk import programs
from api.management.walk.caller import Caller, Failed, wait_for
from api.management.walk.walk import SECOND_LIFE, STRANGER, Walk
from passport.proof.keyfile import decode

_REFUSED = 2
_RETELL = "Tell the story again: manage.py story."


def show(walk: Walk) -> str:
    """The auditor sees nothing until the holder grants it; the stranger never does."""
    auditor, holder = walk.caller("auditor"), walk.caller(SECOND_LIFE)
    at = f"/api/v1/batteries/{walk.sound.id}"
    auditor.get(at, expect=404)
    holder.post(f"{at}/grants", {"to": auditor.name}, expect=201)
    auditor.get(at)
    walk.caller(STRANGER).get(at, expect=404)
    return f"{auditor.name} after a grant; {STRANGER} not at all"


def follow(walk: Walk) -> str:
    """The last event is in the log, witnessed, and the log only ever grew."""
    events = list(walk.caller("auditor").items(f"/api/v1/batteries/{walk.sound.id}/events"))
    for digest in (walk.sound.digest, events[-1]["digest"]):
        wait_for(
            lambda digest=digest: _published(walk, digest),  # type: ignore[misc]
            what="The checkpoint that covers it",
            where=f"GET /log/proof?digest={digest}",
        )
    seen = walk.state / "walkthrough" / "monitor.json"
    policy = walk.state / "policy"
    said = programs.audit("monitor", f"{walk.url}/log", "--trust", policy, "--state", seen)
    return said.out.strip().splitlines()[-1]


def index(walk: Walk) -> str:
    """The operator has the index logged now, as the clock does daily: who can leave out no more."""
    programs.manage("index", "--again")
    size, digest = Caller(walk.url).get("/log/index/list").body.decode().splitlines()[-1].split()
    wait_for(
        lambda: _published(walk, digest),
        what="The checkpoint that covers the snapshot",
        where=f"GET /log/proof?digest={digest}",
    )
    return f"of every subject of {size} entries the last one, under one root"


def pull(walk: Walk) -> str:
    """The auditor takes two bundles away, ours and an older one, and writes down whom it trusts."""
    auditor = walk.caller("auditor")
    told = next(
        (
            row
            for row in auditor.items("/api/v1/batteries?level=PACK")
            if row["id"] != walk.sound.id
        ),
        None,
    )
    if told is None:
        raise Failed("No pack of the story is shown.", where="/api/v1/batteries", remedy=_RETELL)
    sizes = []
    for battery, place in ((walk.sound.id, _bundle(walk)), (told["id"], _older(walk))):
        data = auditor.get(f"/api/v1/batteries/{battery}/bundle").body
        place.write_bytes(data)
        sizes.append(len(data))
    pins = [walk.keep["pin"], *_pins(walk.state / "makers")]
    trusted = (walk.state / "policy").read_text(encoding="utf-8")
    _trust(walk).write_text(trusted + "".join(f"{pin}\n" for pin in pins), encoding="utf-8")
    told_as = f"{sizes[0]} bytes for our pack, {sizes[1]} for {told['model_code']} {told['serial']}"
    return f"{told_as}, in {walk.folder}; {len(pins)} makers' keys pinned"


def clean(walk: Walk) -> str:
    """An interpreter that holds nothing of the service."""
    python = programs.clean_interpreter(walk.state)
    found = programs.installed(python)
    if found != set(programs.NEEDED):
        raise Failed(
            f"It holds {', '.join(sorted(found))}.",
            where=str(python),
            remedy="Remove that folder, and walk again.",
        )
    walk.keep["python"] = python
    return f"{python} has only {', '.join(sorted(found))}"


def verify(walk: Walk) -> str:
    """Every step of the verifier holds, and nothing is in doubt."""
    found = [_accepted(walk, place) for place in (_bundle(walk), _older(walk))]
    off = bool(programs.without_network())
    network = "network off" if off else "the network could not be taken away: no right to unshare"
    return f"both ACCEPTED ({network}). {'; '.join(found)}"


def flip(walk: Walk) -> str:
    """The same bundle with one bit turned is refused, and the step is named."""
    data = bytearray(_bundle(walk).read_bytes())
    data[len(data) // 2] ^= 1
    forged = walk.folder / "forged.json"
    forged.write_bytes(data)
    done = programs.clean_audit(walk.keep["python"], "verify", forged, "--trust", _trust(walk))
    said = (done.out or done.err).strip().splitlines() or ["nothing"]
    if done.code != _REFUSED or not said[0].startswith("REFUSED at step"):
        raise Failed(
            f"Exit code {done.code}: {said[0]}",
            where=f"verify {forged}",
            remedy="A turned bit must be refused; do not trust this verifier.",
        )
    return said[0]


def _accepted(walk: Walk, place: Path) -> str:
    """What the verifier says of the components of a bundle that leaves no doubt."""
    command = ("verify", place, "--trust", _trust(walk))
    done = programs.clean_audit(walk.keep["python"], *command)
    lines = done.out.strip().splitlines() or ["nothing"]
    if done.code or lines[-1] != "ACCEPTED":
        raise Failed(
            f"Exit code {done.code}: {' / '.join((lines + done.err.splitlines())[-4:])}",
            where="python -m passport.audit " + " ".join(map(str, command)),
            remedy="Call it by hand; each doubt is printed.",
        )
    proven = _line(lines, "Completeness: ")
    if not proven.startswith("Completeness: proven up to entry"):
        raise Failed(proven, where=str(place), remedy="The bundle shows no row of the index.")
    return "; ".join(
        (
            _line(lines, "Components").partition(", ")[0],
            _line(lines, "    ", " in materials attested 1 upstream").strip(),
            proven.partition(" (")[0],
        )
    )


def _line(lines: list[str], begins: str, holds: str = "") -> str:
    """The first line of the verifier that begins and goes on so. Refuses Failed."""
    for line in lines:
        if line.startswith(begins) and holds in line:
            return line
    raise Failed(f"No line says “{begins.strip()}{holds}”.", where="verify", remedy="Read it.")


def _published(walk: Walk, digest: str) -> bool | None:
    try:
        Caller(walk.url).get(f"/log/proof?digest={digest}")
    except Failed as not_yet:
        if "Status 404" not in not_yet.what:
            raise
        return None
    return True


def _pins(folder: Path) -> list[str]:
    """The lines by which an auditor trusts the story's makers; got from the makers themselves."""
    keys = [decode(place.read_bytes()) for place in sorted(folder.glob("*.key"))]
    return [f"issuer {key.did} {key.multikey}" for key in keys]


def _bundle(walk: Walk) -> Path:
    return walk.folder / "bundle.json"


def _older(walk: Walk) -> Path:
    return walk.folder / "bundle-of-the-story.json"


def _trust(walk: Walk) -> Path:
    return walk.folder / "trust.policy"
