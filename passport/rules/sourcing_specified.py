"""Who is a specified foreign entity on a day, its owners looked at, and of whom that is open.

Control by one that a covered nation makes (26 USC 7701(a)(51)(C)(i) to (iv)) makes an entity
specified itself (C)(v); control by what is only listed, or only controlled, does not: such an owner
makes it foreign-influenced.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from passport.rules.sourcing_attribution import (
    HUNDRED,
    Ownership,
    ownership_of,
    share_of,
)
from passport.rules.sourcing_party import (
    Entity,
    EntityKind,
    Measure,
    Register,
    Reviewed,
    Standing,
)
from passport.rules.sourcing_prongs import Finding, outright
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_sentences import say

# First those of whom facts are missing, then also those of whom counsel has to speak.
STAGES = ((Standing.UNKNOWN,), (Standing.UNKNOWN, Standing.REVIEW))
NOBODY = ""  # stands for all owners of whom nothing is told
CONTROL = "7701(a)(51)(C)(v)"
MEASURES = {
    EntityKind.CORPORATION: (Measure.VALUE, Measure.VOTE),
    EntityKind.PARTNERSHIP: (Measure.PROFITS, Measure.CAPITAL),
    EntityKind.TRUST: (Measure.BENEFICIAL,),
    EntityKind.ESTATE: (Measure.BENEFICIAL,),
}


@dataclass
class Look:
    """A register looked at on one day under one rule set; it remembers what it has found."""

    register: Register
    on: date
    rules: RuleSet
    ownership: Ownership = field(init=False)
    found: dict[str, tuple[Finding, ...]] = field(default_factory=dict, init=False)
    alone: dict[str, tuple[Finding, ...]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        told = ownership_of(
            holdings=self.register.holdings,
            kinds={each.id: each.kind for each in self.register.entities.values()},
            on=self.on,
            from_corporation=Fraction(self.rules.tests.attribution_percent),
        )
        rests = {
            each.id: _rest(each, told)
            for each in self.register.entities.values()
            if not self.cleared(each.id)
        }
        self.ownership = told.and_of(NOBODY, {id: rest for id, rest in rests.items() if rest})

    def name(self, id: str) -> str:
        """What an entity is called."""
        entity = self.register.entities.get(id)
        return entity.name if entity else id

    def review(self, id: str) -> Reviewed | None:
        """The newest word of a reviewer on an entity for this day."""
        of_it = (each for each in self.register.reviewed if each.entity == id)
        for_it = [each for each in of_it if each.tested_on == self.on]
        return max(for_it, key=lambda each: each.decided_on, default=None)

    def cleared(self, id: str) -> bool:
        """Whether a reviewer has said for this day that it is no specified foreign entity."""
        review = self.review(id)
        return review is not None and review.conclusion in (Standing.CLEAN, Standing.INFLUENCED)

    def by_itself(self, id: str) -> tuple[Finding, ...]:
        """What lists and covered nations make of an entity, and what of that is open."""
        if id not in self.alone:
            entity = self.register.entities.get(id)
            listed = [each for each in self.register.listed if each.entity == id]
            self.alone[id] = (
                outright(entity=entity, listed=listed, on=self.on, rules=self.rules)
                if entity
                else (_nothing_of(id),)
            )
        return self.alone[id]

    def of(self, id: str) -> tuple[Finding, ...]:
        """The same, its owners looked at and a reviewer heard on what is open."""
        if id not in self.found:
            found = (*self.by_itself(id), *_owned(self, id))
            review = self.review(id)
            if review is not None and not has(found, Standing.SPECIFIED):
                found = _heard(review, found)
            self.found[id] = found
        return self.found[id]

    def specified(self, ids: Collection[str]) -> frozenset[str]:
        """Those that are specified foreign entities."""
        return frozenset(each for each in ids if has(self.of(each), Standing.SPECIFIED))

    def open(self, ids: Collection[str], *standings: Standing) -> frozenset[str]:
        """Those of which it is open whether they are, for want of facts, of counsel or of both."""
        left = set(ids) - self.specified(ids)
        return frozenset(
            each for each in left if any(has(self.of(each), standing) for standing in standings)
        )

    def measures(self, id: str) -> tuple[Measure, ...]:
        """By what shares in an entity are told."""
        return tuple(sorted(self.ownership.told(id)))


def has(findings: Collection[Finding], standing: Standing) -> bool:
    """Whether one of them comes to this."""
    return any(each.standing is standing for each in findings)


def control_of(look: Look, id: str) -> Iterator[Finding]:
    """Control by one that a covered nation makes: more than so much by any measure; (C)(v), (G)."""
    border = Fraction(look.rules.tests.control_above_percent)
    for owner, measure in _pairs(look, id):
        share = share_of(owners={owner}, entity=id, measure=measure, ownership=look.ownership)
        told = {"owner": look.name(owner), "name": look.name(id), "measure": measure}
        if share.least > border:
            said = say("controlled", percent=share.least, border=border, **told)
            yield Finding(Standing.SPECIFIED, CONTROL, (said, *chain(look, owner, id)))
        elif share.most > border:
            said = say("circle", percent=share.least, most=share.most, border=border, **told)
            yield Finding(Standing.REVIEW, CONTROL, (said,))


def chain(look: Look, owner: str, id: str) -> tuple[str, ...]:
    """Why the owner is what it is, and each holding on the way from it to the entity."""
    between = look.ownership.above(id) | {id}
    why = [text for each in look.by_itself(owner) for text in each.says]
    return (
        *why,
        *(
            say(
                "holding",
                owner=look.name(each.owner),
                name=look.name(each.owned),
                percent=each.percent,
                measure=each.measure,
                since=each.since,
                source=each.source,
            )
            for each in look.register.holdings
            if each.owned in between
            and each.since <= look.on
            and (each.until is None or look.on < each.until)
            and (each.owner == owner or owner in look.ownership.above(each.owner))
        ),
    )


def _owned(look: Look, id: str) -> Iterator[Finding]:
    """What its owners make of an entity, unless it has none by its nature."""
    entity = look.register.entities.get(id)
    if entity is None or entity.kind not in MEASURES:
        return
    if entity.publicly_traded:
        yield Finding(Standing.REVIEW, "7701(a)(51)(E)", (say("traded", name=entity.name),))
        return
    found = tuple(control_of(look, id))
    yield from found
    if not found:
        yield from _perhaps(look, id)


def _perhaps(look: Look, id: str) -> Iterator[Finding]:
    """Whether those of whom it is open what they are could control it, with those that are told."""
    border = Fraction(look.rules.tests.control_above_percent)
    for standings in STAGES:
        doubtful = {
            each
            for each in look.ownership.above(id)
            if any(has(look.by_itself(each), standing) for standing in standings)
        }
        most, measure = could_own(look, _foreign(look, id), doubtful, id)
        if most > border:
            said = say("could", percent=most, name=look.name(id), measure=measure)
            yield Finding(standings[-1], CONTROL, (said,))
            return


def could_own(
    look: Look, owners: Collection[str], doubtful: Collection[str], id: str
) -> tuple[Fraction, str]:
    """The most that one of the owners could own if all doubtful ones were it, and by what measure.

    Nothing where nobody is doubtful.
    """
    most, by = Fraction(0), ""
    if not doubtful:
        return most, by
    for owner in [*owners, NOBODY]:
        for measure in look.measures(id):
            share = share_of(
                owners={owner, *doubtful}, entity=id, measure=measure, ownership=look.ownership
            )
            if share.most > most:
                most, by = share.most, measure
    return most, by


def _pairs(look: Look, id: str) -> Iterator[tuple[str, Measure]]:
    """Each owner that controls what it owns, with each measure that is told."""
    for owner in sorted(_foreign(look, id)):
        for measure in look.measures(id):
            yield owner, measure


def _foreign(look: Look, id: str) -> set[str]:
    above = look.ownership.above(id) - {id}
    return {each for each in above if any(found.foreign for found in look.by_itself(each))}


def _nothing_of(id: str) -> Finding:
    return Finding(Standing.UNKNOWN, "", (say("no_entity", name=id),))


def _heard(review: Reviewed, found: Collection[Finding]) -> tuple[Finding, ...]:
    """What a reviewer said in the place of what is open; a reviewer may leave it open, too."""
    if review.conclusion in (Standing.UNKNOWN, Standing.REVIEW):
        return tuple(found)
    if review.conclusion is not Standing.SPECIFIED:
        return ()
    return (Finding(Standing.SPECIFIED, "", (counsel(review),)),)


def counsel(review: Reviewed) -> str:
    """What a reviewer concluded, as a sentence."""
    return say(
        "counsel",
        reviewer=review.reviewer,
        conclusion=review.conclusion,
        on=review.decided_on,
        reason=review.reason,
        paper=review.document_sha256[:16],
    )


def _rest(entity: Entity, told: Ownership) -> dict[Measure, Fraction]:
    """What is missing to the whole, by each measure that its kind asks for."""
    sums = told.told(entity.id)
    most = max(sums.values(), default=Fraction(0))
    rests = {
        measure: HUNDRED - sums.get(measure, most) for measure in MEASURES.get(entity.kind, ())
    }
    return {measure: rest for measure, rest in rests.items() if rest > 0}
