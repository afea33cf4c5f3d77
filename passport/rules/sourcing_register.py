"""What may be entered in a register of entities, and in which words."""

import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from enum import StrEnum

from passport.rules.errors import Malformed, Refusal
from passport.rules.sourcing_party import Contract, Entity, EntityKind, Measure
from passport.rules.sourcing_year import taxable_year

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


class FactKind(StrEnum):
    """What one entity has in, of, or at another."""

    HOLDING = "HOLDING"
    DEBT = "DEBT"
    OFFICE = "OFFICE"


class ContractKind(StrEnum):
    """What a contract is about."""

    SUPPLY = "SUPPLY"
    LICENCE = "LICENCE"
    SERVICE = "SERVICE"
    ENERGY_MANAGEMENT = "ENERGY_MANAGEMENT"
    LEASE = "LEASE"
    OTHER = "OTHER"


class Counsel(StrEnum):
    """What counsel concluded of a contract."""

    EFFECTIVE_CONTROL = "EFFECTIVE_CONTROL"
    NONE = "NONE"


class Decision(StrEnum):
    """What was decided of a match with a list."""

    OPEN = "OPEN"
    CONFIRMED = "CONFIRMED"
    DISMISSED = "DISMISSED"


class BadFact(Malformed):
    """What is told of an entity, a holding, a debt, an office or a contract cannot be."""

    code = "sourcing-bad-fact"
    title = "This cannot be entered in the register"


class HeldByItself(Refusal):
    """Nobody owns, lends to, or appoints itself."""

    code = "sourcing-held-by-itself"
    title = "An entity does not hold itself"


def check_key(*, key: str, pointer: str = "/key") -> None:
    """Entities and contracts have short names of their owner's. [sourcing-26] Refuses BadFact."""
    if not _KEY.fullmatch(key):
        raise BadFact(
            f'"{key[:70]}" is no key',
            pointer=pointer,
            remedy="write up to 64 letters, digits, points, hyphens, without spaces",
        )


def check_entity(*, entity: Entity) -> None:
    """What is told of an entity can be so. [sourcing-27] Refuses BadFact, NoSuchYear."""
    check_key(key=entity.id)
    if not entity.name.strip() or len(entity.name) > 200:
        raise BadFact("the name is missing, or too long", pointer="/name", remedy="write its name")
    taxable_year(starts=entity.tax_year_starts, on=date(2026, 1, 1), pointer="/tax_year_starts")
    codes = {"/country": entity.country, "/principal_place": entity.principal_place}
    codes |= {f"/nationalities/{n}": code for n, code in enumerate(entity.nationalities)}
    for pointer, code in codes.items():
        if not _COUNTRY.fullmatch(code) and (code or "nationalities" in pointer):
            raise BadFact(
                f'"{code[:10]}" is no country',
                pointer=pointer,
                remedy="write two letters of ISO 3166, as in US, or nothing where it is not known",
            )
    if entity.nationalities and entity.kind is not EntityKind.PERSON:
        raise BadFact("only persons are nationals", pointer="/nationalities", remedy="leave it out")


def check_fact(
    *,
    kind: FactKind,
    holder: str,
    of: str,
    since: date,
    until: date | None,
    source: str,
    measure: str = "",
    percent: Decimal | None = None,
    office: str = "",
) -> None:
    """What one entity is told to have of another can be so. [sourcing-28]

    `percent` of the whole. Refuses BadFact, HeldByItself.
    """
    if holder == of:
        raise HeldByItself("holder and held are one", pointer="/of", remedy="name two entities")
    if not source.strip():
        raise BadFact(
            "no source is named",
            pointer="/source",
            remedy="name the paper or register that says so, and its date",
        )
    if until is not None and until <= since:
        raise BadFact(
            "it ends before it begins",
            pointer="/until",
            remedy="give a later day; withdraw what was never so",
        )
    if kind is FactKind.OFFICE:
        if not office.strip():
            raise BadFact("no office is named", pointer="/office", remedy="as in CFO")
        return
    if percent is None or not 0 < percent <= 100:
        raise BadFact(
            "the part is not between 0 and 100 per cent",
            pointer="/percent",
            remedy="write per cent of the whole, as in 12.5",
        )
    if kind is FactKind.HOLDING and measure not in list(Measure):
        raise BadFact(
            "it is not said of what the part is",
            pointer="/measure",
            remedy="write one of " + ", ".join(Measure),
        )


def check_contract(*, contract: Contract, rights: Collection[str]) -> None:
    """What is told of a contract can be so; `rights` are those of the rule set. [sourcing-29]

    Refuses BadFact, HeldByItself.
    """
    check_key(key=contract.id)
    if contract.payer == contract.counterparty:
        raise HeldByItself(
            "payer and counterparty are one", pointer="/counterparty", remedy="name two entities"
        )
    unknown = sorted(set(contract.rights) - set(rights))
    if unknown:
        raise BadFact(
            f'no right is called "{unknown[0]}"',
            pointer="/rights",
            remedy="write some of " + ", ".join(rights),
        )
    if not contract.source.strip():
        raise BadFact("no source is named", pointer="/source", remedy="name the paper")
    for place, each in enumerate(contract.payments):
        if each.amount <= 0 or each.paid_on < contract.signed_on:
            raise BadFact(
                "a payment is more than nothing, and not before the contract",
                pointer=f"/payments/{place}",
                remedy="check its amount and its day",
            )
