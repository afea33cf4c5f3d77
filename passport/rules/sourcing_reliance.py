"""Whether a supplier's certificate may be relied upon for a line: all of the gate has to hold.

Whatever does not hold is named. A line whose certificate may not be relied upon is not supported.
[26 USC 7701(a)(52)(D)(iii)(II)-(IV); Treas. Reg. 1.45X-4(c)(4)(i)]
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from passport.rules.errors import NotAllowed
from passport.rules.sourcing_case import (
    Case,
    Certificate,
    CertificateItem,
    Flag,
    Line,
    Statement,
)
from passport.rules.sourcing_party import Listed, Register

KEPT_YEARS = 6
LIST_THAT_BARS = "NDAA_154B"
_SIGNED = {
    "INVALID": "its signature does not hold",
    "SUSPECT": "the key that signed it was revoked",
    "NOT_CHECKED": "its signature could not be checked: the key is not known here",
}
# A certificate, an item of it, and the kind, product and row of the lines that rest on it.
Claim = tuple[str, CertificateItem, str, str, str]
Spoken = Mapping[Claim, Decimal]
_EIN = re.compile(r"[0-9]{2}-?[0-9]{7}", re.ASCII)


class Gap(StrEnum):
    """What of the gate does not hold."""

    NOT_DIRECT = "NOT_DIRECT"
    OTHER_TAXPAYER = "OTHER_TAXPAYER"
    OWN_KEY = "OWN_KEY"
    NO_JURAT = "NO_JURAT"
    NO_SIGNATORY = "NO_SIGNATORY"
    NO_TAX_ID = "NO_TAX_ID"
    NO_DILIGENCE = "NO_DILIGENCE"
    NOT_SIGNED = "NOT_SIGNED"
    OTHER_ITEM = "OTHER_ITEM"
    OTHER_QUANTITY = "OTHER_QUANTITY"
    OTHER_PERIOD = "OTHER_PERIOD"
    REVOKED = "REVOKED"
    SUPERSEDED = "SUPERSEDED"
    NOT_YET = "NOT_YET"
    LISTED_MAKER = "LISTED_MAKER"
    REASON_TO_KNOW = "REASON_TO_KNOW"


@dataclass(frozen=True)
class Hindrance:
    """One thing that keeps a certificate from being relied upon."""

    gap: Gap
    says: str


@dataclass(frozen=True)
class Reliance:
    """The outcome of the gate for a certificate and a line."""

    certificate: str
    line: str
    hindrances: tuple[Hindrance, ...]
    item: CertificateItem | None  # the item that speaks of the line

    @property
    def holds(self) -> bool:
        """Whether all of the gate holds."""
        return not self.hindrances


class ListedMaker(NotAllowed):
    """Who is named in section 154(b) cannot truthfully say that its own product is no PFE's."""

    code = "listed-maker-certifies"
    title = "A listed maker cannot sign this"


def spoken_for(*, case: Case) -> Spoken:
    """How many units of the bill rest on an item of a certificate, row by row: what speaks of 400
    packs speaks of no 800, however many lines they are told in. [reliance-6]
    """
    found: dict[Claim, Decimal] = defaultdict(Decimal)
    for line in case.lines:
        for id in () if line.excluded else line.certificates:
            item = item_for(certificate=case.certificates[id], line=line)
            if item is not None:
                found[_claim(id, item, line)] += line.quantity
    return found


def relies(
    *, certificate: Certificate, line: Line, case: Case, spoken: Spoken | None = None
) -> Reliance:
    """Ask the gate, as of the day of the case: every part of it, not only up to the first that
    fails. `spoken` is spoken_for() of the case, where many lines are asked. [reliance-1]
    """
    item = item_for(certificate=certificate, line=line)
    spoken = spoken_for(case=case) if spoken is None else spoken
    found = (
        *_form(certificate),
        *_supplier(certificate, line, case),
        *_match(
            item,
            line,
            Decimal(0)
            if item is None
            else spoken.get(_claim(certificate.id, item, line), Decimal(0)),
        ),
        *_time(certificate, line, case.as_of),
        *_knowledge(certificate, line, case),
    )
    return Reliance(certificate.id, line.id, found, item)


def item_for(*, certificate: Certificate, line: Line) -> CertificateItem | None:
    """The item of a certificate that speaks of a line: same model, same row, and a shared invoice
    or the same serials; None when there is none. [reliance-2]
    """
    return next((each for each in certificate.items if _speaks_of(each, line)), None)


def check_statement(*, certificate: Certificate, register: Register, as_of: date) -> None:
    """Refuse on entry what cannot be true: that a maker named in section 154(b) of P.L. 118-31 says
    of its own product that no prohibited entity made it. [reliance-3] Refuses ListedMaker.
    """
    entry = _barred(certificate, (certificate.supplier,), register, as_of)
    if entry is not None:
        raise ListedMaker(
            f"{certificate.supplier_name} stands on {entry.list_id} as {entry.listed_name} since"
            f" {entry.since}, and says of its own product that no prohibited entity made it",
            pointer="/credentialSubject/statement",
            remedy="ask for a certificate of direct costs; if this is another company of that name,"
            " dismiss the match with a reason first",
        )


def kept_until(*, certificate: Certificate) -> date:
    """Up to which day the taxpayer keeps a certificate at the least: six years. [reliance-4]"""
    day = certificate.signed_on
    leap = (day.month, day.day) == (2, 29)
    return date(day.year + KEPT_YEARS, 3, 1) if leap else day.replace(year=day.year + KEPT_YEARS)


def _form(certificate: Certificate) -> Iterator[Hindrance]:
    """Who signed what, under which words."""
    if "perjury" not in certificate.jurat.lower():
        yield Hindrance(Gap.NO_JURAT, "it is not signed under penalties of perjury")
    if not certificate.signatory.strip() or not certificate.signatory_title.strip():
        yield Hindrance(Gap.NO_SIGNATORY, "it names no person who may sign for the supplier")
    if not certificate.due_diligence.strip():
        yield Hindrance(Gap.NO_DILIGENCE, "it has no statement of due diligence")
    tax_id = certificate.tax_id.strip()
    if not tax_id:
        yield Hindrance(Gap.NO_TAX_ID, "it has no tax id of the supplier")
    elif certificate.tax_id_kind == "EIN" and not _EIN.fullmatch(tax_id):
        yield Hindrance(Gap.NO_TAX_ID, f"{tax_id[:40]} is no employer identification number")
    if certificate.signature_verdict != "VALID":
        yield Hindrance(
            Gap.NOT_SIGNED,
            _SIGNED.get(certificate.signature_verdict, "nobody checked its signature"),
        )


def _supplier(certificate: Certificate, line: Line, case: Case) -> Iterator[Hindrance]:
    if certificate.supplier != line.supplier:
        yield Hindrance(
            Gap.NOT_DIRECT,
            f"it is by {certificate.supplier_name}, from whom the line was not bought",
        )
    if certificate.signed_by_owner:
        yield Hindrance(Gap.OWN_KEY, "it is signed by a key of the project's own owner")
    yield from _taxpayer(certificate, case)
    makers = {certificate.supplier} & {line.producer, line.product_producer}
    entry = _barred(certificate, makers, case.register, case.as_of)
    if entry is not None:
        yield Hindrance(
            Gap.LISTED_MAKER,
            f"its signer made the item and stands on {entry.list_id} since {entry.since}",
        )


def _taxpayer(certificate: Certificate, case: Case) -> Iterator[Hindrance]:
    """Who is named as the taxpayer is this one, by the tax id or else by the name."""
    owner = case.register.entities.get(case.project.owner)
    own = () if owner is None else (owner.name, *owner.also_called)
    if certificate.taxpayer_tax_id:
        other = _plain(certificate.taxpayer_tax_id) != _plain(case.project.owner_tax_id)
    else:
        named = _plain(certificate.taxpayer)
        other = bool(named) and named not in {_plain(each) for each in own}
    if other:
        said = certificate.taxpayer or certificate.taxpayer_tax_id
        yield Hindrance(Gap.OTHER_TAXPAYER, f"it is given to {said}, who is not the taxpayer")


def _plain(text: str) -> str:
    return "".join(each for each in text.casefold() if each.isalnum())


def _claim(certificate: str, item: CertificateItem, line: Line) -> Claim:
    return certificate, item, str(line.kind), line.product, line.row


def _match(item: CertificateItem | None, line: Line, spoken: Decimal) -> Iterator[Hindrance]:
    if item is None:
        yield Hindrance(
            Gap.OTHER_ITEM, "none of its items is of this model with this invoice or these serials"
        )
    elif item.quantity < line.quantity:
        yield Hindrance(
            Gap.OTHER_QUANTITY, f"it speaks of {item.quantity:f} of them, the line of"
            f" {line.quantity:f}"
        )  # fmt: skip
    elif item.quantity < spoken:
        yield Hindrance(
            Gap.OTHER_QUANTITY, f"it speaks of {item.quantity:f} of them, and lines of {spoken:f}"
            " together rest on it"
        )  # fmt: skip


def _time(certificate: Certificate, line: Line, as_of: date) -> Iterator[Hindrance]:
    begins, ends = certificate.incurred_from, certificate.incurred_to
    outside = [
        each.incurred_on
        for each in line.costs
        if begins is None or ends is None or not begins <= each.incurred_on <= ends
    ]
    if begins is None or ends is None:
        yield Hindrance(Gap.OTHER_PERIOD, "it names no period in which costs were incurred")
    elif outside:
        yield Hindrance(Gap.OTHER_PERIOD, f"a cost of {outside[0]} lies outside {begins} to {ends}")
    if certificate.signed_on > as_of:
        yield Hindrance(Gap.NOT_YET, f"it is signed on {certificate.signed_on} only")
    if certificate.revoked_on is not None and certificate.revoked_on <= as_of:
        yield Hindrance(Gap.REVOKED, f"its supplier took it back on {certificate.revoked_on}")
    if certificate.superseded_by:
        yield Hindrance(
            Gap.SUPERSEDED, f"certificate {certificate.superseded_by} has taken its place"
        )


def _knowledge(certificate: Certificate, line: Line, case: Case) -> Iterator[Hindrance]:
    for flag in open_flags(case.flags, as_of=case.as_of):
        if flag.about in _names(certificate, line):
            yield Hindrance(Gap.REASON_TO_KNOW, flag.says)


def open_flags(flags: Iterable[Flag], *, as_of: date) -> Iterator[Flag]:
    """Those that were raised by a day and had not ended by it. [reliance-5]"""
    for flag in flags:
        ended = flag.resolved_on is not None and flag.resolved_on <= as_of
        if flag.raised_on <= as_of and not ended:
            yield flag


def _names(certificate: Certificate, line: Line) -> set[str]:
    about = {certificate.id, certificate.supplier, line.id}
    return about | {each for each in (line.producer, line.product_producer) if each}


def _speaks_of(item: CertificateItem, line: Line) -> bool:
    if item.model.strip().casefold() != line.model.strip().casefold():
        return False
    if item.row and item.row not in (line.row, line.product):
        return False
    invoices = {each.invoice for each in line.costs if each.invoice}
    by_invoice = bool(invoices.intersection(item.invoices))
    if item.serials_sha256 and line.serials_sha256:
        # Serials tell which ones are meant: an invoice does not mend that they are others.
        return item.serials_sha256 == line.serials_sha256
    return by_invoice


def _barred(
    certificate: Certificate, makers: Iterable[str], register: Register, as_of: date
) -> Listed | None:
    if certificate.statement is not Statement.NOT_PROHIBITED:
        return None
    named = set(makers)
    return next(
        (
            each
            for each in register.listed
            if each.entity in named
            and each.list_id == LIST_THAT_BARS
            and each.decision != "DISMISSED"
            and each.since <= as_of
            and (each.until is None or as_of < each.until)
        ),
        None,
    )
