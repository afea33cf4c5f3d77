"""What is said of an entity, as sentences with places for names, figures, days and sources.

A page that speaks another language finds the sentence again by its form.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

SENTENCES: Mapping[str, str] = {
    "listed": "{name} stands on the list {list} as {listed} since {since}"
    " (snapshot {snapshot}, retrieved {retrieved}).",
    "near": "{name} is much like {listed} on the list {list} ({score}), and nobody has decided"
    " whether they are one.",
    "list_unknown": "{name} is matched with the list {list}, of which the rule set knows nothing.",
    "government": "{name} is a government of {country}, a covered nation.",
    "citizen": "{name} is a national of {country}, a covered nation, and no citizen, national or"
    " lawful permanent resident of the United States.",
    "organised": "{name} is organised in {country}, a covered nation.",
    "principal": "{name} has its principal place of business in {country}, a covered nation.",
    "region": "{name} is organised or has its principal place of business in {country}: whether"
    " that is the covered nation is for counsel to say.",
    "no_country": "It is not known in which country {name} is organised.",
    "no_principal": "It is not known where {name} has its principal place of business.",
    "no_nationality": "It is not known of which country {name} is a national.",
    "no_status": "{name} is a national of {country}, a covered nation; whether also a citizen,"
    " national or lawful permanent resident of the United States is not known.",
    "controlled": "{owner} owns {percent} % of {name} ({measure}), which is more than {border} %.",
    "one_owner": "{owner}, a specified foreign entity, owns {percent} % of {name} ({measure}),"
    " which is not less than {border} %.",
    "all_owners": "Specified foreign entities together own {percent} % of {name} ({measure}),"
    " which is not less than {border} %.",
    "circle": "Holdings run in a circle: specified foreign entities own {percent} % or {most} % of"
    " {name} ({measure}), as the circle is read, and {border} % lies between.",
    "holding": "{owner} holds {percent} % of {name} ({measure}) since {since}; source: {source}.",
    "too_much": "What is recorded of holdings in {name} ({measure}) adds up to {percent} %.",
    "not_told": "The owners, lenders and officers of {name} were not told completely as of {on}.",
    "remainder": "Who owns {percent} % of {name} is not known.",
    "could": "With what is not known, specified foreign entities could own {percent} % of {name}"
    " ({measure}).",
    "office": "{owner}, a specified foreign entity, may appoint {office} of {name} since {since};"
    " source: {source}.",
    "office_unknown": "{owner}, of which it is not known what it is, may appoint {office} of"
    " {name}.",
    "debt": "Specified foreign entities hold {percent} % of the debt of {name}, which is not less"
    " than {border} %.",
    "lender": "{owner} holds {percent} % of the debt of {name} since {since}; source: {source}.",
    "debt_unknown": "With lenders of which it is not known what they are, specified foreign"
    " entities could hold {percent} % of the debt of {name}.",
    "paid_controlled": "{name} paid {owner} on {paid} under the contract {contract}, which gives"
    " effective control, as counsel concluded; source: {source}.",
    "paid_review": "{name} paid {owner} on {paid} under the contract {contract}, with rights that"
    " may be effective control ({rights}): counsel has not concluded.",
    "paid_unknown": "{name} paid {owner}, of which it is not known what it is, on {paid} under the"
    " contract {contract}, with rights that may be effective control ({rights}).",
    "traded": "{name} is publicly traded: other tests hold for it, which are for counsel to make.",
    "early_year": "The taxable year of {name} from {begins} to {ends} begins before the law:"
    " whether anything is tested for it is for counsel to say.",
    "no_entity": "Nothing is recorded of {name}.",
    "clean": "No test is met: specified foreign entities own {percent} % of {name} and hold"
    " {debt} % of its debt, as told completely as of {on}.",
    "clean_person": "{name} is no government or national of a covered nation, and on no list.",
    "unscreened": "No copy of the list {list} is held: nobody was looked for on it.",
    "counsel": "{reviewer} concluded {conclusion} on {on}: {reason} (paper {paper}).",
}


def say(key: str, **values: object) -> str:
    """The sentence of a key, filled in."""
    return SENTENCES[key].format(**{name: _shown(value) for name, value in values.items()})


def _shown(value: object) -> str:
    if isinstance(value, Fraction):
        return _percent(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, StrEnum):
        return value.value
    return str(value) if value not in ("", None) else "not told"


def _percent(value: Fraction) -> str:
    """All digits where they end, else four and the fraction itself: never rounded up."""
    left = value.denominator
    for factor in (2, 5):
        while left % factor == 0:
            left //= factor
    places = 4 if left > 1 else value.denominator.bit_length()
    digits = Decimal(value.numerator * 10**places // value.denominator).scaleb(-places)
    shown = format(digits, "f").rstrip("0").rstrip(".") or "0"
    return shown if left == 1 else f"{shown}… ({value})"
