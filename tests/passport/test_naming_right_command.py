"""manage.py naming_right: an operator lists claims and decides them, as the system's role only."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from passport.actions import naming_right
from passport.models import NamingDecision, NamingRight
from passport.proof.encoding import b64u_encode
from tests.cast import THEN

TOLD = ("--operator", "An operator", "--reason", "the licence names it")


def call(*words: str) -> str:
    out = io.StringIO()
    call_command("naming_right", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def claimed(cast, as_system):
    with as_system():
        return naming_right.claim(kind="GS1_PREFIX", value="9521234", by=cast["maker"], at=THEN)


def test_a_claim_is_listed_accepted_upon_a_paper_and_revoked(claimed, as_system, tmp_path):
    paper = tmp_path / "licence.pdf"
    paper.write_bytes(b"%PDF-1.7")
    with as_system():
        assert f"{claimed.pk}  GS1 company prefix 9521234  Maker (maker)" in call("list")
        said = call("accept", str(claimed.pk), "--document", str(paper), *TOLD)
        assert said.startswith("Proven. ")
        assert b64u_encode(bytes(NamingDecision.objects.get().sha256)) in said
        assert call("list") == ""
        assert call("revoke", str(claimed.pk), *TOLD).startswith("Revoked. ")
        assert NamingRight.objects.get().state == "REVOKED"


SLIPS = {
    "no id": ("accept", *TOLD),
    "no such claim": ("refuse", "0190f4b2-7c1e-7abc-8def-000000000001", *TOLD),
    "no reason": ("refuse", "{right}", "--operator", "An operator"),
    "no paper": ("accept", "{right}", *TOLD),
    "a paper to refuse upon": ("refuse", "{right}", "--document", "/nowhere", *TOLD),
    "a paper that is not there": ("accept", "{right}", "--document", "/nowhere", *TOLD),
    "nothing to revoke": ("revoke", "{right}", *TOLD),
}


@pytest.mark.parametrize("what", SLIPS)
def test_a_slip_changes_nothing(claimed, as_system, what):
    words = [word.format(right=claimed.pk) for word in SLIPS[what]]
    with as_system():
        with pytest.raises(CommandError):
            call(*words)
        assert not NamingDecision.objects.exists()


def test_the_application_s_role_is_turned_away(claimed):
    with pytest.raises(CommandError, match="passport_system"):
        call("list")
