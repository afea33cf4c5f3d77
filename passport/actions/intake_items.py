"""Reads the items of a file's batch: by what was signed for all of them, and fast once seen."""

from passport.actions import upstream
from passport.actions.intake_alike import SALT, Patterns, like, text_of
from passport.proof import batch, canonical, credential
from passport.proof.credential import BATCH, Credential
from passport.proof.errors import BadBatch, ProofError
from passport.rules.errors import Malformed, Refusal
from passport.rules.intake import BatchLine

# What every item has of its own; the rest of it is the same for many.
_OPEN = {"id": text_of(2000), "logSalt": SALT, "salt": SALT}


class NoBatch(Malformed):
    """An item means nothing without the signature over it."""

    code = "no-batch"
    title = "No batch is signed over this item"


class BadItem(Malformed):
    """The item of a line is not one that a batch can hold."""

    code = "bad-item"
    title = "The item cannot be read"


def read_signed(line: BatchLine) -> Credential:
    """The credential on a batch line, unverified. Refuses ProofError, BadBatch."""
    signed = credential.read(canonical.encode(dict(line.credential)))
    if signed.kind != BATCH:
        raise BadBatch(
            f"A {signed.kind} is no batch.",
            pointer="/credential/type",
            remedy="Send it to POST /api/v1/attestations; a file carries a batch alone.",
        )
    return signed


class ItemReader:
    """Judges items by the batch that stands before them."""

    def __init__(self) -> None:
        self._signed: Credential | None = None
        self.asked = False
        self._patterns = Patterns()

    def sign(self, signed: Credential | None) -> None:
        """Items are of this batch from here on; None where its line was refused: let them pass."""
        self._signed, self.asked = signed, True
        self._patterns.forget()

    def judge(self, text: str, *, identity: str, log_salt: str) -> frozenset[bytes] | None:
        """What the item of a line builds upon; None where the strict way must judge."""
        fitting = self._patterns.fit(text)
        if fitting is None:
            return self._read(text.encode(), identity, log_salt)
        found, named = fitting
        name, hidden = found.group("id", "logSalt")
        fits = name == identity and hidden in ("", log_salt) and len(text) <= batch.MAX_ITEM_BYTES
        return named if fits else None

    def _read(self, item: bytes, identity: str, log_salt: str) -> frozenset[bytes] | None:
        try:
            value = canonical.loads(item, max_bytes=batch.MAX_ITEM_BYTES)
        except ProofError:
            return None
        if not isinstance(value, dict) or canonical.encode(value) != item:
            return None
        if value.get("id") != identity or value.get("logSalt", log_salt) != log_salt:
            return None
        return None if self.refusal_of(item) else self.learn(item)

    def refusal_of(self, item: bytes) -> Refusal | ProofError | None:
        """Why an item, in canonical form, cannot be of the batch; None where it can."""
        if self._signed is None:
            return None if self.asked else _no_batch()
        try:
            batch.read_claims(
                item,
                common=batch.common_of(self._signed),
                item_type=batch.item_type_of(self._signed),
            )
        except ProofError as error:
            return BadItem(error.detail, pointer=f"/item{error.pointer}", remedy=error.remedy)
        return None

    def learn(self, item: bytes) -> frozenset[bytes]:
        """Know items like this one, which was not refused, again; the digests of attestations that
        it builds upon.
        """
        named = _named_in(item)
        text = str(item, "latin-1")
        if self._patterns.may_learn(text):
            self._patterns.learn(like(text, open=_OPEN), text, named)
        return named


def _named_in(item: bytes) -> frozenset[bytes]:
    if b'"upstream"' not in item and b'"materials"' not in item:
        return frozenset()
    value = canonical.loads(item, max_bytes=batch.MAX_ITEM_BYTES)
    return frozenset(upstream.named(value)) if isinstance(value, dict) else frozenset()


def _no_batch() -> NoBatch:
    return NoBatch(
        "an item stands on the line, and no batch before it",
        pointer="/item",
        remedy='put the {"type":"batch","credential":{…}} line first, as sign --file does',
    )
