"""Verifying an evidence file as far as signatures go: steps 1 to 9, each of which can refuse it.

1. Read: the archive, its manifest and its seal, each in its one spelling.
2. Files: just those that the manifest lists, each with its digest.
3. Checkpoint: signed by a log of the policy, cosigned by its quorum.
4. Log: all entries lead to the root; the manifest's stands in the chain of the project by its
   number, and follows that of the manifest before.
5. Record: a pinned record key of the service signed this manifest under this checkpoint.
6. Keys: key events in log order, as in a provenance bundle.
7. Signatures: certificates and attestations, and that their entries say the same of them.
8. Items: of each batch they lead to the root that it signs.
9. Verdicts: VALID, SUSPECT, INVALID or WITHDRAWN by log order, and who vouches for the key.

What follows from them is computed by passport.audit.evidence, with the rules.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import TypeVar

from passport.proof import (
    archive,
    canonical,
    chain,
    claims,
    evidence,
    filing,
    leaf,
    parts,
    record,
    replay,
    seal,
    unbundle,
    verdicts,
)
from passport.proof.archive import Archive, Buffer
from passport.proof.case import Case, TimestampCheck
from passport.proof.contents import ItemGroup
from passport.proof.errors import BadEvidence, ProofError
from passport.proof.filing import MANIFEST, SEAL, Manifest
from passport.proof.keyring import Keyring
from passport.proof.kinds import EVIDENCE
from passport.proof.policy import Policy
from passport.proof.report import Step
from passport.proof.seal import Seal
from passport.proof.unbundle import Bundle

# Signed documents lie in the archive as the bytes that were signed, named by their digest.
SIGNED = ("05_serials/attestations/", "06_certificates/signed/")
ITEMS = "05_serials/items.json"
MAX_ITEMS_BYTES = 256 * 2**20
# What does not lie in a file of its own can be no longer than a credential.
_MAX_SIGNED = 2 * canonical.MAX_BYTES
_NONE: Mapping[str, bytes] = MappingProxyType({})
# Of an entry that names a manifest; it is about the project alone.
KIND = "event"

Found = TypeVar("Found")


@dataclass
class Sealed:
    """An evidence file under examination; the case holds what the log and the keys say."""

    archive: Archive
    manifest: Manifest
    data: bytes
    seal: Seal
    case: Case


def verify(
    data: Buffer,
    *,
    policy: Policy,
    did_documents: Mapping[str, bytes] = _NONE,
    check_timestamp: TimestampCheck | None = None,
) -> Sealed:
    """Verify an evidence file against an auditor's policy; raises BadEvidence at the step that
    refuses. The arguments are those of verdict.verify(); the report is in ``case.report``.
    """
    found = at_step(1, lambda: _read(data))
    found.case.policy = policy
    found.case.keyring = Keyring(policy=policy, did_documents=did_documents)
    found.case.check_timestamp = check_timestamp
    note(found, 1, "Read", f"{len(data)} bytes, {len(found.archive.entries)} files")
    for number, title, step in _STEPS:
        note(found, number, title, at_step(number, partial(step, found)))
    return found


def at_step(number: int, do: Callable[[], Found]) -> Found:
    """Do a step; whatever it refuses is refused (BadEvidence) at this step."""
    try:
        return do()
    except BadEvidence as error:
        error.step = number
        raise
    except ProofError as error:
        raise BadEvidence(
            error.detail, step=number, pointer=error.pointer, remedy=error.remedy
        ) from error


def note(found: Sealed, number: int, title: str, said: str) -> None:
    """Put a step that held into the report."""
    found.case.report.steps.append(Step(number=number, title=title, found=said))


def _read(data: Buffer) -> Sealed:  # step 1
    packed = archive.read(data)
    listed = packed.read(MANIFEST, most=filing.MAX_BYTES)
    said = seal.read(packed.read(SEAL, most=seal.MAX_BYTES))
    policy = Policy()
    return Sealed(
        archive=packed,
        manifest=filing.read(listed),
        data=listed,
        seal=said,
        case=Case(
            bundle=Bundle(
                record=said.record, contents=said.contents, components_digest="", shown_digest=""
            ),
            policy=policy,
            keyring=Keyring(policy=policy, did_documents=_NONE),
        ),
    )


def _check_files(found: Sealed) -> str:  # step 2
    """Just the files listed, and each as it is listed; then those that other steps ask for."""
    listed, there = found.manifest.files, found.archive.entries
    strange = there.keys() - {MANIFEST, SEAL, *listed}
    if strange:
        raise _refused(f"{min(strange)} does not stand in the manifest.", min(strange))
    for name, each in listed.items():
        if name not in there:
            raise _refused(f"{name} stands in the manifest and is missing.", name)
        if (each.size, each.sha256) != (there[name].size, _sha256(found.archive.pieces(name))):
            raise _refused(f"{name} is not the file that was filed: its digest differs.", name)
    _take_signed(found)
    return f"{len(listed)} files, each with its digest"


def _sha256(pieces: Iterator[bytes]) -> str:
    seen = hashlib.sha256()
    for each in pieces:
        seen.update(each)
    return seen.hexdigest()


def _take_signed(found: Sealed) -> None:
    """What was signed lies in files of its own, so that people find it; it is read from there."""
    names = [name for name in found.manifest.files if name.startswith(SIGNED)]
    signed = [found.archive.read(name, most=_MAX_SIGNED) for name in names]
    items: list[ItemGroup] = []
    if ITEMS in found.manifest.files:
        data = found.archive.read(ITEMS, most=MAX_ITEMS_BYTES)
        unbundle.check_parts(data)
        items = parts.items(canonical.loads(data, max_bytes=MAX_ITEMS_BYTES))
    contents = found.seal.contents
    mine = replace(contents, documents=[*contents.documents, *signed], items=items)
    found.case.bundle = replace(found.case.bundle, contents=mine)


def _check_log(found: Sealed) -> str:  # step 4
    """The project's own entries are its evidence files, one after the other."""
    said = evidence.check_entries(found.case)
    salts = dict(found.case.bundle.contents.salts)
    salt = salts.pop(found.manifest.project, None)
    if salt is None:
        raise _refused("The seal does not name the project in the log.", SEAL)
    subject = leaf.subject_hash(salt=salt, subject=found.manifest.project)
    own = [at for at, each in found.case.leaves.items() if each.subject == subject]
    _check_chain(found, own)
    # They are no attestations: what follows looks at the others.
    for at in own:
        del found.case.leaves[at]
    contents = replace(found.case.bundle.contents, salts=salts)
    found.case.bundle = replace(found.case.bundle, contents=contents)
    number = found.manifest.number
    later = f", {len(own) - number} came later" if len(own) > number else ""
    return f"{said}; the manifest is at {own[number - 1]}, file {number} of its project{later}"


def _check_chain(found: Sealed, own: list[int]) -> None:
    """Files that came later may be there: a file is sealed when the log has taken it."""
    case, manifest = found.case, found.manifest
    leaves = [case.leaves[at] for at in own]
    sequences = [each.sequence for each in leaves]
    if sequences != list(range(len(own))) or len(own) < manifest.number:
        raise _refused(f"The log does not show {manifest.number} files of the project.", SEAL)
    if any(each.kind != KIND for each in leaves):
        raise _refused("The project is named in an entry that is of no evidence file.", SEAL)
    if any(case.leaves[at].previous != case.hashes[before] for before, at in pairwise(own)):
        raise _refused("The files of the project do not follow each other in the log.", SEAL)
    digests = [None, *(each.digest for each in leaves)]
    this = digests[manifest.number - 1 : manifest.number + 1]
    if this != [manifest.previous, filing.digest(found.data)]:
        raise _refused("The log has another manifest, or another one before it.", MANIFEST)


def _check_record(found: Sealed) -> str:  # step 5
    signed = record.opened(found.case)
    said = seal.subject_of(manifest=found.manifest, data=found.data, seal=found.seal)
    if signed.kind != EVIDENCE or signed.subject != said:
        raise _refused("The record is not about this manifest, or not under this log.", SEAL)
    if signed.issuer != found.manifest.creator:
        raise _refused(f"{signed.issuer} signed what {found.manifest.creator} made.", SEAL)
    return f"signed by {signed.method} at {signed.created}"


def _check_keys(found: Sealed) -> str:  # step 6
    return f"{evidence.check_documents(found.case)}; {replay.check_keys(found.case)}"


def _check_signatures(found: Sealed) -> str:  # step 7
    return f"{chain.check_subjects(found.case)}; {claims.check_attestations(found.case)}"


def _refused(detail: str, pointer: str) -> BadEvidence:
    return BadEvidence(detail, step=0, pointer=pointer)


_STEPS: tuple[tuple[int, str, Callable[[Sealed], str]], ...] = (
    (2, "Files", _check_files),
    (3, "Checkpoint", lambda found: evidence.check_checkpoint(found.case)),
    (4, "Log", _check_log),
    (5, "Record", _check_record),
    (6, "Keys", _check_keys),
    (7, "Signatures", _check_signatures),
    (8, "Items", lambda found: claims.check_items(found.case)),
    (9, "Verdicts", lambda found: verdicts.judge(found.case)),
)
