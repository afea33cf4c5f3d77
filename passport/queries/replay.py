"""Answers that were kept for requests that may come again."""

from uuid import UUID

from passport.models import IdempotencyKey


def kept(*, party_id: UUID, route: str, key: str) -> IdempotencyKey | None:
    """The answer that this request got before, or None."""
    return IdempotencyKey.objects.filter(party_id=party_id, route=route, key=key).first()
