"""Bundles that the acting party asked for: how far each is, and its file while it is kept."""

import uuid

from passport.models import BundleOrder, Party
from passport.queries.battery import unknown
from passport.rules.errors import NotFound


class NoFile(NotFound):
    """The file is not made yet, or was let go when its time had come."""

    code = "no-file"
    title = "There is no file to fetch"


def listing(*, party: Party, after: uuid.UUID | None, limit: int) -> list[BundleOrder]:
    """A page of a party's bundles, newest first, without their files."""
    rows = BundleOrder.objects.filter(party=party).select_related("job").defer("content")
    rows = rows.order_by("-id")
    return list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])


def state(*, order_id: uuid.UUID) -> BundleOrder:
    """How far a bundle is, if the acting party asked for it. Refuses NotFound."""
    found = BundleOrder.objects.select_related("job").defer("content").filter(id=order_id).first()
    if found is None:
        raise unknown("bundle")
    return found


def file(*, order_id: uuid.UUID) -> bytes:
    """The file of a bundle. Refuses NotFound, NoFile."""
    found = BundleOrder.objects.filter(id=order_id).first()
    if found is None:
        raise unknown("bundle")
    if found.content is None:
        raise NoFile(
            "the file is not made yet" if found.made_at is None else "the file has expired",
            remedy="wait until it is done" if found.made_at is None else "ask for it again",
        )
    return bytes(found.content)
