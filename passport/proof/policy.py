"""The auditor's trust file (C2SP tlog-policy): which log, witnesses, issuers, record keys.

log VKEY [URL]
witness NAME VKEY [URL]
group NAME all|any|K MEMBER...
quorum NAME|none
issuer DID MULTIKEY        (ours: a maker's key, known to the auditor from elsewhere)
record DID MULTIKEY        (ours: the key with which the service signs its records)

A log that changed its name has a line for each, in the order of time and the newest last: what
goes on under an older name is not the log any more.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from passport.proof import did, keys, note
from passport.proof.errors import BadPolicy, NoQuorum, ProofError
from passport.proof.note import Verifier

MAX_BYTES = 262_144
MAX_LINES = 4096
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_REMEDY = "The lines a policy may have are: log, witness, group, quorum, issuer, record."


@dataclass(frozen=True)
class Group:
    """So many of these witnesses or groups must have cosigned."""

    threshold: int
    members: tuple[str, ...]


@dataclass
class Policy:
    """Whom the auditor trusts, and for what. ``issuers`` and ``records`` are (DID, key)."""

    logs: dict[str, Verifier] = field(default_factory=dict)
    witnesses: dict[str, Verifier] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    quorum: str | None = None
    issuers: set[tuple[str, bytes]] = field(default_factory=set)
    records: set[tuple[str, bytes]] = field(default_factory=set)

    @property
    def newest_log(self) -> str | None:
        """The name of the log in the last of its lines: the only one that a bundle may be of."""
        return next(reversed(self.logs), None)

    def verifiers(self) -> list[Verifier]:
        """All keys whose signatures on a checkpoint count."""
        return [*self.logs.values(), *self.witnesses.values()]

    def check_quorum(self, cosigned: set[Verifier]) -> None:
        """Refuse unless enough of the witnesses have cosigned."""
        if self.quorum != "none" and not self._witnessed(self.quorum or "", cosigned):
            names = sorted(each.name for each in cosigned) or ["nobody"]
            raise NoQuorum(
                f"The quorum {self.quorum!r} is not met: cosigned by {', '.join(names)}.",
                remedy="Wait until more witnesses have cosigned, then fetch the bundle again.",
            )

    def _witnessed(self, name: str, cosigned: set[Verifier]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name] in cosigned
        group = self.groups[name]
        met = sum(self._witnessed(member, cosigned) for member in group.members)
        return met >= group.threshold


def parse(data: bytes) -> Policy:
    """Read a trust file; refuses an unknown line, a doubled key, a name not defined above."""
    if len(data) > MAX_BYTES or data.count(b"\n") > MAX_LINES:
        raise BadPolicy("The trust file is too long.")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise BadPolicy("The trust file is not UTF-8.") from error
    if _CONTROL.search(text):
        raise BadPolicy("The trust file holds control characters (also check its line ends).")
    policy = Policy()
    for number, line in enumerate(text.split("\n"), start=1):
        words = re.split(r"[ \t]+", line.strip(" \t"))
        if words != [""] and not words[0].startswith("#"):
            _take(policy, words, number)
    if policy.quorum is None:
        raise BadPolicy("The trust file has no quorum line.", remedy="Write `quorum none` or more.")
    return policy


def _take(policy: Policy, words: list[str], number: int) -> None:
    line = _LINES.get(words[0])
    if line is None:
        raise BadPolicy(f"Line {number}: {words[0][:40]!r} is unknown.", remedy=_REMEDY)
    try:
        line(policy, words[1:])
    except BadPolicy as error:
        raise BadPolicy(f"Line {number}: {error.detail}", remedy=error.remedy) from error
    except ProofError as error:
        raise BadPolicy(f"Line {number}: {error.detail}", remedy=error.remedy) from error


def _log(policy: Policy, words: list[str]) -> None:
    if len(words) not in (1, 2):
        raise BadPolicy("A log line is: log VKEY [URL].")
    verifier = note.parse_vkey(words[0])
    if verifier.algorithm != note.ED25519:
        raise BadPolicy(f"{verifier.name} is not a log's key (algorithm 1).")
    _refuse_double(policy, verifier)
    policy.logs[verifier.name] = verifier
    if len(words) == 2:
        policy.urls[verifier.name] = words[1]


def _witness(policy: Policy, words: list[str]) -> None:
    if len(words) not in (2, 3):
        raise BadPolicy("A witness line is: witness NAME VKEY [URL].")
    _define(policy, words[0])
    verifier = note.parse_vkey(words[1])
    if verifier.algorithm != note.COSIGNATURE:
        raise BadPolicy(f"{verifier.name} is not a witness's key (algorithm 4).")
    _refuse_double(policy, verifier)
    policy.witnesses[words[0]] = verifier
    if len(words) == 3:
        policy.urls[words[0]] = words[2]


def _refuse_double(policy: Policy, verifier: Verifier) -> None:
    # One key in two lines would count twice towards a quorum, or let a log witness itself.
    for each in policy.verifiers():
        if each.public_key == verifier.public_key or (
            each.algorithm == note.ED25519 == verifier.algorithm and each.name == verifier.name
        ):
            raise BadPolicy(f"{verifier.name} has a key or a name that stands above already.")


def _define(policy: Policy, name: str) -> None:
    if name == "none" or name in policy.witnesses or name in policy.groups:
        raise BadPolicy(f"The name {name!r} is taken.")


def _group(policy: Policy, words: list[str]) -> None:
    if len(words) < 3:
        raise BadPolicy("A group line is: group NAME all|any|K MEMBER...")
    name, rule, *members = words
    _define(policy, name)
    used = {member for group in policy.groups.values() for member in group.members}
    for member in members:
        if member not in policy.witnesses and member not in policy.groups:
            raise BadPolicy(f"{member!r} is not defined above.")
        if member in used or members.count(member) > 1:
            raise BadPolicy(f"{member!r} is a member already: a witness counts once.")
    policy.groups[name] = Group(threshold=_threshold(rule, len(members)), members=tuple(members))


def _threshold(rule: str, size: int) -> int:
    if rule in ("all", "any"):
        return size if rule == "all" else 1
    if not re.fullmatch(r"[1-9][0-9]{0,3}", rule) or int(rule) > size:
        raise BadPolicy(f"{rule[:20]!r} of {size} is not a threshold.")
    return int(rule)


def _quorum(policy: Policy, words: list[str]) -> None:
    if policy.quorum is not None or len(words) != 1:
        raise BadPolicy("There is one quorum line, with one name.")
    if words[0] != "none" and words[0] not in policy.witnesses and words[0] not in policy.groups:
        raise BadPolicy(f"{words[0]!r} is not defined above.")
    policy.quorum = words[0]


def _issuer(policy: Policy, words: list[str]) -> None:
    policy.issuers.add(_pin(words))


def _record(policy: Policy, words: list[str]) -> None:
    policy.records.add(_pin(words))


def _pin(words: list[str]) -> tuple[str, bytes]:
    if len(words) != 2:
        raise BadPolicy("An issuer or record line is: issuer DID MULTIKEY.")
    return did.parse_did(words[0]).did, keys.multikey_decode(words[1])


_LINES: dict[str, Callable[[Policy, list[str]], None]] = {
    "log": _log,
    "witness": _witness,
    "group": _group,
    "quorum": _quorum,
    "issuer": _issuer,
    "record": _record,
}
