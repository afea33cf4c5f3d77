"""What a maker may take back of what it signed: its own words, for the same readers."""

from collections.abc import Collection

from passport.rules.errors import Conflict, Refusal


class OtherAccessSet(Refusal):
    """A withdrawal reaches exactly those whom its attestation reached."""

    code = "other-access-set"
    title = "The withdrawal is for others than the attestation"


class NotOfTheBatch(Refusal):
    """A withdrawal names a subject or items that its attestation does not have."""

    code = "not-of-the-batch"
    title = "The attestation does not say that"


class AlreadyWithdrawn(Conflict):
    """What was taken back wholly cannot be taken back again."""

    code = "already-withdrawn"
    title = "The attestation is withdrawn already"


def check_withdrawal(
    *, access: str, of: str, about: str | None, identity: str | None, whole: bool
) -> None:
    """A withdrawal is for the same readers and about the same subject. [withdrawal-1]

    `access` and `about` stand in the withdrawal, `of` is the attestation's access set, `identity`
    what it is about alone (None for a batch); `whole`: it is withdrawn wholly already.
    Refuses OtherAccessSet, NotOfTheBatch, AlreadyWithdrawn.
    """
    if access != of:
        raise OtherAccessSet(
            f"the attestation is for {of}, the withdrawal for {access}",
            pointer="/credentialSubject/accessSet",
            remedy=f"sign it with accessSet {of}",
        )
    if about != identity:
        raise NotOfTheBatch(
            f"the withdrawal names {about or 'no subject'}, the attestation is about"
            f" {identity or 'a batch'}",
            pointer="/credentialSubject/id",
            remedy=f"sign it with id {identity}" if identity else "leave the id out",
        )
    if whole:
        raise AlreadyWithdrawn(
            "the whole attestation was withdrawn before", remedy="nothing is left to withdraw"
        )


def check_items(*, named: Collection[str] | None, known: Collection[str], batch: bool) -> None:
    """Only a batch is withdrawn in part, by items that it holds. [withdrawal-2]

    `named` are the items of the withdrawal, None for the whole; `known` those of them that the
    batch holds. Refuses NotOfTheBatch.
    """
    if named is None:
        return
    if not batch:
        raise NotOfTheBatch(
            "only a batch is withdrawn in part",
            pointer="/credentialSubject/items",
            remedy="leave the items out",
        )
    strange = set(named) - set(known)
    if strange:
        raise NotOfTheBatch(
            f"{min(strange)} is no item of the batch",
            pointer="/credentialSubject/items",
            remedy="name items by the ids that the batch gives them",
        )
