"""Serials of a project: sorted, compared, looked up in the registry, and cheated from below."""

from __future__ import annotations

import pytest
import zstandard
from django.db import connection

from passport.actions import custody, sourcing_serial
from passport.models import SerialBlock, SerialOrigin
from passport.queries import sourcing_serial as serials
from passport.rules.errors import Malformed, NotFound
from passport.rules.sourcing_knowing import Clash
from passport.rules.sourcing_serials import Mismatch, Stage
from tests.cast import THEN, packs
from tests.passport import signing
from tests.passport.acting import acting
from tests.passport.projecting import BOUGHT, LATER, bring, case, line, opened


@pytest.fixture
def held(cast, as_system):
    """The maker's key, enrolled."""
    with as_system():
        return signing.enrolled(cast["maker"])


@pytest.fixture
def attested(cast, held, as_system):
    """A project whose packs PK-1 to PK-3 the maker attested, as made by others."""
    with as_system():
        for each in packs(cast["maker"], "PK-1", "PK-2", "PK-3"):
            claims = {"producer": {"name": "Other Works"}, "facilityCountry": "CN"}
            signing.attestation.record(
                credential_bytes=signing.origin(held, each, **claims), items=None,
                by=cast["maker"], at=THEN,
            )  # fmt: skip
    return opened(cast["keeper"], line(producer=cast["maker"].name))


def test_serials_are_sorted_and_compared(cast, attested):
    keeper, project = cast["keeper"], attested
    listed = bring(cast, project, ["serial", "PK-3", "", "PK-1", "PK-2"])
    assert bring(cast, project, ["PK-1", "PK-2", "PK-3"]).pk == listed.pk
    assert (listed.count, listed.prefix, listed.number) == (3, "PK-", 1)
    with acting(keeper):
        assert list(serials.serials_of(serial_list=listed)) == ["PK-1", "PK-2", "PK-3"]
    bought = case(keeper, project).lines[0]
    assert (bought.serials, bought.serials_sha256) == (3, bytes(listed.sha256).hex())


def test_a_pack_is_replaced_once_and_its_place_is_compared(cast, attested):
    keeper, project = cast["keeper"], attested
    for stage in (Stage.CERTIFIED, Stage.DELIVERED):
        bring(cast, project, ["PK-1", "PK-2", "PK-3"], stage)
    assert not _apart(keeper, project)
    bring(cast, project, ["PK-1", "PK-2", "PK-9"], Stage.INSTALLED)
    assert _apart(keeper, project)
    asked = {"project": project, "line": "L-1", "placed_on": None, "as_of": BOUGHT}
    unheard = {Mismatch.NEVER_DELIVERED: 1, Mismatch.NOT_CERTIFIED: 1}
    with acting(keeper):
        found = serials.reconciled(**asked)
        assert found.mismatches == {Mismatch.NOT_INSTALLED: 1, **unheard}
        with pytest.raises(sourcing_serial.TwiceReplaced):
            _change(project, keeper, "PK-3", "PK-3")
        swapped = _change(project, keeper, "PK-3", "PK-9")
        assert _change(project, keeper, "PK-3", "PK-9").pk == swapped.pk
        with pytest.raises(sourcing_serial.TwiceReplaced):
            _change(project, keeper, "PK-3", "PK-8")
        assert serials.reconciled(**asked).mismatches == unheard
    # A change that no certificate speaks of makes nothing good.
    assert _apart(keeper, project)


def _apart(keeper, project):
    """Whether it is a reason to know that the serials do not agree."""
    return any(each.kind == Clash.SERIALS for each in case(keeper, project).flags)


def _change(project, keeper, old, new):
    return sourcing_serial.change(
        project_id=project.pk, line="L-1", old=old, new=new, changed_on=BOUGHT, reason="broken",
        by=keeper, at=THEN,
    )  # fmt: skip


@pytest.fixture
def handed(cast, held, as_system):
    """Two packs in the keeper's hands, the first attested as made by others elsewhere."""
    maker = cast["maker"]
    with as_system():
        made = packs(maker, "PACK-1", "PACK-2")
        claims = {"producer": {"name": "Other Works"}, "facilityCountry": "CN"}
        signing.attestation.record(
            credential_bytes=signing.origin(held, made[0], **claims), items=None, by=maker, at=THEN
        )
        for each in made:
            offered = custody.hand_over(
                battery_id=each.pk, to_id=cast["keeper"].pk, by=maker, at=THEN
            )
            custody.accept(hand_over_id=offered.pk, by=cast["keeper"], at=THEN)
    return made


def test_what_the_registry_holds_of_serials_contradicts_the_line(cast, held, handed, as_system):
    maker, keeper = cast["maker"], cast["keeper"]
    project = opened(keeper, line(producer=maker.name, facility=""))
    bring(cast, project, ["PACK-1", "PACK-2", "PACK-77"])
    told = {(each.kind, each.about) for each in case(keeper, project).flags}
    assert told == {(Clash.PRODUCER, "L-1"), (Clash.ORIGIN, "L-1")}
    with acting(keeper):
        kept = SerialOrigin.objects.order_by("id").values_list("maker", "found", "attested")
        assert sorted(kept) == [(maker.name, 0, 0), (maker.name, 1, 0), (maker.name, 1, 1)]
    with as_system():
        signed = signing.origin(held, handed[1], facilityCountry="KR")
        signing.attestation.record(credential_bytes=signed, items=None, by=maker, at=THEN)
    with acting(keeper):
        assert sourcing_serial.look_up(project_id=project.pk, by=keeper, at=LATER) == 1
    later = case(keeper, project, as_of=LATER.date())
    assert sum(each.kind == Clash.ORIGIN for each in later.flags) == 2


def test_who_sees_no_such_battery_learns_nothing_of_it(cast, handed):
    stranger = cast["stranger"]
    strange = opened(stranger, line())
    with acting(stranger):
        sourcing_serial.bring(
            project_id=strange.pk, line="L-1", stage=Stage.DELIVERED, serials=["PACK-1"],
            by=stranger, at=THEN,
        )  # fmt: skip
        assert SerialOrigin.objects.count() == 0


def test_a_list_lands_whole_or_not_at_all(cast):
    project = opened(cast["keeper"], line())
    with pytest.raises(sourcing_serial.ListRefused) as refused:
        bring(cast, project, ["PK-1", "PK 2", "PK-1"])
    assert [(fault.pointer, fault.code) for fault in refused.value.each] == [
        ("/serials/2", "not-a-project-serial"), ("/serials/3", "serial-twice"),
    ]  # fmt: skip
    with pytest.raises(Malformed):
        bring(cast, project, ["serial"])
    with acting(cast["keeper"]), pytest.raises(NotFound):
        sourcing_serial.bring(
            project_id=project.pk, line="L-9", stage=Stage.DELIVERED, serials=["A"],
            by=cast["keeper"], at=THEN,
        )  # fmt: skip
    with acting(cast["keeper"]):
        assert SerialBlock.objects.count() == 0


def test_a_list_whose_blocks_were_bent_by_the_owner_is_told(cast, as_role):
    project = opened(cast["keeper"], line())
    listed = bring(cast, project, ["PK-1", "PK-2"])
    with as_role("owner"), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE passport_serialblock DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE passport_serialblock SET content = %s",
            [zstandard.ZstdCompressor().compress(b"PK-1\nPK-9\n")],
        )
    with acting(cast["keeper"]), pytest.raises(serials.ListDamaged):
        list(serials.serials_of(serial_list=listed))
