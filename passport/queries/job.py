"""Jobs, as their rows tell."""

import uuid

from passport.models import Job
from passport.queries.battery import unknown


def state(*, job_id: uuid.UUID) -> Job:
    """The job of this id, if the acting party asked for it. Refuses NotFound."""
    found = Job.objects.filter(id=job_id).first()
    if found is None:
        raise unknown("job")
    return found
