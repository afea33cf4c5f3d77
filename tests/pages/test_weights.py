"""What is too heavy for an address is refused by its announced length, before a byte is read."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from passport.models import BundleOrder
from tests.pages.conftest import People

MIB = 1 << 20
FORM = "multipart/form-data; boundary=b"


class Unread:
    """A body that nobody may touch."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read

    def close(self) -> None:
        pass


def announce(client: Client, address: str, size: int) -> Any:
    """Send a form of this announced length, whose bytes must not be asked for."""
    return client.generic(
        "POST",
        address,
        b"",
        FORM,
        **{"CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(size), "wsgi.input": Unread()},
    )


@pytest.mark.parametrize(
    "address", ["/sign-in", "/forgotten", "/desk/intakes/", "/desk/names/", "/apply"]
)
def test_a_stranger_fills_no_disk(database: str, address: str) -> None:
    answer = announce(Client(enforce_csrf_checks=True), address, 1 << 30)
    assert answer.status_code == 413
    assert "larger than" in answer.text


def test_who_is_signed_in_fills_none_either(people: People) -> None:
    maker = people.at_desk("maker")
    assert announce(maker, "/desk/keys/", 5 * MIB).status_code == 413
    assert announce(maker, "/desk/intakes/", 2 << 30).status_code == 413
    assert announce(maker, "/desk/bundles/check", 6 * MIB).status_code == 413


def test_a_form_too_large_is_not_read_for_nul_before_its_token(database: str) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = announce(client, "/sign-in", 1000)
    assert answer.status_code == 403, "no token: refused before the form is looked at"


def test_papers_of_an_application_come_in_without_a_sign_in(database: str) -> None:
    paper = SimpleUploadedFile("a.pdf", b"%PDF-1.7" + b"x" * (5 * MIB - 100), "application/pdf")
    answer = Client().post("/apply", {"evidence": paper})
    assert answer.status_code == 422, "read, and found to be without a name"


def test_an_intake_at_the_desk_is_as_large_as_one_over_the_api(
    people: People, settings: Any
) -> None:
    settings.PASSPORT_INTAKE_MAX_BYTES = 1_000
    maker = people.at_desk("maker")
    answer = maker.post("/desk/intakes/", {"file": SimpleUploadedFile("a.ndjson", b"{}\n" * 400)})
    assert answer.status_code == 413
    assert "The file has 1,200 bytes; 1,000 are taken." in answer.text
    sent = maker.post("/desk/intakes/", {"file": SimpleUploadedFile("a.ndjson", b"{}\n" * 300)})
    assert sent.status_code == 302


def test_a_list_that_is_not_read_to_its_end_is_no_list(people: People) -> None:
    pack = people.stage.packs[0]
    text = b"serial;note\n" + b";\n" * (2 * MIB) + f"{pack.serial};the last\n".encode()
    sent = {"file": SimpleUploadedFile("list.csv", text)}
    answer = people.at_desk("keeper").post("/desk/bundles/check", sent)
    assert answer.status_code in (400, 422)
    assert "4,194,304 are read" in answer.text
    with people.as_system():
        assert BundleOrder.objects.count() == 1, "the stage's own"


def test_a_cell_longer_than_a_table_has_is_a_word_to_its_sender(people: People) -> None:
    sent = {
        "file": SimpleUploadedFile("list.csv", b"serial\n" + b"x" * (csv.field_size_limit() + 1))
    }
    answer = people.at_desk("keeper").post("/desk/bundles/check", sent)
    assert answer.status_code in (400, 422)
    assert "cannot be read as a table" in answer.text


def test_a_term_of_more_digits_than_a_number_has_is_no_term(people: People) -> None:
    asked = {"name": "line", "scopes": "read", "days": "9" * 5_000}
    answer = people.at_desk("maker").post("/desk/keys/", asked)
    assert answer.status_code == 422
    assert "how long the key lives" in answer.text
