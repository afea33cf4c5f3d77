"""Verifying a provenance bundle in numbered steps, each of which can refuse it.

1. Read: strict JSON, canonical to the byte, known shape, about the batteries asked for.
2. Checkpoint: signed by a log of the policy, cosigned by its quorum; so were those under the log's
   older names, and the tree goes on from each; time stamps over it, where somebody checks them.
3. Entries: each is a leaf of version 1, and one proof leads from all of them to the root; where the
   log took a new name, an entry says with which head the old one ended.
4. Documents: each has the digest that an entry names.
5. Keys: key events in log order, each signed by the key that it adds or by one in force: a key
   comes in, is replaced, is revoked. Then, who vouches for each, by all that the log says of it.
6. Record: signed by a pinned record key, and about this very checkpoint and these entries.
7. Subjects: salts fit entries; sequence and previous hash chain them without a gap.
8. Attestations: signature, issuer, subject, method and kind that the entry names agree; a maker
   takes back its own only; an erasure is about whom the erased entry was about.
9. Items: of each batch they lead to the root that it signs.
10. Verdicts: VALID, SUSPECT or INVALID by log order, or WITHDRAWN, and who vouches for the key.
11. Components: the chain from the battery down to materials; how much of it is attested, by whom,
    how deep, by count and by mass.
12. Completeness: salts that makers signed; with an index, that nothing below it is left out.
"""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from passport.proof import (
    chain,
    claims,
    completeness,
    coverage,
    evidence,
    record,
    replay,
    unbundle,
    verdicts,
)
from passport.proof.case import Case, TimestampCheck
from passport.proof.errors import BadBundle, ProofError
from passport.proof.keyring import Keyring
from passport.proof.policy import Policy
from passport.proof.report import Report, Step

_NONE: Mapping[str, bytes] = MappingProxyType({})


def verify(
    data: bytes,
    *,
    policy: Policy,
    did_documents: Mapping[str, bytes] = _NONE,
    check_timestamp: TimestampCheck | None = None,
    batteries: Collection[str] = (),
) -> Report:
    """Verify a bundle against an auditor's policy; raises BadBundle at the step that refuses.

    ``did_documents`` are DID documents that the auditor fetched from the issuers' own domains,
    by DID. ``check_timestamp`` takes a token and the checkpoint's text and returns the token's
    POSIX seconds, or refuses; without it time stamps are counted and called unchecked. A bundle
    that is not about all of these ``batteries`` is refused. The report's ``exit_code`` is 0 only
    when nothing is in doubt.
    """
    keyring = Keyring(policy=policy, did_documents=did_documents)
    case = Case(
        bundle=unbundle.read(data),  # 1
        policy=policy,
        keyring=keyring,
        check_timestamp=check_timestamp,
    )
    strange = set(batteries) - case.bundle.contents.batteries.keys()
    if strange:
        raise BadBundle(f"The bundle is not about {min(strange)}.", step=1)
    case.report.batteries = list(case.bundle.contents.batteries)
    case.report.title = case.bundle.contents.title
    _note(case, 1, "Read", f"{len(data)} bytes in canonical form")
    for number, title, step in _STEPS:
        try:
            found = step(case)
        except BadBundle:
            raise
        except ProofError as error:
            raise BadBundle(
                error.detail, step=number, pointer=error.pointer, remedy=error.remedy
            ) from error
        _note(case, number, title, found)
    return case.report


def _note(case: Case, number: int, title: str, found: str) -> None:
    case.report.steps.append(Step(number=number, title=title, found=found))


_STEPS: tuple[tuple[int, str, Callable[[Case], str]], ...] = (
    (2, "Checkpoint", evidence.check_checkpoint),
    (3, "Entries", evidence.check_entries),
    (4, "Documents", evidence.check_documents),
    (5, "Keys", replay.check_keys),
    (6, "Record", record.check_record),
    (7, "Subjects", chain.check_subjects),
    (8, "Attestations", claims.check_attestations),
    (9, "Items", claims.check_items),
    (10, "Verdicts", verdicts.judge),
    (11, "Components", coverage.check_components),
    (12, "Completeness", completeness.check_completeness),
)
