"""The families of refusals; concrete ones stand in the file of the rule that raises them."""

from collections.abc import Sequence
from typing import ClassVar


class Refusal(Exception):
    """A well-formed request that a rule does not allow: says what is wrong, where, what to do."""

    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "A rule does not allow this"

    def __init__(self, detail: str, *, pointer: str = "", remedy: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        # Refusals cross process borders (pools, result back ends); keywords must survive that.
        return (_rebuilt, (type(self), self.detail, self.pointer, self.remedy))

    def at(self, pointer: str) -> "Refusal":
        """The same refusal, pointing to where its value stands in the caller's document."""
        return self.pointing(pointer + self.pointer)

    def pointing(self, pointer: str) -> "Refusal":
        """The same refusal, pointing to `pointer` alone."""
        return type(self)(self.detail, pointer=pointer, remedy=self.remedy)


class Malformed(Refusal):
    """The value cannot be read as what it claims to be."""

    code = "malformed"
    title = "This cannot be read"


class NotAllowed(Refusal):
    """The party may not do this."""

    code = "not-allowed"
    title = "This party may not do this"


class NotFound(Refusal):
    """There is no such thing, or the party may not know of it; the two look alike."""

    code = "not-found"
    title = "Nothing of this name is known here"


class Conflict(Refusal):
    """The request contradicts what is already recorded."""

    code = "conflict"
    title = "This contradicts what is recorded"


class Several(Refusal):
    """More than one thing is wrong with the request; `each` has its own pointer and remedy."""

    def __init__(self, detail: str, *, each: Sequence[Refusal]) -> None:
        super().__init__(detail, pointer=each[0].pointer, remedy=each[0].remedy)
        self.each = tuple(each)

    def __reduce__(self) -> tuple[object, ...]:
        return (_several, (type(self), self.detail, self.each))

    def at(self, pointer: str) -> "Several":
        return type(self)(self.detail, each=[each.at(pointer) for each in self.each])

    def pointing(self, pointer: str) -> "Several":
        return type(self)(self.detail, each=[each.pointing(pointer) for each in self.each])


def _several(kind: type[Several], detail: str, each: Sequence[Refusal]) -> Several:
    return kind(detail, each=each)


def _rebuilt(kind: type[Refusal], detail: str, pointer: str, remedy: str) -> Refusal:
    return kind(detail, pointer=pointer, remedy=remedy)
