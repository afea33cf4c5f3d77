"""Signing keys, as they were enrolled."""

from passport.models import Party, SigningKey


def listing(*, party: Party) -> list[SigningKey]:
    """The keys of a party, oldest first."""
    return list(SigningKey.objects.filter(party=party).order_by("id"))


def by_method(*, method: str) -> SigningKey | None:
    """The key that a verification method names, or None."""
    return SigningKey.objects.filter(method=method).first()
