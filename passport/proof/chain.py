"""Step 7 of verifying a bundle: every entry shown is about a battery or issuer named in it."""

from itertools import pairwise

from passport.proof import didanswer, erasure, leaf, tree
from passport.proof.case import Case
from passport.proof.errors import BadBundle, ProofError

_STEP = 7
_ISSUER = "did:"


def check_subjects(case: Case) -> str:
    """Match salts with entries, and follow each subject's chain of sequence and previous hash."""
    contents = case.bundle.contents
    _check_salts(case)
    hashes = {
        leaf.subject_hash(salt=salt, subject=subject): subject
        for subject, salt in contents.salts.items()
    }
    for index, entry in case.leaves.items():
        if entry.count == 1:
            case.subjects[index] = _subject_of(index, entry, hashes)
    _check_issuers(case)
    _check_members(case)
    _check_all_used(case)
    chains: dict[str, list[int]] = {each: [] for each in contents.batteries}
    for index, subject in case.subjects.items():
        chains.setdefault(subject, []).append(index)
    for subject, indices in sorted(chains.items()):
        _check_chain(case, subject, indices)
    return f"{len(contents.salts)} subjects, each chain whole as far as it goes"


def _subject_of(index: int, entry: leaf.Leaf, hashes: dict[bytes, str]) -> str:
    subject = hashes.get(entry.subject or b"")
    if subject is None:
        raise BadBundle(f"Entry {index} is about somebody whom the bundle does not name.", step=7)
    return subject


def _check_salts(case: Case) -> None:
    """Anybody can compute the salt of an issuer, so a second chain of it is no secret."""
    for subject, salt in sorted(case.bundle.contents.salts.items()):
        if subject.startswith(_ISSUER) and salt != leaf.issuer_salt(did=subject):
            raise BadBundle(
                f"The salt of {subject} is not that of an issuer: there may be a second chain.",
                step=_STEP,
            )


def _check_issuers(case: Case) -> None:
    """The chain of an issuer holds its key events and what its domain said, all of it shown.

    So nothing that ends a key can hide there under another kind.
    """
    of_issuers = {at: who for at, who in case.subjects.items() if who.startswith(_ISSUER)}
    erased = set()
    for index in of_issuers:
        data = case.shown(index)
        if case.leaves[index].kind == erasure.KIND and data is not None:
            erased.add(erasure.decode(data).digest)
    for index, subject in of_issuers.items():
        entry, data = case.leaves[index], case.shown(index)
        if entry.kind == "key":
            continue  # was read [step 5]
        if entry.kind == erasure.KIND and data is not None:
            continue  # was read just now
        if entry.kind == "event" and (_is_answer(data, subject) or entry.digest in erased):
            continue
        raise BadBundle(
            f"Entry {index} is about the issuer {subject}, but shows neither a key event nor what"
            " its domain answered.",
            step=_STEP,
        )


def _is_answer(data: bytes | None, did: str) -> bool:
    try:
        return data is not None and didanswer.decode(data=data).did == did
    except ProofError:
        return False


def _check_members(case: Case) -> None:
    for group in case.bundle.contents.members:
        entry = case.leaves.get(group.entry)
        if entry is None or entry.count < 2:
            raise BadBundle(f"Entry {group.entry} has no members.", step=_STEP)
        hashes = {index: _member_hash(case, group.entry, who) for index, who in group.rows}
        root = tree.root_from_many(leaves=hashes, size=entry.count, nodes=group.nodes)
        if root != entry.subject:
            raise BadBundle(f"The members of entry {group.entry} are not its own.", step=_STEP)
        case.members[group.entry] = [who for _, who in group.rows]
    # What takes back or erases a batch is about the same items, so the batch speaks for it.
    batches = {each.subject for each in case.leaves.values() if each.kind == "batch"}
    for index, entry in case.leaves.items():
        if entry.count > 1 and entry.subject not in batches and index not in case.members:
            raise BadBundle(f"Entry {index} is about nobody in this bundle.", step=_STEP)


def _member_hash(case: Case, index: int, subject: str) -> bytes:
    salt = case.bundle.contents.salts.get(subject)
    if salt is None:
        raise BadBundle(f"{subject} is no member of entry {index}: it has no salt.", step=_STEP)
    return tree.leaf_hash(leaf.subject_hash(salt=salt, subject=subject))


def _check_all_used(case: Case) -> None:
    """A salt belongs to an entry; or it says to an index whose row is asked for. [step 12]"""
    contents = case.bundle.contents
    used = set(case.subjects.values()).union(*case.members.values())
    idle = contents.salts.keys() - used
    if idle and contents.index is None:
        raise BadBundle(f"The salt of {min(idle)} belongs to no entry.", step=_STEP)


def _check_chain(case: Case, subject: str, indices: list[int]) -> None:
    """q rises with the index, without a gap; each p is the hash of the entry before."""
    sequences = [case.leaves[index].sequence or 0 for index in indices]
    if any(left >= right for left, right in pairwise(sequences)):
        raise BadBundle(f"The entries about {subject} are not in their order.", step=_STEP)
    for number in range(1, len(indices)):
        after = case.leaves[indices[number]]
        linked = after.previous == case.hashes[indices[number - 1]]
        if sequences[number] == sequences[number - 1] + 1 and not linked:
            raise BadBundle(
                f"Entry {indices[number]} does not follow entry {indices[number - 1]}.", step=_STEP
            )
    _check_whole(case, subject, indices, sequences)


def _check_whole(case: Case, subject: str, indices: list[int], sequences: list[int]) -> None:
    """The chain of whoever is named is there from the start, and a battery's up to its end."""
    last = case.bundle.contents.batteries.get(subject)
    whole = sequences == list(range(len(sequences)))
    if last is not None and not (whole and len(sequences) == last + 1):
        raise BadBundle(
            f"Of the entries about {subject} some are left out: found {sequences},"
            f" the record says 0 to {last}.",
            step=_STEP,
        )
    if not whole:
        kinds = {case.leaves[index].kind for index in indices}
        what = "A key event" if "key" in kinds else "An entry"
        raise BadBundle(f"{what} of {subject} is left out: found {sequences}.", step=_STEP)
