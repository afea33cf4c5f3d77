"""NUL in an address or a form is refused in words, never by the database."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from passport.models import Intake
from tests.cast import work_off

ADDRESSES = (
    "/desk/batteries/?q=%00",
    "/?q=%00",
    "/01/09521234000020/21/%00",
    "/api/v1/batteries?identity=%00",
    "/desk/batteries/?%00=1",
)
FORMS = (
    ("/sign-in", {"email": "\x00", "password": "x"}),
    ("/desk/keys/", {"name": "a\x00b", "scopes": "read"}),
    ("/desk/keys/%00/revoke", {}),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_with_nul_is_refused(people, address):
    answer = people.at_desk("keeper").get(address)
    assert answer.status_code == 400
    assert b"NUL" in answer.content or b"character" in answer.content


@pytest.mark.parametrize(("address", "form"), FORMS)
def test_a_form_with_nul_is_refused(people, address, form):
    answer = people.at_desk("keeper").post(address, form)
    assert answer.status_code == 400


def test_only_a_maker_drops_a_file_at_the_desk(people):
    for who in ("stranger", "recycler", "auditor"):
        file = SimpleUploadedFile("a.ndjson", b'{"type":"model"}')
        answer = people.at_desk(who).post("/desk/intakes/", {"file": file})
        assert answer.status_code == 403


def test_a_line_without_an_end_is_taken_and_told(people):
    file = SimpleUploadedFile("a.ndjson", b"{" + b"x" * 3_000_000)
    answer = people.at_desk("maker").post("/desk/intakes/", {"file": file})
    assert answer.status_code == 302
    with people.as_system():
        received = Intake.objects.order_by("-id")[0]
        work_off(received)
    assert "3,000,001 bytes" in people.at_desk("maker").get(answer["Location"]).text
