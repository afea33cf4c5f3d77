"""Who found a battery stands as its maker; what it recalls is what it has made."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from passport.actions import recall
from passport.actions.recall import Notice, Scope
from passport.models import Recall, RecallSubject
from passport.queries import desk_recall
from passport.rules.recall import NoSuchBatteries
from tests.cast import THEN
from tests.passport.acting import acting, run
from tests.passport.test_legacy import find, work

DANGER = Notice(reason="It may burn.")


@pytest.fixture
def finder(cast, as_system, as_role):
    """A maker that is a keeper too, and a battery that it has found."""
    maker = cast["maker"]
    with as_role("owner"):
        run("UPDATE passport_party SET roles = '{MAKER,KEEPER}' WHERE id = %s", maker.pk)
    maker.roles = ["MAKER", "KEEPER"]
    found = find(maker)
    with as_system():
        assert work() == ["done"]
        found.refresh_from_db()
        return maker, found.battery


SCOPES = {
    "the battery": lambda battery: Scope(batteries=(battery.pk,)),
    "its plate": lambda battery: Scope(models=(battery.model_id,)),
}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("who", ["maker", "authority"])
def test_is_no_battery_of_the_finders_to_recall(cast, finder, scope, who):
    maker, battery = finder
    with acting(cast[who]), pytest.raises(NoSuchBatteries):
        recall.open_recall(
            maker=maker, notice=DANGER, scope=SCOPES[scope](battery), by=cast[who], at=THEN
        )
    with acting(maker):
        assert desk_recall.models(party_id=maker.pk).first == ()


def test_nor_by_raw_sql(finder, as_system):
    maker, battery = finder
    told = {
        "maker": maker, "opened_by": maker, "reason": "x", "salt": b"s" * 16, "opened_at": THEN,
        "body": b"x", "sha256": b"d" * 32,
    }  # fmt: skip
    with acting(maker), pytest.raises(IntegrityError, match="no model of its finder"):
        Recall.objects.create(**told, model_ids=[battery.model_id])
    with acting(maker):
        made = Recall.objects.create(**told, named=1)
        with pytest.raises(IntegrityError, match="not recalled as made"):
            RecallSubject.objects.create(recall=made, battery=battery)
