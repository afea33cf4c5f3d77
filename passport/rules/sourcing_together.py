"""What several owners own of an entity together, each part counted once (26 USC 318(a)(2))."""

from collections.abc import Collection
from fractions import Fraction

from passport.rules.sourcing_attribution import HUNDRED, Ownership, Share, share_of
from passport.rules.sourcing_party import Measure


def together_of(
    *, owners: Collection[str], entity: str, measure: Measure, ownership: Ownership
) -> Share:
    """What any of `owners` owns of an entity, directly or by attribution, each part counted once.

    What one owner holds through another is not counted twice; and from a corporation only those
    are counted who each pass 50 per cent of its value alone.
    """
    least = most = Fraction(0)
    for holder, shares in ownership.holders(entity).items():
        part = _counted(holder, owners, ownership, frozenset((entity,)))
        least += shares.get(measure, Fraction(0)) * part.least / HUNDRED
        most += shares.get(measure, Fraction(0)) * part.most / HUNDRED
    return Share(min(least, HUNDRED), min(most, HUNDRED))


def _counted(
    holder: str, owners: Collection[str], ownership: Ownership, seen: frozenset[str]
) -> Share:
    """How much of what a holder owns counts as owned by any of the owners, in percent."""
    if holder in owners:
        return Share(HUNDRED, HUNDRED)
    if not ownership.runs_on(holder):
        return _passing(holder, owners, ownership)
    if holder in seen:
        # A partnership that holds itself: what it holds may be anybody's.
        return Share(Fraction(0), HUNDRED)
    least = most = Fraction(0)
    for each in ownership.holders(holder):
        part = _counted(each, owners, ownership, seen | {holder})
        least += ownership.key(each, holder) * part.least / HUNDRED
        most += ownership.key(each, holder) * part.most / HUNDRED
    return Share(least, most)


def _passing(corporation: str, owners: Collection[str], ownership: Ownership) -> Share:
    alone = {
        each: share_of(owners={each}, entity=corporation, measure=None, ownership=ownership)
        for each in set(owners) & ownership.above(corporation)
    }
    border = ownership.from_corporation
    sure = {each for each, share in alone.items() if share.least >= border}
    perhaps = {each for each, share in alone.items() if share.most >= border}
    return Share(
        share_of(owners=sure, entity=corporation, measure=None, ownership=ownership).least,
        share_of(owners=perhaps, entity=corporation, measure=None, ownership=ownership).most,
    )
