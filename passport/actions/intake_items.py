"""Reads the items of a file's batch: by what was signed for all of them, and fast once seen."""

import re

from passport.actions import upstream
from passport.proof import batch, canonical, credential
from passport.proof.credential import BATCH, Credential
from passport.proof.errors import BadBatch, ProofError
from passport.rules.errors import Malformed, Refusal
from passport.rules.intake import BatchLine

_MOST_REMEMBERED = 50_000
# What every item has of its own; the rest of it is the same for many.
_OWN = re.compile(rb'"(?:id|logSalt|salt)":"[^"\\]*"')
_SALT = re.compile(rb'"salt":"[A-Za-z0-9_-]{21}[AQgw]"')


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
        self._right: set[bytes] = set()

    def sign(self, signed: Credential | None) -> None:
        """Items are of this batch from here on; None where its line was refused: let them pass."""
        self._signed, self.asked = signed, True
        self._right.clear()

    def refusal_of(self, item: bytes) -> Refusal | ProofError | None:
        """Why an item, in canonical form, cannot be of the batch; None where it can."""
        if self._signed is None:
            return None if self.asked else _no_batch()
        rest = _OWN.sub(b"", item)
        if rest in self._right and len(item) <= batch.MAX_ITEM_BYTES and _SALT.search(item):
            return None
        try:
            batch.read_claims(
                item,
                common=batch.common_of(self._signed),
                item_type=batch.item_type_of(self._signed),
            )
        except ProofError as error:
            return BadItem(error.detail, pointer=f"/item{error.pointer}", remedy=error.remedy)
        if len(self._right) > _MOST_REMEMBERED:
            self._right.clear()
        if all(item.count(name) <= 1 for name in (b'"id":', b'"salt":', b'"logSalt":')):
            self._right.add(rest)
        return None

    def named(self, item: bytes) -> set[bytes]:
        """The digests of attestations that an item builds upon."""
        if b'"upstream"' not in item and b'"materials"' not in item:
            return set()
        value = canonical.loads(item, max_bytes=batch.MAX_ITEM_BYTES)
        return upstream.named(value) if isinstance(value, dict) else set()


def _no_batch() -> NoBatch:
    return NoBatch(
        "an item stands on the line, and no batch before it",
        pointer="/item",
        remedy='put the {"type":"batch","credential":{…}} line first, as sign --file does',
    )
