"""What may be supposed of a market, to see what would become of its packs."""

from collections.abc import Collection

from passport.rules.errors import Malformed
from recycling.rules.inputs import Change

LOWEST_PERCENT, HIGHEST_PERCENT = -90, 500


class NothingSupposed(Malformed):
    """The question supposes nothing that a market could be, or nothing at all."""

    code = "nothing-supposed"
    title = "This cannot be supposed"


def check_change(change: Change, *, known: Collection[str], binds: bool) -> None:
    """Another price within bounds, or programmes of the plan that are closed. [supposing-1]

    Refuses NothingSupposed.
    """
    if not binds or not known:
        raise NothingSupposed(
            "only a plan that was made binding has variants", remedy="choose another plan"
        )
    if not change.price_percent and not change.closed:
        raise NothingSupposed(
            "nothing is another way",
            pointer="/price_percent",
            remedy="change prices by some percent, or close a programme",
        )
    if not LOWEST_PERCENT <= change.price_percent <= HIGHEST_PERCENT:
        raise NothingSupposed(
            f"prices {change.price_percent} % higher",
            pointer="/price_percent",
            remedy=f"choose from {LOWEST_PERCENT} to {HIGHEST_PERCENT}",
        )
    for pointer, names in (("/programme", {change.programme} - {""}), ("/closed", change.closed)):
        if not set(names) <= set(known):
            raise NothingSupposed(
                "the plan knows no such programme",
                pointer=pointer,
                remedy="name programmes that were open when the plan was made",
            )
