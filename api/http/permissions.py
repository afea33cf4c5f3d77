"""Who may do what at which address: nobody, unless the view says so for that method."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from passport.models.party import ApiKey, Role


class Scope(StrEnum):
    """What a key may be used for; each key carries some."""

    READ = "read"
    REGISTER = "register"
    ATTEST = "attest"
    RECORD = "record"
    PLAN = "plan"
    TREAT = "treat"


ANY: Final = frozenset(Role)


@dataclass(frozen=True)
class Needs:
    """A role that the party must have, one of several, and a scope that its key must have."""

    roles: frozenset[Role]
    scope: Scope

    def refusal(self, *, roles: list[str], scopes: list[str]) -> str:
        """Return why this party and key may not, or nothing."""
        if not self.roles & {Role(role) for role in roles}:
            wanted = ", ".join(sorted(role.label for role in self.roles))
            return f"This is for a party with the role {wanted}."
        if self.scope not in scopes:
            return f'The key lacks the scope "{self.scope}".'
        return ""


def needs(*roles: Role, scope: Scope) -> Needs:
    """Name who may: one of the roles (none given: any party), with a key of that scope."""
    return Needs(frozenset(roles) or ANY, scope)


class DenyByDefault(BasePermission):
    """Asks the view's `needs` for the method; what is not named is not allowed."""

    message = "Nobody may do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method not in _handled(view):
            return True  # the framework answers 405, which tells nothing
        declared: Mapping[str, Needs] = getattr(view, "needs", {})
        wanted = declared.get("GET" if request.method == "HEAD" else str(request.method))
        if wanted is None or request.auth is None:
            return False
        key: ApiKey = request.auth  # type: ignore[assignment]
        self.message = wanted.refusal(roles=key.party.roles, scopes=key.scopes)
        return not self.message


def _handled(view: Any) -> list[str]:
    return [name.upper() for name in view.http_method_names if hasattr(view, name)]
