"""Lots of recovered material: made of fractions, passed on, and claimed kilogram by kilogram."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from passport.rules.errors import Conflict, Malformed, NotAllowed, Refusal
from recycling.rules.recovery import Fate

_ZERO = Decimal(0)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)
_WEB = "did:web:"
_FINEST = Decimal("0.000001")


class ClaimedAlready(Conflict):
    """The kilograms were claimed before, by this maker or by another."""

    code = "claimed-already"
    title = "These kilograms have been claimed"


class NotTheHolderOfTheLot(NotAllowed):
    """The lot is in another party's hands."""

    code = "not-the-holder-of-the-lot"
    title = "The lot is not yours"


class MixedFates(Refusal):
    """A lot is either material for a maker or feed for a further step."""

    code = "mixed-fates"
    title = "The fractions of a lot go the same way"


class LotIsUnderWay(Conflict):
    """The lot is offered to somebody already."""

    code = "lot-is-under-way"
    title = "The lot is offered already"


class AnsweredAlready(Conflict):
    """The offer was answered or taken back."""

    code = "lot-answered-already"
    title = "This offer was answered"


class NotYourAnswer(NotAllowed):
    """The receiver accepts or refuses; the giver takes back."""

    code = "not-your-answer"
    title = "This answer is another party's to give"


class SaysSomethingElse(Conflict):
    """What was signed and what is booked are not the same."""

    code = "says-something-else"
    title = "The signed claim differs from what is booked"


class ClaimsMore(Refusal):
    """An attestation is backed by as many kilograms as it counts as recycled, and no more."""

    code = "claims-more"
    title = "The attestation counts fewer kilograms as recycled"


class NotForClaims(Refusal):
    """Only recycled material backs a claim of recycled content."""

    code = "not-for-claims"
    title = "This lot backs no claim"


class LotNotAttested(Refusal):
    """A claim leads to the treatment by signatures; one is missing."""

    code = "lot-not-attested"
    title = "The lot has no signed origin yet"


class NumberTaken(Conflict):
    """A party numbers its lots once."""

    code = "number-taken"
    title = "The number is in use"


class NumberNotPlain(Malformed):
    """A number becomes part of an address."""

    code = "number-not-plain"
    title = "The number has other signs than an address takes"


@dataclass(frozen=True, kw_only=True)
class Part:
    """Kilograms of a fraction that fill a lot; elements in kg, None where nobody has looked."""

    mass_kg: Decimal
    fate: str
    elements: Mapping[str, Decimal] | None


def fill(*, parts: Sequence[Part]) -> tuple[Decimal, str, dict[str, Decimal] | None]:
    """Mass, fate and assay of a lot of these parts: weighted by mass. [material-1]

    Refuses MixedFates.
    """
    fates = {each.fate for each in parts}
    if len(fates) != 1 or not fates <= {Fate.RECYCLED, Fate.ONWARD}:
        raise MixedFates(
            "the fractions were booked as " + " and ".join(sorted(fates)),
            pointer="/parts",
            remedy="fill a lot from fractions that are all RECYCLED, or all ONWARD",
        )
    mass = sum((each.mass_kg for each in parts), _ZERO)
    if any(each.elements is None for each in parts):
        return mass, fates.pop(), None
    whole: dict[str, Decimal] = {}
    for each in parts:
        for element, kg in (each.elements or {}).items():
            whole[element] = whole.get(element, _ZERO) + kg
    assay = {e: (kg / mass).quantize(_FINEST, ROUND_DOWN) for e, kg in whole.items() if kg}
    return mass, fates.pop(), assay


def check_claim(*, wanted_kg: Decimal, left_kg: Decimal, mass_kg: Decimal, lot: str) -> None:
    """A kilogram of a lot backs one claim, whoever makes it. [material-2]

    Refuses ClaimedAlready.
    """
    if wanted_kg > left_kg:
        raise ClaimedAlready(
            f"{wanted_kg.normalize():f} kg are claimed of the lot {lot}; of its"
            f" {mass_kg.normalize():f} kg {(mass_kg - left_kg).normalize():f} kg have been claimed"
            f" or used before, {left_kg.normalize():f} kg are left",
            pointer="/mass_kg",
            remedy="claim what is left; the same kilogram backs one claim, whoever makes it",
        )


def recycled_kg(*, subject: Mapping[str, object]) -> Decimal:
    """How many kilograms an attestation of a material counts as recycled. [material-6]"""
    mass, share = subject.get("mass"), subject.get("recycledShare")
    if not isinstance(mass, dict) or not isinstance(share, str):
        return _ZERO
    return Decimal(str(mass["value"])) * Decimal(share)


def check_attested(*, attested_kg: Decimal, backed_kg: Decimal, wanted_kg: Decimal) -> None:
    """What backs an attestation is no more than it counts as recycled. [material-7]

    Refuses ClaimsMore.
    """
    if backed_kg + wanted_kg > attested_kg:
        raise ClaimsMore(
            f"the attestation counts {attested_kg.normalize():f} kg as recycled,"
            f" {backed_kg.normalize():f} kg of it are backed; {wanted_kg.normalize():f} kg are"
            " claimed",
            pointer="/mass_kg",
            remedy="claim what the attestation still lacks, or sign another one",
        )


def compare(*, signed: Mapping[str, object], booked: Mapping[str, object]) -> None:
    """A signed paper says what is booked, word for word; more it may say. [material-8]

    Refuses SaysSomethingElse.
    """
    for term, value in booked.items():
        if signed.get(term) != value:
            raise SaysSomethingElse(
                f"the term {term!r} is not what is booked",
                pointer=f"/credentialSubject/{term}",
                remedy="take the facts anew, and sign them as they are",
            )


def check_in_hand(*, holds: bool, offered: bool) -> None:
    """Whoever holds a lot draws on it and claims it, but not while it is offered. [material-3]

    Refuses NotTheHolderOfTheLot, LotIsUnderWay.
    """
    if not holds:
        raise NotTheHolderOfTheLot(
            "the lot is in another party's hands",
            remedy="accept its hand-over first, or ask the party that holds it",
        )
    if offered:
        raise LotIsUnderWay(
            "the lot is offered to somebody, who sees what is left of it",
            remedy="withdraw the offer, or wait for its answer",
        )


def check_number(number: str, *, pointer: str) -> str:
    """Letters, digits, dot, hyphen and underscore, up to 40. [material-4]

    Refuses NumberNotPlain.
    """
    if _PLAIN.fullmatch(number):
        return number
    raise NumberNotPlain(
        f"{number!r} cannot stand in an address",
        pointer=pointer,
        remedy="begin with a letter or digit; dot, hyphen, underscore may follow, 40 signs at most",
    )


def identity_of(*, did: str | None, slug: str, site: str, what: str, number: str) -> str:
    """A link that names a batch or lot: of the party's domain, else of `site`. [material-5]"""
    if did is not None and did.startswith(_WEB):
        place = did.removeprefix(_WEB).replace(":", "/").replace("%3A", ":")
        return f"https://{place}/{what}/{number}"
    return f"{site.rstrip('/')}/{what}/{slug}/{number}"
