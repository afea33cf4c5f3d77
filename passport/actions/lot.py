"""Lots of material: who names one first owns it, and its salt is drawn then, once."""

from datetime import datetime

from django.db import IntegrityError, transaction

from passport.models import Battery, Lot, Party
from passport.models.ids import new_salt
from passport.rules.attestation import NotALot, NotYourLot, check_log_salt, check_lot

_POINTER = "/credentialSubject/id"


def claim(*, identity: str, log_salt: bytes | None, by: Party, at: datetime) -> Lot:
    """The lot of this name, registered for the party when nobody has named it before.

    `log_salt` is what the owner signs as the salt of its log subject; None leaves it as it is.
    Refuses NotALot, NotYourLot, OtherSalt, and what identity.parse_any() refuses.
    """
    check_lot(identity=identity)
    if Battery.objects.filter(identity=identity).exists():
        raise NotALot(
            f"{identity} is a battery", pointer=_POINTER, remedy="name the lot, not the battery"
        )
    lot = Lot.objects.filter(identity=identity).first()
    if lot is None:
        lot = _register(identity, salt=log_salt or new_salt(), by=by, at=at)
    if lot is None or lot.issuer_id != by.pk:
        raise NotYourLot(
            f"{identity} was named by another party before",
            pointer=_POINTER,
            remedy="name your own lot, and name the supplier's attestation as upstream",
        )
    salt = bytes(lot.salt)
    check_log_salt(signed=log_salt, known=salt, pointer="/credentialSubject/logSalt")
    return lot


def _register(identity: str, *, salt: bytes, by: Party, at: datetime) -> Lot | None:
    try:
        with transaction.atomic():
            return Lot.objects.create(identity=identity, issuer=by, salt=salt, registered_at=at)
    except IntegrityError:
        # Somebody has the name, now or before: this party, or one whose lots it does not see.
        return Lot.objects.filter(identity=identity).first()
