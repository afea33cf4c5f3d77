"""Which key was whose, and good, at each place of the log: order decides, not clocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from passport.proof import didanswer
from passport.proof.errors import BadCredential, UnknownKey
from passport.proof.keyevent import ADD, KeyEvent
from passport.proof.policy import Policy
from passport.proof.report import Verdict, Voucher


@dataclass(frozen=True)
class Known:
    """A key from its add event on; ``revoked`` and ``suspect_from`` are log indices."""

    did: str
    public_key: bytes
    added: int
    voucher: Voucher
    revoked: int | None = None
    suspect_from: int | None = None

    def judge(self, index: int) -> tuple[Verdict, str]:
        """Judge a signature by the index of its entry.

        VALID after the add and before any revocation; SUSPECT before the revocation but from the
        index on from which the key may have been stolen; INVALID otherwise, whatever its clock
        says.
        """
        if index <= self.added:
            return Verdict.INVALID, f"logged at {index}, before its key came in at {self.added}"
        if self.revoked is None:
            return Verdict.VALID, f"logged at {index}, after its key came in at {self.added}"
        if index >= self.revoked:
            return (
                Verdict.INVALID,
                f"logged at {index}, after its key was revoked at {self.revoked}",
            )
        if self.suspect_from is not None and index >= self.suspect_from:
            return Verdict.SUSPECT, (
                f"logged at {index}, but its key is suspect from {self.suspect_from} on"
            )
        return Verdict.VALID, f"logged at {index}, before its key was revoked at {self.revoked}"


@dataclass
class Keyring:
    """The keys that key events of the log brought in, by verification method."""

    policy: Policy
    did_documents: Mapping[str, bytes]
    known: dict[str, Known] = field(default_factory=dict)

    def resolve(self, method: str) -> bytes:
        """Return the public key of a method; refuses one that no key event brought in."""
        if method not in self.known:
            raise UnknownKey(
                f"No key event in the bundle brings in {method}.",
                remedy="Ask for a bundle that holds the key events of this issuer.",
            )
        return self.known[method].public_key

    def resolve_unrevoked(self, method: str) -> bytes:
        """Return the public key of a method; refuses one that was revoked already."""
        public_key = self.resolve(method)
        if self.known[method].revoked is not None:
            raise UnknownKey(f"{method} was revoked before it signed this key event.")
        return public_key

    def take(self, event: KeyEvent, *, index: int) -> None:
        """Apply a key event at its place in the log; refuses a method brought in twice."""
        if event.op == ADD and event.public_key is not None:
            self._add(event.did, event.method, event.public_key, index)
            return
        if self.known.get(event.method) is None:
            raise UnknownKey(f"The key event at {index} revokes {event.method}, which is unknown.")
        # The first revocation counts, and the widest suspicion: a later event only adds to both, so
        # that nobody takes the sting out of a maker's own revocation by revoking before it.
        before = self.known[event.method]
        suspected = [each for each in (before.suspect_from, event.suspect_from) if each is not None]
        self.known[event.method] = replace(
            before,
            revoked=index if before.revoked is None else before.revoked,
            suspect_from=min(suspected, default=None),
        )

    def _add(self, did: str, method: str, public_key: bytes, index: int) -> None:
        if method in self.known:
            raise BadCredential(f"{method} is brought in a second time, at {index}.")
        if any(each.public_key == public_key for each in self.known.values()):
            raise BadCredential(f"The key of {method} is known under another name already.")
        self.known[method] = Known(
            did=did,
            public_key=public_key,
            added=index,
            voucher=self._voucher(did, method, public_key),
        )

    def _voucher(self, did: str, method: str, public_key: bytes) -> Voucher:
        if (did, public_key) in self.policy.issuers:
            return Voucher.PINNED
        document = self.did_documents.get(did)
        if document is not None and didanswer.lists(
            document=document, did=did, method=method, public_key=public_key
        ):
            return Voucher.OWN_DOMAIN
        return Voucher.SERVICE
