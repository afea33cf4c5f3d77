"""What the steps of verifying a bundle hand on to each other."""

from collections.abc import Callable
from dataclasses import dataclass, field

from passport.proof.checkpoint import Checkpoint
from passport.proof.credential import Credential
from passport.proof.keyring import Keyring
from passport.proof.leaf import Leaf
from passport.proof.policy import Policy
from passport.proof.report import Judgement, Report, Withdrawn
from passport.proof.unbundle import Bundle

Claims = dict[str, object]
# Gives the POSIX seconds of a token over a checkpoint's text, or refuses it with a ProofError.
TimestampCheck = Callable[[bytes, str], int]


@dataclass
class Case:
    """A bundle under examination; each field is filled by the step named beside it."""

    bundle: Bundle
    policy: Policy
    keyring: Keyring
    check_timestamp: TimestampCheck | None = None
    report: Report = field(default_factory=Report)
    head: Checkpoint = field(default_factory=lambda: Checkpoint(origin="", size=0, root=b""))  # 2
    older: list[Checkpoint] = field(default_factory=list)  # 2: heads under older origins
    leaves: dict[int, Leaf] = field(default_factory=dict)  # 3
    hashes: dict[int, bytes] = field(default_factory=dict)  # 3
    naming: dict[bytes, list[int]] = field(default_factory=dict)  # 3: entries by digest
    documents: dict[bytes, bytes] = field(default_factory=dict)  # 4
    subjects: dict[int, str] = field(default_factory=dict)  # 7: the one subject of an entry
    members: dict[int, list[str]] = field(default_factory=dict)  # 7: of an entry about many
    credentials: dict[bytes, Credential] = field(default_factory=dict)  # 8
    withdrawals: dict[int, Credential] = field(default_factory=dict)  # 8, by index
    singles: dict[str, list[bytes]] = field(default_factory=dict)  # 8: origins by battery
    items: dict[str, dict[bytes, Claims]] = field(default_factory=dict)  # 9: by battery, by batch
    taken_back: dict[bytes, Withdrawn] = field(default_factory=dict)  # 10: whole attestations
    items_taken_back: dict[bytes, dict[str, Withdrawn]] = field(default_factory=dict)  # 10
    salted_by_maker: set[str] = field(default_factory=set)  # 12
    origins: dict[str, dict[bytes, Claims]] = field(default_factory=dict)  # 11, by battery
    judgements: dict[bytes, Judgement] = field(default_factory=dict)  # 10, by digest

    def shown(self, index: int) -> bytes | None:
        """Return the document of an entry, or None when only its digest is shown."""
        return self.documents.get(self.leaves[index].digest)
