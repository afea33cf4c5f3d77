"""Wire shapes: what comes in and what goes out, read strictly, refused field by field."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Final

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import SkipField

from api.http.errors import ShapeRefused
from api.http.problems import Fault
from api.http.wire import Told, kept, refuse


class StrictList(serializers.ListSerializer):
    """Several documents of one shape; their errors keep their remedies."""

    max_length: int | None
    min_length: int | None

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, list):
            raise refuse("not-a-list", "The value is not a list.", "Send it in brackets.")
        least = 1 if self.min_length is None else self.min_length
        if not least <= len(data) <= (self.max_length or len(data)):
            raise refuse(
                "wrong-number",
                f"The list has {len(data)} entries.",
                f"Send {least} to {self.max_length or 'many'}.",
            )
        values, wrong = [], {}
        for number, each in enumerate(data):
            try:
                values.append(self.run_child_validation(each))
            except ValidationError as error:
                wrong[str(number)] = error.detail
        if wrong:
            raise kept(wrong)
        return values


class StrictShape(serializers.Serializer):
    """A shape that refuses fields it does not know.

    `catalogue` is its section in fixtures/reference/fields.json, which gives each field its data
    point, or the reason why it is carried, and its audience.
    """

    catalogue: ClassVar[str] = ""

    class Meta:
        list_serializer_class = StrictList

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise ShapeRefused(
                (Fault("not-an-object", "The document is not an object.", remedy="Use braces."),)
            )
        known = f"Remove it; known are: {', '.join(self.fields)}."
        wrong: dict[str, Any] = {
            name: [Told(f'The field "{name[:80]}" is not known here.', "unknown-field", known)]
            for name in data
            if name not in self.fields
        }
        values: dict[str, Any] = {}
        for field in self._writable_fields:
            try:
                values[str(field.source)] = field.run_validation(field.get_value(data))
            except ValidationError as error:
                wrong[str(field.field_name)] = error.detail
            except SkipField:
                continue
        if wrong:
            raise kept(wrong)
        return values


def write_shape(shape: type[StrictShape], record: object) -> dict[str, Any]:
    """Return the fields of a record as this shape tells them."""
    return dict(_kept(shape).to_representation(record))


@cache
def _kept(shape: type[StrictShape]) -> StrictShape:
    """One for all requests: it keeps nothing of what it reads or writes, and making one copies
    every field.
    """
    return shape()


def read_shape(shape: type[StrictShape], data: object) -> dict[str, Any]:
    """Return the values of a document; refuses (ShapeRefused) naming each wrong field."""
    try:
        return dict(_kept(shape).run_validation(data))
    except ValidationError:
        reader = shape(data=data)
        reader.is_valid()
        raise ShapeRefused(tuple(_faults(reader.errors, ""))) from None


_REMEDIES: Final = {
    "required": "Send the field.",
    "null": "Send a value, or leave the field out.",
}


def _faults(errors: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(errors, Mapping):
        for name, below in errors.items():
            step = str(name).replace("~", "~0").replace("/", "~1")
            yield from _faults(below, f"{pointer}/{step}")
        return
    for number, each in enumerate(errors):
        if isinstance(each, (Mapping, list)):
            yield from _faults(each, f"{pointer}/{number}")
        else:
            code = str(each.code).replace("_", "-")
            remedy = getattr(each, "remedy", "") or _REMEDIES.get(each.code, "")
            yield Fault(code, str(each), pointer, remedy)
