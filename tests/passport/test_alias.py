"""Other names: each names one battery for ever, whoever asks, and all of them lead to it."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import DatabaseError, transaction

from passport.actions import alias as names
from passport.actions import custody
from passport.actions.alias import AliasTaken, Naming, RefusedAliases
from passport.models import Battery, BatteryAlias
from passport.models.ids import new_id
from passport.postgres import registering
from passport.queries import alias, naming
from passport.queries.naming import AmbiguousSerial
from passport.rules.aliases import Alias, AliasScheme, NotYoursToName, WrongLevelOfCode
from passport.rules.errors import NotFound
from passport.rules.naming_right import NamedByAnother
from tests.cast import PACK_GTIN, THEN, battery_line, packs, take_in
from tests.passport.acting import REFUSED_BELOW, acting, run
from tests.passport.test_naming_right import prove
from tests.recycling.together import together

CODE = "04QPB12ABC1234A1D0000001"
NAMES = [
    {"scheme": "MAKER_SERIAL", "value": "SN-1"},
    {"scheme": "GB_T_34014", "value": CODE},
    {"scheme": "DID", "value": "did:web:maker.example:b:1"},
    {"scheme": "GS1", "value": "(8004)9521234RACK7"},
    {"scheme": "LINK", "value": "https://maker.example/b/1"},
]
WRITE = (
    "INSERT INTO passport_batteryalias (id, battery_id, scheme, value, party_id, named_at)"
    " VALUES (%s, %s, %s, %s, %s, now())"
)


def give(cast, battery, aliases=NAMES, by="maker"):
    with acting(cast[by]):
        return names.give(battery_id=battery.pk, aliases=aliases, by=cast[by], at=THEN)


def found(cast, text, by="maker"):
    with acting(cast[by]):
        (one,) = naming.look_up(names=[text])
    return one.refusal or one.battery


def test_every_name_leads_to_the_one_battery(cast, pack):
    given = give(cast, pack)

    assert sorted(each.scheme for each in given) == sorted(each["scheme"] for each in NAMES)
    for text in (
        *("SN-1", CODE, "did:web:maker.example:b:1", "(8004)9521234RACK7"),
        *("https://x/8004/9521234RACK7", "]d280049521234RACK7", "https://maker.example/b/1"),
        *(pack.identity, str(pack.pk), f"(01){PACK_GTIN}(21)P1", "P1"),
    ):
        assert found(cast, text) == pack, text


def test_a_stranger_finds_nothing_by_any_name(cast, pack):
    give(cast, pack)

    for each in NAMES:
        assert isinstance(found(cast, each["value"], by="stranger"), NotFound)
    with acting(cast["stranger"]), pytest.raises(NotFound):
        names.give(battery_id=pack.pk, aliases=NAMES, by=cast["stranger"], at=THEN)


def test_the_same_name_again_changes_nothing(cast, pack):
    first, again = give(cast, pack), give(cast, pack, [*NAMES, NAMES[0]])

    assert first == again
    assert give(cast, pack, [{"scheme": "GS1", "value": pack.identity}]) == first


def test_a_name_of_another_battery_is_refused_and_nothing_of_the_list_lands(cast, pack, as_system):
    give(cast, pack)
    with as_system():
        (second,) = packs(cast["second-maker"], "S1")
    fresh = {"scheme": "DID", "value": "did:web:fresh.example"}

    for taken in NAMES[1:]:
        with pytest.raises(AliasTaken) as caught:
            give(cast, second, [fresh, taken], by="second-maker")
        assert caught.value.pointer == "/aliases/1/value"
    with pytest.raises(RefusedAliases) as several:
        give(cast, second, NAMES[1:], by="second-maker")
    assert len(several.value.each) == 4
    assert give(cast, second, NAMES[:1], by="second-maker")[0].value == "SN-1"


def test_makers_may_share_a_serial_and_who_sees_both_is_told(cast, pack, as_system):
    give(cast, pack, NAMES[:1])
    with as_system():
        (second,) = packs(cast["second-maker"], "S1")
    give(cast, second, NAMES[:1], by="second-maker")

    assert found(cast, "SN-1") == pack
    assert found(cast, "SN-1", by="second-maker") == second
    assert isinstance(found(cast, "SN-1", by="authority"), AmbiguousSerial)


def test_an_identity_is_no_name_of_another_battery_and_the_other_way_round(cast, pack, as_system):
    with as_system():
        (second,) = packs(cast["second-maker"], "S1")
    with pytest.raises(AliasTaken):
        give(cast, pack, [{"scheme": "GS1", "value": second.identity}])
    give(cast, pack, [{"scheme": "GS1", "value": f"(01){PACK_GTIN}(21)LATER"}])
    with as_system():
        done = take_in(cast["maker"], [battery_line("LATER")])
        assert (done.accepted, done.rejected) == (0, 1)
        assert not Battery.objects.filter(serial="LATER").exists()


def test_the_holder_names_too_but_not_by_the_makers_serial(cast, pack):
    with acting(cast["maker"]):
        offer = custody.hand_over(
            battery_id=pack.pk, to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
        )
    with acting(cast["keeper"]):
        custody.accept(hand_over_id=offer.pk, by=cast["keeper"], at=THEN)

    assert give(cast, pack, NAMES[1:2], by="keeper")[0].party == cast["keeper"]
    with pytest.raises(NotYoursToName):
        give(cast, pack, NAMES[:1], by="keeper")
    with acting(cast["authority"]), pytest.raises(NotYoursToName):
        names.give(battery_id=pack.pk, aliases=NAMES[2:3], by=cast["authority"], at=THEN)


def test_a_code_of_a_cell_is_not_given_to_a_pack(cast, pack):
    code = {"scheme": "GB_T_34014", "value": CODE.replace("P", "C", 1)}
    with pytest.raises(WrongLevelOfCode) as caught:
        give(cast, pack, [code])
    assert caught.value.pointer == "/aliases/0/value"


def test_many_are_named_in_a_fixed_number_of_statements(
    cast, as_system, django_assert_max_num_queries
):
    with as_system():
        made = packs(cast["maker"], *(f"M{n:03}" for n in range(60)))
    wanted = [
        Naming(each, Alias(AliasScheme.MAKER_SERIAL, f"SN-{number}"))
        for number, each in enumerate(made)
    ]
    wanted.append(Naming(made[0], Alias(AliasScheme.MAKER_SERIAL, "SN-5")))
    with acting(cast["maker"]), django_assert_max_num_queries(8):
        added = names.add(namings=wanted, by=cast["maker"], at=THEN)
    assert (added.accepted, added.repeated) == (60, 0)
    assert [(place, type(why)) for place, why in added.refused] == [(60, AliasTaken)]
    with acting(cast["maker"]):
        again = names.add(namings=wanted[:60], by=cast["maker"], at=THEN)
    assert (again.accepted, again.repeated, again.refused) == (0, 60, [])


def test_two_at_once_give_a_name_to_one_battery(cast, as_system):
    with as_system():
        ours, theirs = packs(cast["maker"], "A1"), packs(cast["second-maker"], "B1")
    jobs = [("maker", ours[0]), ("second-maker", theirs[0])] * 4

    outcomes = together(lambda job: give(cast, job[1], NAMES[1:], by=job[0]), jobs)

    with as_system():
        owners = set(BatteryAlias.objects.values_list("battery", flat=True))
        assert BatteryAlias.objects.count() == len(NAMES) - 1
    assert len(owners) == 1
    for (_, battery), outcome in zip(jobs, outcomes, strict=True):
        won = battery.pk in owners
        assert isinstance(outcome, list) == won, outcome
        assert won or isinstance(outcome, AliasTaken | RefusedAliases)


def test_a_name_that_is_registered_while_it_is_given_is_refused_as_taken(cast, pack, as_system):
    name, claimed = f"https://id.gs1.org/01/{PACK_GTIN}/21/RACE", threading.Event()
    seen = []

    def register():
        claims = [(name, b"x" * 32, new_id().bytes)]
        with transaction.atomic():
            registering.claim(claims=claims, owner=cast["second-maker"].pk, at=THEN)
            claimed.set()
            seen.append(_somebody_waits())

    def give_it():
        assert claimed.wait(10)
        with transaction.atomic():
            gs1 = [NAMES[2], {"scheme": "GS1", "value": name}]
            names.give(battery_id=pack.pk, aliases=gs1, by=cast["maker"], at=THEN)

    with as_system():
        registered, refused = together(lambda act: act(), [register, give_it])
        assert not BatteryAlias.objects.exists()
    assert (registered, seen) == (None, [True])
    assert isinstance(refused, AliasTaken), refused
    assert refused.pointer == "/aliases/1/value"


def _somebody_waits():
    """Until another transaction waits for this one."""
    for _ in range(200):
        if run("SELECT 1 FROM pg_locks WHERE NOT granted"):
            return True
        time.sleep(0.05)
    return False


def test_raw_sql_names_nothing_that_the_rules_refuse(cast, pack, as_role, as_system):
    with as_system():
        (second,) = packs(cast["second-maker"], "S1")
    maker, stranger = cast["maker"].pk, cast["stranger"].pk
    cheats = [
        ("stranger", pack.pk, "DID", "did:web:x", stranger),
        ("stranger", pack.pk, "DID", "did:web:x", maker),
        ("maker", second.pk, "DID", "did:web:x", maker),
        ("maker", pack.pk, "GS1", second.identity, maker),
    ]
    for by, battery, scheme, value, party in cheats:
        with acting(cast[by]), pytest.raises(DatabaseError, match=REFUSED_BELOW):
            run(WRITE, new_id(), battery, scheme, value, party)
    give(cast, pack)
    for role in ("system", "owner"):
        with as_role(role), pytest.raises(DatabaseError, match="given by the maker"):
            run(WRITE, new_id(), second.pk, "MAKER_SERIAL", "SN-9", maker)
        with as_role(role), pytest.raises(DatabaseError, match="alias_names_one_battery"):
            run(WRITE, new_id(), second.pk, "GB_T_34014", CODE, cast["second-maker"].pk)


def test_anybody_resolves_what_is_public_and_no_makers_serial(cast, pack):
    give(cast, pack)

    for each in NAMES[1:]:
        assert alias.public_identity(text=each["value"]) == pack.identity
    for text in ("SN-1", "did:web:other.example", ""):
        with pytest.raises(NotFound):
            alias.public_identity(text=text)


def test_nobody_names_a_battery_under_what_a_third_party_has_proven(cast, pack, as_system):
    with as_system():
        prove(cast["second-maker"], "9521234")
        prove(cast["second-maker"], "second.example", kind="DOMAIN")
    for each in (NAMES[3], {"scheme": "LINK", "value": "https://id.second.example/b/1"}):
        with pytest.raises(NamedByAnother) as caught:
            give(cast, pack, [each])
        assert caught.value.pointer == "/aliases/0/value"
    assert give(cast, pack, [NAMES[1], NAMES[4]])


def test_a_holder_names_by_what_the_maker_has_proven(cast, pack, as_system):
    with as_system():
        prove(cast["maker"], "9521234")
    with acting(cast["maker"]):
        offer = custody.hand_over(
            battery_id=pack.pk, to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
        )
    with acting(cast["keeper"]):
        custody.accept(hand_over_id=offer.pk, by=cast["keeper"], at=THEN)
    assert give(cast, pack, NAMES[3:4], by="keeper")
