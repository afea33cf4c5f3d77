"""All witnesses of a policy as the log sees them: asked together, counted against the quorum."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from passport.audit.cosign import Gathered, Remote, gather
from passport.proof import checkpoint, note
from passport.proof.errors import NoQuorum, ProofError
from passport.proof.note import Signature
from passport.proof.policy import Policy

log = logging.getLogger(__name__)


class Contradicted(ProofError):
    """Witnesses remember another history, and without them there is no quorum.

    That is not silence, which may be waited out: the log would show a fork.
    """

    code = "contradicted"
    title = "Witnesses have seen another history of this log"


@dataclass
class Panel:
    """`urls` maps the policy's names of witnesses to where they are reached."""

    policy: Policy
    urls: Mapping[str, str]
    seconds: float = 1.0
    _sizes: dict[tuple[str, str], int] = field(default_factory=dict)
    _busy: set[str] = field(default_factory=set)

    def ask(self, body: bytes, proof: Callable[[int], list[bytes]]) -> list[Signature]:
        """Ask every witness to cosign a checkpoint; those that fail are logged and left out.

        Refuses with Contradicted when the quorum lacks because some have seen another history.
        """
        remotes = [
            Remote(url=url, verifier=self.policy.witnesses[name])
            for name, url in self.urls.items()
            if name in self.policy.witnesses
        ]
        origin = note.parse(body)[0].partition("\n")[0]
        answers = gather(
            data=body,
            witnesses=remotes,
            consistency=proof,
            known_sizes=self._known(origin),
            enough=lambda found: self._meets(body, found),
            seconds=self.seconds,
            busy=self._busy,
        )
        self._sizes |= {(origin, name): size for name, size in answers.sizes.items()}
        self._tell(body, answers)
        return answers.signatures

    def _known(self, origin: str) -> dict[str, int]:
        return {name: size for (log_of, name), size in self._sizes.items() if log_of == origin}

    def _tell(self, body: bytes, answers: Gathered) -> None:
        for name, why in answers.failures.items():
            log.warning("witness gave no cosignature", extra={"witness": name, "why": why})
        against = answers.refused | {
            name: f"has seen {size} entries" for name, size in answers.ahead.items()
        }
        for name, why in against.items():
            log.error("witness saw another history", extra={"witness": name, "why": why})
        if against and not self._meets(body, answers.signatures):
            told = "; ".join(f"{name} {why}" for name, why in sorted(against.items()))
            raise Contradicted(f"The witnesses contradict this log: {told}.")

    def _meets(self, body: bytes, found: Sequence[Signature]) -> bool:
        try:
            self.check_quorum(checkpoint.add_cosignatures(body, lines=list(found)))
        except NoQuorum:
            return False
        return True

    def check_quorum(self, body: bytes) -> None:
        """Refuse a checkpoint that too few witnesses have cosigned (NoQuorum).

        The log's own key need not be in the policy: whoever asks holds it.
        """
        _, lines = note.parse(body)
        known = {(each.name, each.key_id): each for each in self.policy.verifiers()}
        if not any((each.name, each.key_id) in known for each in lines):
            raise NoQuorum("Nobody whom the policy knows has signed the checkpoint.")
        opened = note.verify(body, verifiers=known.values())
        self.policy.check_quorum({each.verifier for each in opened.verified})
