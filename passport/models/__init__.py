"""Every table of the registry, one file a subject."""

from passport.models.attestation import (
    Attestation,
    AttestationItem,
    KeyChallenge,
    SigningKey,
    VouchedBy,
)
from passport.models.battery import (
    Assembly,
    Battery,
    BatteryModel,
    BatteryState,
    BatteryStatus,
    Category,
    Concern,
    ConcernReason,
    IdentityClaim,
    Level,
)
from passport.models.custody import Custody, HandOver, HandOverState
from passport.models.document import Document
from passport.models.event import LifecycleEvent
from passport.models.health import HealthReading
from passport.models.intake import Intake, IntakeError, IntakeLine, IntakeState
from passport.models.job import IdempotencyKey, Job, JobState
from passport.models.log import Checkpoint, Cosignature, LogEntry, LogHead, LogSubject, Outbox
from passport.models.party import ApiKey, Facility, Membership, Party, Person, Role

__all__ = (
    "ApiKey",
    "Assembly",
    "Attestation",
    "AttestationItem",
    "Battery",
    "BatteryModel",
    "BatteryState",
    "BatteryStatus",
    "Category",
    "Checkpoint",
    "Concern",
    "ConcernReason",
    "Cosignature",
    "Custody",
    "Document",
    "Facility",
    "HandOver",
    "HandOverState",
    "HealthReading",
    "IdempotencyKey",
    "IdentityClaim",
    "Intake",
    "IntakeError",
    "IntakeLine",
    "IntakeState",
    "Job",
    "JobState",
    "KeyChallenge",
    "Level",
    "LifecycleEvent",
    "LogEntry",
    "LogHead",
    "LogSubject",
    "Membership",
    "Outbox",
    "Party",
    "Person",
    "Role",
    "SigningKey",
    "VouchedBy",
)
