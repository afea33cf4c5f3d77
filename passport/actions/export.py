"""Gives an attestation away in other people's forms: the signed bytes, or told again as vc+jwt."""

import uuid
from datetime import datetime

from passport.actions.bundle import record_key
from passport.actions.event import stamp
from passport.actions.status_list import url_of
from passport.models import Party
from passport.proof import credential, jose, statuslist
from passport.queries import log
from passport.queries.attestation import Line, by_id
from passport.rules.errors import Conflict, NotFound


class NotLoggedYet(Conflict):
    """What is told again names its place in the published log."""

    code = "not-logged-yet"
    title = "The log has not published it yet"


def as_signed(*, attestation_id: uuid.UUID, by: Party) -> bytes:
    """The very bytes that an issuer signed. Refuses NotFound, also when they were erased."""
    return _body(by_id(attestation_id=attestation_id, by=by))


def as_jwt(*, attestation_id: uuid.UUID, by: Party, site: str, at: datetime) -> str:
    """What an issuer signed, told again by this service as vc+jwt; it names the original.

    Refuses NotFound, also when the bytes were erased, and NotLoggedYet.
    """
    line = by_id(attestation_id=attestation_id, by=by)
    original = credential.read(_body(line))
    head = log.published()
    if line.index is None or head is None:
        raise NotLoggedYet("its entry is not published yet", remedy="try again in a second")
    key = record_key()
    number, _ = statuslist.place_of(line.index)
    standing = jose.Standing(
        source=f"{site.rstrip('/')}/api/v1/attestations/{line.row.pk}",
        origin=head.origin,
        index=line.index,
        status_list=url_of(site=site, number=number),
    )
    issuer = key.method.partition("#")[0]
    document = jose.restated(original, standing=standing, issuer=issuer, at=stamp(at))
    return jose.seal(document, private_key=key.signer, method=key.method)


def _body(line: Line) -> bytes:
    body = bytes(line.row.body)
    if not body:
        raise NotFound(
            "the content of this attestation was erased",
            remedy="its digest and its place in the log stay: GET it as application/json",
        )
    return body
