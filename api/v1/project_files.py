"""Evidence files of a project: asked for, made behind the request, kept for good."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Day, Digest, Identifier, Moment, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.papers.handing import archive_of, paper_file
from passport.actions import sourcing_file
from passport.models.job import JobState
from passport.queries import sourcing_file as files
from passport.queries import sourcing_project
from passport.queries.sourcing_report import report_of


class NewProjectFile(StrictShape):
    catalogue = "project-file"

    as_of = Day(required=False)


class ProjectFileShape(StrictShape):
    catalogue = "project-file"

    id = Identifier()
    project = Identifier(source="project_id")
    number = Count(allow_null=True)
    as_of = Day()
    asked_at = Moment()
    state = Word(among=JobState.values)
    done_count = Count(source="done")
    total_count = Count(source="total")
    last_error = Text(empty=True)
    rule_set = Text(empty=True)
    verdict = Text(empty=True)
    supported = Text(empty=True)
    manifest_sha256 = Digest(allow_null=True)
    log_index = Count(allow_null=True)
    tree_size = Count(allow_null=True)
    sha256 = Digest(allow_null=True)
    size_bytes = Count(allow_null=True)
    filed_at = Moment(allow_null=True)
    sealed_at = Moment(allow_null=True)


class ProjectFiles(Resource):
    """The evidence files of a project, newest first; its owner asks for one as of a day.

    The answer is 202; the archive lies at /archive below its address once `sealed_at` is told.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(scope=Scope.RECORD)}
    accepts = {"POST": NewProjectFile}
    answers = {"GET": ProjectFileShape, "POST": ProjectFileShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 202}

    def get(self, request: Request, project_id: UUID) -> Response:
        project = sourcing_project.by_id(project_id=project_id)
        return self.page(files.listing, project=project)

    @repeatable(required=False)
    def post(self, request: Request, project_id: UUID) -> Response:
        as_of = self.payload().get("as_of", self.at.date())
        made = sourcing_file.order(project_id=project_id, as_of=as_of, by=self.party, at=self.at)
        return self.one(files.state(file_id=made.pk), location=address("project-files", made.pk))


class ProjectFile(Resource):
    """How far an evidence file is, and what came of it."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": ProjectFileShape}

    def get(self, request: Request, file_id: UUID) -> Response:
        return self.one(files.state(file_id=file_id))


class ProjectArchive(Resource):
    """The archive: what `python -m passport.audit verify` checks."""

    needs = {"GET": needs(scope=Scope.READ)}

    def get(self, request: Request, file_id: UUID) -> FileResponse:
        return archive_of(files.archived(file_id=file_id))


class ProjectPaper(Resource):
    """The same for people, as PDF: drawn from the archive, which alone is evidence."""

    needs = {"GET": needs(scope=Scope.READ)}

    def get(self, request: Request, file_id: UUID) -> HttpResponse:
        return paper_file(report_of(file=files.filed(file_id=file_id)))
