"""What the labels of a file are made of: all of them looked at in one pass, or a part in order."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passport.models import Intake
from passport.models.ids import new_id
from passport.queries import label
from passport.rules.errors import NotFound
from passport.rules.label import Choice
from tests.cast import battery_line, model_line, take_in
from tests.passport.acting import acting

HOST = "https://passport.example"
FREE = {"gtin": ""}
# Of each kind of name a short one, one with many characters, and one that its link writes long.
NAMES = [
    *(f"https://id.gs1.org/01/09521234000020/21/{serial}" for serial in ("1", "A" * 12, "%2F" * 8)),
    *(f"https://id.gs1.org/8004/9521234{asset}" for asset in ("A", "AB" * 8)),
    *(f"https://maker.example/b/{serial}" for serial in ("7", "21/" + "7" * 30)),
]


@pytest.fixture
def intake(cast: Any, as_system: Any) -> Intake:
    """Packs by each kind of name, of two models and made in two months."""
    lines = [model_line(), model_line("FREE", **FREE)]
    for number, name in enumerate(NAMES):
        model = "PACK-12" if "/01/" in name else "FREE"
        lines.append(battery_line(str(number), model=model, lot="L-1") | {"id": name})
    lines.append(battery_line("LATER", manufactured_on="2025-04-01"))
    with as_system():
        made = take_in(cast["maker"], lines)
        assert not made.rejected, made.errors.first().detail
    return made


@pytest.mark.parametrize(
    "choice", [Choice(), Choice(model="FREE"), Choice(lot="L-1"), Choice(lot="none")]
)
def test_one_pass_finds_how_large_labels_get_as_reading_each_would(
    cast: Any, intake: Intake, choice: Choice
) -> None:
    asked = {"intake_id": intake.pk, "choice": choice, "host": HOST}
    with acting(cast["maker"]):
        each = label.of_intake(**asked)
        whole = label.outlook(**asked)
    assert (whole.total, whole.ids) == (each.total, ())
    assert whole.extents == each.extents
    assert whole.makes == each.makes


def test_one_pass_looks_beyond_the_part_and_reads_a_row_a_kind(cast: Any, intake: Intake) -> None:
    part = Choice(most=1)
    with acting(cast["maker"]), CaptureQueriesContext(connection) as asked:
        whole = label.outlook(intake_id=intake.pk, choice=part, host=HOST)
    assert whole.total == len(NAMES) + 1
    assert max(each.length for each in whole.extents.values()) > 60
    read = [each["sql"] for each in asked if 'FROM "passport_battery"' in each["sql"]]
    assert [("GROUP BY" in each) for each in read] == [True]


def test_who_does_not_see_a_file_learns_nothing_of_its_labels(cast: Any, intake: Intake) -> None:
    for who, intake_id in (("second-maker", intake.pk), ("maker", new_id())):
        with acting(cast[who]), pytest.raises(NotFound):
            label.outlook(intake_id=intake_id, choice=Choice(), host=HOST)
