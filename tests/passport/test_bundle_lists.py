"""A bundle of a list: batteries of one file, foreign ones, unknown ones, and the youngest ones."""

from __future__ import annotations

import pytest
from django.db import transaction

from passport.actions import bundle, erasure, event, log
from passport.models import Battery, LifecycleEvent
from passport.models.ids import new_id
from passport.proof import canonical, kinds
from passport.proof.encoding import b64_decode, b64u_decode
from passport.queries.evidence import Damaged
from passport.queries.naming import UnknownBatteries, all_of, look_up
from passport.queries.provenance import NotPublishedYet
from passport.rules.errors import NotFound
from passport.rules.lifecycle import EventKind
from tests import cast as casting
from tests.cast import THEN, packs
from tests.passport import signing
from tests.passport.acting import acting, run
from tests.passport.claiming import claim, signed_batch, taking_back, withdraw


def read(data):
    return canonical.loads(data, max_bytes=len(data))


def subjects_of(data):
    return {each["id"] for each in read(data)["subjects"]}


def documents_of(data):
    bodies = [b64_decode(each["bytes"]) for each in read(data)["documents"]]
    return [each for each in map(canonical.loads, bodies) if isinstance(each, dict)]


def test_a_cell_s_history_begins_with_the_registration_of_its_file(story, as_system):
    cell, other = story.cells[3], story.cells[4]
    data = story.pulled("keeper", cell)
    assert story.step(data) is None
    (group,) = read(data)["members"]
    assert [row["id"] for row in group["rows"]] == [cell.identity]
    assert "REGISTERED" in {each.get("kind") for each in documents_of(data)}
    # Only its own salt came along, though eleven others were registered with it.
    named = {each for each in subjects_of(data) if not each.startswith("did:")}
    assert named & {each.identity for each in story.cells} == {cell.identity}
    assert other.identity not in named


def test_several_cells_share_one_proof(story):
    cells = story.cells[2:9]
    data = story.pulled("keeper", *cells, title="Cells of line 1")
    report = story.report(data)
    assert (story.step(data), sorted(report.batteries)) == (None, [c.identity for c in cells])
    (group,) = read(data)["members"]
    assert len(group["rows"]) == 7
    (items,) = read(data)["items"]
    assert [row["index"] for row in items["rows"]] == list(range(2, 9))
    assert read(data)["record"]["credentialSubject"]["title"] == "Cells of line 1"


def test_a_cell_inside_an_asked_pack_is_asked_and_component(story):
    data = story.pulled("keeper", story.cells[0], story.pack)
    assert story.step(data) is None
    assert len(read(data)["components"]) == 1
    asked = read(data)["record"]["credentialSubject"]["batteries"]
    assert [each["id"] for each in asked] == sorted([story.cells[0].identity, story.pack.identity])


def test_two_packs_of_two_makers_are_in_one_file(story, as_system):
    with as_system():
        (other,) = packs(story.cast["second-maker"], "S1", cells=2)
        story.house.turn()
    with acting(story.cast["authority"]):
        data = bundle.assemble(
            battery_ids=[other.pk, story.pack.pk], by=story.cast["authority"], at=THEN
        )
    assert story.step(data) is None
    assert any("attested by nobody" in each for each in story.report(data).doubts)


def test_one_foreign_battery_among_them_is_a_refusal_that_tells_nothing(story, as_system):
    with as_system():
        (foreign,) = packs(story.cast["second-maker"], "S1")
    with pytest.raises(NotFound) as refused:
        story.pulled("keeper", story.pack, foreign)
    assert refused.value.pointer == "/batteries/1"
    assert foreign.identity not in refused.value.detail


def test_a_withheld_batch_is_shown_by_its_place_and_its_members(story, as_system):
    cells = story.cells[:4]
    with as_system():
        items = signing.items_of(cells)
        secret = signed_batch(story.held, items, access="authority", item_type=kinds.TEST,
                              common={"soh": "0.99", "testedOn": "2026-01-04"})  # fmt: skip
        kept = signing.attestation.record(
            credential_bytes=secret, items=items, by=story.cast["maker"], at=THEN
        )
        story.house.turn()
        story.index()
    for name, sees in (("keeper", False), ("authority", True), ("maker", True)):
        data = story.pulled(name, cells[1])
        assert story.step(data) is None, name
        assert (bytes(kept.body) in [canonical.encode(d) for d in documents_of(data)]) is sees
        assert "proven up to entry" in story.report(data).completeness
    assert len(read(story.pulled("keeper", cells[1]))["members"]) == 2


@pytest.mark.parametrize("whole", [True, False])
def test_what_is_taken_back_of_a_batch_comes_with_it(story, as_system, whole):
    named = {} if whole else {"items": [story.cells[1].identity]}
    with as_system():
        withdraw(taking_back(story.held, bytes(story.batch.sha256), **named), story.cast["maker"])
        story.house.turn()
        story.index()
    for cell, back in ((story.cells[1], True), (story.cells[2], whole)):
        report = story.report(story.pulled("keeper", cell))
        assert any("taken back" in each for each in report.doubts) is back
        assert "proven up to entry" in report.completeness
    assert story.step(story.pulled("keeper")) is None


def test_an_erased_registration_is_told_of_with_the_cells_of_a_pack(story, as_system):
    with as_system():
        joint = LifecycleEvent.objects.get(kind="REGISTERED", battery=None)
        erasure.erase(digest=bytes(joint.body_sha256), reason="names a person", at=THEN)
        story.house.turn()
        story.index()
    for asked in ([story.pack], [story.cells[5]]):
        data = story.pulled("keeper", *asked)
        assert story.step(data) is None
        assert [each.reason for each in story.report(data).erased] == ["names a person"]


def test_an_erased_item_is_told_of_and_its_cell_is_bare(story, as_system):
    cell = story.cells[5]
    with as_system():
        erasure.erase(
            digest=bytes(story.batch.sha256), battery=cell.identity, reason="asked for", at=THEN
        )
        story.house.turn()
        story.index()
    for asked in ([story.pack], [cell]):
        data = story.pulled("keeper", *asked)
        report = story.report(data)
        assert (story.step(data), len(report.erased)) == (None, 1)
        assert report.exit_code == 1


def test_a_changed_salt_of_a_cell_of_the_file_is_named(story, as_role):
    with as_role("admin"):
        run("SET session_replication_role = replica; UPDATE passport_battery"
            " SET salt = substr(sha256('x'), 1, 16) WHERE serial = 'P1-C5'")  # fmt: skip
    with pytest.raises(Damaged, match=r"P1-C5 is not among those that entry \d+ is about"):
        story.pulled("keeper", story.cells[7])


def test_between_commit_and_publication_there_is_what_was_published(story, as_system):
    with as_system():
        (young,) = packs(story.cast["maker"], "P9", cells=1)
        log.append_pending(key=story.house.key, at=THEN, lock=story.house.press.lock)
    with pytest.raises(NotPublishedYet, match="P9 was registered a moment ago"):
        story.pulled("maker", young)
    with pytest.raises(NotPublishedYet):
        story.pulled("maker", story.pack, young)
    assert story.step(story.pulled("maker")) is None
    with as_system():
        story.house.turn()
    assert story.step(story.pulled("maker", story.pack, young)) is None


def test_a_long_life_is_shown_to_its_last_event(story, as_system):
    with as_system(), transaction.atomic():
        for _ in range(1_005):
            event.record(
                battery_id=story.pack.pk, kind=EventKind.INCIDENT, happened_at=THEN,
                event_id=new_id(), facts={}, by=story.cast["keeper"], at=THEN,
            )  # fmt: skip
    with as_system():
        story.house.turn()
    data = story.pulled("keeper")
    assert story.step(data) is None
    assert sum(each.get("kind") == "INCIDENT" for each in documents_of(data)) == 1_005


def test_a_claim_of_the_last_moment_comes_with_the_next_checkpoint(story, as_system):
    with as_system():
        late = story.attest(claim(story.held, kinds.TEST, story.pack.identity))
        log.append_pending(key=story.house.key, at=THEN, lock=story.house.press.lock)
    before, after = story.pulled("keeper"), None
    assert story.step(before) is None
    with as_system():
        story.house.turn()
    after = story.pulled("keeper")
    digests = [
        {b64u_decode(each["digest"]) for each in read(d)["documents"]} for d in (before, after)
    ]
    assert [bytes(late.sha256) in each for each in digests] == [False, True]


NAMES = {
    "an id": lambda pack: str(pack.pk),
    "an identity": lambda pack: pack.identity,
    "a serial": lambda pack: pack.serial,
    "a label at another resolver": lambda pack: pack.identity.replace("id.gs1.org", "id.example"),
    "an element string": lambda pack: "(01)09521234000020(21)P1",
}


@pytest.mark.parametrize("how", NAMES)
def test_a_battery_is_found_by_what_people_call_it(story, how):
    with acting(story.cast["keeper"]):
        assert all_of(names=[NAMES[how](story.pack)]) == [story.pack]


def test_unknown_names_are_all_named_and_foreign_ones_look_the_same(story, as_system):
    with as_system():
        packs(story.cast["second-maker"], "S1")
    with acting(story.cast["keeper"]), pytest.raises(UnknownBatteries) as refused:
        all_of(names=["P1", "S1", "NOPE", story.pack.identity])
    told = [(each.pointer, each.detail.replace(n, "…")) for each, n in
            zip(refused.value.each, ("S1", "NOPE"), strict=True)]  # fmt: skip
    assert [pointer for pointer, _ in told] == ["/batteries/1", "/batteries/2"]
    assert told[0][1] == told[1][1]


def test_a_serial_of_two_makers_asks_for_the_whole_name(story, as_system):
    with as_system():
        casting.take_in(
            story.cast["second-maker"],
            [casting.model_line(gtin="09521234000044"),
             casting.battery_line("P1", id="https://id.gs1.org/01/09521234000044/21/P1")],
        )  # fmt: skip
    with acting(story.cast["authority"]):
        (found,) = look_up(names=["P1"])
    assert (found.battery, found.refusal.code) == (None, "ambiguous-serial")
    with acting(story.cast["keeper"]):
        assert look_up(names=["P1"])[0].battery == story.pack


def test_nobody_s_salt_leaves_whom_the_reader_does_not_see(story, as_system):
    """The maker keeps sight of the pack it sold, and loses that of the cells of another maker."""
    with as_system():
        story.pass_on(story.cast["keeper"], story.cast["recycler"])
        custody_salts = {bytes(each.salt) for each in Battery.objects.exclude(pk=story.pack.pk)}
        story.house.turn()
    data = story.pulled("recycler", story.pack)
    shown = {b64u_decode(each["salt"]) for each in read(data)["subjects"]}
    assert not shown & custody_salts
    with pytest.raises(NotFound):
        story.pulled("keeper")
