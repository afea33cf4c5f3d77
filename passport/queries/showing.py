"""What a bundle is going to show: documents, whom entries are about, and the entries themselves."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from passport.proof.leaf import issuer_salt, subject_hash
from passport.queries import erasure, evidence
from passport.queries import key as keys
from passport.queries.evidence import Logged, damaged
from passport.queries.log import Published


@dataclass
class Showing:
    """Collects first; then gather() takes the entries and holds all against one another.

    `words` says of each document, by its digest, what it is; `withheld` are those that are not for
    the reader. `parts` are contents that are gone and have no entry of their own: items of batches.
    `names` are whom entries are about, by their salted hashes: all entries about each alone are
    shown. Of those in `strange` the reader may not know all documents: theirs are left out. Keys of
    all who signed an entry are shown, and of `issuers`.
    """

    head: Published
    documents: dict[bytes, bytes] = field(default_factory=dict)
    words: dict[bytes, str] = field(default_factory=dict)
    withheld: set[bytes] = field(default_factory=set)
    parts: dict[bytes, str] = field(default_factory=dict)
    gone: set[bytes] = field(default_factory=set)
    names: dict[bytes, str] = field(default_factory=dict)
    salts: dict[str, bytes] = field(default_factory=dict)
    strange: set[bytes] = field(default_factory=set)
    entries: dict[int, Logged] = field(default_factory=dict)
    by_digest: dict[bytes, Logged] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    issuers: set[str] = field(default_factory=set)

    def name(self, *, who: str, salt: bytes, strange: bool = False) -> None:
        """Name whom entries are about."""
        subject = subject_hash(salt=salt, subject=who)
        self.names[subject] = who
        self.salts[who] = salt
        if strange:
            self.strange.add(subject)

    def show(self, *, digest: bytes, body: bytes, words: str) -> None:
        """Show a document; without content it was erased. Refuses Damaged where it was changed."""
        self.words[digest] = words
        if body and hashlib.sha256(body).digest() != digest:
            raise damaged(f"{words} has other contents than were recorded")
        if body:
            self.documents[digest] = body

    def erase(self, *, digest: bytes, fact: bytes, words: str) -> None:
        """Show that a document was erased, by what the log took of that."""
        self.words[digest] = words
        self.gone.add(digest)
        self.show(digest=hashlib.sha256(fact).digest(), body=fact, words="an erasure")

    def withhold(self, *, digest: bytes, words: str) -> None:
        """Show the entry of a document, and not what it says."""
        self.words[digest] = words
        self.withheld.add(digest)

    def gather(self) -> None:
        """Take the entries of all that was named, and of the keys that signed it.

        Refuses Damaged where rows and log do not fit.
        """
        self._take(subjects=self.names, digests=self.words)
        self._take_what_ends()
        self._take_erasures()
        signers = {each.leaf.method.partition("#")[0] for each in self.listed() if each.leaf.method}
        self._take_keys(sorted(signers | self.issuers))
        evidence.check_chains(shown=self.listed(), names=self.names, size=self.head.size)
        self._check_documents()
        without = {each: said for each, said in self.words.items() if each not in self.by_digest}
        evidence.check_awaited(words=without)

    def listed(self) -> list[Logged]:
        """The entries in the order of the log."""
        return [self.entries[index] for index in sorted(self.entries)]

    def about(self, subject: bytes) -> list[Logged]:
        """The entries that hold this salted subject, or this root over many, in order."""
        return [each for each in self.listed() if each.leaf.subject == subject]

    def salts_of(self, *, also: Iterable[str]) -> dict[str, bytes]:
        """The salts of whom the entries are about alone, and of those named besides."""
        return {name: self.salts[name] for name in {*self.last, *also}}

    def published(self) -> list[bytes]:
        """The contents of the documents that the log names so far."""
        return [body for each, body in self.documents.items() if each in self.by_digest]

    def add(self, *, body: bytes, words: str, shown: bool = True) -> None:
        """One document more, of the service's own, with its entry. Refuses Damaged without one."""
        digest = hashlib.sha256(body).digest()
        self.words[digest] = words
        if shown:
            self.documents[digest] = body
        self._take(digests=[digest])
        if digest not in self.by_digest:
            raise damaged(f"the log has lost the entry of {words}")

    def _take(self, *, digests: Collection[bytes] = (), subjects: Collection[bytes] = ()) -> None:
        if not digests and not subjects:
            return
        for each in evidence.entries(subjects=subjects, digests=digests, size=self.head.size):
            self._keep(each)

    def _keep(self, entry: Logged) -> None:
        self.entries[entry.index] = entry
        self.by_digest.setdefault(entry.leaf.digest, entry)
        about = self.names.get(entry.leaf.subject or b"") if entry.leaf.count == 1 else None
        if about is not None:
            self.last[about] = max(self.last.get(about, -1), entry.leaf.sequence or 0)

    def _take_what_ends(self) -> None:
        """What takes back or erases something about many is about the same many."""
        roots = {each.leaf.subject for each in self.entries.values() if each.leaf.count > 1}
        wanted = [each for each in roots if each]
        for each in evidence.entries(subjects=wanted, digests=(), size=self.head.size):
            if each.leaf.kind in ("correction", "erasure"):
                self._keep(each)

    def _take_erasures(self) -> None:
        """The facts of erasure stand where contents are gone."""
        gone = erasure.erased(digests=[*self.words, *self.parts])
        blank = self.words.keys() - self.documents.keys() - self.withheld | self.parts.keys()
        unsaid = sorted(blank - gone.keys() - self.gone)
        if unsaid:
            what = (self.words | self.parts)[unsaid[0]]
            raise damaged(f"{what} is empty, and no erasure says why")
        facts = {bytes(each.sha256): bytes(each.body) for each in gone.values()}
        named = {each.leaf.digest for each in self.listed() if each.leaf.kind == "erasure"}
        facts |= erasure.documents(digests=named - facts.keys())
        for digest, body in facts.items():
            self.show(digest=digest, body=body, words="an erasure")
        self._take(digests=facts)

    def _take_keys(self, issuers: Collection[str]) -> None:
        for did in issuers:
            self.name(who=did, salt=issuer_salt(did=did))
            for body in (*keys.event_documents(dids=[did]), *keys.evidence_documents(dids=[did])):
                digest = hashlib.sha256(body).digest()
                self.show(digest=digest, body=body, words=f"a key event of {did}")
        chains = [subject for subject, name in self.names.items() if name in issuers]
        self._take(subjects=chains)

    def _check_documents(self) -> None:
        """Every entry has its document here, shown, withheld or erased; and the right subject."""
        for each in self.listed():
            if each.leaf.digest not in self.words and each.leaf.subject in self.strange:
                self.withhold(digest=each.leaf.digest, words="of others")
            if each.leaf.digest not in self.words:
                raise damaged(f"the {each.leaf.kind} that entry {each.index} names is gone")
            if each.leaf.count == 1 and each.leaf.subject not in self.names:
                said = self.words[each.leaf.digest]
                raise damaged(f"{said} was logged about another subject: a salt or a name changed")
