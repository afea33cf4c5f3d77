"""Every table of the end of life, one file a subject."""

from recycling.models.gate_check import CheckedBecause, GateCheck
from recycling.models.kept_outlook import KeptOutlook
from recycling.models.material import (
    LotHandOver,
    LotState,
    MassTally,
    MassUse,
    MaterialClaim,
    MaterialLot,
    TreatmentPaper,
)
from recycling.models.offer import LIVE, PENDING, CounterOffer, Offer, OfferState
from recycling.models.plan import GateRouteWord, Plan, PlanLine, PlanState
from recycling.models.plan_run import PlanPart, PlanRun, RunState
from recycling.models.price_set import PartyPrices
from recycling.models.programme import EndRoute, Programme, ProgrammeKind
from recycling.models.quarantine import Quarantine
from recycling.models.retirement import Retirement, RetirementReason, RetirementState
from recycling.models.second_life import EvidenceFile, SecondLife, SecondLifeState
from recycling.models.test_order import TestOrder, TestState, TestVerdict
from recycling.models.treatment import (
    Fraction,
    FractionFate,
    Process,
    StepName,
    Treatment,
    TreatmentBatch,
)

__all__ = (
    "LIVE",
    "PENDING",
    "CheckedBecause",
    "CounterOffer",
    "EndRoute",
    "EvidenceFile",
    "Fraction",
    "FractionFate",
    "GateCheck",
    "GateRouteWord",
    "KeptOutlook",
    "LotHandOver",
    "LotState",
    "MassTally",
    "MassUse",
    "MaterialClaim",
    "MaterialLot",
    "Offer",
    "OfferState",
    "PartyPrices",
    "Plan",
    "PlanLine",
    "PlanPart",
    "PlanRun",
    "PlanState",
    "Process",
    "Programme",
    "ProgrammeKind",
    "Quarantine",
    "Retirement",
    "RetirementReason",
    "RetirementState",
    "RunState",
    "SecondLife",
    "SecondLifeState",
    "StepName",
    "TestOrder",
    "TestState",
    "TestVerdict",
    "Treatment",
    "TreatmentBatch",
    "TreatmentPaper",
)
