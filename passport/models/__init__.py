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
from passport.models.attempt import Attempt
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
from passport.models.correction import Correction
from passport.models.custody import Custody, HandOver, HandOverState
from passport.models.document import Document
from passport.models.epcis import (
    CaptureState,
    EpcisCapture,
    EpcisError,
    EpcisEvent,
    EpcisMark,
    ErrorBehaviour,
)
from passport.models.epcis_query import EpcisQuery
from passport.models.erasure import Erasure
from passport.models.event import LifecycleEvent, SubjectBlock
from passport.models.health import HealthReading
from passport.models.intake import (
    Intake,
    IntakeBlock,
    IntakeError,
    IntakeProgress,
    IntakeState,
    IntakeStep,
    IntakeWaiting,
)
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
from passport.models.legacy import LegacyBattery
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
    NamingOrder,
    NamingRight,
    NamingState,
    NamingVerdict,
)
from passport.models.news import News
from passport.models.party import ApiKey, Facility, Membership, Party, Person, Role
from passport.models.recall import Recall, RecallSubject
from passport.models.second_life import PassportLink
from passport.models.shipment import Shipment, ShipmentState
from passport.models.siting import Siting
from passport.models.sourcing_paper import (
    CertificateEnd,
    CertificateLine,
    SerialBlock,
    SerialChange,
    SerialList,
    SerialOrigin,
    SupplierCertificate,
)
from passport.models.sourcing_project import (
    FlagResolution,
    LineCost,
    ProjectLine,
    ProjectShare,
    ProjectTerms,
    SourcingFlag,
    SourcingProject,
)
from passport.models.webhook import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookSecret,
)
from passport.models.yard import YardRecord

__all__ = (
    "AdministrativeAct",
    "Administrator",
    "Alarm",
    "ApiKey",
    "Application",
    "ApplicationState",
    "Assembly",
    "Attempt",
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
    "CaptureState",
    "Category",
    "CertificateEnd",
    "CertificateLine",
    "Checkpoint",
    "CheckpointTimestamp",
    "Concern",
    "ConcernReason",
    "Correction",
    "Cosignature",
    "Custody",
    "Deed",
    "DidDocument",
    "Document",
    "EpcisCapture",
    "EpcisError",
    "EpcisEvent",
    "EpcisMark",
    "EpcisQuery",
    "Erasure",
    "ErrorBehaviour",
    "Evidence",
    "Facility",
    "FlagResolution",
    "HandOver",
    "HandOverState",
    "HealthReading",
    "HostedKey",
    "IdempotencyKey",
    "IdentityClaim",
    "Intake",
    "IntakeBlock",
    "IntakeError",
    "IntakeProgress",
    "IntakeState",
    "IntakeStep",
    "IntakeWaiting",
    "IssuedSerial",
    "Job",
    "JobState",
    "KeyChallenge",
    "KeyCustody",
    "KeyRevocation",
    "LabelPrint",
    "LegacyBattery",
    "Level",
    "LifecycleEvent",
    "LineCost",
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
    "NamingOrder",
    "NamingRight",
    "NamingState",
    "NamingVerdict",
    "News",
    "OneTimeLink",
    "Outbox",
    "Party",
    "PassportLink",
    "PasswordProof",
    "Person",
    "ProjectLine",
    "ProjectShare",
    "ProjectTerms",
    "Recall",
    "RecallSubject",
    "Role",
    "Scan",
    "ScanMark",
    "SerialBlock",
    "SerialChange",
    "SerialIssue",
    "SerialList",
    "SerialOrigin",
    "Shipment",
    "ShipmentState",
    "SigningKey",
    "Siting",
    "Sitting",
    "SourcingFlag",
    "SourcingProject",
    "SubjectBlock",
    "SupplierCertificate",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookSecret",
    "Withdrawal",
    "YardRecord",
)
