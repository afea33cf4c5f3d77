"""Long work, as its row tells: how far it is, and why it stopped."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Identifier, Moment, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource
from api.http.shapes import StrictShape
from passport.models.job import JobState
from passport.queries import job


class JobShape(StrictShape):
    catalogue = "job"

    id = Identifier()
    kind = Text()
    state = Word(among=JobState.values)
    attempts = Count()
    done_count = Count()
    total_count = Count()
    last_error = Text(empty=True)
    created_at = Moment()
    finished_at = Moment(allow_null=True)


class Job(Resource):
    """One job that the key's party asked for."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": JobShape}

    def get(self, request: Request, job_id: UUID) -> Response:
        return self.one(job.state(job_id=job_id))
