"""Which passport follows on which, as anybody may know it. [Art. 77(7)]"""

from django.db import connection


def onwards(*, identity: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The identities that a passport follows on, and those as which it goes on; no tenant asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT direction, identity FROM public_passport_links_v1(%s)", [identity])
        rows = cursor.fetchall()
    before = tuple(name for direction, name in rows if direction == "original")
    return before, tuple(name for direction, name in rows if direction == "successor")
