"""What an auditor takes away verifies offline; no byte of it can be changed unseen."""

import pytest

from passport.actions import bundle, custody
from passport.models import Attestation, Concern
from passport.proof import canonical, policy, verdict
from passport.proof.encoding import b64_decode
from passport.proof.errors import BadBundle
from passport.proof.report import ACCEPTED
from passport.rules.errors import NotFound
from tests.cast import THEN
from tests.passport import signing
from tests.passport.acting import acting
from tests.passport.house import House


def _refused(data, trusted):
    """The step that refuses the bytes; None when they pass."""
    try:
        verdict.verify(data, policy=trusted)
    except BadBundle as refusal:
        return refusal.step
    return None


def test_the_holders_bundle_is_accepted_by_who_pins_the_maker(story):
    data = story.pulled("keeper")
    report = story.report(data)
    assert (report.exit_code, report.doubts) == (ACCEPTED, [])
    assert [each.verdict.value for each in report.judgements] == ["VALID"] * 4
    assert (report.coverage.components, report.coverage.attested) == (12, 12)
    # What the cells are made of, and what that is made of, came along.
    assert {bytes(each.body) for each in story.upstream} <= _documents(data)
    assert report.coverage.upstream_hidden == 0
    assert len(report.cosigned) == 2


def test_who_pins_nobody_is_told_that_only_the_service_vouches(story):
    trusted = policy.parse(story.house.policy_text().encode())
    report = verdict.verify(story.pulled("keeper"), policy=trusted)
    assert report.exit_code != ACCEPTED
    assert {each.words for each in report.judgements} == {
        "VALID (key vouched for by this service only)"
    }


@pytest.mark.parametrize("offset", [0, 1])
def test_no_byte_of_it_changes_unseen(story, offset):
    data, trusted = story.pulled("keeper"), story.policy()
    stride = len(data) // 120
    for place in range(offset * stride // 2, len(data), stride):
        changed = bytearray(data)
        changed[place] ^= 1
        step = _refused(bytes(changed), trusted)
        assert step in range(1, 13), (place, data[place - 40 : place + 40])


def _places(value, path=()):
    """Every name and every value in a document, as ways to change just that."""
    if isinstance(value, dict):
        for name in value:
            yield path, name
            yield from _places(value[name], (*path, name))
    elif isinstance(value, list):
        for index, each in enumerate(value[:2]):
            yield from _places(each, (*path, index))
        yield path, None
    else:
        yield path, None


def _changed(value, path, name):
    if path:
        head, *rest = path
        copy = dict(value) if isinstance(value, dict) else list(value)
        copy[head] = _changed(value[head], rest, name)
        return copy
    if name is not None:
        return {("x" + key if key == name else key): each for key, each in value.items()}
    if isinstance(value, list):
        return value[1:] or ["x"]
    if value is None or isinstance(value, int):
        return (value or 0) + 1
    flipped = "B" if value[len(value) // 2] != "B" else "C"
    return value[: len(value) // 2] + flipped + value[len(value) // 2 + 1 :]


def test_no_name_and_no_value_of_it_changes_unseen(story):
    document, trusted = canonical.loads(story.pulled("keeper")), story.policy()
    places = list(_places(document))
    assert len(places) > 100
    unrefused = [
        path
        for path, name in places
        if _refused(canonical.encode(_changed(document, path, name)), trusted) is None
    ]
    assert unrefused == []


@pytest.mark.parametrize("part", ["documents", "items", "subjects", "components"])
def test_what_is_left_out_of_it_is_missed(story, part):
    document, trusted = canonical.loads(story.pulled("keeper")), story.policy()
    for number in range(len(document[part])):
        kept = [each for n, each in enumerate(document[part]) if n != number]
        assert _refused(canonical.encode(document | {part: kept}), trusted) in range(1, 13)


def _trusting_witness_a_alone(story):
    rest = story.house.policy_text(story.held).replace("quorum both", "quorum witness-a")
    dropped = ("witness witness-b", "group")
    lines = [line for line in rest.splitlines() if not line.startswith(dropped)]
    return policy.parse(("\n".join(lines) + "\n").encode())


def test_a_flip_in_a_cosignature_outside_the_policy_is_named(story):
    document = canonical.loads(story.pulled("keeper"))
    lines = document["checkpoint"].split("\n")
    (row,) = (n for n, line in enumerate(lines) if "witness-b" in line)
    flipped = "B" if lines[row][-8] != "B" else "C"
    lines[row] = lines[row][:-8] + flipped + lines[row][-7:]
    changed = canonical.encode(document | {"checkpoint": "\n".join(lines)})
    report = verdict.verify(changed, policy=_trusting_witness_a_alone(story))
    assert any("witness-b" in each for each in report.unknown_signatures)
    assert _refused(changed, story.policy()) == 2


def test_a_stranger_is_told_that_there_is_no_such_battery(story):
    with pytest.raises(NotFound):
        story.pulled("stranger")


def test_sight_that_has_ended_gives_no_bundle(story, as_system):
    keeper, auditor = story.cast["keeper"], story.cast["auditor"]
    with acting(keeper):
        custody.grant(battery_id=story.pack.pk, to_id=auditor.pk, by=keeper, at=THEN)
    assert _refused(story.pulled("auditor"), story.policy()) is None
    with acting(keeper):
        ended = Concern.objects.filter(party=auditor, until=None).update(until=THEN)
        assert ended == 1
    with pytest.raises(NotFound):
        story.pulled("auditor")


def _documents(data):
    return {b64_decode(each["bytes"]) for each in canonical.loads(data)["documents"]}


def test_a_claim_for_authorities_reaches_them_and_its_maker_alone(story):
    hidden = bytes(story.hidden.body)
    shown = {
        name: hidden in _documents(story.pulled(name)) for name in ("keeper", "maker", "authority")
    }
    assert shown == {"keeper": False, "maker": True, "authority": True}
    # Left out, it is still counted: its entry is shown by its digest.
    report = verdict.verify(story.pulled("keeper"), policy=story.policy())
    assert len(report.hidden) == 1


def test_what_is_not_published_yet_is_not_in_it(story, as_system):
    with as_system():
        late = story.attest(signing.origin(story.held, story.pack, note="late"))
    data = story.pulled("keeper")
    assert bytes(late.body) not in _documents(data)
    assert _refused(data, story.policy()) is None
    with as_system():
        story.house.turn()
        assert Attestation.objects.filter(pk=late.pk).exists()
    assert bytes(late.body) in _documents(story.pulled("keeper"))


def test_before_the_first_checkpoint_there_is_no_bundle(cast, pack, house: House):
    with pytest.raises(bundle.NothingPublished), acting(cast["maker"]):
        bundle.assemble(battery_ids=[pack.pk], by=cast["maker"], at=THEN)
