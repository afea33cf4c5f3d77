"""How the pages of a project call what rules have in capitals."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

CREDITS: Final[Mapping[str, Any]] = {
    "48E_STORAGE": _("48E, energy storage technology"),
    "48E_FACILITY": _("48E, qualified facility"),
    "45Y_FACILITY": _("45Y, qualified facility"),
    "45X_COMPONENT": _("45X, eligible component that is sold"),
}
METHODS: Final[Mapping[str, Any]] = {
    "COST_PERCENTAGE": _("assigned percentages of the safe-harbor table"),
    "DIRECT_COST": _("direct costs, as paid or incurred"),
}
BEGUN: Final[Mapping[str, Any]] = {
    "PHYSICAL_WORK": _("physical work of a significant nature"),
    "FIVE_PERCENT": _("five per cent of the cost paid or incurred"),
}
ELECTIONS: Final[Mapping[str, Any]] = {
    "IDENTIFICATION": _("Identification: what the tables list is all that counts"),
    "COST_PERCENTAGE": _("Cost Percentage: assigned percentages stand for costs"),
    "CERTIFICATION": _("Certification: suppliers' certificates stand for our own inquiry"),
    "PRO_RATA": _("Pro rata: of a row partly prohibited only its part by nameplate (unverified)"),
    "DUTY_APART": _("Duty apart: duty is no part of what a product cost (unverified)"),
    "EXISTING_CONTRACT": _("Existing contract: bought under a contract of before 16 June 2025"),
}
STANDINGS: Final[Mapping[str, Any]] = {
    "SPECIFIED": _("■ specified foreign entity"),
    "INFLUENCED": _("■ foreign-influenced entity"),
    "CLEAN": _("● not prohibited"),
    "REVIEW": _("▲ for counsel"),
    "UNKNOWN": _("▲ not known"),
}
STAGES: Final[Mapping[str, Any]] = {
    "CERTIFIED": _("certified"),
    "DELIVERED": _("delivered"),
    "INSTALLED": _("installed"),
}
MISMATCHES: Final[Mapping[str, Any]] = {
    "NOT_CERTIFIED": _("in no certificate"),
    "NOT_DELIVERED": _("certified, and not delivered"),
    "NOT_INSTALLED": _("delivered, and not installed"),
    "NEVER_DELIVERED": _("installed, and on no delivery"),
    "STILL_INSTALLED": _("told to be substituted, and installed all the same"),
    "NOT_KNOWN": _("told to be replaced, and on no list"),
}
GAPS: Final[Mapping[str, Any]] = {
    "NOT_DIRECT": _("not of the direct supplier"),
    "OTHER_TAXPAYER": _("given to another taxpayer"),
    "OWN_KEY": _("signed by the owner's own key"),
    "NO_JURAT": _("not under penalties of perjury"),
    "NO_SIGNATORY": _("no person who may sign"),
    "NO_TAX_ID": _("no tax id"),
    "NO_DILIGENCE": _("no statement of due diligence"),
    "NOT_SIGNED": _("signature not found valid"),
    "OTHER_ITEM": _("of other items"),
    "OTHER_QUANTITY": _("of fewer items"),
    "OTHER_PERIOD": _("of another period"),
    "REVOKED": _("taken back"),
    "SUPERSEDED": _("superseded"),
    "NOT_YET": _("signed later"),
    "LISTED_MAKER": _("by a listed maker"),
    "REASON_TO_KNOW": _("a reason to know is open"),
}
STATEMENTS: Final[Mapping[str, Any]] = {
    "AA_NOT_PFE": _("not made by a prohibited foreign entity"),
    "BB_45X_MATERIAL_COSTS": _("direct material costs not prohibited"),
    "CC_45Y_48E_DIRECT_COSTS": _("direct costs not prohibited"),
}
CLASHES: Final[Mapping[str, Any]] = {
    "ORIGIN": _("attested origin against the bill"),
    "PRODUCER": _("attested maker against the bill"),
    "FACILITY": _("factory against producer"),
    "PREFIX": _("serials of another maker"),
    "LISTED": _("on a list"),
    "STANDING": _("certificate against the register"),
    "NAME": _("in another name"),
    "AMOUNT": _("amounts that do not agree"),
    "SERIALS": _("lists of serials that do not agree"),
    "TOLD": _("told by a person"),
}
SIGNED: Final[Mapping[str, Any]] = {
    "VALID": _("◆ valid"),
    "SUSPECT": _("▲ by a key that was revoked"),
    "INVALID": _("■ does not hold"),
    "NOT_CHECKED": _("▲ by a key that is not known here"),
}
WEIGHTS: Final[Mapping[str, Any]] = {
    "TRIPS": _("■ trips recapture"),
    "REVIEW": _("▲ for counsel"),
    "AHEAD": _("▲ to come"),
}
WORDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "credit": CREDITS, "method": METHODS, "begun": BEGUN, "election": ELECTIONS,
    "standing": STANDINGS, "stage": STAGES, "mismatch": MISMATCHES, "gap": GAPS,
    "statement": STATEMENTS, "clash": CLASHES, "weight": WEIGHTS, "signed": SIGNED,
}  # fmt: skip
