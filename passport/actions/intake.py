"""Takes a file of serials in block by block, as it comes: durable, resumable, unread."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import zstandard
from django.db import transaction

from passport.actions import job as jobs
from passport.actions.intake_reading import check_form, said
from passport.models import Intake, IntakeBlock, IntakeState, Party
from passport.models.ids import new_id
from passport.queries.battery import unknown
from passport.rules.errors import Conflict, Malformed
from passport.rules.registrar import check_registrar

KIND = "intake"
BLOCK_BYTES = 1 << 20
MOST_AT_ONCE = 16 << 20


class EmptyIntake(Malformed):
    """A file without a line is a mistake somewhere before us."""

    code = "empty-intake"
    title = "The file has no lines"


class OtherOffset(Conflict):
    """The bytes do not follow those that have arrived; `wanted` is where they end."""

    code = "other-offset"
    title = "The bytes do not begin where the file ends so far"

    wanted: int = 0


class NotReceiving(Conflict):
    """The file is whole, or was cancelled: nothing is added to it."""

    code = "not-receiving"
    title = "The file takes no more bytes"


class TooMuchAtOnce(Malformed):
    """A piece of a file is small enough to be sent again."""

    code = "too-much-at-once"
    title = "The piece is too large"


@dataclass(frozen=True)
class Label:
    """What is told of a file beside its bytes: its name, the key of its request, what it mends."""

    name: str = ""
    key: str = ""
    mends: uuid.UUID | None = None
    mends_line: int | None = None


@transaction.atomic
def begin(
    *, by: Party, media_type: str, encoding: str, at: datetime, label: Label | None = None
) -> Intake:
    """Open a file that its maker is going to send. Refuses NotAMaker, NotAForm, NotFound.

    `encoding` is how its bytes are compressed on their way ("", "gzip", …), kept as told. What it
    mends is an intake of the same party.
    """
    check_registrar(roles=by.roles)
    check_form(media_type=media_type, encoding=encoding)
    label = label or Label()
    mends = _held(label.mends, by) if label.mends else None
    return Intake.objects.create(
        id=new_id(),
        party=by,
        name=label.name[:120],
        key=label.key,
        mends=mends,
        mends_line=label.mends_line,
        media_type=media_type,
        encoding=encoding,
        state=IntakeState.RECEIVING,
        received_at=at,
    )


@transaction.atomic
def append(*, intake_id: uuid.UUID, by: Party, offset: int, data: bytes) -> int:
    """Keep the next bytes of a file, exactly as they came; how many it has now.

    What is returned from here is durable once the transaction is: a sender that was cut off goes on
    from there. Refuses NotFound, NotReceiving, OtherOffset, TooMuchAtOnce.
    """
    found = _receiving(intake_id, by)
    if offset != found.size_bytes:
        raise _other_offset(offset, wanted=found.size_bytes)
    if len(data) > MOST_AT_ONCE:
        raise TooMuchAtOnce(
            f"{len(data)} bytes came at once; at most {MOST_AT_ONCE} do",
            remedy="send the file in smaller pieces",
        )
    IntakeBlock.objects.bulk_create(_blocks(found, data))
    size = offset + len(data)
    Intake.objects.filter(pk=found.pk).update(size_bytes=size)
    return size


@transaction.atomic
def seal(*, intake_id: uuid.UUID, by: Party, at: datetime, sha256: bytes | None = None) -> Intake:
    """Close a file that is whole, and ask for the job that registers it; once, however often asked.

    `sha256` is of all its bytes, where the caller has seen them pass; else they are read again.
    Nothing is judged yet: a bad line is told by the job, with its number, beside the good ones.
    Refuses NotFound, NotReceiving, EmptyIntake.
    """
    found = _held(intake_id, by)
    if found.job_id is not None:
        return found
    _check_receiving(found)
    if not found.size_bytes or _is_blank(found):
        raise EmptyIntake("the body holds no line", remedy="send one JSON object on each line")
    job = jobs.enqueue(
        kind=KIND,
        dedupe_key=f"{KIND}:{found.pk}",
        party=by,
        payload={"intake": str(found.pk)},
        at=at,
    )
    Intake.objects.filter(pk=found.pk).update(
        job=job,
        sha256=sha256 or digest(intake=found),
        read_as=_read_as(found),
        state=IntakeState.RECEIVED,
    )
    found.refresh_from_db()
    return found


@transaction.atomic
def cancel(*, intake_id: uuid.UUID, by: Party, at: datetime) -> Intake:
    """Ask that no more of a file be registered; what is registered by then stays, and is told.

    A file that was still coming in is cancelled at once, others when the worker sees it: one that
    has stopped is taken up for that. Refuses NotFound; of a file that has ended nothing changes.
    """
    found = _held(intake_id, by)
    if found.state == IntakeState.RECEIVING:
        Intake.objects.filter(pk=found.pk).update(
            state=IntakeState.CANCELLED, cancel_asked_at=at, finished_at=at
        )
    elif found.finished_at is None:
        Intake.objects.filter(pk=found.pk).update(cancel_asked_at=found.cancel_asked_at or at)
        if found.state == IntakeState.FAILED and found.job_id is not None:
            jobs.retry(job_id=found.job_id, at=at)
    found.refresh_from_db()
    return found


@transaction.atomic
def receive(
    *,
    lines: Iterable[bytes],
    media_type: str,
    by: Party,
    at: datetime,
    body: tuple[int, bytes] | None = None,
) -> Intake:
    """Take a whole file of lines in at once. Refuses NotAMaker, EmptyIntake.

    `body` is size in bytes and SHA-256 of the file as it came, where the caller has seen it; else
    they are of its lines, each ended by a newline.
    """
    made = begin(by=by, media_type=media_type, encoding="", at=at)
    sha256 = _append_all(made, _pieces(lines), by)
    return seal(intake_id=made.pk, by=by, at=at, sha256=body[1] if body else sha256)


@transaction.atomic
def take_file(
    *,
    pieces: Iterable[bytes],
    media_type: str,
    encoding: str,
    by: Party,
    at: datetime,
    label: Label | None = None,
) -> Intake:
    """Take a whole file in at once, whatever its form, in pieces of at most BLOCK_BYTES.

    Refuses NotAMaker, NotAForm, NotFound (of what it mends), EmptyIntake.
    """
    made = begin(by=by, media_type=media_type, encoding=encoding, at=at, label=label)
    sha256 = _append_all(made, pieces, by)
    return seal(intake_id=made.pk, by=by, at=at, sha256=sha256)


def contents(*, intake: Intake, after: int = 0) -> Iterator[bytes]:
    """The bytes of a file end to end, block by block, without those before block offset `after`."""
    unpack = zstandard.ZstdDecompressor()
    offset = after
    while True:
        rows = IntakeBlock.objects.filter(intake=intake, offset__gte=offset).order_by("offset")
        row = rows.first()
        if row is None:
            return
        data = bytes(row.data)
        yield unpack.decompress(data, max_output_size=row.size) if row.packed else data
        offset = row.offset + row.size


def digest(*, intake: Intake) -> bytes:
    """The SHA-256 of all bytes of a file that have arrived."""
    made = hashlib.sha256()
    for piece in contents(intake=intake):
        made.update(piece)
    return made.digest()


def _held(intake_id: uuid.UUID, by: Party) -> Intake:
    found = Intake.objects.select_for_update().filter(pk=intake_id, party=by).first()
    if found is None:
        raise unknown("intake")
    return found


def _receiving(intake_id: uuid.UUID, by: Party) -> Intake:
    found = _held(intake_id, by)
    _check_receiving(found)
    return found


def _check_receiving(found: Intake) -> None:
    if found.state != IntakeState.RECEIVING:
        raise NotReceiving(
            f"the file is {found.get_state_display()}", remedy="send what is left as a new file"
        )


def _other_offset(offset: int, *, wanted: int) -> OtherOffset:
    refusal = OtherOffset(
        f"{wanted} bytes have arrived, so the next begin at offset {wanted}, not {offset}",
        remedy=f"send the bytes from offset {wanted} on",
    )
    refusal.wanted = wanted
    return refusal


def _blocks(found: Intake, data: bytes) -> Iterator[IntakeBlock]:
    packer = zstandard.ZstdCompressor(level=1)
    for start in range(0, len(data), BLOCK_BYTES):
        piece = data[start : start + BLOCK_BYTES]
        small = packer.compress(piece)
        packed = len(small) < len(piece)
        yield IntakeBlock(
            intake=found,
            offset=found.size_bytes + start,
            size=len(piece),
            packed=packed,
            data=small if packed else piece,
        )


def _read_as(found: Intake) -> str:
    first = next(contents(intake=found), b"")
    return said(first, media_type=found.media_type, encoding=found.encoding)[:120]


def _is_blank(found: Intake) -> bool:
    """Whether a short file is nothing but empty lines; of a longer one the job will tell."""
    if found.encoding or found.size_bytes > BLOCK_BYTES:
        return False
    return not b"".join(contents(intake=found)).strip()


def _append_all(made: Intake, pieces: Iterable[bytes], by: Party) -> bytes:
    offset, digested = 0, hashlib.sha256()
    for piece in pieces:
        digested.update(piece)
        offset = append(intake_id=made.pk, by=by, offset=offset, data=piece)
    return digested.digest()


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    waiting, size = [], 0
    for line in lines:
        waiting.append(line + b"\n")
        size += len(line) + 1
        if size >= BLOCK_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)
