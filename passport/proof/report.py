"""What verifying a bundle found: steps, verdicts, who vouches for each key, doubts."""

from dataclasses import dataclass, field

from passport.proof.attested import Attested, Recycled
from passport.proof.standing import PLAIN, Verdict, Voucher

__all__ = [
    "ACCEPTED",
    "DOUBTED",
    "PLAIN",
    "REFUSED",
    "Attested",
    "Cosigned",
    "Coverage",
    "Erased",
    "Judgement",
    "KeyFound",
    "Recycled",
    "Report",
    "Step",
    "Verdict",
    "Voucher",
    "Withdrawn",
]


_WORDS = {
    Voucher.SERVICE: "VALID (key vouched for by this service only)",
    Voucher.HOSTED: "VALID (key hosted by this service)",
}

ACCEPTED, DOUBTED, REFUSED = 0, 1, 2


@dataclass(frozen=True)
class Step:
    """One numbered step and what it found."""

    number: int
    title: str
    found: str


@dataclass(frozen=True)
class Judgement:
    """The verdict on one attestation. ``index`` is its place in the log, ``digest`` its bytes."""

    index: int
    digest: str
    kind: str
    issuer: str
    method: str
    about: str
    verdict: Verdict
    voucher: Voucher
    reason: str

    @property
    def words(self) -> str:
        """The verdict as it is printed: a key nobody else vouches for is never plain VALID."""
        if self.verdict is Verdict.VALID:
            return _WORDS.get(self.voucher, self.verdict.value)
        return self.verdict.value

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing about this attestation is in doubt."""
        return self.verdict is Verdict.VALID and self.voucher in PLAIN

    def as_json(self) -> dict[str, object]:
        """Return the judgement for machines."""
        plain = {"verdict": self.verdict.value, "voucher": self.voucher.value}
        return {**vars(self), **plain, "words": self.words}


@dataclass(frozen=True)
class KeyFound:
    """A key of the bundle: where in the log it counts, and who says that it is its issuer's."""

    method: str
    voucher: Voucher
    in_force: str
    note: str

    def as_json(self) -> dict[str, object]:
        """Return the key for machines."""
        return {**vars(self), "voucher": self.voucher.value}


@dataclass(frozen=True)
class Withdrawn:
    """A maker took its attestation back, wholly or (``items``) for some of its batch."""

    index: int
    digest: str
    method: str
    verdict: Verdict
    reason: str
    items: tuple[str, ...] | None

    def as_json(self) -> dict[str, object]:
        """Return the withdrawal for machines."""
        return {**vars(self), "verdict": self.verdict.value}


@dataclass(frozen=True)
class Erased:
    """Content erased on lawful demand; ``index`` is the entry that says so."""

    index: int
    digest: str
    reason: str
    at: str


@dataclass(frozen=True)
class Cosigned:
    """A witness of the policy that cosigned, and when (POSIX seconds)."""

    name: str
    seconds: int


@dataclass(frozen=True)
class Coverage:
    """How many components there are, how many an attestation covers, by whom, how deep."""

    components: int = 0
    attested: int = 0
    by_issuer: dict[str, int] = field(default_factory=dict)
    depth: int = 0
    upstream_shown: int = 0
    upstream_hidden: int = 0


@dataclass
class Report:
    """The outcome of all steps; refusals do not get here, they are raised as BadBundle."""

    batteries: list[str] = field(default_factory=list)
    title: str = ""
    origin: str = ""
    size: int = 0
    steps: list[Step] = field(default_factory=list)
    keys: list[KeyFound] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    withdrawn: list[Withdrawn] = field(default_factory=list)
    erased: list[Erased] = field(default_factory=list)
    cosigned: list[Cosigned] = field(default_factory=list)
    unknown_signatures: list[str] = field(default_factory=list)
    timestamps: list[int] = field(default_factory=list)
    unchecked_timestamps: int = 0
    hidden: list[int] = field(default_factory=list)
    events: int = 0
    coverage: Coverage = field(default_factory=Coverage)
    attested: list[Attested] = field(default_factory=list)
    recycled: list[Recycled] = field(default_factory=list)
    completeness: str = "not proven"
    salted_by_maker: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 when nothing is in doubt, 1 when something is. A refusal is 2."""
        return DOUBTED if self.doubts else ACCEPTED

    def as_json(self) -> dict[str, object]:
        """Return the report for machines."""
        return {
            "verdict": "DOUBTED" if self.doubts else "ACCEPTED",
            "batteries": self.batteries,
            "title": self.title,
            "log": {"origin": self.origin, "treeSize": self.size},
            "steps": [vars(each) for each in self.steps],
            "keys": [each.as_json() for each in self.keys],
            "attestations": [each.as_json() for each in self.judgements],
            "withdrawals": [each.as_json() for each in self.withdrawn],
            "erased": [vars(each) for each in self.erased],
            "witnesses": [vars(each) for each in self.cosigned],
            "unknownSignatures": self.unknown_signatures,
            "timestamps": {"seconds": self.timestamps, "unchecked": self.unchecked_timestamps},
            "hiddenDocuments": self.hidden,
            "events": self.events,
            "coverage": vars(self.coverage),
            "attested": [each.as_json() for each in self.attested],
            "recycled": [each.as_json() for each in self.recycled],
            "completeness": self.completeness,
            "saltedByMaker": self.salted_by_maker,
            "doubts": self.doubts,
        }
