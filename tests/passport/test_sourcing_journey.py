"""400 MWh of 1,200 packs from three suppliers: from signed cells to an evidence file, and after."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from passport import tasks
from passport.actions import (
    attestation,
    custody,
    sourcing_certificate,
    sourcing_file,
    sourcing_register,
    sourcing_serial,
)
from passport.actions import party as parties
from passport.audit.__main__ import main
from passport.models import Battery, EvidenceFile, Party, SourcingFact, StandingFound
from passport.proof import kinds
from passport.queries import sourcing_file as files
from passport.queries import sourcing_rules
from passport.queries.sourcing_report import report_of
from passport.rules.sourcing_case import Method
from passport.rules.sourcing_party import Entity, EntityKind
from passport.rules.sourcing_serials import Stage
from tests.cast import THEN, battery_line, model_line, take_in
from tests.passport import signing
from tests.passport.acting import acting
from tests.passport.claiming import claim, digest_of, signed_batch
from tests.passport.projecting import cost, opened, terms
from tests.passport.registering_companies import clean_maker, company, enter, holds
from tests.rules import sourcing_cases as cases

PACKS, CELLS = 400, 40  # of each supplier
MAKERS = "abc"
SUPPORTED = "1/1 (100.00 %) equals the ratio filed"
LATER = datetime(2026, 1, 9, 9, 0, tzinfo=UTC)


class Supplied:
    """A maker of cells and a maker of packs: what they registered, signed, and handed over."""

    def __init__(self, letter: str, keeper: Party) -> None:
        self.letter = letter
        self.cellmaker, self.packmaker = self._party("cell"), self._party("pack")
        self.keys = [signing.enrolled(each) for each in (self.cellmaker, self.packmaker)]
        cells = self._register(self.cellmaker, "CELL-1", "CELL", CELLS)
        packs = self._register(self.packmaker, "PACK-12", "PACK", PACKS)
        cell_batch = self._attest(0, cells, [])
        self._attest(1, packs, [digest_of(cell_batch)])
        self.serials = sorted(each.serial for each in packs)
        self.first = packs[0].identity
        offered = custody.hand_over_all(
            battery_ids=[each.pk for each in packs], to_id=keeper.pk, by=self.packmaker, at=THEN
        )
        ids = [each.pk for each in offered]
        assert len(custody.accept_all(hand_over_ids=ids, by=keeper, at=THEN)) == PACKS

    def _party(self, what: str) -> Party:
        name = f"{what}-{self.letter}"
        return parties.register_party(
            name=name.title(), slug=name, roles=("MAKER",), country="US",
            did=f"did:web:{name}.example", at=THEN,
        )  # fmt: skip

    def _register(self, by: Party, model: str, level: str, count: int) -> list[Battery]:
        mark = f"{level[0]}{self.letter.upper()}"
        lines = [battery_line(f"{mark}{number:04}", model=model) for number in range(count)]
        take_in(by, [model_line(model, level=level), *lines])
        return list(Battery.objects.filter(maker=by).order_by("identity"))

    def _attest(self, which: int, made: list[Battery], upstream: list[str]) -> bytes:
        by = (self.cellmaker, self.packmaker)[which]
        items = signing.items_of(made)
        signed = signed_batch(self.keys[which], items, upstream=tuple(upstream))
        attestation.record(credential_bytes=signed, items=items, by=by, at=THEN)
        return signed

    def certificate(self) -> bytes:
        """What the supplier signs of its packs, in an attestation about the first of them."""
        return claim(
            self.keys[1], kinds.FEOC, self.first,
            access="parties", supplier={"name": self.packmaker.name, "taxId": "12-3456789"},
            items=[{"component": "p", "model": "M1", "quantity": str(PACKS), "invoice": "INV-1"}],
            jurat="Under penalties of perjury I declare that this is true.",
            signedOn="2026-01-04", dueDiligence="Asked each maker.",
            periodFrom="2026-01-01", periodTo="2026-12-31",
        )  # fmt: skip


def bill_of_materials() -> list:
    """Packs and cells of three makers each, one container, one inverter."""
    lines = []
    for letter in MAKERS:
        pack, cell = f"pack-{letter}", f"cell-{letter}"
        whole = cases.line(
            f"packs-{letter}", quantity=Decimal(PACKS), by=pack, supplier=pack,
            nameplate=Decimal(133_333), costs=(cost(9_000_000, incurred_on=date(2026, 1, 3)),),
        )  # fmt: skip
        inside = [
            cases.line(
                f"{row}-{letter}", row=row, by=by, inside=pack, supplier=pack, quantity=Decimal(1),
                nameplate=Decimal(133_333),
            )
            for row, by in (("cells", cell), ("packaging", pack))
        ]  # fmt: skip
        lines += [whole, *inside]
    for product in (cases.INVERTER, cases.HOUSING):
        lines += [
            replace(each, supplier="box") for each in cases.whole(product, by="box", parts={})
        ]
    return [replace(each, producer="box") if each.producer == "clean" else each for each in lines]


class Lake:
    """The project: its register, its bill, its serials, its files."""

    def __init__(self, cast, house, supplied: list[Supplied]) -> None:
        self.cast, self.house, self.keeper, self.supplied = cast, house, cast["keeper"], supplied
        clean_maker(self.keeper)
        self.held: dict[str, SourcingFact] = {}
        for name in ("owner", "box", *(f"{k}-{each}" for k in ("pack", "cell") for each in MAKERS)):
            enter(self.keeper, company(name))
            self.held[name] = holds(self.keeper, "people", name, "100")
        named = terms(
            name="Lake",
            method=Method.COST_PERCENTAGE,
            elections=("IDENTIFICATION", "COST_PERCENTAGE"),
        )
        told = {each: getattr(named, each) for each in ("name", "method", "elections")}
        self.project = opened(
            self.keeper, *bill_of_materials(), rule_set=sourcing_rules.newest().id, **told
        )
        with acting(self.keeper):
            for each in supplied:
                for stage in Stage:
                    self._bring(each, stage)

    def _bring(self, each: Supplied, stage: Stage) -> None:
        sourcing_serial.bring(
            project_id=self.project.pk, line=f"packs-{each.letter}", stage=stage,
            serials=each.serials, by=self.keeper, at=THEN,
        )  # fmt: skip

    def certify(self) -> None:
        for each in self.supplied:
            body = each.certificate()
            with acting(each.packmaker):
                attestation.record(credential_bytes=body, items=None, by=each.packmaker, at=THEN)
            with acting(self.keeper):
                sourcing_certificate.add(
                    project_id=self.project.pk, supplier=f"pack-{each.letter}", body=body,
                    by=self.keeper, at=THEN,
                )  # fmt: skip

    def is_bought(self, name: str) -> None:
        """A fund of a covered nation's government turns out to hold a quarter of a company."""
        fund = Entity("fund", "State Fund", EntityKind.GOVERNMENT, country="CN")
        enter(self.keeper, fund, at=LATER)
        with acting(self.keeper):
            sourcing_register.change_fact(
                fact=self.held[name].fact, percent=Decimal(75), source="share register", who="Kim",
                by=self.keeper, at=LATER,
            )  # fmt: skip
        holds(self.keeper, "fund", name, "25", at=LATER)

    def filed(self, as_system, at: datetime) -> EvidenceFile:
        """Ask for a file, work it off, and take it away."""
        with acting(self.keeper):
            file = sourcing_file.order(
                project_id=self.project.pk, as_of=at.date(), by=self.keeper, at=at
            )
        with as_system():
            assert tasks.perform(file.job_id, clock=lambda: at) == "goes on"
            self.house.turn(at)
            later = at + timedelta(seconds=2)
            assert tasks.perform(file.job_id, clock=lambda: later) == "done"
        return file


@pytest.fixture
def lake(cast, house, as_system) -> Lake:
    with as_system():
        supplied = [Supplied(letter, cast["keeper"]) for letter in MAKERS]
        house.turn()
    return Lake(cast, house, supplied)


def checked(lake: Lake, file, folder, capsys) -> tuple[int, str]:
    """What the program of a stranger says of a file, with the keys pinned by hand."""
    path, trust = folder / f"{file.pk}.zip", folder / "trust.policy"
    with acting(lake.keeper):
        path.write_bytes(b"".join(files.archived(file_id=file.pk)))
    keys = [key for each in lake.supplied for key in each.keys]
    trust.write_text(lake.house.policy_text(*keys))
    code = main(["verify", str(path), "--trust", str(trust)])
    return code, capsys.readouterr().out


def test_a_file_stays_when_a_maker_of_its_cells_is_bought(lake, as_system, tmp_path, capsys):
    lake.certify()
    with as_system():
        lake.house.turn()
    first = lake.filed(as_system, THEN)
    code, told = checked(lake, first, tmp_path, capsys)
    assert code == 0, told
    assert "1200 of 1200 serials attested by their makers" in told
    assert "400 of them built of what did:web:cell-a.example attests" in told
    assert SUPPORTED in told

    lake.is_bought("cell-a")
    second = lake.filed(as_system, LATER)
    code, told = checked(lake, second, tmp_path, capsys)
    assert code == 0, told
    assert "12/25 (48.00 %) equals the ratio filed" in told
    assert "not supported by this file" in told
    tells_why(lake, first, second)
    # What was filed before verifies as of its date, whatever has come since.
    code, told = checked(lake, first, tmp_path, capsys)
    assert (code, SUPPORTED in told) == (0, True)


def tells_why(lake, first, second) -> None:
    """An alert was raised, and the file names who changed, by which clause, and what it moves."""
    with acting(lake.keeper):
        alert = StandingFound.objects.filter(entity="cell-a").latest("number")
        after = report_of(file=files.filed(file_id=second.pk))
        before = report_of(file=files.filed(file_id=first.pk))
    assert (alert.standing, alert.clause) == ("INFLUENCED", "7701(a)(51)(D)(i)(I)(bb)")
    assert (before.result["verdict"], after.result["verdict"]) == ("SUPPORTED", "NOT_SUPPORTED")
    assert after.result["findings"][0]["about"] == "cell-a"
    (why,) = [each for _, each in after.determinations if each["entity"] == "cell-a"]
    assert "owns 25 %" in why["because"][0]
