"""The account with which somebody applied, as an administrator sees it."""

import uuid
from dataclasses import dataclass

from passport.models import Application, OneTimeLink


@dataclass(frozen=True)
class Account:
    """Its address, and whether a link that was mailed to it was used for this account.

    Without mail whoever invites gets the link itself, and may use it under anybody's address.
    """

    email: str
    proven: bool


def account(*, application_id: uuid.UUID) -> Account | None:
    """The account of an applicant; None for who applied without one."""
    rows = Application.objects.defer("receipt_sha256").select_related("person")
    row = rows.filter(pk=application_id, person__isnull=False).first()
    if row is None or row.person is None:
        return None
    mailed = OneTimeLink.objects.filter(
        used_by=row.person, by_mail=True, email=row.person.email.lower()
    )
    return Account(email=row.person.email, proven=mailed.exists())
