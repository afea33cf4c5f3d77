"""What a scanner in a yard sends: the names that a text could be, the clock that told the time."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from passport.rules.aliases import Alias, readings_of
from passport.rules.errors import Conflict, Malformed, NotFound, Refusal
from passport.rules.gs1 import LENIENT
from passport.rules.gs1_elements import SEPARATOR
from passport.rules.identity import LONGEST_READ, Identity, parse
from passport.rules.lifecycle import CLOCK_TOLERANCE

MOST_AT_ONCE = 50
SHORTEST_PART = 3
LONGEST_PART = 40


class RecordKind(StrEnum):
    """What somebody did with a battery in the yard."""

    SCAN = "SCAN"
    TAKE = "TAKE"
    REFUSE = "REFUSE"
    QUARANTINE = "QUARANTINE"
    RELABEL = "RELABEL"
    UNDO = "UNDO"


class Danger(StrEnum):
    """Why a battery is set apart."""

    THERMAL_EVENT = "THERMAL_EVENT"
    CASE_DAMAGE = "CASE_DAMAGE"
    WATER_INGRESS = "WATER_INGRESS"
    CRASH = "CRASH"
    OTHER = "OTHER"


class RecordIdReused(Conflict):
    """The id of one record came with another."""

    code = "record-id-reused"
    title = "The id was used for another record"


class UnknownHere(NotFound):
    """The code is right, and nobody has registered such a battery."""

    code = "unknown-battery"
    title = "Nobody has registered this battery"


class InOtherHands(Refusal):
    """The battery is registered, and is neither held by the party nor offered to it."""

    code = "in-other-hands"
    title = "The battery is in other hands"


class NothingOffered(Refusal):
    """There is no open hand-over of this battery to the party."""

    code = "nothing-offered"
    title = "Nobody has offered this battery to you"


class NameOfSeveral(Refusal):
    """Two makers count by the same serial."""

    code = "name-of-several"
    title = "More than one battery is called so"


class NothingToUndo(Refusal):
    """The record that is to be taken back is not there, or left nothing behind."""

    code = "nothing-to-undo"
    title = "There is nothing to take back"


class StaysTaken(Refusal):
    """An answer to a hand-over stands."""

    code = "stays-taken"
    title = "A hand-over that was answered stays answered"


class NoDanger(Malformed):
    """A battery is set apart for a reason."""

    code = "no-danger"
    title = "The reason is missing"


class NotAMoment(Malformed):
    """The clock of the device stands in another century."""

    code = "not-a-moment-of-ours"
    title = "The clock of the device is wrong"


class TooShort(Malformed):
    """A part of a serial that fits nearly every battery finds nothing."""

    code = "too-short"
    title = "Too few characters to look for"


@dataclass(frozen=True, slots=True)
class Scanned:
    """The names that a text could be; `refusal` says why it is no identity, where it is none."""

    identity: Identity | None
    aliases: tuple[Alias, ...]
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class Clock:
    """When something happened by our time, and by how many seconds the device's clock is ahead."""

    happened_at: datetime
    skew_s: int

    @property
    def off(self) -> bool:
        """Whether the device's clock was wrong by more than is forgiven."""
        return abs(self.skew_s) > CLOCK_TOLERANCE.total_seconds()


# What keyboards send where a scanner sent the group separator.
_STAND_INS = re.compile(r"\{GS\}|<GS>|\^\]|[|^]")
_ENVELOPE = re.compile(r"\[\)>\x1e?05\x1d?(?P<data>.*?)(?:\x1e?\x04?)", re.ASCII | re.DOTALL)
# Raw GS1 data of a scanner that does not say which symbol it read.
_RAW = re.compile(r"(?:01[0-9]{14}|00[0-9]{18}|8004|8006[0-9]{18}|8010)[!-z\x1d]*", re.ASCII)
_AIM = re.compile(r"\][A-Za-z][0-9]", re.ASCII)
_YEARS = range(2000, 2200)
# Half a century; more is no clock that is slow or fast.
_MOST_SKEW_S = 50 * 365 * 86_400


def read_scan(text: str) -> Scanned:
    """The names that a scanned or typed text could be. [yard-1]

    Takes what identity.parse() takes, and what scanners make of it: spaces and line ends around it,
    {GS} | ^ for the separator, the envelope of ISO/IEC 15434, GS1 data without a prefix, and codes
    of GB/T 34014.
    `refusal` is of the plainest reading. Never refuses.
    """
    plain = text.strip()
    refusal: Refusal | None = None
    for each in _spellings(plain):
        try:
            return Scanned(parse(each, reading=LENIENT), readings_of(plain), None)
        except Refusal as found:
            refusal = found if refusal is None or _is_raw(each) else refusal
    return Scanned(None, readings_of(_AIM.sub("", plain, count=1)), refusal)


def read_clock(*, happened_at: datetime, sent_at: datetime, at: datetime) -> Clock:
    """When something happened by our clock, from what the device's clock said of it. [yard-2]

    `sent_at` is what the device's clock said when it sent. A clock that is right to five minutes is
    believed; what another one said is moved by as much as it is wrong, never past now.
    Refuses NotAMoment for a clock outside the years 2000 to 2199, or wrong by half a century.
    """
    for moment in (happened_at, sent_at):
        if moment.year not in _YEARS or abs((moment - at).total_seconds()) > _MOST_SKEW_S:
            raise NotAMoment(
                f"the device says that it is the year {moment.year}",
                pointer="/happened_at",
                remedy="set its clock; what it has noted stays on it until then",
            )
    skew = sent_at - at
    seconds = round(skew.total_seconds())
    moved = happened_at - skew if abs(skew) > CLOCK_TOLERANCE else happened_at
    if moved - at > CLOCK_TOLERANCE:
        # Its clock was set between the two moments: it cannot have happened later than now.
        return Clock(at, seconds or _seconds(moved - at))
    return Clock(min(moved, at), seconds)


def check_danger(said: str) -> Danger:
    """The reason for which a battery is set apart. [yard-3] Refuses NoDanger."""
    if said in Danger.__members__:
        return Danger(said)
    raise NoDanger(
        "a battery is set apart for a reason",
        pointer="/because",
        remedy="say one of: " + ", ".join(Danger),
    )


def check_part(text: str) -> str:
    """A part of a serial that may be looked for. [yard-4] Refuses TooShort."""
    part = text.strip()
    if SHORTEST_PART <= len(part) <= LONGEST_PART:
        return part
    raise TooShort(
        f"{len(part)} characters of a serial are looked for from {SHORTEST_PART} to {LONGEST_PART}",
        pointer="/part",
        remedy="type what can still be read, without spaces",
    )


def _seconds(span: timedelta) -> int:
    return round(span.total_seconds())


def _spellings(text: str) -> tuple[str, ...]:
    """A text as it is, and what a scanner may have made it from; the likeliest first."""
    if len(text) > LONGEST_READ:
        return (text,)
    envelope = _ENVELOPE.fullmatch(text)
    parted = _STAND_INS.sub(SEPARATOR, envelope["data"] if envelope else text)
    bare = parted if parted.startswith(("]", SEPARATOR)) else "]Q3" + parted
    found = (text, bare) if _is_raw(bare) else (text, parted)
    return tuple(dict.fromkeys(found))


def _is_raw(text: str) -> bool:
    """Whether this is GS1 data as scanners send it."""
    return _RAW.fullmatch(_AIM.sub("", text, count=1).removeprefix(SEPARATOR)) is not None
