"""Why a battery line is not registered, in words for its sender."""

from passport.actions.intake_chunk import Row
from passport.models import BatteryModel
from passport.rules import identity as identities
from passport.rules import intake as lines
from passport.rules.errors import Conflict, NotFound, Refusal


class DuplicateSerial(Conflict):
    """The identity is taken; one serial names one battery for ever."""

    code = "duplicate-serial"
    title = "The serial is registered already"


class UnknownFacility(NotFound):
    """A battery is made at a facility of its maker."""

    code = "unknown-facility"
    title = "The facility is not registered"


class UnknownParent(NotFound):
    """A parent stands in the same file, or is in the maker's hands."""

    code = "unknown-parent"
    title = "The parent is not registered"


def other_gtin(row: Row, of: BatteryModel) -> Refusal:
    """The battery's GTIN is not its model's."""
    try:
        lines.check_gtin(identity=identities.parse(row.identity), model_gtin=of.gtin)
    except Refusal as refusal:
        return refusal
    raise AssertionError("the rule and the look at it differ")


def no_facility(name: str) -> UnknownFacility:
    """No facility of this name is the maker's."""
    return UnknownFacility(
        f"you have no facility named {name}",
        pointer="/facility",
        remedy="add the facility first, or leave the field out",
    )


def no_parent(identity: str) -> UnknownParent:
    """The parent is not there, or not the maker's."""
    return UnknownParent(
        f"{identity} is neither in this file nor in your hands",
        pointer="/parent",
        remedy="register the parent first, or correct its line if that was refused",
    )


def taken_already(identity: str, line: int | None) -> DuplicateSerial:
    """The name is taken, on a line of the file or before it."""
    if line is not None:
        return DuplicateSerial(
            f"{identity} stands on line {line} already, with other data",
            pointer="/id",
            remedy="keep the line that is right and drop the other",
        )
    return DuplicateSerial(
        f"{identity} is registered already, with other data",
        pointer="/id",
        remedy="check the serial; a battery that changed keeps its registration",
    )
