"""Every table of the end of life, one file a subject."""

from recycling.models.offer import LIVE, Offer, OfferState
from recycling.models.plan import GateRouteWord, Plan, PlanLine, PlanState
from recycling.models.programme import EndRoute, Programme, ProgrammeKind
from recycling.models.retirement import Retirement, RetirementReason, RetirementState
from recycling.models.treatment import Fraction, FractionFate, Process, Treatment

__all__ = (
    "LIVE",
    "EndRoute",
    "Fraction",
    "FractionFate",
    "GateRouteWord",
    "Offer",
    "OfferState",
    "Plan",
    "PlanLine",
    "PlanState",
    "Process",
    "Programme",
    "ProgrammeKind",
    "Retirement",
    "RetirementReason",
    "RetirementState",
    "Treatment",
)
