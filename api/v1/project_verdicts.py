"""What the file of a project comes to: verdict, ratios as exact fractions, what would change it."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Day, Document, Flag, Quantity, Several, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource
from api.http.shapes import StrictShape
from passport.queries import sourcing_result, sourcing_sheet
from passport.rules.sourcing_piece import DoubtKind
from passport.rules.sourcing_result import result_document
from passport.rules.sourcing_verdict import Verdict

_MOST_FINDINGS, _MOST_STEPS = 1_000, 1_000


class FindingShape(StrictShape):
    catalogue = "project.verdict"

    kind = Word(among=tuple(DoubtKind))
    about = Text()
    ratio = Text()
    moves = Text()
    known = Flag()
    would_pass = Flag()
    lines = Several(of=Text)
    lines_in_all = Count()


class VerdictShape(StrictShape):
    catalogue = "project.verdict"

    verdict = Word(among=tuple(Verdict))
    words = Text()
    reasons = Several(of=Text)
    rule_set = Text()
    as_of = Day()
    threshold_percent = Quantity(allow_null=True)
    strict = Document(allow_null=True)
    lenient = Document(allow_null=True)
    unverified_rules = Several(of=Text)
    findings = FindingShape(many=True)
    steps = Several(of=Document)


class ProjectVerdict(Resource):
    """What the file of a project comes to today, under the rule set that the project keeps.

    Ratios are fractions in two whole numbers. Findings come in the order of what they change, the
    first 1,000 of them; steps are the last 1,000, sums and ratios among them. All of both stands in
    the evidence file.
    """

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": VerdictShape}

    def get(self, request: Request, project_id: UUID) -> Response:
        sheet = sourcing_sheet.sheet_of(project_id=project_id, as_of=self.at.date())
        result, _rules = sourcing_result.judged(sheet.case)
        told = result_document(result)
        kept = ("verdict", "words", "reasons", "rule_set", "strict", "lenient")
        return self.one(
            {
                **{name: told[name] for name in kept},
                "as_of": result.case.as_of,
                "threshold_percent": result.held.percent,
                "unverified_rules": [each.id for each in result.not_read],
                "findings": told["findings"][:_MOST_FINDINGS],
                "steps": told["steps"][-_MOST_STEPS:],
            }
        )
