"""Suppliers' certificates of a project, the gate's outcome for each line, and reasons to know."""

import uuid
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Day, Document, Flag, Identifier, Several, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from passport.actions import sourcing_certificate, sourcing_flag
from passport.models.party import Role
from passport.proof import canonical
from passport.queries import sourcing_sheet
from passport.queries.sourcing_project import by_id
from passport.rules.sourcing_case import Statement
from passport.rules.sourcing_reliance import Gap


class NewCertificate(StrictShape):
    catalogue = "project.certificate"

    supplier = Text(longest=64)
    credential = Document(required=False)
    attestation = Identifier(required=False)
    lines = Several(of=lambda: Text(longest=60), most=1000, required=False)


class HindranceShape(StrictShape):
    catalogue = "project.certificate"

    gap = Word(among=tuple(Gap))
    says = Text()


class OutcomeOfLine(StrictShape):
    catalogue = "project.certificate"

    line = Text()
    holds = Flag()
    hindrances = HindranceShape(many=True)


class CertificateShape(StrictShape):
    catalogue = "project.certificate"

    id = Text(source="certificate.id")
    sha256 = Text(source="certificate.sha256")
    supplier = Text(source="certificate.supplier")
    supplier_name = Text(source="certificate.supplier_name")
    statement = Word(among=tuple(Statement), source="certificate.statement")
    signed_on = Day(source="certificate.signed_on")
    signature = Text(source="certificate.signature_verdict")
    revoked_on = Day(source="certificate.revoked_on", allow_null=True)
    superseded_by = Text(source="certificate.superseded_by", empty=True)
    kept_until = Day()
    outcomes = OutcomeOfLine(many=True)


class CertificateLines(StrictShape):
    catalogue = "project.certificate"

    lines = Several(of=lambda: Text(longest=60), most=1000)


class CertificateEnding(StrictShape):
    catalogue = "project.certificate"

    ended_on = Day()
    because = Text(longest=300)
    superseded_by = Identifier(required=False)


class NewFlag(StrictShape):
    catalogue = "project.flag"

    about = Text(longest=80)
    says = Text(longest=600)


class FlagShape(StrictShape):
    catalogue = "project.flag"

    id = Text()
    kind = Text()
    about = Text()
    says = Text()
    raised_on = Day()
    resolved_on = Day(allow_null=True)
    resolution = Text(empty=True)
    reviewer = Text(empty=True)


class FlagEnding(StrictShape):
    catalogue = "project.flag"

    flag = Text(longest=80)
    says = Text(longest=600)
    reviewer = Text(longest=120)


_OWN = needs(Role.KEEPER, scope=Scope.RECORD)


class ProjectCertificates(Resource):
    """The certificates of a project, each held against its lines; POST adds one as it was signed.

    Send the signed credential itself, or the id of an attestation that the party reads. Without
    `lines` it is joined to those that were bought of this supplier and of which an item speaks.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": _OWN}
    accepts = {"POST": NewCertificate}
    answers = {"GET": CertificateShape, "POST": CertificateShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request, project_id: UUID) -> Response:
        sheet = sourcing_sheet.sheet_of(project_id=project_id, as_of=self.at.date())
        return self.all(sourcing_sheet.papers_of(case=sheet.case))

    @repeatable(required=False)
    def post(self, request: Request, project_id: UUID) -> Response:
        told = self.payload()
        signed = told.get("credential")
        made = sourcing_certificate.add(
            project_id=project_id,
            supplier=told["supplier"],
            body=canonical.encode(signed) if signed is not None else b"",
            attestation_id=told.get("attestation"),
            lines=told.get("lines"),
            by=self.party,
            at=self.at,
        )
        return self.one(_paper(self, made.pk), location=address("certificates", made.pk))


class Certificate(Resource):
    """One certificate, held against its lines."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": CertificateShape}

    def get(self, request: Request, certificate_id: UUID) -> Response:
        return self.one(_paper(self, certificate_id))


class CertificateJoin(Resource):
    """Let a certificate speak of exactly these lines from now on."""

    needs = {"POST": _OWN}
    accepts = {"POST": CertificateLines}
    answers = {"POST": CertificateShape}

    @repeatable(required=False)
    def post(self, request: Request, certificate_id: UUID) -> Response:
        sourcing_certificate.join(
            certificate_id=certificate_id, **self.payload(), by=self.party, at=self.at
        )
        return self.one(_paper(self, certificate_id))


class CertificateEnd(Resource):
    """Record that a certificate was taken back, or that another has taken its place."""

    needs = {"POST": _OWN}
    accepts = {"POST": CertificateEnding}
    answers = {"POST": CertificateShape}

    @repeatable(required=False)
    def post(self, request: Request, certificate_id: UUID) -> Response:
        sourcing_certificate.end(
            certificate_id=certificate_id, **self.payload(), by=self.party, at=self.at
        )
        return self.one(_paper(self, certificate_id))


class ProjectFlags(Resource):
    """What contradicts a project's file, as the service finds it and as people raised it."""

    needs = {"GET": needs(scope=Scope.READ), "POST": _OWN}
    accepts = {"POST": NewFlag}
    answers = {"GET": FlagShape, "POST": FlagShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request, project_id: UUID) -> Response:
        sheet = sourcing_sheet.sheet_of(project_id=project_id, as_of=self.at.date())
        return self.all(sheet.case.flags)

    @repeatable(required=False)
    def post(self, request: Request, project_id: UUID) -> Response:
        made = sourcing_flag.raise_flag(
            project_id=project_id, **self.payload(), by=self.party, at=self.at
        )
        return self.one(_flag(self, project_id, made.key))


class FlagResolutions(Resource):
    """Record how a flag ended: what was found, and by whom."""

    needs = {"POST": _OWN}
    accepts = {"POST": FlagEnding}
    answers = {"POST": FlagShape}

    @repeatable(required=False)
    def post(self, request: Request, project_id: UUID) -> Response:
        told = self.payload()
        sourcing_flag.resolve(project_id=project_id, **told, by=self.party, at=self.at)
        return self.one(_flag(self, project_id, told["flag"]))


def _paper(view: Resource, certificate_id: uuid.UUID) -> Any:
    return sourcing_sheet.paper_of(certificate_id=certificate_id, as_of=view.at.date())[1]


def _flag(view: Resource, project_id: uuid.UUID, key: str) -> Any:
    return sourcing_sheet.flag_of(
        project=by_id(project_id=project_id), key=key, as_of=view.at.date()
    )
