"""The page that checks bundles, and the program that it sends everybody to."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from api.http.headers import DATA_POLICY, SEALED_POLICY
from passport.audit import pack

PROGRAM = pack.build(Path(pack.__file__).resolve().parents[1])
SHA256 = hashlib.sha256(PROGRAM).hexdigest()


def policy_of(address: str) -> str:
    """What the answer of an address lets a browser do."""
    answer = Client().get(address)
    answer.close()
    return str(answer["Content-Security-Policy"])


def test_anybody_may_open_it_and_it_calls_itself_a_convenience(database: str) -> None:
    answer = Client().get("/verify")
    assert answer.status_code == 200
    told = (
        "A convenience: this page comes from the service you are checking.",
        f"/verify/{SHA256}/audit.pyz",
        "python3 audit.pyz verify BUNDLE \\\n  --trust TRUST",
        "What you choose stays in this browser.",
    )
    assert [each for each in told if each not in answer.text] == []


def test_the_page_and_its_scripts_may_send_nothing_anywhere(database: str) -> None:
    assert policy_of("/verify") == SEALED_POLICY
    assert policy_of("/static/verify/worker.js") == SEALED_POLICY
    assert policy_of("/static/mark.svg") == DATA_POLICY
    for promise in ("default-src 'none'", "connect-src 'none'", "form-action 'none'"):
        assert promise in SEALED_POLICY
    assert "unsafe" not in SEALED_POLICY


def test_the_program_is_the_one_that_its_sources_make(database: str) -> None:
    answer = Client().get("/verify/audit.pyz")
    assert answer.content == PROGRAM
    assert answer["Content-Disposition"] == 'attachment; filename="audit.pyz"'
    assert answer["Cache-Control"] == "no-cache"
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert "passport/proof/verdict.py" in names
    again = Client().get("/verify/audit.pyz", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_program_of_a_digest_never_changes(database: str) -> None:
    answer = Client().get(f"/verify/{SHA256}/audit.pyz")
    assert answer.content == PROGRAM
    assert "immutable" in answer["Cache-Control"]
    assert Client().head(f"/verify/{SHA256}/audit.pyz")["Content-Length"] == str(len(PROGRAM))


@pytest.mark.parametrize("digest", ["0" * 64, SHA256.upper(), "x"])
def test_another_digest_is_not_answered_with_today_s_program(database: str, digest: str) -> None:
    assert Client().get(f"/verify/{digest}/audit.pyz").status_code == 404


def test_takes_no_upload(database: str) -> None:
    for address in ("/verify", "/verify/audit.pyz"):
        assert Client().post(address, b"{}", content_type="application/json").status_code == 405
