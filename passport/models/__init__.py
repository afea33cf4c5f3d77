"""Every table of the registry, one file a subject."""

from passport.models.admission import (
    AdministrativeAct,
    Administrator,
    Application,
    ApplicationState,
    Deed,
    Evidence,
    LinkKind,
    OneTimeLink,
    PasswordProof,
    Sitting,
)
from passport.models.alarm import Alarm, Scan, ScanMark
from passport.models.alias import BatteryAlias, IssuedSerial, SerialIssue
from passport.models.attestation import (
    Attestation,
    AttestationItem,
    AttestationUpstream,
    BatchTile,
    Lot,
    Withdrawal,
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
from passport.models.bundle import BundleOrder
from passport.models.custody import Custody, HandOver, HandOverState
from passport.models.document import Document
from passport.models.erasure import Erasure
from passport.models.event import LifecycleEvent, SubjectBlock
from passport.models.health import HealthReading
from passport.models.intake import Intake, IntakeBlock, IntakeError, IntakeState
from passport.models.job import IdempotencyKey, Job, JobState
from passport.models.key import (
    DidDocument,
    HostedKey,
    KeyChallenge,
    KeyCustody,
    KeyRevocation,
    SigningKey,
)
from passport.models.label import LabelPrint
from passport.models.log import (
    Checkpoint,
    CheckpointTimestamp,
    Cosignature,
    LogDocument,
    LogEntry,
    LogEra,
    LogHead,
    LogSubject,
    Outbox,
)
from passport.models.naming_right import (
    NamingBasis,
    NamingDecision,
    NamingKind,
    NamingRight,
    NamingState,
)
from passport.models.party import ApiKey, Facility, Membership, Party, Person, Role
from passport.models.recall import Recall, RecallSubject

__all__ = (
    "AdministrativeAct",
    "Administrator",
    "Alarm",
    "ApiKey",
    "Application",
    "ApplicationState",
    "Assembly",
    "Attestation",
    "AttestationItem",
    "AttestationUpstream",
    "BatchTile",
    "Battery",
    "BatteryAlias",
    "BatteryModel",
    "BatteryState",
    "BatteryStatus",
    "BundleOrder",
    "Category",
    "Checkpoint",
    "CheckpointTimestamp",
    "Concern",
    "ConcernReason",
    "Cosignature",
    "Custody",
    "Deed",
    "DidDocument",
    "Document",
    "Erasure",
    "Evidence",
    "Facility",
    "HandOver",
    "HandOverState",
    "HealthReading",
    "HostedKey",
    "IdempotencyKey",
    "IdentityClaim",
    "Intake",
    "IntakeBlock",
    "IntakeError",
    "IntakeState",
    "IssuedSerial",
    "Job",
    "JobState",
    "KeyChallenge",
    "KeyCustody",
    "KeyRevocation",
    "LabelPrint",
    "Level",
    "LifecycleEvent",
    "LinkKind",
    "LogDocument",
    "LogEntry",
    "LogEra",
    "LogHead",
    "LogSubject",
    "Lot",
    "Membership",
    "NamingBasis",
    "NamingDecision",
    "NamingKind",
    "NamingRight",
    "NamingState",
    "OneTimeLink",
    "Outbox",
    "Party",
    "PasswordProof",
    "Person",
    "Recall",
    "RecallSubject",
    "Role",
    "Scan",
    "ScanMark",
    "SerialIssue",
    "SigningKey",
    "Sitting",
    "SubjectBlock",
    "Withdrawal",
)
