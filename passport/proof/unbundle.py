"""Reading a provenance bundle back: step 1 of verifying it, shapes and spellings only."""

from dataclasses import dataclass

from passport.proof import canonical, parts
from passport.proof.bundle import FORMAT, MAX_BYTES, MAX_TITLE, digest_of, shown_digest
from passport.proof.contents import Contents
from passport.proof.errors import BadBundle, ProofError

_READ = 1
_NAMES = {
    *("format", "record", "checkpoint", "previous", "evidence", "documents", "items", "members"),
    *("subjects", "components", "index", "timestamps"),
}
# An empty object takes 3 bytes here and 72 in memory; no row of a bundle is as short as this.
_FEW_PARTS, _LEAST_PART = 1000, 20
_SUBJECT = "/record/credentialSubject"


@dataclass(frozen=True)
class Bundle:
    """A bundle as read: the record's bytes, the parts, and the digests that a record signs."""

    record: bytes
    contents: Contents
    components_digest: str
    shown_digest: str


def read(data: bytes) -> Bundle:
    """Read a bundle: step 1 of verifying it. Refuses any byte that is not in canonical place."""
    check_parts(data)
    try:
        value = canonical.loads(data, max_bytes=MAX_BYTES)
        if not isinstance(value, dict) or canonical.encode(value) != data:
            raise BadBundle("The file is not in canonical form (RFC 8785).", step=_READ)
        return _read(value)
    except BadBundle:
        raise
    except ProofError as error:
        raise BadBundle(error.detail, step=_READ, pointer=error.pointer) from error


def check_parts(data: bytes) -> None:
    """Refuse (BadBundle) JSON that would take many times its size in memory."""
    if data.count(b"{") + data.count(b"[") > _FEW_PARTS + len(data) // _LEAST_PART:
        raise BadBundle("The file has more parts than a bundle of its size.", step=_READ)


def _read(value: dict[str, object]) -> Bundle:
    if value.get("format") != FORMAT or value.keys() != _NAMES:
        raise BadBundle(f"The file is not a bundle ({FORMAT}).", step=_READ)
    record = value["record"]
    subject = record.get("credentialSubject") if isinstance(record, dict) else None
    if not isinstance(subject, dict):
        raise BadBundle("The record has no subject.", step=_READ, pointer="/record")
    entries, nodes = parts.evidence(value["evidence"])
    contents = Contents(
        batteries=_batteries(subject.get("batteries")),
        title=_title(subject),
        checkpoint=parts.text(value["checkpoint"], "/checkpoint").encode(),
        previous=parts.previous(value["previous"]),
        evidence=entries,
        evidence_nodes=nodes,
        documents=parts.documents(value["documents"]),
        items=parts.items(value["items"]),
        members=parts.members(value["members"]),
        salts=parts.subjects(value["subjects"]),
        components=parts.components(value["components"]),
        index=parts.index(value["index"]),
        timestamps=parts.timestamps(value["timestamps"]),
    )
    return Bundle(
        record=canonical.encode(record),
        contents=contents,
        components_digest=digest_of(value["components"]),
        shown_digest=shown_digest(value),
    )


def _batteries(value: object) -> dict[str, int]:
    """The batteries asked about and their last sequences; -1 where there is no entry."""
    where = f"{_SUBJECT}/batteries"
    asked: dict[str, int] = {}
    for row in parts.listed(value, where):
        sequence = row.get("lastSequence") if isinstance(row, dict) else None
        if not isinstance(row, dict) or type(sequence) is not int or sequence < -1:
            raise BadBundle("A battery of the record is misshapen.", step=_READ, pointer=where)
        asked[parts.text(row.get("id"), where)] = sequence
    if not asked:
        raise BadBundle("The record is about no battery.", step=_READ, pointer=where)
    return asked


def _title(subject: dict[str, object]) -> str:
    title = subject.get("title", "")
    if not isinstance(title, str) or len(title) > MAX_TITLE or ("title" in subject) != bool(title):
        raise BadBundle("The title is not a short text.", step=_READ, pointer=f"{_SUBJECT}/title")
    return title
