"""The steps of the walk in their order, and how each is told."""

from collections.abc import Callable
from dataclasses import dataclass

from api.management.walk import attesting, keeping, making, proving
from api.management.walk.caller import Failed
from api.management.walk.walk import Walk


@dataclass(frozen=True)
class Step:
    """What is done, for people; `do` returns what was found."""

    says: str
    do: Callable[[Walk], str]


STEPS = (
    Step("The instance is ready", making.is_ready),
    Step("API keys speak for their parties", making.keys_speak),
    Step("A maker registers models, packs and cells", making.register),
    Step("A wrong line is told, the good one lands", making.bad_lines),
    Step("The maker makes a key and enrols it", attesting.make_key),
    Step("A supplier signs a lot of material", attesting.supply),
    Step("The maker signs batch and packs", attesting.attest),
    Step("The label opens the passport", making.label),
    Step("The maker replaces its key", attesting.rotate),
    Step("A mistaken claim is taken back", attesting.take_back),
    Step("Hand-over offered and accepted", keeping.hand_over),
    Step("Put into service and read", keeping.live),
    Step("Takers publish what they take", keeping.publish),
    Step("Two packs retire", keeping.retire),
    Step("The worker plans", keeping.plan),
    Step("The keeper reads the board", keeping.board),
    Step("Offers accepted, custody taken", keeping.take),
    Step("The recycler books the treatment", keeping.treat),
    Step("The auditor is let in", proving.show),
    Step("The log is followed", proving.follow),
    Step("The index is snapshot", proving.index),
    Step("Two bundles are taken away", proving.pull),
    Step("A clean interpreter", proving.clean),
    Step("The bundles are verified", proving.verify),
    Step("A turned bit is refused", proving.flip),
)


def go(walk: Walk, *, tell: Callable[[str], object]) -> bool:
    """Take every step until one fails; whether all came out."""
    for number, step in enumerate(STEPS, start=1):
        try:
            found = step.do(walk)
        except Failed as failed:
            tell(f"{number:>3}. ■ {step.says} FAILED\n     what   {failed.what}")
            tell(f"     where  {failed.where}\n     do     {failed.remedy}")
            return False
        tell(f"{number:>3}. ● {step.says}: {found}")
    return True
