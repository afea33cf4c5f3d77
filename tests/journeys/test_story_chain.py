"""The chain of the story: packs are followed to their precursors by mass; voltages are closed."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.db import transaction

from api.management.story import making
from passport.actions import bundle
from passport.models import Attestation, Battery, LogEntry, LogHead
from passport.proof import canonical, keyfile, policy, verdict
from passport.proof.encoding import b64_decode
from passport.proof.report import Report
from passport.queries.tenancy import act_as
from tests.journeys.test_story import NOW
from tests.passport.house import House

CATHODES, PRECURSORS = "did:web:weisspulver-cathodes.example", "did:web:erzbach-precursors.example"


@pytest.fixture
def house(told: Any, tmp_path: Any, settings: Any) -> House:
    """The story's entries, all in a log that two witnesses have cosigned."""
    made = House(tmp_path)
    settings.PASSPORT_LOG_DIR, settings.PASSPORT_RECORD_KEY = made.press.folder, made.record_file
    made.begin()
    while LogHead.objects.get().published_size < LogHead.objects.get().size or made.turn(at=NOW):
        made.turn(at=NOW)
    return made


def _pulled(told: Any, pack: int, role: str) -> bytes:
    tale = told.tale
    by = tale.parties.get(role) or tale.party(role)
    battery = Battery.objects.get(identity=making.identity_of(tale, tale.plot.packs[pack]))
    with transaction.atomic():
        act_as(by.pk)
        return bundle.assemble(battery_ids=[battery.pk], by=by, at=NOW)


def _judged(told: Any, house: House, data: bytes) -> Report:
    pins = [keyfile.decode(each.read_bytes()) for each in (told.state / "makers").glob("*.key")]
    return verdict.verify(data, policy=policy.parse(house.policy_text(*pins).encode()))


LEVELS = {0: ["195.12", "185.364"], 12: ["37.269", "33.5421"]}


@pytest.mark.parametrize("pack", LEVELS)
def test_a_pack_is_followed_to_its_precursors_by_mass(told, house, pack):
    report = _judged(told, house, _pulled(told, pack, "keeper"))
    assert report.doubts == []
    (found,) = report.attested
    assert (found.components, found.count, found.unweighed) == (100, 100, 0)
    assert [str(level.mass.normalize()) for level in found.levels] == LEVELS[pack]
    assert [level.shares[0].issuer for level in found.levels] == [CATHODES, PRECURSORS]
    assert report.coverage.depth == 4


def test_the_makers_signed_the_salts_under_which_the_log_hides_their_batteries(told, house):
    data = _pulled(told, 0, "keeper")
    report = _judged(told, house, data)
    asked = canonical.loads(data, max_bytes=2**26)["record"]["credentialSubject"]["batteries"]
    assert set(report.salted_by_maker) >= {asked[0]["id"]}


def _shows(data: bytes, body: bytes) -> bool:
    documents = canonical.loads(data, max_bytes=2**26)["documents"]
    return body in {b64_decode(each["bytes"]) for each in documents}


def test_voltages_reach_the_parties_and_an_authority_sees_their_digest_only(told, house):
    closed = bytes(Attestation.objects.get(access="parties", batch_size__isnull=False).body)
    index = LogEntry.objects.get(digest=hashlib.sha256(closed).digest()).index
    shown = {}
    for role in ("keeper", "auditor", "market-watch"):
        data = _pulled(told, 0, role)
        shown[role] = _shows(data, closed)
        report = _judged(told, house, data)
        assert report.doubts == []
        assert (index in report.hidden) == (not shown[role])
    assert shown == {"keeper": True, "auditor": True, "market-watch": False}
