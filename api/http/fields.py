"""The fields of wire shapes: each reads one spelling of its value and writes the same."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ValidationError

from api.http.wire import Value, kept, refuse
from passport.rules.decimals import check_places, parse_decimal

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})\Z",
    re.ASCII,
)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


class Text(Value):
    """A string; nothing else is turned into one."""

    wire = {"type": "string"}

    def __init__(self, *, longest: int = 255, empty: bool = False, **kwargs: Any) -> None:
        self.longest, self.empty = longest, empty
        super().__init__(**kwargs)

    def read(self, data: Any) -> str:
        if not isinstance(data, str):
            raise refuse("not-text", "The value is not a string.", "Write it in quotes.")
        if len(data) > self.longest:
            raise refuse(
                "too-long", f"The text has {len(data)} characters.",
                f"Send at most {self.longest}.",
            )  # fmt: skip
        if not data.strip() and not self.empty:
            raise refuse("empty", "The text is empty.", "Send the value, or leave the field out.")
        return data

    def to_representation(self, value: Any) -> str:
        return str(value)


class Verbatim(Value):
    """Bytes of a line as they came, as text; what is not UTF-8 in them shows as U+FFFD."""

    wire = {"type": "string"}

    def to_representation(self, value: bytes) -> str:
        return bytes(value).decode(errors="replace")


class Quantity(Value):
    """A decimal number in a string: a JSON number may lose digits on its way."""

    wire = {"type": "string", "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"}

    def __init__(self, *, places: int | None = None, **kwargs: Any) -> None:
        self.places = places
        super().__init__(**kwargs)

    def read(self, data: Any) -> Decimal:
        number = parse_decimal(data)
        if self.places is not None:
            check_places(number, places=self.places, pointer="")
        return number

    def to_representation(self, value: Decimal) -> str:
        text = format(value, "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


class Moment(Value):
    """A moment of RFC 3339 with its offset."""

    wire = {"type": "string", "format": "date-time"}

    def read(self, data: Any) -> datetime:
        moment = None
        if isinstance(data, str) and _MOMENT.match(data):
            try:
                moment = parse_datetime(data)
            except ValueError:
                moment = None
        if moment is None:
            raise refuse(
                "not-a-moment", "The value is not a moment with its offset from UTC.",
                "Write it as in 2026-03-02T10:00:00Z or 2026-03-02T11:00:00+01:00.",
            )  # fmt: skip
        return moment

    def to_representation(self, value: datetime) -> str:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Day(Value):
    """A calendar day."""

    wire = {"type": "string", "format": "date"}

    def read(self, data: Any) -> date:
        if isinstance(data, str) and _DAY.match(data):
            # No such day is told below, in the same words as a wrong spelling.
            with suppress(ValueError):
                return date.fromisoformat(data)
        raise refuse("not-a-day", "The value is not a day.", "Write it as in 2026-03-02.")

    def to_representation(self, value: date) -> str:
        return value.isoformat()


class Count(Value):
    """A whole number, zero or more."""

    wire = {"type": "integer", "minimum": 0}

    def __init__(self, *, most: int = 2**53 - 1, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def read(self, data: Any) -> int:
        if type(data) is not int or not 0 <= data <= self.most:
            raise refuse(
                "not-a-count", "The value is not a whole number in range.",
                f"Send a number from 0 to {self.most}, without quotes.",
            )  # fmt: skip
        return data


class Cents(Value):
    """An amount in whole cents; below zero it is paid the other way."""

    wire = {"type": "integer"}

    def read(self, data: Any) -> int:
        if type(data) is not int or abs(data) > 2**31 - 1:
            raise refuse(
                "not-cents",
                "The value is not a whole number of cents.",
                "Send cents without a point and without quotes.",
            )
        return data


class Flag(Value):
    """True or false."""

    wire = {"type": "boolean"}

    def read(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise refuse(
                "not-a-flag", "The value is neither true nor false.", "Send true or false."
            )
        return data


class Word(Value):
    """One of a few words."""

    def __init__(self, *, among: Sequence[str] = (), **kwargs: Any) -> None:
        self.among = tuple(str(word) for word in among)
        super().__init__(**kwargs)

    def spelling(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.among)}

    def read(self, data: Any) -> str:
        if not isinstance(data, str) or data not in self.among:
            known = ", ".join(self.among)
            raise refuse("unknown-word", "The word is not known here.", f"Use one of: {known}.")
        return data

    def to_representation(self, value: Any) -> str:
        return str(value)


class Identifier(Value):
    """The id of a row of ours: a UUID in lower case."""

    wire = {"type": "string", "format": "uuid"}

    def read(self, data: Any) -> UUID:
        if not isinstance(data, str) or not _UUID.match(data):
            raise refuse(
                "not-an-id", "The value is not an id.",
                "Send the id as this service gave it, a UUID in lower case.",
            )  # fmt: skip
        return UUID(data)

    def to_representation(self, value: UUID) -> str:
        return str(value)


class Digest(Value):
    """A SHA-256 in lower-case hexadecimal."""

    wire = {"type": "string", "pattern": "^[0-9a-f]{64}$"}

    def read(self, data: Any) -> bytes:
        if not isinstance(data, str) or not re.fullmatch(r"[0-9a-f]{64}", data):
            raise refuse("not-a-digest", "The value is not a SHA-256.", "Send 64 hex digits.")
        return bytes.fromhex(data)

    def to_representation(self, value: bytes) -> str:
        return bytes(value).hex()


class Document(Value):
    """A JSON object whose inside a rule reads, not the edge."""

    wire = {"type": "object", "additionalProperties": True}

    def read(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise refuse("not-an-object", "The value is not an object.", "Send it in braces.")
        return data


class Several(Value):
    """A list of values of one kind."""

    def __init__(self, *, of: Callable[[], Value], most: int = 1000, **kwargs: Any) -> None:
        self.of, self.most = of, most
        super().__init__(**kwargs)

    def spelling(self) -> dict[str, Any]:
        return {"type": "array", "items": self.of().spelling(), "maxItems": self.most}

    def read(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            raise refuse("not-a-list", "The value is not a list.", "Send it in brackets.")
        if not data or len(data) > self.most:
            raise refuse(
                "wrong-number", f"The list has {len(data)} entries.",
                f"Send 1 to {self.most}.",
            )  # fmt: skip
        return self._each(data)

    def _each(self, data: list[Any]) -> list[Any]:
        one, values, wrong = self.of(), [], {}
        for number, value in enumerate(data):
            try:
                values.append(one.to_internal_value(value))
            except ValidationError as error:
                wrong[str(number)] = error.detail
        if wrong:
            raise kept(wrong)
        return values

    def to_representation(self, value: Any) -> list[Any]:
        one = self.of()
        return [one.to_representation(each) for each in value]
