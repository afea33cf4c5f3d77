"""Puts a backup back, and says whether the log may go on from it.

1. check    the manifest is signed by a trusted record key, every file is the one that it lists;
2. fill     the dump goes into an empty database in one transaction: a crash leaves it empty;
3. compare  rows and head are those of the manifest; every entry hashes to what was signed;
4. erase    what was erased since the backup was taken is erased again;
5. rollback the lock and the witnesses say whether the log has gone on since.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from passport.actions import backup, checkpoint_lock, erasure, publication
from passport.actions.backup import DUMP, MANIFEST, Say
from passport.actions.erasure import Demand
from passport.audit import files
from passport.audit.cosign import Remote, gather
from passport.env import DatabaseAddress
from passport.models import LogHead
from passport.postgres import inventory
from passport.proof import checkpoint, manifest, note
from passport.proof.checkpoint import Checkpoint
from passport.proof.errors import ProofError
from passport.proof.manifest import BadManifest, Manifest
from passport.proof.policy import Policy
from passport.queries import erasure as erasures
from passport.rules.errors import Conflict, NotFound


class NotEmpty(Conflict):
    """A backup goes into an empty database; what stands there is somebody's."""

    code = "not-empty"
    title = "The database is not empty"


class OtherContents(Conflict):
    """What was restored is not what the manifest says."""

    code = "other-contents"
    title = "The restored database is not the one that was backed up"


@dataclass(frozen=True)
class Since:
    """What is known of the log beyond a head. `doubts` are reasons not to go on from it.

    `heard` is how many witnesses answered.
    """

    doubts: tuple[str, ...]
    notes: tuple[str, ...]
    heard: int


def check(*, source: Path, records: Iterable[tuple[str, bytes]], say: Say) -> Manifest:
    """The manifest of a backup that is whole. Refuses BadManifest, naming the file. [step 1]"""
    place = source / MANIFEST
    if not place.is_file():
        raise BadManifest(f"{source} holds no {MANIFEST}: it is no backup, or not a whole one.")
    data = files.read(place, limit=manifest.MAX_BYTES)
    try:
        said = manifest.verify(data=data, records=records)
    except ProofError as error:
        raise BadManifest(f"{MANIFEST}: {error.detail}", remedy=error.remedy) from error
    for name in sorted(said.files):
        path = source / name
        if not path.is_file():
            raise BadManifest(f"{name} is missing from the backup.", pointer="/files")
        say(f"checking {name}")
        found = backup.measure(path=path)
        manifest.check_file(manifest=said, name=name, size=found.size, sha256=found.sha256)
    return said


def read_dump(*, source: Path) -> None:
    """Have pg_restore read the whole dump, into nothing. Refuses ToolFailed."""
    backup.run_tool(program="pg_restore", arguments=["--file=/dev/null", str(source / DUMP)])


def fill(*, source: Path, address: DatabaseAddress, say: Say) -> None:
    """Put the dump into a database that is there and empty. Refuses NotEmpty, ToolFailed. [2]"""
    with inventory.entered(backup.told(address=address)) as connection:
        if inventory.tables(connection):
            raise NotEmpty(
                f"the database {address.name} holds tables",
                remedy="name an empty one in DATABASE_URL, or say --replace",
            )
    arguments = ["--single-transaction", "--exit-on-error", "--no-comments", "--verbose"]
    backup.run_tool(
        program="pg_restore",
        arguments=[*arguments, str(source / DUMP)],
        address=address,
        say=say,
    )


def compare(*, said: Manifest, address: DatabaseAddress, say: Say) -> int:
    """Hold the restored database against the manifest; how many entries of the log were hashed.

    Refuses OtherContents, and ForkRefused where an entry is not what it was. [step 3]
    """
    with inventory.entered(backup.told(address=address)) as connection:
        say(f"counting the rows of {len(said.tables)} tables")
        found = {name: inventory.count(connection, name) for name in inventory.tables(connection)}
    wrong = sorted(
        name for name in found.keys() | said.tables if found.get(name) != said.tables.get(name)
    )
    if wrong:
        name = wrong[0]
        raise OtherContents(
            f"{name} holds {found.get(name)} rows, the manifest says {said.tables.get(name)}",
            remedy="take another copy of the backup",
        )
    head = LogHead.objects.first()
    if head is None:
        return 0
    say(f"hashing {head.size} entries of the log")
    count = publication.self_check()
    if checkpoint_lock.head_of(head) != said.head:
        raise OtherContents(
            f"the log has another root at {head.size} entries than the manifest says",
            remedy="take another copy of the backup",
        )
    return count


def erase_again(*, demands: Sequence[Demand]) -> tuple[list[Demand], list[Demand]]:
    """Erase what was erased before: those demands that took effect, those that name nothing. [4]"""
    done, unknown = [], []
    for demand in demands:
        try:
            found = erasures.target(digest=demand.digest, battery=demand.battery)
        except NotFound:
            unknown.append(demand)
            continue
        if not erasures.erased(digests=[found.digest]):
            erasure.erase(
                digest=demand.digest, reason=demand.reason, at=demand.at, battery=demand.battery
            )
            done.append(demand)
    return done, unknown


def since(
    *,
    head: Checkpoint,
    signed: bytes,
    lock: Path,
    policy: Policy | None,
    urls: Mapping[str, str],
) -> Since:
    """Whether anybody has seen the log beyond this head, whose newest note is `signed`. [step 5]"""
    doubts, notes = [], []
    locked = checkpoint_lock.read(lock=lock)
    if locked is None:
        notes.append(f"There is no {lock.name} here to compare with.")
    elif locked.size > head.size:
        doubts.append(f"{lock.name} says that {locked.size} entries were signed, not {head.size}.")
    elif locked.size == head.size and locked.root != head.root:
        doubts.append(f"{lock.name} names another root at {locked.size} entries.")
    heard = 0
    if signed and policy is not None:
        answers = _asked(signed, policy, urls)
        heard = len(answers)
        doubts += [
            f"The witness {name} {each.words}."
            for name, each in answers.items()
            if each.size is None or each.size > head.size
        ]
        notes += [f"The witness {name} was not heard." for name in urls if name not in answers]
    return Since(doubts=tuple(doubts), notes=tuple(notes), heard=heard)


@dataclass(frozen=True)
class _Seen:
    """What a witness says: how many entries it has seen, None when of another history."""

    size: int | None
    words: str


class _Behind(ProofError):
    """The witness has seen less than the backup: nothing to fear, and nothing to ask it."""


def _asked(data: bytes, policy: Policy, urls: Mapping[str, str]) -> dict[str, _Seen]:
    """What each witness of the policy has seen; those that do not answer are left out."""
    size = checkpoint.parse(note.parse(data)[0]).size

    def proof(old: int) -> list[bytes]:
        if 0 < old < size:
            raise _Behind(f"has seen {old}")
        return []

    names = {policy.witnesses[name].name: name for name in urls if name in policy.witnesses}
    remotes = [Remote(url=urls[name], verifier=policy.witnesses[name]) for name in names.values()]
    sizes = {each.verifier.name: size for each in remotes}
    heard = gather(data=data, witnesses=remotes, consistency=proof, known_sizes=sizes, seconds=3)
    behind = {name for name, why in heard.failures.items() if why.startswith("_Behind")}
    found = {name: _Seen(seen, f"has seen {seen} entries") for name, seen in heard.ahead.items()}
    found |= {name: _Seen(None, f"saw another history: {w}") for name, w in heard.refused.items()}
    found |= {name: _Seen(0, "has seen less") for name in behind}
    found |= {name: _Seen(seen, "has seen as much") for name, seen in heard.sizes.items()}
    return {names[name]: each for name, each in found.items()}
