"""Step 12 of verifying a bundle: could anything newer have been left out? The index answers."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from passport.proof import leaf, snapshot, tree
from passport.proof.case import Case
from passport.proof.credential import BATCH
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadBundle
from passport.proof.report import Verdict
from passport.proof.snapshot import Row, Snapshot

_STEP = 12
_NO_INDEX = (
    "not proven: the log's operator could have left out entries, a key's revocation too,"
    " since the bundle shows no index snapshot"
)


def check_completeness(case: Case) -> str:
    """Hold the entries shown against the index: of whoever is named, the last one about it alone;
    of each battery asked about, and of one item of each batch, also the last one with others.

    Also compares the salts of batteries with those that their makers signed, so that no second
    chain of the same battery lies hidden under another salt.
    """
    _check_salts(case)
    shown = case.bundle.contents.index
    if shown is None:
        case.report.completeness = _NO_INDEX
        return _NO_INDEX
    index = _read(case)
    rows = _prove(case, index)
    alone, shared = _concerns(case, index.size)
    joint = {*case.bundle.contents.batteries, *_witnesses(case)}
    subjects = sorted(case.bundle.contents.salts.keys() | joint)
    used = joint.union(case.subjects.values(), *case.members.values())
    if idle := [each for each in subjects if each not in used]:
        raise BadBundle(f"The salt of {idle[0]} belongs to no entry.", step=_STEP)
    for subject in subjects:
        last = _last(case, alone.get(subject, ()))
        among = _last(case, shared.get(subject, ())) if subject in joint else None
        _check_subject(case, subject, rows, (last, among), index)
    bare = " and ".join(f"the batch at entry {each}" for each in _unnamed(case, joint))
    found = (
        f"{'in part ' if bare else ''}proven up to entry {index.size} (snapshot at entry"
        f" {shown.entry}, {index.at}); the newer entries are not covered"
    )
    if bare:
        found += f"; completeness not proven for {bare}, of which no item is shown"
    case.report.completeness = found
    return f"{len(subjects)} subjects {found}"


def _witnesses(case: Case) -> list[str]:
    """Of each batch one item that the bundle names: what takes a batch back concerns each of them.

    Refuses a batch of which no item is named: that it was taken back could be kept back.
    """
    salts, found = case.bundle.contents.salts, []
    of: dict[bytes, str] = {}
    for battery, items in case.items.items():
        if battery in salts:
            of |= dict.fromkeys(items, battery)
    for group in case.bundle.contents.items:
        if group.batch not in of:
            raise BadBundle(
                f"The index cannot speak about the batch {b64u_encode(group.batch)}: of none of its"
                " items the salt is there.",
                step=_STEP,
            )
        found.append(of[group.batch])
    return found


def _unnamed(case: Case, joint: set[str]) -> list[int]:
    """Batches shown of which nobody is named: that they were taken back could be kept back."""
    spoken = {group.batch for group in case.bundle.contents.items}
    named = {
        case.leaves[index].subject
        for index, members in case.members.items()
        if joint.intersection(members)
    }
    found = []
    for digest, signed in case.credentials.items():
        index = case.judgements[digest].index
        entry = case.leaves[index]
        if signed.kind == BATCH and entry.count > 1 and digest not in spoken:
            found += [index] if entry.subject not in named else []
    return sorted(found)


def _read(case: Case) -> Snapshot:
    shown = case.bundle.contents.index
    at = -1 if shown is None else shown.entry
    entry = case.leaves.get(at)
    data = None if entry is None else case.shown(at)
    if entry is None or entry.kind != snapshot.KIND or data is None:
        raise BadBundle(f"Entry {at} shows no index snapshot.", step=_STEP)
    index = snapshot.decode(data)
    names = {case.head.origin, *(each.origin for each in case.older)}
    if index.origin not in names or index.size > at:
        raise BadBundle(
            f"The index at entry {at} is of another log, or of entries yet to come.", step=_STEP
        )
    return index


def _prove(case: Case, index: Snapshot) -> list[tuple[bytes, int, Row]]:
    """The rows shown, with subjects and places: under the root logged, in order of both."""
    shown = case.bundle.contents.index
    rows = () if shown is None else shown.rows
    nodes = () if shown is None else shown.nodes
    root = tree.EMPTY_ROOT
    if rows:
        leaves = {at: tree.leaf_hash(row) for at, row in rows}
        root = tree.root_from_many(leaves=leaves, size=index.rows, nodes=nodes)
    if root != index.root or (not rows and (nodes or index.rows)):
        raise BadBundle("The rows shown are not those of the index snapshot.", step=_STEP)
    found = [(row[:32], at, snapshot.decode_row(row)) for at, row in rows]
    if any(left[0] >= right[0] for left, right in pairwise(found)):
        raise BadBundle("The index is not in the order of its subjects.", step=_STEP)
    return found


Concerned = dict[str, list[int]]
# The last of some entries, its leaf hash, and how many there are.
Last = tuple[int | None, bytes, int]


def _concerns(case: Case, size: int) -> tuple[Concerned, Concerned]:
    """Which entries below the size of the index concern a subject: alone, and with others."""
    alone: Concerned = {}
    shared: Concerned = {}
    roots: dict[bytes, list[int]] = {}
    for index, entry in case.leaves.items():
        if index >= size:
            continue
        if index in case.subjects:
            alone.setdefault(case.subjects[index], []).append(index)
        else:
            roots.setdefault(entry.subject or b"", []).append(index)
    # What takes back or erases a batch has the same root over its subjects.
    for index, members in case.members.items():
        for member in members:
            shared.setdefault(member, []).extend(roots.get(case.leaves[index].subject or b"", ()))
    batches = {each.digest: each.subject or b"" for each in case.leaves.values() if each.count > 1}
    for battery, claims in case.items.items():
        for digest in claims:
            shared.setdefault(battery, []).extend(roots.get(batches.get(digest, b""), ()))
    return alone, shared


def _last(case: Case, indices: Sequence[int]) -> Last:
    if not indices:
        return None, bytes(tree.HASH_BYTES), 0
    return max(indices), case.hashes[max(indices)], len(set(indices))


def _check_subject(
    case: Case,
    subject: str,
    rows: list[tuple[bytes, int, Row]],
    shown: tuple[Last, Last | None],
    index: Snapshot,
) -> None:
    """The last entries shown are those of the row; with others only where that was asked."""
    salt = case.bundle.contents.salts.get(subject)
    if salt is None:
        raise BadBundle(f"The index cannot speak about {subject}: its salt is missing.", step=_STEP)
    hashed = leaf.subject_hash(salt=salt, subject=subject)
    place = bisect_left(rows, hashed, key=lambda row: row[0])
    alone, shared = shown
    if place == len(rows) or rows[place][0] != hashed:
        _check_absence(subject, place, rows, index)
        known = [each[0] for each in shown if each is not None and each[0] is not None]
        if known:
            raise BadBundle(
                f"The index knows nothing of {subject}, but entry {max(known)} is shown.",
                step=_STEP,
            )
        return
    row = rows[place][2]
    among = (row.shared, row.shared_hash, row.shares)
    if (row.alone, row.alone_hash) != alone[:2] or shared not in (None, among):
        others = "" if shared is None else f" and {shared[0]} of {shared[2]}"
        raise BadBundle(
            f"Something about {subject} is left out: by the index the last entry about it alone is"
            f" {row.alone}, the last about it and others {row.shared} of {row.shares};"
            f" shown are {alone[0]}{others}.",
            step=_STEP,
        )


def _check_absence(
    subject: str, place: int, rows: list[tuple[bytes, int, Row]], index: Snapshot
) -> None:
    """No row between two neighbours, before the first or after the last: no row at all."""
    before = rows[place - 1][1] if place else -1
    after = rows[place][1] if place < len(rows) else index.rows
    if after != before + 1:
        raise BadBundle(
            f"The index neither shows a row of {subject} nor that there is none.", step=_STEP
        )


def _check_salts(case: Case) -> None:
    """A maker may sign the salt of a battery's chain; then there is no other chain of it."""
    salts = case.bundle.contents.salts
    for battery, digest, claims in _origins(case):
        signed = claims.get("logSalt")
        if signed is None or battery not in salts:
            continue
        if b64u_decode(signed) != salts[battery]:
            raise BadBundle(
                f"{battery} stands in the log under another salt than its maker signed, in"
                f" {case.judgements[digest].index}: there may be a second chain.",
                step=_STEP,
            )
        case.salted_by_maker.add(battery)
    case.report.salted_by_maker = sorted(
        case.salted_by_maker & case.bundle.contents.batteries.keys()
    )


def _origins(case: Case) -> list[tuple[str, bytes, dict[str, object]]]:
    """Every VALID claim about a battery or lot that could sign its salt."""
    found = [
        (str(each.subject_id), digest, each.subject)
        for digest, each in case.credentials.items()
        if each.subject_id is not None
    ]
    found += [
        (battery, digest, claims)
        for battery, items in case.items.items()
        for digest, claims in items.items()
    ]
    return [each for each in found if case.judgements[each[1]].verdict is Verdict.VALID]
