"""All witnesses of a policy as the log sees them: asked together, counted against the quorum."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from passport.audit.cosign import Remote, gather
from passport.proof import note
from passport.proof.note import Signature
from passport.proof.policy import Policy

log = logging.getLogger(__name__)


@dataclass
class Panel:
    """`urls` maps the policy's names of witnesses to where they are reached."""

    policy: Policy
    urls: Mapping[str, str]
    seconds: float = 1.0
    _sizes: dict[str, int] = field(default_factory=dict)

    def ask(self, body: bytes, proof: Callable[[int], list[bytes]]) -> list[Signature]:
        """Ask every witness to cosign a checkpoint; those that fail are logged and left out."""
        remotes = [
            Remote(url=url, verifier=self.policy.witnesses[name])
            for name, url in self.urls.items()
            if name in self.policy.witnesses
        ]
        answers = gather(
            data=body,
            witnesses=remotes,
            consistency=proof,
            known_sizes=self._sizes,
            seconds=self.seconds,
        )
        self._sizes |= answers.sizes
        for name, why in (answers.failures | answers.refused).items():
            log.warning("witness gave no cosignature", extra={"witness": name, "why": why})
        for name, size in answers.ahead.items():
            log.error("witness saw a larger log", extra={"witness": name, "size": size})
        return answers.signatures

    def check_quorum(self, body: bytes) -> None:
        """Refuse a checkpoint that too few witnesses have cosigned (NoQuorum)."""
        opened = note.verify(body, verifiers=self.policy.verifiers())
        self.policy.check_quorum({each.verifier for each in opened.verified})
