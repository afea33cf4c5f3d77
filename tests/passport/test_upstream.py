"""What is built upon what: noted as it is named, walked only through what the reader may read."""

import pytest
from django.db import DatabaseError

from passport.actions import custody
from passport.actions.upstream import TooMuchUpstream
from passport.models import AttestationUpstream, Battery, Lot
from passport.proof import kinds
from passport.queries.attestation import lines, upstream_of
from tests.cast import THEN, packs
from tests.passport import signing
from tests.passport.acting import acting, run
from tests.passport.claiming import (
    POWDER,
    PRECURSOR,
    claim,
    digest_of,
    record,
    signed_batch,
    taking_back,
    withdraw,
)


class Chain:
    """Precursor → powder → a batch of cells → a pack; the second maker supplies the materials."""

    def __init__(self, cast, pack, **access):
        self.cast, self.pack = cast, pack
        maker, supplier = signing.enrolled(cast["maker"]), signing.enrolled(cast["second-maker"])
        self.keys = {"maker": maker, "supplier": supplier}
        cells = Battery.objects.filter(unit=pack).exclude(pk=pack.pk)
        self.cells = list(cells.order_by("identity"))
        precursor = claim(
            supplier, kinds.MATERIAL, PRECURSOR, access=access.get("precursor", "public")
        )
        powder = claim(
            supplier, kinds.MATERIAL, POWDER, access=access.get("powder", "public"),
            upstream=[digest_of(precursor)],
        )  # fmt: skip
        items = signing.items_of(self.cells)
        cathode = {"material": "LFP powder", "attestation": digest_of(powder)}
        batch = signed_batch(maker, items, common={"materials": [cathode]})
        inside = signing.batch.component_root(each.identity for each in self.cells)
        top = claim(
            maker, kinds.ORIGIN, pack.identity, components=inside, upstream=[digest_of(batch)]
        )
        self.signed = {"precursor": precursor, "powder": powder, "batch": batch, "pack": top}
        self.items = items

    def record(self, *names):
        by = {"precursor": "second-maker", "powder": "second-maker"}
        return [
            record(
                self.signed[name], self.cast[by.get(name, "maker")],
                self.items if name == "batch" else None,
            )
            for name in names
        ]  # fmt: skip


@pytest.fixture
def chain(cast, pack, as_system):
    with as_system():
        made = Chain(cast, pack)
    made.record("precursor", "powder", "batch", "pack")
    return made


def _reached(chain, name):
    """What a party finds upstream of the pack."""
    with acting(chain.cast[name]):
        return upstream_of(parts={chain.pack.pk: chain.pack.pk})


def test_a_chain_is_walked_to_its_end_with_the_names_of_its_lots(chain, as_system):
    found = _reached(chain, "maker")
    assert [(each.kind, each.identity) for each in found] == [
        (kinds.MATERIAL, PRECURSOR), (kinds.MATERIAL, POWDER), (kinds.BATCH, None),
    ]  # fmt: skip
    assert [each.body for each in found] == [
        chain.signed[name] for name in ("precursor", "powder", "batch")
    ]
    with as_system():
        salts = {row.identity: bytes(row.salt) for row in Lot.objects.all()}
    assert {each.identity: each.salt for each in found[:2]} == salts


def test_from_the_cells_the_batch_is_their_own_and_the_lots_are_upstream(chain):
    ids = [chain.pack.pk, *(each.pk for each in chain.cells)]
    with acting(chain.cast["maker"]):
        found = upstream_of(parts=dict.fromkeys(ids, chain.pack.pk))
    assert [each.identity for each in found] == [PRECURSOR, POWDER]


@pytest.mark.parametrize("name", ["stranger", "second-maker", "workshop"])
def test_who_does_not_see_the_battery_walks_nowhere(chain, name):
    assert _reached(chain, name) == []


def test_a_holder_and_an_authority_walk_it(chain):
    with acting(chain.cast["maker"]):
        offer = custody.hand_over(
            battery_id=chain.pack.pk, to_id=chain.cast["keeper"].pk, by=chain.cast["maker"], at=THEN
        )
    with acting(chain.cast["keeper"]):
        custody.accept(hand_over_id=offer.pk, by=chain.cast["keeper"], at=THEN)
    assert len(_reached(chain, "keeper")) == 3
    assert len(_reached(chain, "authority")) == 3


@pytest.mark.parametrize("access", ["parties", "legitimateInterest", "authority"])
def test_nothing_is_read_through_what_is_closed(cast, pack, access, as_system):
    with as_system():
        chain = Chain(cast, pack, powder=access)
    chain.record("precursor", "powder", "batch", "pack")
    # Behind a closed powder the public precursor stays unseen too: the link is the powder's. The
    # maker is responsible for its pack, not for what its supplier delivers.
    assert [each.kind for each in _reached(chain, "maker")] == [kinds.BATCH]
    assert len(_reached(chain, "authority")) == (3 if access == "authority" else 1)


def test_what_is_not_here_yet_is_told_and_joins_when_it_comes(cast, pack, as_system):
    with as_system():
        chain = Chain(cast, pack)
    (first,) = chain.record("batch")
    with acting(cast["maker"]):
        (line,) = lines(rows=[first])
    assert line.upstream == line.strange
    assert len(line.strange) == 1
    chain.record("precursor", "powder")
    with acting(cast["maker"]):
        (line,) = lines(rows=[first])
        assert (len(line.upstream), line.strange) == (1, ())


def test_what_was_taken_back_upstream_comes_with_its_withdrawal(chain):
    (powder,) = [each for each in _reached(chain, "maker") if each.identity == POWDER]
    said = taking_back(chain.keys["supplier"], powder.sha256, about=POWDER)
    withdraw(said, chain.cast["second-maker"])
    (back,) = [each for each in _reached(chain, "maker") if each.withdraws]
    assert (back.withdraws, back.identity, back.body) == (powder.id, POWDER, said)
    assert (back.kind, back.salt) == (kinds.WITHDRAWAL, powder.salt)


def test_a_battery_upstream_is_shown_to_who_sees_it_too(chain, as_system):
    """A pack rebuilt from an older one of another maker names its origin."""
    cast = chain.cast
    with as_system():
        (older,) = packs(cast["second-maker"], "OLD")
        (newer,) = packs(cast["maker"], "NEW")
    origin = claim(chain.keys["supplier"], kinds.ORIGIN, older.identity)
    record(origin, cast["second-maker"])
    record(
        claim(chain.keys["maker"], kinds.ORIGIN, newer.identity, upstream=[digest_of(origin)]),
        cast["maker"],
    )
    seen = {}
    for name in ("maker", "authority"):
        with acting(cast[name]):
            found = upstream_of(parts={newer.pk: newer.pk})
            seen[name] = [each.identity for each in found]
    assert seen == {"maker": [], "authority": [older.identity]}


def test_the_same_link_is_noted_once_and_stays(chain, as_role):
    named = [digest_of(chain.signed["powder"])] * 2
    document = claim(
        chain.keys["maker"], kinds.ORIGIN, chain.pack.identity, access="parties", upstream=named
    )
    made = record(document, chain.cast["maker"])
    with as_role("owner"):
        assert AttestationUpstream.objects.filter(attestation=made).count() == 1
        with pytest.raises(DatabaseError, match="append-only"):
            AttestationUpstream.objects.filter(attestation=made).delete()


def test_nobody_links_the_attestation_of_another(chain):
    (row,) = [each for each in _reached(chain, "maker") if each.identity == POWDER]
    link = "INSERT INTO passport_attestationupstream (attestation_id, sha256) VALUES (%s, %s)"
    with acting(chain.cast["maker"]), pytest.raises(DatabaseError, match="row-level security"):
        run(link, row.id, bytes(32))


def test_an_endless_list_is_refused(cast, pack, as_system, monkeypatch):
    monkeypatch.setattr("passport.actions.upstream.MOST", 1)
    with as_system():
        held = signing.enrolled(cast["maker"])
    named = [digest_of(b"one"), digest_of(b"two")]
    with pytest.raises(TooMuchUpstream):
        record(claim(held, kinds.ORIGIN, pack.identity, upstream=named), cast["maker"])
