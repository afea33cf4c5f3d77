"""What a person reads of an evidence file: taken from the file itself, as it was filed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from passport.models import EvidenceFile
from passport.proof import canonical, filing
from passport.proof.filing import Manifest
from passport.queries import sourcing_file
from passport.rules import sourcing_folder
from passport.rules.sourcing_case import Case, Certificate, Flag, Line
from passport.rules.sourcing_filing import FiledAgreement, FiledOrigin, FiledSerials
from passport.rules.sourcing_folder import SERIALS_TOLD
from passport.rules.sourcing_reading import read_case
from passport.rules.sourcing_reliance import open_flags
from passport.rules.sourcing_shape import read

_MOST = 256 << 20
Told = Mapping[str, Any]


@dataclass(frozen=True)
class CertificateLine:
    """A certificate, and what keeps it from being relied upon, line by line."""

    paper: Certificate
    lines: int
    hindrances: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Report:
    """A file that is filed: its case, its result as a document, what is told of serials."""

    file: EvidenceFile
    manifest: Manifest
    case: Case
    result: Told
    serials: FiledSerials

    @property
    def figures(self) -> Sequence[tuple[str, Told]]:
        """The ratio by each reading that gives one, the one that decides first."""
        both = ((name, self.result[name]) for name in ("strict", "lenient"))
        return [(name, told) for name, told in both if told is not None]

    @property
    def determinations(self) -> Sequence[tuple[str, Told]]:
        """Who was found to be what, with the name of each."""
        entities = self.case.register.entities
        return [
            (entities[each["entity"]].name if each["entity"] in entities else each["entity"], each)
            for each in self.result["determinations"]
        ]

    @cached_property
    def certificates(self) -> Sequence[CertificateLine]:
        """Each certificate, and whether it stands."""
        found = []
        for paper in self.case.certificates.values():
            about = [e for e in self.result["reliances"] if e["certificate"] == paper.id]
            hindrances = [(e["line"], each["says"]) for e in about for each in e["hindrances"]]
            found.append(CertificateLine(paper, len(about), hindrances))
        return found

    @property
    def open_flags(self) -> Sequence[Flag]:
        """The reasons to know that nobody has resolved."""
        return list(open_flags(self.case.flags, as_of=self.case.as_of))

    @property
    def agreements(self) -> Sequence[tuple[FiledAgreement, FiledOrigin | None]]:
        """How the lists of each line agree, and by whom its serials are attested."""
        origins = {each.line: each for each in self.serials.origins}
        return [(each, origins.get(each.line)) for each in self.serials.agreements]

    def named(self, entity: str | None) -> str:
        """What an entity is called; "" where nobody is named."""
        found = self.case.register.entities.get(entity or "")
        return (entity or "") if found is None else found.name


def cost_of(line: Line) -> Decimal:
    """What a line cost in dollars, all its costs together, to the cent."""
    return sum((each.amount * each.rate for each in line.costs), Decimal(0)).quantize(
        Decimal("0.01")
    )


def report_of(*, file: EvidenceFile) -> Report:
    """Read a file that is filed. Refuses NotFound where it is not yet."""

    def told(name: str) -> Any:
        data = sourcing_file.member(file=file, name=name)
        return canonical.loads(data, max_bytes=_MOST)

    return Report(
        file=file,
        manifest=filing.read(bytes(file.manifest or b"")),
        case=read_case(sourcing_folder.case_of(told)),
        result=sourcing_folder.result_of(told),
        serials=read(FiledSerials, told(SERIALS_TOLD)),
    )
