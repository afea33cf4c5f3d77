"""Appendix: the keeper builds a storage project for a US credit, and files what it was built of."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from api.management.story.telling import Tale, Tick
from passport.actions import (
    sourcing_file,
    sourcing_project,
    sourcing_register,
    sourcing_serial,
)
from passport.actions.sourcing_register import Told
from passport.models import SourcingProject
from passport.queries import retelling
from passport.queries import sourcing_project as projects
from passport.queries.sourcing_register import register_of
from passport.queries.sourcing_rules import newest
from passport.rules.sourcing_case import (
    Cost,
    CostKind,
    Credit,
    Line,
    LineKind,
    Method,
    Project,
)
from passport.rules.sourcing_party import Entity, EntityKind
from passport.rules.sourcing_register import FactKind
from passport.rules.sourcing_serials import Stage

_WHO = "Procurement"
_SOURCE = "register of companies"
_PACK = "battery_pack_module"


def count_companies(tale: Tale) -> int:
    """How many companies and holders there are."""
    told = tale.plot.project
    return len(told["companies"]) + len(told["holders"])


def enter_companies(tale: Tale, tick: Tick) -> None:
    """Who makes and sells, and who stands behind them, since the first of January."""
    by, at = tale.party("keeper"), tale.plot.moment("project")
    told, since = tale.plot.project, _since(tale)
    for row in (*told["holders"], *told["companies"]):
        sourcing_register.record_entity(
            entity=_entity(row, since), who=_WHO, by=by, at=at, source=_SOURCE
        )
        tick(1)
    known = {(each.owner, each.owned) for each in register_of(owner=by, as_of=at.date()).holdings}
    for row in told["companies"]:
        for owner, percent in row.get("owners", ()):
            if (owner, row["id"]) not in known:
                held = Told(
                    FactKind.HOLDING, owner, row["id"], since, _SOURCE, "VALUE", Decimal(percent)
                )
                sourcing_register.record_fact(told=held, who=_WHO, by=by, at=at)


def count_lines(tale: Tale) -> int:
    """How many lines the bill of materials has."""
    return len(list(_lines(tale)))


def open_project(tale: Tale, tick: Tick) -> None:
    """The project, its bill, and the serials that were certified, delivered and installed."""
    by, at = tale.party("keeper"), tale.plot.moment("project", hour=11)
    project = opened(tale)
    if project is None:
        project = sourcing_project.open_project(
            terms=_terms(tale), rule_set=newest().id, by=by, at=at
        )
    lines = list(_lines(tale))
    sourcing_project.put_lines(
        project_id=project.pk, lines=lines, by=by, at=at, source="bill of materials"
    )
    tick(len(lines))
    for row in tale.plot.project["packs"]:
        for stage in Stage:
            sourcing_serial.bring(
                project_id=project.pk,
                line=f"packs-{row['maker']}",
                stage=stage,
                serials=_serials(tale, row, stage),
                by=by,
                at=at,
                source="delivery notes",
            )


def ask_for_a_file(tale: Tale, tick: Tick) -> None:
    """One job, which the worker does as soon as it runs."""
    by, at, project = tale.party("keeper"), tale.plot.moment("last"), opened(tale)
    if project is not None and not retelling.asked(by=by, kind=sourcing_file.KIND):
        sourcing_file.order(project_id=project.pk, as_of=at.date(), by=by, at=at)
    tick(1)


def opened(tale: Tale) -> SourcingProject | None:
    """The project of the story, once it is open."""
    name = tale.plot.project["project"]["name"]
    rows = projects.listing(after=None, limit=100)
    return next((each.project for each in rows if each.project.name == name), None)


def _since(tale: Tale) -> date:
    return date(tale.plot.day("project").year, 1, 1)


def _entity(row: Mapping[str, Any], since: date) -> Entity:
    if "government" in row:
        return Entity(row["id"], row["name"], EntityKind.GOVERNMENT, country=row["government"])
    if "nationality" in row:
        land = row["nationality"]
        return Entity(
            row["id"],
            row["name"],
            EntityKind.PERSON,
            nationalities=(land,),
            us_person=land == "US",
        )
    return Entity(
        row["id"],
        row["name"],
        EntityKind.CORPORATION,
        country=row["country"],
        principal_place=row["country"],
        complete_on=since if "owners" in row else None,
    )


def _terms(tale: Tale) -> Project:
    told = dict(tale.plot.project["project"])
    told |= {name: Decimal(told[name]) for name in ("nameplate_kwh", "nameplate_kw")}
    told["elections"] = tuple(told["elections"])
    return Project(
        id="",
        credit=Credit.STORAGE_48E,
        method=Method.COST_PERCENTAGE,
        begins_on=tale.plot.day("project") - timedelta(days=30),
        placed_on=None,
        **told,
    )


def _lines(tale: Tale) -> Iterator[Line]:
    told = tale.plot.project
    number, nameplate = Decimal(told["packs_of_each"]), _terms(tale).nameplate_kwh
    for row in told["packs"]:
        maker, part = row["maker"], (nameplate / len(told["packs"])).quantize(Decimal(1))
        made = {"made_in": row["made_in"], "quantity": number, "nameplate": part}
        yield _line(tale, f"packs-{maker}", _PACK, maker=maker, told=row, **made)
        for component, by in (("cells", row["cells"]), ("packaging", maker)):
            name = f"{component}-{maker}"
            inside = {**made, "row": component, "producer": by}
            yield _line(tale, name, _PACK, maker=maker, told=row, **inside)
    for row in told["others"]:
        product, maker, made = row["product"], row["maker"], {"quantity": Decimal(row["quantity"])}
        yield _line(tale, product, product, maker=maker, told=row, **made)
        for component, by in (*((each, maker) for each in row["rows"]), *_bought(row)):
            inside = {**made, "row": component, "producer": by}
            yield _line(tale, component, product, maker=maker, told=row, **inside)


def _bought(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from row.get("bought", {}).items()


def _line(
    tale: Tale, name: str, product: str, *, maker: str, told: Mapping[str, Any], **more: Any
) -> Line:
    """A product with its price; a component inside it has none of its own."""
    row = more.pop("row", "")
    paid = tale.plot.day("project") - timedelta(days=5)
    invoice = f"{told['model']}-{paid:%Y%m}"
    price = Cost(CostKind.PRICE, Decimal(told["price"]), "USD", paid, invoice=invoice)
    return Line(
        id=name,
        kind=LineKind.COMPONENT if row else LineKind.PRODUCT,
        product=product,
        row=row,
        description=name.replace("-", " ").replace("_", " "),
        model=told["model"],
        costs=() if row else (price,),
        producer=more.pop("producer", maker),
        product_producer=maker,
        supplier=maker,
        **more,
    )


def _serials(tale: Tale, row: Mapping[str, Any], stage: Stage) -> list[str]:
    """One pack was damaged on the way: what stands on the site is not all that was certified."""
    told, model = tale.plot.project, row["model"]
    every = [f"{model}-{number:04}" for number in range(1, told["packs_of_each"] + 1)]
    swap = told["replaced"]
    if stage is Stage.INSTALLED and swap["maker"] == row["maker"]:
        return [swap["new"] if each == swap["old"] else each for each in every]
    return every
