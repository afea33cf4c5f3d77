"""Lots of recovered material: filled, passed on, and claimed as recycled content, once."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Digest, Flag, Identifier, Moment, Quantity, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.v1.hand_overs import Towards, receiver
from api.v1.treatment_batches import SITE, FactsShape, FiledPaperShape, Shares, SignedPaper
from passport.models.party import Role
from passport.proof import canonical
from recycling.actions import claim, material, paper
from recycling.actions.material import Filling
from recycling.models.material import LotState
from recycling.queries import lots, papers
from recycling.rules.recovery import Fate


class PartShape(StrictShape):
    catalogue = "material-lot.part"

    fraction = Identifier(source="fraction_id")
    mass_kg = Quantity(places=5, required=False)


class NewLot(StrictShape):
    catalogue = "material-lot"

    number = Text(longest=40)
    material = Text(longest=40)
    parts = PartShape(many=True, allow_empty=False, max_length=200)  # type: ignore[call-arg]


class LotShape(StrictShape):
    catalogue = "material-lot"

    id = Identifier(source="lot.id")
    recycler = Text(source="lot.recycler.slug")
    number = Text(source="lot.number")
    identity = Text(source="lot.identity")
    material = Text(source="lot.material")
    mass_kg = Quantity(source="lot.mass_kg")
    left_kg = Quantity()
    fate = Word(among=(Fate.RECYCLED, Fate.ONWARD), source="lot.fate")
    assay = Shares()
    held = Flag()
    attestation = Digest(source="attestation_sha256", allow_null=True)
    filled_at = Moment(source="lot.filled_at")


class LotHandOverShape(StrictShape):
    catalogue = "material-lot.hand-over"

    id = Identifier()
    lot = Identifier(source="lot_id")
    giver = Text(source="from_party.slug")
    to = Text(source="to_party.slug")
    state = Word(among=LotState.values)
    offered_at = Moment()
    answered_at = Moment(allow_null=True)


class NewClaim(StrictShape):
    catalogue = "material-claim"

    claim_id = Identifier()
    attestation = Digest()
    mass_kg = Quantity(places=5)


class ClaimShape(StrictShape):
    catalogue = "material-claim"

    id = Identifier()
    claim_id = Identifier()
    lot = Identifier(source="lot.id")
    maker = Text(source="maker.slug")
    attestation = Digest(source="attestation_sha256")
    mass_kg = Quantity()
    claimed_at = Moment()
    document = Digest(source="body_sha256")


class MaterialLots(Resource):
    """The lots that the key's party filled, holds or was offered; POST fills one from fractions."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.RECYCLER, scope=Scope.TREAT)}
    accepts = {"POST": NewLot}
    answers = {"GET": LotShape, "POST": LotShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(lots.listing, party=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        sent: dict[str, Any] = self.payload()
        fillings = [Filling(**each) for each in sent.pop("parts")]
        made = material.make(**sent, fillings=fillings, by=self.party, at=self.at, site=SITE)
        line = lots.line(lot_id=made.pk, party=self.party)
        return self.one(line, location=address("material-lots", made.pk))


class MaterialLot(Resource):
    """One lot, for whose hands it came to."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": LotShape}

    def get(self, request: Request, lot_id: UUID) -> Response:
        return self.one(lots.line(lot_id=lot_id, party=self.party))


class Origin(Resource):
    """The facts of a lot's origin, ready to be signed by who filled it; POST files it signed."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.RECYCLER, scope=Scope.TREAT)}
    accepts = {"POST": SignedPaper}
    answers = {"GET": FactsShape, "POST": FiledPaperShape}
    statuses = {"POST": 201}

    def get(self, request: Request, lot_id: UUID) -> Response:
        return self.one({"facts": papers.lot_facts(lot=papers.lot_by_id(lot_id=lot_id))})

    @repeatable(required=False)
    def post(self, request: Request, lot_id: UUID) -> Response:
        signed = canonical.encode(self.payload()["credential"])
        made = paper.attest(lot_id=lot_id, credential_bytes=signed, by=self.party, at=self.at)
        return self.one(made)


_PASSES_ON = needs(Role.MAKER, Role.RECYCLER, scope=Scope.RECORD)


class LotHandOvers(Resource):
    """The hand-overs of a lot that the key's party has a side in; POST offers it."""

    needs = {"GET": needs(scope=Scope.READ), "POST": _PASSES_ON}
    accepts = {"POST": Towards}
    answers = {"GET": LotHandOverShape, "POST": LotHandOverShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request, lot_id: UUID) -> Response:
        return self.all(lots.hand_overs(lot_id=lot_id))

    @repeatable(required=False)
    def post(self, request: Request, lot_id: UUID) -> Response:
        to_id = receiver(self.payload()["to"])
        return self.one(material.offer(lot_id=lot_id, to_id=to_id, by=self.party, at=self.at))


class OfferedLots(Resource):
    """Lots offered to the key's party, which wait for its answer."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": LotHandOverShape}
    wholes = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        return self.all(lots.offered(party=self.party))


class LotAnswer(Resource):
    """Accepts, refuses or takes back a lot that is offered."""

    said: str = ""
    needs = {"POST": _PASSES_ON}
    answers = {"POST": LotHandOverShape}

    @repeatable(required=False)
    def post(self, request: Request, lot_hand_over_id: UUID) -> Response:
        act = {"accept": material.accept, "refuse": material.refuse}.get(
            self.said, material.withdraw
        )
        return self.one(act(hand_over_id=lot_hand_over_id, by=self.party, at=self.at))


class Claims(Resource):
    """Claims on a lot, for their makers and for who filled it; POST claims kilograms, once."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.MAKER, scope=Scope.ATTEST)}
    accepts = {"POST": NewClaim}
    answers = {"GET": ClaimShape, "POST": ClaimShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request, lot_id: UUID) -> Response:
        return self.all(lots.claims(lot_id=lot_id))

    @repeatable(required=False)
    def post(self, request: Request, lot_id: UUID) -> Response:
        made = claim.claim(lot_id=lot_id, **self.payload(), by=self.party, at=self.at)
        return self.one(lots.claim_line(made=made))
