"""In which quality somebody walks upstream: found by the database, as the rules say it."""

import hashlib
from datetime import timedelta
from itertools import product

import pytest
from django.db import DatabaseError

from passport.models import Attestation, AttestationUpstream, Battery, Concern, Lot
from passport.proof import kinds
from passport.proof.vocabulary import ACCESS_SETS
from passport.queries.attestation import upstream_of
from passport.rules.attestation import readable_sets, upstream_audiences
from passport.rules.disclosure import READERS, Access, audiences_of
from tests.cast import ROLES, THEN, packs
from tests.passport.acting import acting, run

SIGNED = set(ACCESS_SETS)
HOUR = timedelta(hours=1)
ALL = sorted({role for roles in ROLES.values() for role in roles})
HOLDINGS = [
    (concerned, responsible) for concerned in (False, True) for responsible in (False, True)
]


@pytest.mark.parametrize(("concerned", "responsible"), HOLDINGS)
def test_the_database_knows_the_lattice(concerned, responsible, as_system):
    """Every access set, for every two roles; one of no known name is for nobody."""
    asked = "SELECT reads_set_v1(%s, %s::text[], %s, %s)"
    for first, second, access in product(ALL, ALL, Access):
        roles = [first, second]
        readers = audiences_of(roles=roles, concerned=concerned, responsible=responsible)
        told = run(asked, access.value, roles, concerned, responsible)
        assert told == [(bool(readers & READERS[access]),)], (roles, access)
    assert run(asked, "nonesuch", ALL, concerned, responsible) == [(False,)]


@pytest.fixture
def pack(cast, as_system):
    """A pack of which a neighbour says a thing for each access set, on a lot of each of them."""
    with as_system():
        (pack,) = packs(cast["maker"], "P1", cells=1)
        for own, above in product(ACCESS_SETS, ACCESS_SETS):
            name = f"{own} on {above}"
            lot = Lot.objects.create(
                identity=name, issuer=cast["second-maker"], salt=bytes(16), registered_at=THEN
            )
            below = said(cast, name, access=above, lot=lot)
            top = said(cast, f"of {name}", access=own, battery=pack)
            AttestationUpstream.objects.create(attestation=top, sha256=below.sha256)
    return pack


def said(cast, name, **more):
    body = name.encode()
    return Attestation.objects.create(
        issuer=cast["second-maker"], kind=kinds.TEST, method="x", body=body,
        sha256=hashlib.sha256(body).digest(), recorded_at=THEN, **more,
    )  # fmt: skip


def walked(party, battery, top=None):
    with acting(party):
        return {each.identity for each in upstream_of(parts={battery.pk: (top or battery).pk})}


def ruled(party, battery):
    """What the rules let a party reach that sees the battery or does not."""
    found = Concern.objects.filter(battery_id=battery.unit_id, party=party, until=None).exists()
    made = battery.maker_id == party.pk
    if not (found or made or "AUTHORITY" in party.roles):
        return set()
    readers = audiences_of(roles=party.roles, concerned=found, responsible=made)
    own, above = readable_sets(audiences=readers), upstream_audiences(audiences=readers)
    below = readable_sets(audiences=above)
    return {f"{one} on {other}" for one, other in product(own, below) if {one, other} <= SIGNED}


@pytest.mark.parametrize("name", [each for each in ROLES if each != "second-maker"])
def test_everybody_walks_as_far_as_the_rules_say(cast, pack, name, as_system):
    party = cast[name]
    with as_system():
        alone = ruled(party, pack)
    assert walked(party, pack) == alone
    with as_system():
        Concern.objects.filter(battery=pack, reason="HOLDER").update(until=THEN + HOUR)
        if name != "maker":
            Concern.objects.create(battery=pack, party=party, reason="GRANT", since=THEN)
        now = ruled(party, pack)
    assert walked(party, pack) == now
    assert now > alone or name == "maker"
    assert not any(each.endswith("on parties") for each in now)


def test_a_battery_lends_its_quality_to_what_is_inside_it_alone(cast, pack, as_system):
    """Who made a pack reads as its maker what stands in it, and nothing that does not."""
    with as_system():
        (foreign,) = packs(cast["second-maker"], "P2", cells=1)
        lot = Lot.objects.get(identity="parties on public")
        for each in Battery.objects.filter(level="CELL"):
            top = said(cast, f"of {each.identity}", access=Access.PARTIES, battery=each)
            AttestationUpstream.objects.create(
                attestation=top, sha256=lot.attestations.get().sha256
            )
        Concern.objects.filter(battery=pack, reason="HOLDER").update(until=THEN + HOUR)
        Concern.objects.create(battery=foreign, party=cast["auditor"], reason="GRANT", since=THEN)
        own = Battery.objects.exclude(pk=pack.pk).get(unit=pack)
        strange = Battery.objects.exclude(pk=foreign.pk).get(unit=foreign)
    assert walked(cast["maker"], own, pack) == {lot.identity}
    assert walked(cast["maker"], strange, pack) == set()
    assert walked(cast["authority"], strange, foreign) == set()
    assert walked(cast["auditor"], strange, foreign) == {lot.identity}
    assert walked(cast["auditor"], own, foreign) == set()


def test_nobody_tells_the_database_what_it_may_read(cast, pack):
    told = "upstream_v1(%s::uuid[], %s, %s::text[], %s::text[])"
    everything = [each.value for each in Access]
    with acting(cast["auditor"]), pytest.raises(DatabaseError, match="does not exist"):
        run(f"SELECT * FROM {told}", [pack.pk], cast["auditor"].pk, everything, everything)
