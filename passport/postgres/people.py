"""Calls of the functions that let people in: each statement whole, each answer by its names."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import connection

STATEMENTS: Final[Mapping[str, str]] = {
    "first link": "SELECT * FROM first_link_v1(%s)",
    "rescue": "SELECT * FROM rescue_v1(%s, %s)",
    "keep proof": "SELECT keep_proof_v1(%s, %s)",
    "see link": "SELECT * FROM link_seen_v1(%s)",
    "redeem": "SELECT * FROM redeem_link_v1(%s, %s, %s, %s, %s)",
    "join": "SELECT * FROM join_by_link_v1(%s, %s)",
    "invite": "SELECT * FROM invite_v1(%s, %s, %s, %s)",
    "revoke": "SELECT * FROM revoke_link_v1(%s)",
    "change password": "SELECT change_password_v1(%s, %s, %s) AS done",
    "ask reset": "SELECT ask_reset_v2(%s, %s)",
    "issue reset": "SELECT * FROM issue_reset_v1(%s, %s)",
    "reset password": "SELECT * FROM reset_password_v1(%s, %s, %s)",
    "sign out everywhere": "SELECT sign_out_everywhere_v1()",
    "open sitting": "SELECT open_sitting_v1(%s, %s) AS until",
    "end sitting": "SELECT end_sitting_v1()",
    "set account": "SELECT * FROM set_account_v1(%s, %s)",
    "end administrator": "SELECT * FROM end_administrator_v1(%s)",
    "end membership": "SELECT * FROM end_membership_v1(%s)",
    "apply": "SELECT apply_v2(%s, %s, %s, %s, %s) AS made",
    "see application": "SELECT * FROM application_seen_v1(%s)",
    "approve": "SELECT * FROM approve_application_v1(%s, %s, %s, %s)",
    "refuse": "SELECT * FROM refuse_application_v1(%s, %s)",
    "order naming": "SELECT order_naming_v1(%s, %s, %s, %s) AS made",
    "order applied name": "SELECT order_applied_name_v1(%s, %s, %s) AS made",
    "administrator": "SELECT app_administrator_v1() AS who",
}


def call(what: str, *values: Any) -> dict[str, Any]:
    """The one row that a function answers, by column; empty when it answers none."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS[what], values)
        names = [column.name for column in cursor.description]
        row = cursor.fetchone()
    return dict(zip(names, row, strict=True)) if row else {}
