"""prepare and first_link print the way in, while there is nobody, and where mail fails nothing."""

from __future__ import annotations

import io
import re
import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError

from passport.actions import letter, link
from passport.models import OneTimeLink
from passport.queries import admission
from passport.queries.admission import UnusableLink
from tests.passport.admitting import first_administrator, take
from tests.passport.test_prepare import prepare as prepared

prepare = prepared


def printed(*command: str) -> str:
    out = io.StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def token_of(text: str) -> str:
    found = re.search(r"http\S+/link\?token=([\w-]{43})\n", text)
    assert found, text
    return found[1]


def test_prepare_prints_a_link_while_there_is_nobody(prepare: Any, as_system: Any) -> None:
    prepare()
    with as_system():
        assert not OneTimeLink.objects.exists(), "a quiet run makes none"
        token = token_of(printed("prepare"))
    take(token, email="ada@operator.example", name="Ada")
    with as_system():
        assert "/link?token=" not in printed("prepare")


def test_prepare_prints_none_where_people_are(prepare: Any, cast: Any, as_system: Any) -> None:
    first_administrator(as_system)
    prepare()
    with as_system():
        assert "/link?token=" not in printed("prepare")


def test_the_command_makes_a_fresh_one_until_there_is_an_administrator(
    database: str, as_system: Any
) -> None:
    with as_system():
        old, new = token_of(printed("first_link")), token_of(printed("first_link"))
    with pytest.raises(UnusableLink, match="taken back"):
        take(old, email="a@b.example")
    take(new, email="a@b.example")
    with as_system(), pytest.raises(CommandError, match="has its administrator"):
        printed("first_link")


def test_the_command_leads_to_a_new_password(database: str, as_system: Any) -> None:
    ruler = first_administrator(as_system)
    with as_system():
        token = token_of(printed("first_link", "--for", ruler.email))
        with pytest.raises(CommandError, match="No open account"):
            printed("first_link", "--for", "nobody@b.example")
    assert admission.link_seen(token=token).kind == "RESET"


def test_a_letter_that_fails_opens_nothing_and_goes_again_later(
    database: str, as_system: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruler = first_administrator(as_system)
    made = link.invite(
        kind="PERSON", email="kim@k.example", party_id=None, mailed=True, seat=ruler.seat
    )
    tokens = [made.token]

    def refuses(title: str, body: str, *_: object) -> None:
        tokens.append(token_of(body))
        raise smtplib.SMTPServerDisconnected("gone")

    with as_system(), monkeypatch.context() as patch:
        patch.setattr("passport.actions.letter.send_mail", refuses)
        at = OneTimeLink.objects.get(kind="PERSON").issued_at
        for _ in ("at once", "not again"):
            assert letter.send_waiting(address="http://x", at=at) == 0
        assert OneTimeLink.objects.get(kind="PERSON").last_error == "gone"
    assert (len(tokens), tokens[0]) == (2, "")
    with pytest.raises(UnusableLink, match="opens nothing"):
        take(tokens[1], name="Kim")
    with as_system():
        assert letter.send_waiting(address="http://x", at=at + timedelta(minutes=1)) == 1
    take(token_of(str(mail.outbox[-1].body)), name="Kim")
