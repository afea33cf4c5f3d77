"""What proof code says when a thing does not prove what it claims."""

from typing import ClassVar


class ProofError(Exception):
    """A proof, or a document that should carry one, is not good.

    ``detail`` says what is wrong, ``pointer`` where (a JSON pointer, or empty), ``remedy`` what
    to do about it.
    """

    code: ClassVar[str] = "proof-refused"
    title: ClassVar[str] = "The proof does not hold"

    def __init__(self, detail: str, *, pointer: str = "", remedy: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer
        self.remedy = remedy


class NotStrictJson(ProofError):
    """Bytes that are not JSON in the one reading everybody shares."""

    code = "not-strict-json"
    title = "The document is not strict JSON"

    def __init__(
        self, detail: str, *, pointer: str = "", remedy: str = "", line: int | None = None
    ) -> None:
        super().__init__(detail, pointer=pointer, remedy=remedy)
        self.line = line


class NotCanonical(ProofError):
    """A value without a canonical form, or bytes that are not in theirs."""

    code = "not-canonical"
    title = "The bytes are not in canonical form"


class BadEncoding(ProofError):
    """Base64, base58 or a multikey in any spelling but its only one."""

    code = "bad-encoding"
    title = "The text does not decode"


class BadKey(ProofError):
    """A public key that must not be trusted: off the curve, of low order, or misspelt."""

    code = "bad-key"
    title = "The key is not acceptable"


class BadKeyFile(ProofError):
    """A private key file that cannot be used."""

    code = "bad-key-file"
    title = "The key file cannot be used"


class BadEnvelope(ProofError):
    """A private key at rest that does not open where it is kept."""

    code = "bad-envelope"
    title = "The key at rest does not open"


class BadDid(ProofError):
    """A decentralised identifier that is not a well-formed did:web."""

    code = "bad-did"
    title = "The DID is not acceptable"


class BadSignature(ProofError):
    """A signature that does not verify."""

    code = "bad-signature"
    title = "The signature does not verify"


class UnknownKey(ProofError):
    """A verification method nobody has vouched for."""

    code = "unknown-key"
    title = "The key is not known"


class BadCredential(ProofError):
    """A credential outside the profile that this service accepts."""

    code = "bad-credential"
    title = "The credential is not acceptable"


class BadBatch(ProofError):
    """Items that do not make the tree their credential signs."""

    code = "bad-batch"
    title = "The batch does not match its items"


class BadTree(ProofError):
    """An inclusion or consistency proof that does not hold."""

    code = "bad-tree-proof"
    title = "The tree proof does not hold"


class BadNote(ProofError):
    """A signed note or checkpoint that is malformed, or whose known signature is wrong."""

    code = "bad-note"
    title = "The signed note is not acceptable"


class BadTile(ProofError):
    """A tile path or tile that a log of this size cannot have."""

    code = "bad-tile"
    title = "The tile is not acceptable"


class BadLeaf(ProofError):
    """A log entry that is not a leaf of version 1."""

    code = "bad-leaf"
    title = "The log entry is not acceptable"


class BadSnapshot(ProofError):
    """An index snapshot, or a row of one, that cannot be what it says."""

    code = "bad-snapshot"
    title = "The index snapshot is not acceptable"


class BadErasure(ProofError):
    """A document that should say what was erased, and does not."""

    code = "bad-erasure"
    title = "The erasure is not acceptable"


class BadTimestamp(ProofError):
    """A token of a time-stamping authority that does not hold, or cannot be checked."""

    code = "bad-timestamp"
    title = "The time stamp is not acceptable"


class BadPolicy(ProofError):
    """A trust policy with a line that cannot be read."""

    code = "bad-policy"
    title = "The trust policy cannot be read"


class NoQuorum(ProofError):
    """A checkpoint that too few of the trusted witnesses have cosigned."""

    code = "no-quorum"
    title = "Too few witnesses"


class BadArchive(ProofError):
    """An archive in any spelling but its only one; ``pointer`` names the file."""

    code = "bad-archive"
    title = "The archive is not acceptable"


class BadBundle(ProofError):
    """A provenance bundle that one of the numbered steps refuses; ``step`` is its number."""

    code = "bad-bundle"
    title = "The bundle is refused"

    def __init__(self, detail: str, *, step: int, pointer: str = "", remedy: str = "") -> None:
        super().__init__(detail, pointer=pointer, remedy=remedy)
        self.step = step


class BadEvidence(BadBundle):
    """The evidence file of a project that one of the numbered steps refuses."""

    code = "bad-evidence"
    title = "The evidence file is refused"
