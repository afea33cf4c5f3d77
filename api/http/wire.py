"""What every wire field shares: strict reading, and errors that keep their remedy."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from passport.rules.errors import Refusal


class Told(ErrorDetail):
    """What is wrong with one value, with what to do about it."""

    remedy: str

    def __new__(cls, detail: str, code: str, remedy: str = "") -> "Told":
        told = super().__new__(cls, detail, code)
        told.remedy = remedy
        return told


def refuse(code: str, detail: str, remedy: str) -> ValidationError:
    """Make the error that keeps its remedy on the way through the framework."""
    return kept([Told(detail, code, remedy)])


def kept(detail: Any) -> ValidationError:
    """Make an error of details that stay as they are."""
    # Set afterwards: the constructor would copy them and lose their remedies.
    error = ValidationError()
    error.detail = detail
    return error


class Value(serializers.Field):
    """A value with one reading; refusals of rules keep their words."""

    wire: Mapping[str, Any] = {}

    def read(self, data: Any) -> Any:
        raise NotImplementedError

    def spelling(self) -> dict[str, Any]:
        """How the value is spelt, in the words of JSON Schema."""
        return dict(self.wire)

    def to_internal_value(self, data: Any) -> Any:
        try:
            return self.read(data)
        except Refusal as refusal:
            raise refuse(refusal.code, refusal.detail, refusal.remedy) from refusal

    def to_representation(self, value: Any) -> Any:
        return value
