"""Signs the status lists that are derived from the log: which attestations were withdrawn."""

from datetime import datetime, timedelta

from passport.actions.bundle import record_key
from passport.actions.event import stamp
from passport.proof import statuslist
from passport.queries import log
from passport.queries.withdrawal import withdrawn_places
from passport.rules.errors import NotFound

# For so long one answer is as good as the next; its bytes are the same.
FRESH = timedelta(minutes=5)
_GOOD_FOR = timedelta(days=1)


def url_of(*, site: str, number: int) -> str:
    """Where the list of this number is found."""
    return f"{site.rstrip('/')}/status/{number}"


def signed(*, number: int, site: str, at: datetime) -> bytes:
    """The list of this number, signed as of the last full five minutes. Refuses NotFound.

    It says what was withdrawn up to now, of the entries of the log that have a place in it.
    """
    head = log.published()
    first = number * statuslist.SIZE
    if number and first >= (head.size if head else 0):
        raise NotFound(
            f"the log is not so long that there is a list {number}", remedy="ask for a lower number"
        )
    since = at - timedelta(seconds=at.timestamp() % FRESH.total_seconds())
    places = withdrawn_places(first=first, count=statuslist.SIZE)
    key = record_key()
    return statuslist.signed(
        url=url_of(site=site, number=number),
        marked=[each - first for each in places],
        method=key.method,
        private_key=key.signer,
        valid_from=stamp(since),
        valid_until=stamp(since + _GOOD_FOR),
    )
