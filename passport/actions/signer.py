"""Whose signature counts now: the one question that all who take signed bytes must ask."""

from passport.models import Party, Role
from passport.postgres import locks
from passport.queries.key import Standing
from passport.rules.errors import Conflict, NotAllowed

# Auditors and authorities look; whoever makes, keeps, opens or recycles has something to sign.
SIGNERS = (Role.MAKER, Role.KEEPER, Role.WORKSHOP, Role.RECYCLER)


class KeyEnded(Conflict):
    """A key that was revoked or replaced signs nothing any more, no key event either."""

    code = "key-ended"
    title = "The key is not in force"


class NotASigner(NotAllowed):
    """The party has a role that looks on, and nothing to sign."""

    code = "not-a-signer"
    title = "This party signs nothing here"


def check_signer(*, party: Party) -> None:
    """Refuse with NotASigner a party that has nothing to sign."""
    if not any(party.acts_as(role) for role in SIGNERS):
        raise NotASigner(
            "keys are for makers, keepers, workshops and recyclers",
            remedy="ask the operator for the role that you need",
        )


def hold_events(*, did: str) -> None:
    """Let no key event of this issuer in until the transaction ends, and wait for one under way."""
    locks.lock_name(locks.ISSUER, did, shared=True)


def check_in_force(*, key: Standing) -> None:
    """Refuse with KeyEnded unless the key may sign now; the caller holds its issuer's events."""
    if not key.in_force:
        raise KeyEnded(
            f"{key.method} is {key.state.words}",
            pointer="/proof/verificationMethod",
            remedy="sign with a key in force: GET /api/v1/keys lists them",
        )
