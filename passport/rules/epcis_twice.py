"""One reading of an event that names something twice: what it says last counts.

RFC 8259 §4 leaves open which of two holds, and reports that many readers take the last one. What
is proven to strangers has one reading or none; but of an event somebody else has written, and an
official example of EPCIS is such a one, the words are kept, and it is said how they were read.
"""

import json
import re

from passport.rules.epcis_json import SaidTwice, step

_SPACE = re.compile(r"[ \t\n\r]*", re.ASCII)
# Only where a value ends is asked: the text of a number may be of any length.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


def last_of(text: str) -> tuple[str, list[SaidTwice]]:
    """The JSON of an object with each of its own names once, and of each what is to be said.

    The values stay as they were written, and nothing is looked for inside of them. `text` is JSON
    but for names that stand twice; where none does, it comes back as it is.
    """
    members = _members(text)
    once = dict(members)
    if len(once) == len(members):
        return text, []
    names = [name for name, _ in members]
    told = [_told(name) for name in once if names.count(name) > 1]
    return "{" + ",".join(once.values()) + "}", told


def _members(text: str) -> list[tuple[str, str]]:
    """Each member by its name, as written."""
    found = []
    at = _next(text, _next(text, 0) + 1)
    while text[at] == '"':
        name, end = _DECODER.raw_decode(text, at)
        # Behind the name stands the colon, behind the value a comma or the end.
        _, end = _DECODER.raw_decode(text, _next(text, _next(text, end) + 1))
        found.append((name, text[at:end]))
        at = _next(text, end)
        if text[at] == ",":
            at = _next(text, at + 1)
    return found


def _next(text: str, at: int) -> int:
    """Where the next letter stands that is no space."""
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _told(name: str) -> SaidTwice:
    return SaidTwice(
        f"The name {name[:64]!r} stands twice in the event; the last one counts, as with the "
        "common readers of JSON (RFC 8259 §4). What was received is kept as it came.",
        pointer=step(name),
        remedy="Send it once: another reader may take the other one.",
    )
