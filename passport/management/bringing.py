"""Brings a file of this machine in for a maker, and follows it until it is worked off."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Final

from django.db import IntegrityError, transaction

from passport.actions import intake as intakes
from passport.actions.intake_reading import HEAD_BYTES, form_of
from passport.models import Intake, IntakeState, Party, Role
from passport.proof import canonical
from passport.queries import intake as told
from passport.queries import party as parties
from passport.queries import tenancy
from passport.queries.intake import ErrorKind, IntakeLine
from passport.rules.errors import Conflict, NotFound
from passport.rules.registrar import check_registrar

ENDED: Final = frozenset({IntakeState.DONE, IntakeState.FAILED, IntakeState.CANCELLED})
_LOOK_EVERY_S: Final = 0.5

Show = Callable[[IntakeLine], None]


class Changed(Conflict):
    """The file was written to while it was read."""

    code = "changed"
    title = "The file changed while it was read"


@dataclass(frozen=True)
class Outcome:
    """What came of a file: its counts, and the reasons for which lines were refused."""

    line: IntakeLine
    kinds: tuple[ErrorKind, ...]

    @property
    def landed(self) -> bool:
        """Whether every line did."""
        return self.line.state == IntakeState.DONE and not self.line.rejected


@contextmanager
def acting(party: Party) -> Iterator[None]:
    """One transaction for a party, all of it or nothing."""
    with transaction.atomic():
        tenancy.act_as(party.pk)
        yield


def maker(slug: str) -> Party:
    """The party of this short name, or the only maker there is. Refuses NotFound, NotAMaker."""
    if slug:
        named = parties.find(slug=slug)
        check_registrar(roles=named.roles)
        return named
    found = Party.objects.filter(roles__contains=[Role.MAKER]).order_by("slug")
    if len(found) == 1:
        return found[0]
    names = ", ".join(each.slug for each in found[:20])
    raise NotFound(
        f"{len(found)} makers are known here" + (f": {names}" if names else ""),
        remedy="say for whom, with --party",
    )


def key_of(*, name: str, sha256: bytes) -> str:
    """The key of a file: the same bytes under the same name are one file, however often found."""
    return "file-" + hashlib.sha256(os.fsencode(name) + b"\0" + sha256).hexdigest()


def digest_of(file: IO[bytes]) -> bytes:
    """The SHA-256 of a file from where it stands."""
    digest = hashlib.sha256()
    while piece := file.read(intakes.BLOCK_BYTES):
        digest.update(piece)
    return digest.digest()


def bring(
    file: IO[bytes], *, name: str, by: Party, sha256: bytes | None = None, show: Show | None = None
) -> uuid.UUID:
    """Take a file in and seal it; one that began to come in goes on where it stopped.

    With `sha256`, the file's own, it comes in once: found again it is only named. Each block is
    durable when it is kept. Refuses NotAMaker, EmptyIntake, Changed.
    """
    row = _opened(file, name, by, key_of(name=name, sha256=sha256) if sha256 else "")
    if row.state != IntakeState.RECEIVING:
        return row.pk
    digest, offset, resumed = hashlib.sha256(), 0, row.size_bytes > 0
    while block := file.read(intakes.BLOCK_BYTES):
        digest.update(block)
        begin, offset = offset, offset + len(block)
        if offset > row.size_bytes:
            _append(row, by, block[max(0, row.size_bytes - begin) :], show)
    try:
        if sha256 is not None and digest.digest() != sha256:
            raise _changed(name)
        with acting(by):
            # What came in before was read by another: it is read again, and is this file or not.
            known = None if resumed else digest.digest()
            sealed = intakes.seal(intake_id=row.pk, by=by, at=_now(), sha256=known)
            if bytes(sealed.sha256 or b"") != digest.digest():
                raise _changed(name)
    except (intakes.EmptyIntake, Changed):
        _cancel(row, by)
        raise
    return row.pk


def cancelled(*, name: str, sha256: bytes, by: Party, since: datetime) -> uuid.UUID | None:
    """The newest file of these bytes and this name, where it was whole and cancelled since."""
    with acting(by):
        found = told.newest(party=by, key=key_of(name=name, sha256=sha256))
    if found is None or found.state != IntakeState.CANCELLED or found.job_id is None:
        return None
    return found.pk if found.finished_at and found.finished_at > since else None


def outcome(*, intake_id: uuid.UUID, by: Party) -> Outcome:
    """How far a file is, as of now; why lines were refused, once it has ended."""
    with acting(by):
        row = told.state(intake_id=intake_id)
        # Counting them takes long where there are very many: once, at the end.
        kinds = told.error_kinds(intake=row) if row.rejected and row.state in ENDED else ()
        return Outcome(told.told(intake=row, at=_now()), kinds)


def follow(*, intake_id: uuid.UUID, by: Party, show: Show) -> Outcome:
    """Wait until a file has ended, showing how far it is."""
    while True:
        found = outcome(intake_id=intake_id, by=by)
        show(found.line)
        if found.line.state in ENDED:
            return found
        time.sleep(_LOOK_EVERY_S)


def rejects(*, intake_id: uuid.UUID, by: Party) -> Iterator[bytes]:
    """Each refused line as one line of NDJSON: number, place, what is wrong, remedy, as it came."""
    with acting(by):
        row = told.state(intake_id=intake_id)
        for each in told.all_errors(intake=row):
            yield canonical.encode(told.error_document(each)) + b"\n"


def _opened(file: IO[bytes], name: str, by: Party, key: str) -> Intake:
    head = file.read(HEAD_BYTES)
    form = form_of(head)
    if file.seekable():
        file.seek(0)
    try:
        with acting(by):
            found = told.brought(party=by, key=key) if key else None
            return found or intakes.begin(
                by=by,
                media_type=form.media_type,
                encoding=form.encoding,
                at=_now(),
                label=intakes.Label(name=os.fsencode(name).decode("utf-8", "replace"), key=key),
            )
    except IntegrityError:
        # Another process began to bring the same file in this very moment.
        with acting(by):
            found = told.brought(party=by, key=key)
        if found is None:
            raise
        return found


def _append(row: Intake, by: Party, data: bytes, show: Show | None) -> None:
    try:
        with acting(by):
            row.size_bytes = intakes.append(
                intake_id=row.pk, by=by, offset=row.size_bytes, data=data
            )
    except intakes.OtherOffset as other:
        raise Changed(
            "another process brings the same file in", remedy="wait until it has done so"
        ) from other
    if show is not None:
        show(told.told(intake=row, at=_now()))


def _cancel(row: Intake, by: Party) -> None:
    with acting(by):
        intakes.cancel(intake_id=row.pk, by=by, at=_now())


def _changed(name: str) -> Changed:
    return Changed(f"{name} was written to meanwhile", remedy="wait until it is whole")


def _now() -> datetime:
    return datetime.now(UTC)
