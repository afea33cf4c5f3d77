"""Views that read long bodies: nothing of the database is held while a sender takes its time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction
from rest_framework.request import Request

from api.http.resource import Resource
from passport.queries import tenancy


@contextmanager
def acting_for(party_id: UUID) -> Iterator[None]:
    """Act for a party until the block ends, all of it or nothing."""
    with transaction.atomic():
        tenancy.act_as(party_id)
        yield


class Streaming(Resource):
    """A resource whose handlers open their transaction themselves, with `acting()`."""

    @classmethod
    def as_view(cls, **given: Any) -> Any:
        return transaction.non_atomic_requests(super().as_view(**given))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().initial(request, *args, **kwargs)

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Act for the key's party until the block ends, all of it or nothing."""
        with acting_for(self.party.pk):
            yield
