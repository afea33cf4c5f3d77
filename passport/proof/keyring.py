"""Which key was whose, and good, at each place of the log: order decides, not clocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from passport.proof import vouching
from passport.proof.errors import BadCredential, UnknownKey
from passport.proof.keyevent import HOSTED, REVOKE, ROTATE, KeyEvent
from passport.proof.policy import Policy
from passport.proof.report import PLAIN, Verdict, Voucher


@dataclass(frozen=True)
class Known:
    """A key from the event on that brought it in; all places are log indices.

    ``replaces`` is the method that a rotation put out of force; ``revoked_by`` signed the first
    revocation, ``suspected_by`` the widest suspicion. ``note`` says what speaks against the key.
    """

    did: str
    method: str
    public_key: bytes
    added: int
    custody: str | None = None
    replaces: str | None = None
    revoked: int | None = None
    revoked_by: str = ""
    reason: str = ""
    suspect_from: int | None = None
    suspected_by: str = ""
    voucher: Voucher = Voucher.SERVICE
    note: str = ""

    def is_suspect(self, index: int) -> bool:
        """Tell whether the key may have been stolen when an entry was logged."""
        return self.suspect_from is not None and index >= self.suspect_from

    @property
    def in_force(self) -> str:
        """From where to where in the log the key counts, in words."""
        ends = "" if self.revoked is None else f" to {self.revoked}"
        doubtful = "" if self.suspect_from is None else f", suspect from {self.suspect_from} on"
        return f"from {self.added}{ends}{doubtful}"


@dataclass
class Keyring:
    """The keys that key events of the log brought in, by verification method."""

    policy: Policy
    did_documents: Mapping[str, bytes]
    known: dict[str, Known] = field(default_factory=dict)
    taken: set[bytes] = field(default_factory=set)

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
        """Apply a key event at its place in the log; refuses a method brought in twice.

        A rotation brings the new key in and puts the old one out of force, both at this place.
        """
        if event.op == REVOKE:
            self._revoke(event, index)
            return
        self._add(event, index)
        if event.op == ROTATE:
            old = self.known[event.credential.method]
            self.known[old.method] = replace(old, revoked=index, revoked_by=event.method)

    def _add(self, event: KeyEvent, index: int) -> None:
        public_key = event.public_key or b""
        if event.method in self.known:
            raise BadCredential(f"{event.method} is brought in a second time, at {index}.")
        if public_key in self.taken:
            raise BadCredential(f"The key of {event.method} is known under another name already.")
        self.taken.add(public_key)
        self.known[event.method] = Known(
            did=event.did,
            method=event.method,
            public_key=public_key,
            added=index,
            custody=event.custody,
            replaces=event.replaces,
        )

    def _revoke(self, event: KeyEvent, index: int) -> None:
        before = self.known.get(event.method)
        if before is None:
            raise UnknownKey(f"The key event at {index} revokes {event.method}, which is unknown.")
        # The first revocation counts, and the widest suspicion: a later event only adds to both, so
        # that nobody takes the sting out of a maker's own revocation by revoking before it.
        by = event.credential.method
        after = before
        if before.revoked is None:
            after = replace(after, revoked=index, revoked_by=by, reason=event.reason or "")
        start, known = event.suspect_from, before.suspect_from
        if start is not None and (known is None or start < known):
            after = replace(after, suspect_from=start, suspected_by=by)
        self.known[event.method] = after

    def settle(self, *, origin: str) -> None:
        """Say who vouches for each key, once all key events are taken: a key that came in by
        rotation leans on the one before it, as that one stands after every later suspicion.
        """
        hosts = vouching.service_hosts(policy=self.policy, origin=origin)
        for method, each in self.known.items():  # in the order of the log, so predecessors first
            voucher, note = self._voucher(each, hosts)
            self.known[method] = replace(each, voucher=voucher, note=note)

    def _voucher(self, key: Known, hosts: frozenset[str]) -> tuple[Voucher, str]:
        if key.custody == HOSTED:
            return Voucher.HOSTED, "this service holds the private key and could have signed itself"
        if (key.did, key.public_key) in self.policy.issuers:
            return Voucher.PINNED, ""
        document = self.did_documents.get(key.did)
        on_service = vouching.is_on(name=key.did, hosts=hosts)
        if document is not None and not on_service:
            where = {"name": key.did, "method": key.method, "public_key": key.public_key}
            if vouching.lists(document, **where):  # type: ignore[arg-type]
                return Voucher.OWN_DOMAIN, ""
        if key.replaces is not None:
            return self._endorsed(key, self.known[key.replaces])
        note = "its DID lies on this service's own host, which vouches for nothing"
        return Voucher.SERVICE, note if on_service else ""

    def _endorsed(self, key: Known, old: Known) -> tuple[Voucher, str]:
        """A key is as good as the one that it replaces, if that one was good at the rotation."""
        rotation = f"it came in at {key.added} by a rotation that {old.method} signed"
        if old.is_suspect(key.added):
            return Voucher.SERVICE, (
                f"{rotation} while suspect (from {old.suspect_from} on, says {old.suspected_by})"
            )
        if old.voucher not in PLAIN:
            return Voucher.SERVICE, f"{rotation}, whose own voucher is: {old.voucher.value}"
        first = "" if old.voucher is Voucher.ENDORSED else f" ({old.voucher.value})"
        return Voucher.ENDORSED, f"{rotation}{first}"

    def judge(self, method: str, *, index: int) -> tuple[Verdict, str]:
        """Judge a signature by the index of its entry.

        VALID after the key came in and before any revocation; SUSPECT before the revocation but
        from the index on from which the key may have been stolen; INVALID otherwise, whatever its
        clock says.
        """
        key = self.known[method]
        if index <= key.added:
            return Verdict.INVALID, f"logged at {index}, before its key came in at {key.added}"
        if key.revoked is not None and index >= key.revoked:
            done = f"its key was {self._gone(key)}"
            return Verdict.INVALID, f"logged at {index}, after {done}"
        if key.is_suspect(index):
            by = self.named(key.suspected_by)
            return Verdict.SUSPECT, (
                f"logged at {index}, but its key is suspect from {key.suspect_from} on, says {by}"
            )
        if key.revoked is None:
            return Verdict.VALID, f"logged at {index}, after its key came in at {key.added}"
        return Verdict.VALID, f"logged at {index}, before its key was {self._gone(key)}"

    def _gone(self, key: Known) -> str:
        after = self.known.get(key.revoked_by)
        if after is not None and after.replaces == key.method:
            return f"replaced at {key.revoked} by {key.revoked_by}"
        return f"revoked at {key.revoked} ({key.reason}) by {self.named(key.revoked_by)}"

    def named(self, method: str) -> str:
        """A key by its name, and what that name is worth: anybody may add one under any DID."""
        key = self.known[method]
        if key.voucher in PLAIN:
            return method
        return f"{method} (a key with no better voucher than: {key.voucher.value}; ask {key.did})"
