"""Treatment in steps: batches, what went in and came out, mass balance, certificate, Annex XII."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Day, Digest, Document, Identifier, Moment, Quantity, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from passport.models.party import Role
from passport.proof import canonical
from passport.rules.decimals import parse_decimal
from passport.rules.errors import Malformed
from recycling.actions import batch as batches
from recycling.actions import paper, step
from recycling.actions.step import Draw
from recycling.models.treatment import Process
from recycling.queries import batch, papers, rollup
from recycling.rules.recovery import Fate, Output
from recycling.rules.rollup import Standing
from recycling.rules.steps import StepKind

STEPS = tuple(each for each in StepKind if each is not StepKind.WHOLE)
SITE = settings.PASSPORT_PUBLIC_URL


class Shares(Document):
    """Elements and their shares of a mass, each a decimal in a string."""

    wire = {"type": "object", "additionalProperties": {"type": "string"}}

    def read(self, data: Any) -> dict[str, Any]:
        told = super().read(data)
        return {str(name): parse_decimal(share) for name, share in told.items()}

    def to_representation(self, value: Any) -> dict[str, str]:
        return {name: format(share, "f") for name, share in dict(value).items()}


class NewBatch(StrictShape):
    catalogue = "treatment-batch"

    number = Text(longest=40)
    facility = Identifier(source="facility_id", required=False)


class BatchShape(StrictShape):
    catalogue = "treatment-batch"

    id = Identifier()
    recycler = Text(source="recycler.slug")
    facility = Identifier(source="facility_id", allow_null=True)
    number = Text()
    identity = Text()
    opened_at = Moment()


class InputShape(StrictShape):
    catalogue = "treatment-input"

    battery = Identifier(source="battery_id", required=False)
    fraction = Identifier(source="fraction_id", required=False)
    lot = Identifier(source="lot_id", required=False)
    mass_kg = Quantity(places=5, required=False)


class NewFraction(StrictShape):
    catalogue = "fraction"

    material = Text(longest=40)
    mass_kg = Quantity(places=5)
    fate = Word(among=tuple(Fate))
    assay = Shares(required=False)
    assay_document = Digest(source="document", required=False)


class NewStep(StrictShape):
    catalogue = "treatment-step"

    booking_id = Identifier()
    step = Word(among=STEPS)
    process = Word(among=Process.values, required=False)
    inputs = InputShape(many=True, allow_empty=False, max_length=1000)  # type: ignore[call-arg]
    fractions = NewFraction(many=True, allow_empty=False, max_length=200)  # type: ignore[call-arg]
    happened_at = Moment(required=False)


class InputLineShape(StrictShape):
    catalogue = "treatment-input"

    kind = Word(among=("battery", "fraction", "lot"))
    id = Identifier()
    name = Text()
    chemistry = Text(empty=True)
    mass_kg = Quantity()


class FractionLineShape(StrictShape):
    catalogue = "fraction"

    id = Identifier()
    material = Text()
    mass_kg = Quantity()
    fate = Word(among=tuple(Fate))
    assay = Shares()
    assay_document = Text(source="assay_sha256", empty=True)
    left_kg = Quantity()


class ElementShape(StrictShape):
    catalogue = "element"

    element = Text()
    in_kg = Quantity(allow_null=True)
    out_kg = Quantity()
    unknown_kg = Quantity()
    missing_kg = Quantity(allow_null=True)


class StepShape(StrictShape):
    catalogue = "treatment-step"

    id = Identifier()
    booking_id = Identifier(allow_null=True)
    step = Word(among=STEPS)
    process = Text(empty=True)
    treated_at = Moment()
    booked_at = Moment()
    in_kg = Quantity()
    out_kg = Quantity()
    losses_kg = Quantity()
    missing_kg = Quantity()
    tolerance = Quantity()
    tables_version = Text()
    document = Text(source="document_sha256")
    inputs = InputLineShape(many=True)
    fractions = FractionLineShape(many=True)
    elements = ElementShape(many=True)


class ReachedShape(StrictShape):
    catalogue = "reached"

    subject = Text()
    part_kg = Quantity()
    whole_kg = Quantity()
    share = Quantity()
    floor = Quantity(allow_null=True)
    standing = Word(among=tuple(Standing))
    coming_share = Quantity(source="coming.share", allow_null=True)
    coming_from = Day(source="coming.since", allow_null=True)


class AccountShape(StrictShape):
    catalogue = "account"

    chemistry = Text(source="way.chemistry", empty=True)
    in_kg = Quantity(source="way.in_kg")
    waiting_kg = Quantity(source="way.waiting_kg")
    reached = ReachedShape(many=True)


class BalanceShape(StrictShape):
    catalogue = "mass-balance"

    batch = Identifier(source="batch.id")
    in_kg = Quantity()
    kept_kg = Quantity()
    losses_kg = Quantity()
    missing_kg = Quantity()
    inputs = InputLineShape(many=True)
    outputs = FractionLineShape(many=True)
    elements = ElementShape(many=True)
    accounts = AccountShape(many=True)
    certificate = Text(source="certificate_sha256", empty=True)


class FactsShape(StrictShape):
    catalogue = "paper"

    facts = Document()


class SignedPaper(StrictShape):
    catalogue = "paper"

    credential = Document()


class FiledPaperShape(StrictShape):
    catalogue = "paper"

    attestation = Identifier(source="attestation_id")
    digest = Digest(source="sha256")
    filed_at = Moment()


class TreatmentBatches(Resource):
    """The batches that the key's party opened; POST opens one under its own number."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.RECYCLER, scope=Scope.TREAT)}
    accepts = {"POST": NewBatch}
    answers = {"GET": BatchShape, "POST": BatchShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(batch.listing, recycler=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        made = batches.open_batch(**self.payload(), by=self.party, at=self.at, site=SITE)
        return self.one(made, location=address("treatment-batches", made.pk))


class TreatmentBatch(Resource):
    """One batch."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": BatchShape}

    def get(self, request: Request, batch_id: UUID) -> Response:
        return self.one(papers.batch_by_id(batch_id=batch_id))


class Steps(Resource):
    """The steps of a batch, each with its balance; POST books one, or refuses with the figures."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.RECYCLER, scope=Scope.TREAT)}
    accepts = {"POST": NewStep}
    answers = {"GET": StepShape, "POST": StepShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request, batch_id: UUID) -> Response:
        return self.all(batch.steps(batch=papers.batch_by_id(batch_id=batch_id)))

    @repeatable(required=False)
    def post(self, request: Request, batch_id: UUID) -> Response:
        sent = _booking(self.payload())
        made = step.book(batch_id=batch_id, **sent, by=self.party, at=self.at)
        return self.one(batch.of_step(batch_id=batch_id, step=made))


class Balance(Resource):
    """The mass-balance sheet of a batch, held against Annex XII."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": BalanceShape}

    def get(self, request: Request, batch_id: UUID) -> Response:
        return self.one(batch.balance(batch_id=batch_id, party=self.party))


class Certificate(Resource):
    """The facts of the certificate of recycling, ready to be signed; POST files it signed."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.RECYCLER, scope=Scope.TREAT)}
    accepts = {"POST": SignedPaper}
    answers = {"GET": FactsShape, "POST": FiledPaperShape}
    statuses = {"POST": 201}

    def get(self, request: Request, batch_id: UUID) -> Response:
        found = papers.batch_by_id(batch_id=batch_id)
        return self.one({"facts": papers.certificate_facts(batch=found)})

    @repeatable(required=False)
    def post(self, request: Request, batch_id: UUID) -> Response:
        signed = canonical.encode(self.payload()["credential"])
        made = paper.certify(batch_id=batch_id, credential_bytes=signed, by=self.party, at=self.at)
        return self.one(made)


class AnnexXii(Resource):
    """A calendar year of the key's party as first recycler: of all it took in, and by chemistry."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": AccountShape}
    wholes = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        year = request.GET.get("year", str(self.at.year))
        if not (year.isascii() and year.isdigit() and len(year) == 4 and int(year) > 0):
            raise Malformed(f"{year[:20]} is no year", pointer="?year", remedy="write it like 2026")
        return self.all(rollup.of_year(party=self.party, year=int(year)))


def _booking(sent: dict[str, Any]) -> dict[str, Any]:
    draws = [_draw(each, number) for number, each in enumerate(sent.pop("inputs"))]
    fractions = [Output(**each | {"fate": Fate(each["fate"])}) for each in sent.pop("fractions")]
    return {**sent, "step": StepKind(sent["step"]), "draws": draws, "fractions": fractions}


def _draw(sent: dict[str, Any], number: int) -> Draw:
    named = [name for name in ("battery_id", "fraction_id", "lot_id") if name in sent]
    if len(named) != 1:
        raise Malformed(
            "an input is one of a battery, a fraction, a lot",
            pointer=f"/inputs/{number}",
            remedy="send one of the fields battery, fraction, lot, with its id",
        )
    mass: Decimal | None = sent.get("mass_kg")
    return Draw(**{named[0]: sent[named[0]]}, mass_kg=mass)
