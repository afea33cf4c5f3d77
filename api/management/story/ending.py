"""Last chapter: takers say what they take, ten packs retire, and a plan is asked for."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from api.management.story import making, names
from api.management.story.plot import Pack, Plot
from api.management.story.telling import Tale, Tick
from passport.queries import retelling
from recycling.actions import plan, programme, retirement
from recycling.models import RetirementReason
from recycling.queries import programme as programmes
from recycling.rules.feasibility import Kind
from recycling.rules.market import Route
from recycling.rules.programme import Asked

# What the inspection answers where the plot says nothing else.
SOUND = {
    "recall_open": False,
    "thermal_event": False,
    "case_damage": False,
    "water_ingress": False,
    "crash_severity": "NONE",
    "knee": False,
    "traceability": True,
}
_DECIMALS = ("soh_min", "resistance_max", "contract_years", "latitude", "longitude")
# Where a pack stands when it retires: at the site, or at the depot of the vans.
_STANDS = {"lfp": "Talwind storage site", "nmc": "Talwind vehicle depot"}


def retiring(plot: Plot) -> list[Pack]:
    """The packs that retire, in the order in which they do."""
    ends = [pack for pack in plot.packs if pack.end is not None]
    return sorted(ends, key=lambda pack: (str((pack.end or {})["on"]), pack.index))


def publish(tale: Tale, tick: Tick) -> None:
    """The programmes of the five takers; what a taker has changed since stays changed."""
    for number, row in enumerate(tale.plot.programmes):
        at, by = tale.plot.moment("programmes"), tale.parties[row["party"]]
        if row["name"] not in {known.name for known in programmes.of_party(party=by)}:
            asked = _asked(tale.plot, row)
            programme.publish(asked=asked, by=by, at=at + timedelta(minutes=20 * number))
        tick(1)


def retire(tale: Tale, tick: Tick) -> None:
    """Each of the ten, with what the inspection found."""
    keeper, known = tale.party("keeper"), making.registered(tale)
    done = retelling.event_ids(recorder=keeper)
    for pack in retiring(tale.plot):
        end: Mapping[str, Any] = pack.end or {}
        moment = tale.plot.moment(end["on"], hour=10, minute=pack.index)
        event_id = names.event_id(moment, pack.name, "retired")
        if event_id not in done:
            stands = retelling.facility(of=keeper, name=_STANDS[pack.kind])
            retirement.retire(
                battery_id=known[making.identity_of(tale, pack)].pk,
                by=keeper,
                reason=RetirementReason(end["reason"]),
                condition=SOUND | end.get("condition", {}),
                event_id=event_id,
                facility_id=stands.pk if stands else None,
                at=moment,
            )
        tick(1)


def ask_for_a_plan(tale: Tale, tick: Tick) -> None:
    """One job, which the worker does as soon as it runs."""
    keeper = tale.party("keeper")
    if not retelling.asked(by=keeper, kind=plan.KIND):
        plan.request(by=keeper, at=tale.plot.moment("planned"))
    tick(1)


def _asked(plot: Plot, row: dict[str, Any]) -> Asked:
    terms = {name: value for name, value in row.items() if name != "party"}
    terms |= {name: Decimal(terms[name]) for name in _DECIMALS if name in terms}
    terms |= {"kind": Kind(terms["kind"]), "route": Route(terms["route"])}
    terms["chemistries"] = tuple(terms["chemistries"])
    return Asked(opens_on=plot.day("programmes"), **terms)
