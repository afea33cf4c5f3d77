"""Files of serials: streamed in, gone on with after a cut, worked off behind the request."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import parse_header_parameters
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.http import uploads
from api.http.bodies import Body, CutOff, NotThatDigest, TooLarge
from api.http.errors import with_headers
from api.http.fields import Count, Digest, Identifier, Moment, Text, Word
from api.http.idempotency import keep_answer, key_of, replayable
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.http.streaming import Streaming
from api.v1.jobs import JobShape
from passport.actions import intake as intakes
from passport.actions import replay
from passport.actions.intake_expansion import ENCODINGS
from passport.actions.intake_reading import MEDIA_TYPES
from passport.models.intake import Intake as Row
from passport.models.intake import IntakeState
from passport.models.party import Role
from passport.queries import intake
from passport.rules.errors import Malformed

PLACE = "/api/v1/intakes"
# Of the four threads that a process has (docker/entrypoint.sh): one is left to answer others.
_AT_ONCE: Final = 3
_PATIENCE_S: Final = 2
_RETRY_S: Final = 5


class IntakeShape(StrictShape):
    catalogue = "intake"

    id = Identifier()
    name = Text(empty=True)
    state = Word(among=IntakeState.values)
    media_type = Text()
    encoding = Text(empty=True)
    read_as = Text(empty=True)
    received_bytes = Count()
    size_bytes = Count()
    sha256 = Digest(allow_null=True)
    bytes_read = Count()
    lines_read = Count()
    accepted = Count()
    rejected = Count()
    duplicates = Count()
    lines_per_second = Count(allow_null=True)
    seconds_left = Count(allow_null=True)
    mends = Identifier(allow_null=True)
    mends_line = Count(allow_null=True)
    received_at = Moment()
    finished_at = Moment(allow_null=True)
    cancel_asked_at = Moment(allow_null=True)
    job = JobShape(allow_null=True)


class Arriving(Streaming):
    """What POST and PATCH share: blocks that are kept one by one, and the end of a file.

    A sender that falls silent keeps its thread, so fewer bodies come in than a process has threads.
    """

    places: ClassVar[threading.Semaphore] = threading.BoundedSemaphore(_AT_ONCE)
    body: Body
    last: bool

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self.places.acquire(timeout=_PATIENCE_S):
            raise Throttled(_RETRY_S, "as many files are coming in as this server takes at once")
        try:
            yield
        finally:
            self.places.release()

    def _keep(self, row_id: UUID, offset: int, blocks: Iterator[bytes]) -> None:
        """Keep bytes from `offset` on; each block is durable when it is kept."""
        for block in blocks:
            with self.acting():
                offset = intakes.append(intake_id=row_id, by=self.party, offset=offset, data=block)

    def told(self, row: Row, *, location: str = "") -> Response:
        """Answer with a file, and with what a sender that goes on needs to know."""
        response = self.one(intake.told(intake=row, at=self.at), location=location)
        response[uploads.OFFSET] = str(row.size_bytes)
        response[uploads.COMPLETE] = f"?{int(row.state != IntakeState.RECEIVING)}"
        return response

    @contextmanager
    def _telling(self, row_id: UUID) -> Iterator[None]:
        """Let a refusal say where the file stands, so that its sender can go on there."""
        try:
            yield
        except (NotThatDigest, TooLarge):
            # What arrived is not what was sent, or can never be whole: nothing goes on from here.
            with self.acting():
                intakes.cancel(intake_id=row_id, by=self.party, at=self.at)
            raise
        except (CutOff, intakes.OtherOffset, intakes.NotReceiving) as refusal:
            with self.acting():
                row = intake.state(intake_id=row_id)
            headers = {"Location": address("intakes", row.pk), uploads.OFFSET: str(row.size_bytes)}
            headers[uploads.COMPLETE] = f"?{int(row.state != IntakeState.RECEIVING)}"
            raise with_headers(refusal, headers) from None


def _digest(view: "Intakes", request: Request) -> bytes:
    return _fingerprint(view.body.sha256, view.form, _mended(request))


def _fingerprint(sha256: bytes, form: tuple[str, str], mends: UUID | None) -> bytes:
    """What makes two requests the same: the bytes, how they are read, and what they mend."""
    told = f"{form[0]}\n{form[1]}\n{mends or ''}"
    return hashlib.sha256(sha256 + told.encode()).digest()


class Intakes(Arriving):
    """POST takes a file (NDJSON, CSV, Parquet; packed or not) and answers 202: good lines land.

    A body that is cut off keeps what came: send it again with the same Idempotency-Key, or go on
    with PATCH where GET says that it stands (`received_bytes`). `Upload-Complete: ?0` opens a file
    that comes in several requests (201).

    Lines are of the types model, battery and assembly. A line {"type":"batch","credential":{…}}
    before them carries a signed batch, and each battery line its item as `item`, in the order that
    was signed: `python -m passport.audit sign --file` writes such a file. The tree is rebuilt from
    all items before one is kept; where they do not match, the batch is refused, with the lines to
    mend, and what is registered stands. Send the whole file again when it is mended.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.MAKER, scope=Scope.REGISTER)}
    answers = {"GET": IntakeShape, "POST": IntakeShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 202}
    also = {"POST": {201: "The file is open, and more of it is to come."}}
    takes = {"POST": MEDIA_TYPES}
    form: tuple[str, str]

    def get(self, request: Request) -> Response:
        with self.acting():
            return self.page(self._fetch)

    def post(self, request: Request) -> HttpResponse:
        key = key_of(request, required=True)
        plain = request._request
        label = _label(request, str(key))
        self.form = (
            uploads.media_type_of(plain, *MEDIA_TYPES),
            uploads.check_encoding(plain, *ENCODINGS),
        )
        self.last = uploads.is_last(plain)
        self.body = Body(plain, limit=settings.PASSPORT_INTAKE_MAX_BYTES)
        turn = replay.turn(party=self.party, route=f"POST {PLACE}", key=str(key))
        with self._place(), turn:
            row = self._arrive(label, self.form)
            if row is not None and not self.last:
                return self._opened(row)
            return self._end(request, row)

    post.idempotent = True  # type: ignore[attr-defined]
    post.reads = (uploads.COMPLETE,)  # type: ignore[attr-defined]

    def _fetch(self, *, after: UUID | None, limit: int) -> list[object]:
        rows = intake.listing(party=self.party, after=after, limit=limit)
        return [intake.told(intake=row, at=self.at) for row in rows]

    def _arrive(self, label: intakes.Label, form: tuple[str, str]) -> Row | None:
        """Keep the body; None when this request was answered before, and only its digest counts."""
        with self.acting():
            before = replay.answered(party=self.party, route=f"POST {PLACE}", key=label.key)
            row = None if before else intake.coming_in(party=self.party, key=label.key)
            if row is None and not before:
                row = intakes.begin(
                    by=self.party, media_type=form[0], encoding=form[1], at=self.at, label=label
                )
        if row is None:
            for _ in self.body:
                pass
            return None
        self._check_same(row, form, label.mends)
        with self._telling(row.pk):
            blocks = self._beyond(row) if row.size_bytes else self.body.blocks()
            self._keep(row.pk, row.size_bytes, blocks)
        return row

    def _check_same(self, row: Row, form: tuple[str, str], mends: UUID | None) -> None:
        if (row.media_type, row.encoding, row.mends_id) != (*form, mends):
            raise replay.another_payload(at=row.received_at)

    def _beyond(self, row: Row) -> Iterator[bytes]:
        """The bytes behind those that are kept already, once it is sure that those are the same."""
        left, seen = row.size_bytes, hashlib.sha256()
        for block in self.body.blocks():
            if not left:
                yield block
                continue
            seen.update(block[:left])
            rest = block[left:]
            left -= len(block) - len(rest)
            if not left:
                self._compare(row, seen.digest())
                if rest:
                    yield rest
        if left and (self.body.size or self.last):
            raise replay.another_payload(at=row.received_at)

    def _compare(self, row: Row, digest: bytes) -> None:
        with self.acting():
            if intakes.digest(intake=row) != digest:
                raise replay.another_payload(at=row.received_at)

    def _opened(self, row: Row) -> Response:
        with self.acting():
            row.refresh_from_db()
            response = self.told(row, location=address("intakes", row.pk))
        response.status_code = 201
        return response

    def _end(self, request: Request, row: Row | None) -> HttpResponse:
        if row is not None:
            with self._telling(row.pk):
                self.body.check_ended()
        try:
            with self.acting():
                return self._seal(request, row)
        except intakes.EmptyIntake:
            with self.acting():
                intakes.cancel(intake_id=row.pk, by=self.party, at=self.at)  # type: ignore[union-attr]
            raise

    @replayable(fingerprint=_digest, required=True)
    def _seal(self, request: Request, row: Row) -> Response:
        made = intakes.seal(intake_id=row.pk, by=self.party, at=self.at, sha256=self.body.sha256)
        return self.told(made, location=address("intakes", made.pk))


class Intake(Arriving):
    """How far an intake is; PATCH goes on with a file that is not whole."""

    needs = {"GET": needs(scope=Scope.READ), "PATCH": needs(Role.MAKER, scope=Scope.REGISTER)}
    answers = {"GET": IntakeShape, "PATCH": IntakeShape}
    takes = {"PATCH": (uploads.PART, *MEDIA_TYPES)}

    def get(self, request: Request, intake_id: UUID) -> Response:
        with self.acting():
            return self.told(intake.state(intake_id=intake_id))

    def patch(self, request: Request, intake_id: UUID) -> Response:
        plain = request._request
        with self.acting():
            row = intake.state(intake_id=intake_id)
        uploads.media_type_of(plain, uploads.PART, row.media_type)
        offset, self.last = uploads.offset_of(plain), uploads.is_last(plain)
        room = settings.PASSPORT_INTAKE_MAX_BYTES - offset
        self.body = Body(plain, limit=max(0, room))
        with self._place(), self._telling(row.pk):
            self._check_offset(row, offset)
            self._keep(row.pk, offset, self.body.blocks())
            if self.last:
                self.body.check_ended()
        with self.acting():
            if self.last:
                return self._sealed(row)
            row.refresh_from_db()
            return self.told(row)

    patch.reads = (uploads.OFFSET, uploads.COMPLETE)  # type: ignore[attr-defined]

    def _check_offset(self, row: Row, offset: int) -> None:
        """Also where there are no bytes that could be refused."""
        with self.acting():
            intakes.append(intake_id=row.pk, by=self.party, offset=offset, data=b"")

    def _sealed(self, row: Row) -> Response:
        made = intakes.seal(intake_id=row.pk, by=self.party, at=self.at)
        response = self.told(made, location=address("intakes", made.pk))
        response.status_code = 202
        if made.key:
            # The request that opened the file finds its answer when it comes again.
            keep_answer(
                self,
                response,
                route=f"POST {PLACE}",
                key=made.key,
                digest=_fingerprint(
                    bytes(made.sha256 or b""), (made.media_type, made.encoding), made.mends_id
                ),
            )
        return response


class Cancellation(Resource):
    """Stop a file; what was registered by then stays, and is told."""

    needs = {"POST": needs(Role.MAKER, scope=Scope.REGISTER)}
    answers = {"POST": IntakeShape}

    @repeatable(required=False)
    def post(self, request: Request, intake_id: UUID) -> Response:
        row = intakes.cancel(intake_id=intake_id, by=self.party, at=self.at)
        return self.one(intake.told(intake=row, at=self.at))


def _label(request: Request, key: str) -> intakes.Label:
    """What the request tells of the file beside its bytes."""
    _, given = parse_header_parameters(request.headers.get("Content-Disposition", ""))
    name = given.get("filename", "").replace("\\", "/").rpartition("/")[2]
    return intakes.Label(key=key, name=name.replace("\0", ""), mends=_mended(request))


def _mended(request: Request) -> UUID | None:
    text = request.GET.get("mends")
    if text is None:
        return None
    try:
        return Identifier().read(text)
    except ValidationError as error:
        raise Malformed(
            "`mends` is not the id of an intake", pointer="?mends", remedy="write its UUID"
        ) from error
