"""The manifest of a project's evidence file: what lies in the archive, after which one it comes.

Digests of files are hexadecimal, as `sha256sum` prints them; those that the log knows base64url.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from passport.proof import archive, canonical, did, integrity
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadArchive, BadEncoding, BadEvidence, ProofError
from passport.proof.leaf import SALT_BYTES

FORMAT = "batterypassport/project-evidence/v1"
MANIFEST = "manifest.json"
SEAL = "seal.json"
# A line for each of at most 60,000 files.
MAX_BYTES = 16 * 2**20

_READ = 1
_TERMS = {
    *("format", "project", "number", "asOf", "createdAt", "creator", "ruleSet", "engine"),
    *("previous", "salt", "files"),
}
_ENGINE = {"version", "revision", "program"}
_FILE = {"sha256", "size", "mediaType"}
_HEX = re.compile(r"[0-9a-f]{64}\Z")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}\Z")


@dataclass(frozen=True)
class Filed:
    """One file of the archive."""

    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True)
class Engine:
    """What computed the ratio: release, revision, SHA-256 of the packed program that checks it."""

    version: str
    revision: str
    program: bytes


@dataclass(frozen=True)
class Manifest:
    """What an evidence file holds. ``number`` counts the files of a project from 1; ``previous`` is
    the digest of the manifest before, None for the first; ``created_at`` is RFC 3339, UTC.
    """

    project: str
    number: int
    as_of: str
    created_at: str
    creator: str
    rule_set: str
    engine: Engine
    previous: bytes | None
    salt: bytes
    files: Mapping[str, Filed]


def digest(data: bytes) -> bytes:
    """Return the digest under which the log knows a manifest: its SHA-256."""
    return hashlib.sha256(data).digest()


def encode(manifest: Manifest) -> bytes:
    """Return the canonical bytes of a manifest; refuses (BadEvidence) what read() would refuse."""
    engine, previous = manifest.engine, manifest.previous
    data = canonical.encode(
        {
            "format": FORMAT,
            "project": manifest.project,
            "number": manifest.number,
            "asOf": manifest.as_of,
            "createdAt": manifest.created_at,
            "creator": manifest.creator,
            "ruleSet": manifest.rule_set,
            "engine": {
                "version": engine.version,
                "revision": engine.revision,
                "program": b64u_encode(engine.program),
            },
            "previous": None if previous is None else b64u_encode(previous),
            "salt": b64u_encode(manifest.salt),
            "files": {
                name: {"sha256": each.sha256, "size": each.size, "mediaType": each.media_type}
                for name, each in manifest.files.items()
            },
        }
    )
    read(data)
    return data


def read(data: bytes) -> Manifest:
    """Read a manifest: step 1 of verifying an evidence file. Refuses BadEvidence."""
    try:
        value = canonical.loads(data, max_bytes=MAX_BYTES)
        if not isinstance(value, dict) or value.keys() != _TERMS or value["format"] != FORMAT:
            raise _refused(f"The manifest is not of an evidence file ({FORMAT}).")
        if canonical.encode(value) != data:
            raise _refused("The manifest is not in canonical form (RFC 8785).")
        return _read(value)
    except BadEvidence:
        raise
    except ProofError as error:
        raise _refused(error.detail, error.pointer) from error


def _read(value: dict[str, object]) -> Manifest:
    number, previous = value["number"], value["previous"]
    if type(number) is not int or number < 1 or (previous is None) != (number == 1):
        raise _refused("Only the first file of a project has no previous one.", "/number")
    if not integrity.is_moment(value["createdAt"]):
        raise _refused("The manifest does not say when the file was made.", "/createdAt")
    engine = _object(value["engine"], _ENGINE, "/engine")
    return Manifest(
        project=_text(value["project"], "/project"),
        number=number,
        as_of=_day(value["asOf"]),
        created_at=str(value["createdAt"]),
        creator=did.parse_did(value["creator"]).did,
        rule_set=_text(value["ruleSet"], "/ruleSet"),
        engine=Engine(
            version=_text(engine["version"], "/engine/version"),
            revision=_text(engine["revision"], "/engine/revision"),
            program=_coded(engine["program"], 32, "/engine/program"),
        ),
        previous=None if previous is None else _coded(previous, 32, "/previous"),
        salt=_coded(value["salt"], SALT_BYTES, "/salt"),
        files=_files(value["files"]),
    )


def _files(value: object) -> dict[str, Filed]:
    if not isinstance(value, dict) or not value:
        raise _refused("The manifest lists no files.", "/files")
    found = {}
    for name, each in value.items():
        where = "/files/" + name.replace("/", "~1")
        try:
            archive.check_name(name)
        except BadArchive as error:
            raise _refused(error.detail, where) from error
        if name in (MANIFEST, SEAL):
            raise _refused(f"{name} lists itself, or what is signed over it.", where)
        found[name] = _file(_object(each, _FILE, where), where)
    return found


def _file(row: dict[str, object], where: str) -> Filed:
    size, sha256, media_type = row["size"], row["sha256"], row["mediaType"]
    if type(size) is not int or size < 0:
        raise _refused(f"{where} has no size.", where)
    if not isinstance(sha256, str) or not _HEX.match(sha256):
        raise _refused(f"{where} has no SHA-256 of 64 hexadecimal digits.", where)
    if not isinstance(media_type, str) or not _MEDIA_TYPE.match(media_type):
        raise _refused(f"{where} has no media type.", where)
    return Filed(sha256=sha256, size=size, media_type=media_type)


def _object(value: object, names: set[str], where: str) -> dict[str, object]:
    if not isinstance(value, dict) or value.keys() != names:
        raise _refused(f"{where} does not have its keys.", where)
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 200:
        raise _refused(f"{where} is not a text of 1 to 200 characters.", where)
    return value


def _coded(value: object, size: int, where: str) -> bytes:
    try:
        return b64u_decode(value, size=size)
    except BadEncoding as error:
        raise _refused(error.detail, where) from error


def _day(value: object) -> str:
    try:
        if not isinstance(value, str) or date.fromisoformat(value).isoformat() != value:
            raise ValueError(value)
    except ValueError as error:
        raise _refused("The manifest does not say as of which day.", "/asOf") from error
    return value


def _refused(detail: str, pointer: str = "") -> BadEvidence:
    return BadEvidence(detail, step=_READ, pointer=pointer)
