"""What the steps of verifying a bundle hand on to each other."""

from dataclasses import dataclass, field

from passport.proof.checkpoint import Checkpoint
from passport.proof.credential import Credential
from passport.proof.keyring import Keyring
from passport.proof.leaf import Leaf
from passport.proof.policy import Policy
from passport.proof.report import Judgement, Report
from passport.proof.unbundle import Bundle

Claims = dict[str, object]


@dataclass
class Case:
    """A bundle under examination; each field is filled by the step named beside it."""

    bundle: Bundle
    policy: Policy
    keyring: Keyring
    report: Report = field(default_factory=Report)
    head: Checkpoint = field(default_factory=lambda: Checkpoint(origin="", size=0, root=b""))  # 2
    leaves: dict[int, Leaf] = field(default_factory=dict)  # 3
    hashes: dict[int, bytes] = field(default_factory=dict)  # 3
    documents: dict[bytes, bytes] = field(default_factory=dict)  # 4
    subjects: dict[int, str] = field(default_factory=dict)  # 7: the one subject of an entry
    members: dict[int, list[str]] = field(default_factory=dict)  # 7: of an entry about many
    credentials: dict[bytes, Credential] = field(default_factory=dict)  # 8
    singles: dict[str, list[bytes]] = field(default_factory=dict)  # 8: origins by battery
    items: dict[str, dict[bytes, Claims]] = field(default_factory=dict)  # 9: by battery, by batch
    judgements: dict[bytes, Judgement] = field(default_factory=dict)  # 10, by digest

    def shown(self, index: int) -> bytes | None:
        """Return the document of an entry, or None when only its digest is shown."""
        return self.documents.get(self.leaves[index].digest)
