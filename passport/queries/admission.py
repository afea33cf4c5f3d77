"""What a one-time link or a receipt opens, for whoever holds its token and for nobody else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from passport.postgres import people
from passport.rules.errors import NotFound, Refusal


class UnusableLink(Refusal):
    """A one-time link that opens nothing, or nothing any more."""

    code = "unusable-link"
    title = "This link cannot be used"


_AGAIN = "ask whoever sent it for a new one"
# What is wrong with a link, by what the database says of it: a sentence, and what to do.
_TROUBLES: Final = {
    "UNKNOWN": ("this link opens nothing here", "copy the whole address, or " + _AGAIN),
    "USED": ("this link was used; it works once", "sign in; was it not you, tell an administrator"),
    "EXPIRED": ("this link has expired", _AGAIN),
    "REVOKED": ("this link was taken back, or a newer one has replaced it", _AGAIN),
    "SETTLED": ("this installation has its administrator already", "sign in, or ask to be invited"),
    "OTHER": ("this link is for something else", "open it as you got it"),
    "KNOWN": ("there is an account with this address already", "sign in, then open the link again"),
    "STRANGER": (
        "this link invites another address than that of your account",
        "sign out and open it again, or ask for a link to your own address",
    ),
    "UNPROVEN": ("this is not the password of your account", "type the one with which you sign in"),
}  # fmt: skip


@dataclass(frozen=True)
class LinkSeen:
    """What a token opens; only the standing is told of one that opens nothing any more."""

    standing: str
    kind: str
    email: str
    party_name: str
    party_roles: tuple[str, ...]
    expires_at: datetime | None
    has_account: bool

    @property
    def usable(self) -> bool:
        """Whether it can be used now."""
        return self.standing == "OPEN"


@dataclass(frozen=True)
class ApplicationSeen:
    """How an application stands, for whoever keeps its receipt."""

    name: str
    state: str
    reason: str
    received_at: datetime
    decided_at: datetime | None
    files: int


def link_seen(*, token: str) -> LinkSeen:
    """What this token opens; an unknown one is told apart from a used one, to its holder alone."""
    row: dict[str, Any] = people.call("see link", token)
    return LinkSeen(
        standing=row["standing"],
        kind=row["sort"] or "",
        email=row["mail"] or "",
        party_name=row["party_name"] or "",
        party_roles=tuple(row["party_roles"] or ()),
        expires_at=row["until"],
        has_account=bool(row["has_account"]),
    )


def trouble_of(standing: str, *, pointer: str = "") -> UnusableLink:
    """Why a link of this standing opens nothing."""
    detail, remedy = _TROUBLES[standing]
    return UnusableLink(detail, remedy=remedy, pointer=pointer)


def refuse_link(outcome: str) -> None:
    """Refuses UnusableLink unless the database has done what was asked."""
    if outcome != "DONE":
        raise trouble_of(outcome, pointer="/password" if outcome == "UNPROVEN" else "")


def application_seen(*, token: str) -> ApplicationSeen:
    """The application of this receipt. Refuses NotFound."""
    row: dict[str, Any] = people.call("see application", token)
    if not row:
        raise NotFound("this receipt names no application", remedy="copy the whole address")
    return ApplicationSeen(
        name=row["company"],
        state=row["standing"],
        reason=row["because"],
        received_at=row["came_at"],
        decided_at=row["answered_at"],
        files=row["files"],
    )
