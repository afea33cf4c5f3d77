"""Reads what a person typed of a company, a holding, a contract: values, or what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from api.pages import company_words as words
from api.pages.answers import Wrong, quantity
from passport.actions.sourcing_register import Told
from passport.queries.sourcing_rules import newest
from passport.rules.sourcing_party import Contract, Entity, EntityKind, Payment
from passport.rules.sourcing_register import FactKind

_PAYMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(\d+(?:\.\d+)?)(?:\s+([A-Z]{3}))?", re.ASCII)
_NO: Final = {"yes": True, "no": False}


def choices() -> dict[str, Any]:
    """What the forms let one choose from."""
    rules = newest()
    return {
        "kinds": words.KINDS,
        "measures": words.MEASURES,
        "contract_kinds": words.CONTRACTS,
        "counsels": words.COUNSEL,
        "rights": rules.rights,
        "lists": rules.lists,
    }


def day(text: str) -> date | None:
    """A day as 2026-01-31; None for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def entity(said: Mapping[str, str]) -> Entity | Wrong:
    """What a form tells of a company; what is not known is left empty."""
    kind = said.get("kind", "")
    complete = said.get("complete_on", "").strip()
    if kind not in list(EntityKind):
        return Wrong(_("It is not said what it is in law."), _("Choose one."), "kind")
    if complete and day(complete) is None:
        return _no_day("complete_on", complete)
    return Entity(
        id=said.get("key", "").strip(),
        name=said.get("name", "").strip(),
        kind=EntityKind(kind),
        country=said.get("country", "").strip().upper(),
        principal_place=said.get("principal_place", "").strip().upper(),
        nationalities=tuple(re.findall(r"[^\s,;]+", said.get("nationalities", "").upper())),
        us_person=_NO.get(said.get("us_person", "")),
        registry_id=said.get("registry_id", "").strip()[:80],
        publicly_traded=said.get("publicly_traded") == "yes",
        tax_year_starts=said.get("tax_year_starts", "").strip() or "01-01",
        also_called=tuple(
            each.strip()[:200] for each in said.get("also_called", "").split(";") if each.strip()
        ),
        complete_on=day(complete),
    )


def filled(row: Any) -> dict[str, Any]:
    """What is told of a company now, as its form wants it."""
    person = {True: "yes", False: "no"}.get(row.us_person, "")
    lists = {
        "also_called": "; ".join(row.also_called),
        "nationalities": " ".join(row.nationalities),
        "complete_on": row.complete_on.isoformat() if row.complete_on else "",
    }
    kept = (
        *("name", "kind", "country", "principal_place", "registry_id", "tax_year_starts"),
        *("publicly_traded", "source"),
    )
    return {name: getattr(row, name) for name in kept} | lists | {"us_person": person}


def fact(said: Mapping[str, str], *, of: str) -> Told | Wrong:
    """What a form tells of a holding, a debt or an office in a company."""
    kind, since, until = (said.get(name, "").strip() for name in ("fact", "since", "until"))
    if kind not in list(FactKind):
        return Wrong(_("It is not said what is held."), _("Choose one."), "fact")
    if day(since) is None:
        return _no_day("since", since)
    if until and day(until) is None:
        return _no_day("until", until)
    percent: Decimal | None = None
    if kind != FactKind.OFFICE:
        typed = quantity(said.get("percent", ""), field="percent", name=_("The part"))
        if isinstance(typed, Wrong):
            return typed
        percent = typed
    return Told(
        kind=FactKind(kind),
        holder=said.get("holder", "").strip(),
        of=of,
        since=date.fromisoformat(since),
        until=day(until),
        source=said.get("source", "").strip()[:300],
        measure=said.get("measure", "") if kind == FactKind.HOLDING else "",
        percent=percent,
        office=said.get("office", "").strip()[:80] if kind == FactKind.OFFICE else "",
    )


def contract(said: Any, *, payer: str) -> Contract | Wrong:
    """What a form tells of a contract of a company; a payment a line: day, amount, currency."""
    days = {name: said.get(name, "").strip() for name in ("signed_on", "modified_on", "ended_on")}
    for name, text in days.items():
        if (text or name == "signed_on") and day(text) is None:
            return _no_day(name, text)
    payments = []
    for line in filter(None, map(str.strip, said.get("payments", "").splitlines())):
        found = _PAYMENT.fullmatch(line)
        if found is None or day(found[1]) is None:
            return Wrong(
                _("“{line}” is no payment.").format(line=line[:40]),
                _("Write day, amount and currency, as in 2026-01-31 1200.50 USD."),
                "payments",
            )
        payments.append(Payment(date.fromisoformat(found[1]), Decimal(found[2]), found[3] or "USD"))
    kind, counsel = said.get("contract_kind", ""), said.get("counsel", "")
    return Contract(
        id=said.get("contract", "").strip(),
        payer=payer,
        counterparty=said.get("counterparty", "").strip(),
        kind=kind if kind in words.CONTRACTS else "OTHER",
        signed_on=date.fromisoformat(days["signed_on"]),
        modified_on=day(days["modified_on"]),
        ended_on=day(days["ended_on"]),
        rights=tuple(said.getlist("rights")),
        payments=tuple(payments),
        counsel=counsel if counsel in words.COUNSEL else "",
        source=said.get("source", "").strip()[:300],
    )


def _no_day(field: str, text: str) -> Wrong:
    return Wrong(
        _("“{text}” is no day.").format(text=text[:20]), _("Write it as 2026-01-31."), field
    )
