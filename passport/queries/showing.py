"""What a bundle is going to show: documents, whom entries are about, and the entries themselves."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from passport.proof.leaf import subject_hash
from passport.queries import erasure, evidence
from passport.queries.evidence import Logged, damaged
from passport.queries.log import Published


@dataclass
class Showing:
    """Collects first; then gather() takes the entries and holds all against one another.

    `words` says of each document, by its digest, what it is; `withheld` are those that are not for
    the reader. `names` are whom entries may be about, by their salted hashes; of those in `whole`
    all entries are shown.
    """

    head: Published
    documents: dict[bytes, bytes] = field(default_factory=dict)
    words: dict[bytes, str] = field(default_factory=dict)
    withheld: set[bytes] = field(default_factory=set)
    names: dict[bytes, str] = field(default_factory=dict)
    salts: dict[str, bytes] = field(default_factory=dict)
    whole: dict[bytes, str] = field(default_factory=dict)
    entries: dict[int, Logged] = field(default_factory=dict)
    by_digest: dict[bytes, Logged] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)

    def name(self, *, who: str, salt: bytes, whole: bool = False) -> None:
        """Name whom entries may be about."""
        subject = subject_hash(salt=salt, subject=who)
        self.names[subject] = who
        self.salts[who] = salt
        if whole:
            self.whole[subject] = who

    def show(self, *, digest: bytes, body: bytes, words: str) -> None:
        """Show a document; without content it was erased. Refuses Damaged where it was changed."""
        self.words[digest] = words
        if body and hashlib.sha256(body).digest() != digest:
            raise damaged(f"{words} has other contents than were recorded")
        if body:
            self.documents[digest] = body

    def withhold(self, *, digest: bytes, words: str) -> None:
        """Show the entry of a document, and not what it says."""
        self.words[digest] = words
        self.withheld.add(digest)

    def gather(self) -> None:
        """Take the entries of all that was named. Refuses Damaged where rows and log do not fit."""
        self._take(subjects=self.whole, digests=self.words)
        gone = erasure.erased(digests=self.words)
        for each in gone.values():
            self.show(digest=bytes(each.sha256), body=bytes(each.body), words="an erasure")
        self._take(digests=[bytes(each.sha256) for each in gone.values()])
        blank = self.words.keys() - self.documents.keys() - self.withheld - gone.keys()
        if blank:
            raise damaged(f"{self.words[min(blank)]} is empty, and no erasure says why")
        evidence.check_chains(shown=self.listed(), names=self.whole, size=self.head.size)
        self._check_documents()
        without = {each: said for each, said in self.words.items() if each not in self.by_digest}
        evidence.check_awaited(words=without)

    def listed(self) -> list[Logged]:
        """The entries in the order of the log."""
        return [self.entries[index] for index in sorted(self.entries)]

    def salts_of(self, *, also: Iterable[str]) -> dict[str, bytes]:
        """The salts of whom the entries are about alone, and of those named besides."""
        return {name: self.salts[name] for name in {*self.last, *also}}

    def published(self) -> list[bytes]:
        """The contents of the documents that the log names so far."""
        return [body for each, body in self.documents.items() if each in self.by_digest]

    def _take(self, *, digests: Iterable[bytes], subjects: Iterable[bytes] = ()) -> None:
        wanted = {"subjects": list(subjects), "digests": list(digests)}
        for each in evidence.entries(**wanted, size=self.head.size):
            self.entries[each.index] = each
            self.by_digest.setdefault(each.leaf.digest, each)
            about = self.names.get(each.leaf.subject or b"") if each.leaf.count == 1 else None
            if about is not None:
                self.last[about] = max(self.last.get(about, -1), each.leaf.sequence or 0)

    def _check_documents(self) -> None:
        """Every entry about one of those shown whole has its document here, or is withheld."""
        for each in self.listed():
            who = self.whole.get(each.leaf.subject or b"") if each.leaf.count == 1 else None
            if who is not None and each.leaf.digest not in self.words:
                raise damaged(f"the {each.leaf.kind} that entry {each.index} names is gone: {who}")
            if each.leaf.count == 1 and each.leaf.subject not in self.names:
                said = self.words[each.leaf.digest]
                raise damaged(f"{said} was logged about another subject: a salt or a name changed")
