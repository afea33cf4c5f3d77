"""What was wrong with the lines of a file, as a file to download, mend and send again."""

import re
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from rest_framework.request import Request

from api.http.fields import Count, Text, Verbatim
from api.http.parsers import NDJSON
from api.http.permissions import Scope, needs
from api.http.shapes import StrictShape
from api.http.streaming import Streaming
from passport.models.intake import Intake as Row
from passport.proof import canonical
from passport.queries import intake
from passport.rules.errors import Malformed

_CODE: Final = re.compile(r"[a-z0-9-]{1,60}\Z", re.ASCII)


class ErrorShape(StrictShape):
    catalogue = "intake-error"

    line = Count(source="number")
    pointer = Text(empty=True)
    code = Text()
    detail = Text()
    remedy = Text(empty=True)
    raw = Verbatim()


class IntakeErrors(Streaming):
    """What was wrong, one JSON object a line, with the line as it came.

    `?code=` gives one kind only, `?after=` goes on behind a line number, `?only=raw` gives the bare
    lines: mend them and send them alone, with `POST /api/v1/intakes?mends=` this intake.
    """

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": ErrorShape}

    def get(self, request: Request, intake_id: UUID) -> HttpResponseBase:
        after = _line_number(request.GET.get("after", "0"))
        code, bare = _code(request.GET.get("code", "")), _is_bare(request.GET.get("only"))
        with self.acting():
            row = intake.state(intake_id=intake_id)
        pieces = self._pieces(row, after=after, code=code, bare=bare)
        response = StreamingHttpResponse(pieces, content_type=NDJSON)
        name = "lines" if bare else "errors"
        response["Content-Disposition"] = f'attachment; filename="{name}-{row.pk}.ndjson"'
        return response

    def _pieces(self, row: Row, *, after: int, code: str, bare: bool) -> Iterator[bytes]:
        """One short transaction a page: a slow reader holds none open."""
        while True:
            with self.acting():
                rows = intake.errors(intake=row, after=after, code=code)
            if not rows:
                return
            if bare:
                lines = [bytes(each.raw) for each in rows]
            else:
                lines = [canonical.encode(dict(ErrorShape(each).data)) for each in rows]
            yield b"".join(line + b"\n" for line in lines)
            after = rows[-1].number


def _line_number(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= 12:
        return int(text)
    raise Malformed("`after` is not a line number", pointer="?after", remedy="write digits")


def _code(text: str) -> str:
    if not text or _CODE.match(text):
        return text
    raise Malformed("`code` is no kind of error", pointer="?code", remedy="copy it from an error")


def _is_bare(text: str | None) -> bool:
    if text in (None, "raw"):
        return text is not None
    raise Malformed("`only` is not known", pointer="?only", remedy="write raw, or leave it out")
