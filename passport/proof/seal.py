"""The seal of an evidence file: the service's signature over its manifest, and the log's proof.

It lies beside the manifest: what proves that the manifest is in the log cannot stand in it.
"""

from dataclasses import dataclass

from passport.proof import canonical, checkpoint, credential, leaf, note, parts, unbundle
from passport.proof.bundle import RecordKey, as_of, digest_of, parts_of
from passport.proof.contents import Contents
from passport.proof.credential import CONTEXTS
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadBundle, BadEvidence, ProofError
from passport.proof.filing import Manifest, digest
from passport.proof.kinds import EVIDENCE

FORMAT = "batterypassport/project-evidence-seal/v1"
MAX_BYTES = 64 * 2**20
_PARTS = ("checkpoint", "previous", "evidence", "documents", "subjects", "timestamps")
_SHOWN = ("previous", "documents", "subjects")
_READ = 1


@dataclass(frozen=True)
class Seal:
    """A seal as read: the record's bytes, what it shows, and how the record commits to that."""

    record: bytes
    contents: Contents
    shown: str


def assemble(
    *, manifest: Manifest, data: bytes, contents: Contents, key: RecordKey, at: str
) -> bytes:
    """Return the canonical bytes of a seal, its record signed at ``at`` (RFC 3339, UTC).

    ``data`` are the bytes of the manifest. Of the contents the checkpoint, the entries with their
    nodes, documents that the archive does not hold as files, and the salts of subjects count; the
    project is one of them. Refuses (BadEvidence) a seal too large to be read again.
    """
    written = parts_of(contents)
    kept = {name: written[name] for name in _PARTS}
    signed = credential.sign(
        {
            "@context": CONTEXTS,
            "type": ["VerifiableCredential", EVIDENCE],
            "issuer": key.method.partition("#")[0],
            "validFrom": at,
            "credentialSubject": {
                "project": manifest.project,
                "number": manifest.number,
                "manifest": b64u_encode(digest(data)),
                "shown": _shown(kept),
                **_listed(contents),
            },
        },
        private_key=key.signer,
        method=key.method,
        created=at,
    )
    sealed = canonical.joined(
        {
            "format": canonical.encode(FORMAT),
            "record": signed,
            **{name: canonical.encode(each) for name, each in kept.items()},
        }
    )
    read(sealed)
    return sealed


def subject_of(*, manifest: Manifest, data: bytes, seal: Seal) -> dict[str, object]:
    """Return what the record of a seal must say, from what is shown."""
    return {
        "project": manifest.project,
        "number": manifest.number,
        "manifest": b64u_encode(digest(data)),
        "shown": seal.shown,
        **_listed(seal.contents),
    }


def _listed(contents: Contents) -> dict[str, object]:
    head = checkpoint.parse(note.parse(contents.checkpoint)[0])
    kinds = {each.index: leaf.decode(each.entry).kind for each in contents.evidence}
    return {
        "asOf": as_of(head),
        "entries": sorted(index for index, kind in kinds.items() if kind != "key"),
        "keyEvents": sorted(index for index, kind in kinds.items() if kind == "key"),
    }


def _shown(written: dict[str, object]) -> str:
    return digest_of({name: written[name] for name in _SHOWN})


def read(data: bytes) -> Seal:
    """Read a seal: step 1 of verifying an evidence file. Refuses BadEvidence."""
    try:
        if len(data) > MAX_BYTES:
            raise BadEvidence(f"The seal has {len(data)} bytes; {MAX_BYTES} at most.", step=_READ)
        unbundle.check_parts(data)
        value = canonical.loads(data, max_bytes=MAX_BYTES)
        names = {"format", "record", *_PARTS}
        if not isinstance(value, dict) or value.keys() != names or value["format"] != FORMAT:
            raise BadEvidence(f"The seal is not of an evidence file ({FORMAT}).", step=_READ)
        if canonical.encode(value) != data:
            raise BadEvidence("The seal is not in canonical form (RFC 8785).", step=_READ)
        return _read(value)
    except BadEvidence:
        raise
    except ProofError as error:
        raise BadEvidence(f"The seal: {error.detail}", step=_READ, pointer=error.pointer) from error


def _read(value: dict[str, object]) -> Seal:
    entries, nodes = parts.evidence(value["evidence"])
    contents = Contents(
        batteries={},
        checkpoint=parts.text(value["checkpoint"], "/checkpoint").encode(),
        previous=parts.previous(value["previous"]),
        evidence=entries,
        evidence_nodes=nodes,
        documents=parts.documents(value["documents"]),
        salts=parts.subjects(value["subjects"]),
        timestamps=parts.timestamps(value["timestamps"]),
    )
    if not isinstance(value["record"], dict):
        raise BadBundle("There is no record.", step=_READ, pointer="/record")
    return Seal(record=canonical.encode(value["record"]), contents=contents, shown=_shown(value))
