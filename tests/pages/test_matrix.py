"""Desk address × role × own, foreign and absent object, derived from the URL configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern

from api import urls
from passport.actions import custody, link, naming_right, party, yard
from passport.actions.yard import Noted
from passport.models import ApiKey, Battery, Membership, OneTimeLink, Party
from passport.models.ids import new_id
from passport.queries import tenancy
from passport.rules.yard import RecordKind
from recycling.actions import batch, retirement, treatment
from recycling.models import Process, RetirementReason
from recycling.rules.recovery import Fate, Output
from tests.api.stage import NOW, Stage, set_up
from tests.cast import THEN, gather, packs
from tests.databases import Cluster, entered
from tests.pages.desk_expectations import DESK, EVERYBODY, EXPECTED, UNRELATED, Row

SERIALS = ("KEPT-7Q4K9", "RETIRED-7Q4K9", "WAITING-7Q4K9")
MORE = ("TREATED-7Q4K9", "IN-HAND-7Q4K9")


@dataclass
class Desks:
    """The stage, its ids by name, and a browser at the desk of each party."""

    stage: Stage
    ids: dict[str, Any]
    browsers: dict[str, Client]
    # What was answered to whom: the same question is not asked twice, since each is undone.
    heard: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)


def addresses() -> set[str]:
    """Every address of the desk."""
    found = set()
    for each in urls.pages:
        assert isinstance(each, URLPattern)
        found.add("/" + str(each.pattern))
    return {address for address in found if address.startswith(DESK)}


@pytest.fixture(scope="module")
def desks(cluster: Cluster, template: str, django_db_blocker: Any) -> Iterator[Desks]:
    """One stage for the whole table: each knock is rolled back."""
    name = cluster.clone(template)
    with django_db_blocker.unblock():
        with entered(cluster.address, name, "system"):
            made = _furnish(set_up(gather(), SERIALS))
        with entered(cluster.address, name, "app"):
            yield _invite(made)
    cluster.drop(name)


def _furnish(stage: Stage) -> Desks:
    """Besides: a pack that the recycler has in hand, one that it has treated, and everybody."""
    cast = stage.cast
    more = packs(cast["maker"], *MORE)
    for each in more:
        _move(each, cast["maker"], cast["keeper"])
        retirement.retire(
            battery_id=each.pk, by=cast["keeper"], reason=RetirementReason.CAPACITY, condition={},
            event_id=new_id(), at=NOW,
        )  # fmt: skip
        _move(each, cast["keeper"], cast["recycler"])
    in_hand, treated = sorted(more, key=lambda each: each.serial)
    booked = treatment.book(
        battery_id=treated.pk, by=cast["recycler"], mass_in_kg=Decimal(72), process=Process.HYDRO,
        fractions=[Output(material="steel", mass_kg=Decimal(72), fate=Fate.RECYCLED)],
        event_id=new_id(), at=NOW,
    )  # fmt: skip
    opened = batch.open_batch(
        number="B-1", by=cast["recycler"], at=NOW, site="https://passport.example"
    )
    stage.packs += more
    parties = {f"{name}_id": cast[name].pk for name in ("keeper", "workshop", "auditor")}
    named = naming_right.claim(kind="DOMAIN", value="id.maker.example", by=cast["maker"], at=NOW)
    own = {
        "right_id": named.pk,
        "key_id": ApiKey.objects.get(party=cast["maker"]).key_id,
        "treatment_id": booked.pk,
        "batch_id": opened.pk,
        "in_hand_id": in_hand.pk,
        "record_id": _scan(cast["keeper"]),
    }
    browsers = {name: _at_desk(stage, name) for name in EVERYBODY.split()}
    mate = party.register_person(
        email="mate@people.example", name="Mate", password="correct horse battery"
    )
    party.join(person=mate, party=cast["maker"], at=NOW)
    return Desks(stage, stage.ids | parties | own, browsers | {"nobody": Client()})


def _invite(desks: Desks) -> Desks:
    """The maker has a second member, whom it could let go, and has invited a third."""
    maker = desks.stage.cast["maker"]
    with transaction.atomic():
        tenancy.act_as(maker.pk)
        host = list(Membership.objects.filter(party=maker).order_by("since", "id"))
        link.invite_colleague(
            email="third@people.example", party_id=maker.pk, mailed=False, by=host[0].person_id
        )
        (invited,) = OneTimeLink.objects.values_list("id", flat=True)
    # No file of the stage has a rejected line, this one as little as any other.
    desks.ids |= {"membership_id": host[1].pk, "link_id": invited, "number": 987654321}
    return desks


def _scan(by: Party) -> UUID:
    """What the keeper has scanned, and nobody has registered."""
    scan = Noted(
        id=new_id(), kind=RecordKind.SCAN, text="NOBODY", happened_at=NOW, device="scanner"
    )
    (kept,) = yard.keep(noted=[scan], sent_at=NOW, by=by, person_id=None, at=NOW)
    return kept.id


def _move(pack: Battery, giver: Party, taker: Party) -> None:
    offer = custody.hand_over(battery_id=pack.pk, to_id=taker.pk, by=giver, at=NOW)
    custody.accept(hand_over_id=offer.pk, by=taker, at=NOW)


def _at_desk(stage: Stage, name: str) -> Client:
    person = party.register_person(
        email=f"{name}@people.example", name=name.title(), password="correct horse battery"
    )
    party.join(person=person, party=stage.cast[name], at=THEN)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.http.trace.now", lambda: NOW)


def test_every_address_has_an_expectation_and_every_expectation_an_address() -> None:
    assert {key.partition(" ")[2] for key in EXPECTED} == addresses()


@pytest.mark.parametrize("address", sorted(addresses()))
def test_what_has_no_expectation_is_no_method_there(desks: Desks, address: str) -> None:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        if f"{method} {address}" not in EXPECTED:
            for who in ("maker", "keeper", "nobody"):
                assert knock(desks, f"{method} {address}", Row(""), who)[0] == 405, (method, who)


@pytest.mark.parametrize("key", EXPECTED)
def test_answers_each_role_as_expected(desks: Desks, key: str) -> None:
    row, wrong = EXPECTED[key], []
    for who in EVERYBODY.split():
        status, text = knock(desks, key, row, who)
        if status != row.expected(who):
            wrong.append(f"{who}: {status}, not {row.expected(who)}: {_words(text)}")
        if who in UNRELATED:
            wrong += [f"{who} reads {each}" for each in secrets(desks, key, row) if each in text]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("key", EXPECTED)
def test_nobody_is_sent_to_the_sign_in_and_learns_nothing(desks: Desks, key: str) -> None:
    status, text = knock(desks, key, EXPECTED[key], "nobody")
    assert (status, text) == (302, "")


@pytest.mark.parametrize("key", [key for key in EXPECTED if "<" in key])
def test_an_absent_object_is_as_absent_as_a_foreign_one(desks: Desks, key: str) -> None:
    row = EXPECTED[key]
    absent = {name: new_id() for name in desks.ids} | {
        "key_id": "00" * 8, "number": 123454321,
    }  # fmt: skip
    for who in EVERYBODY.split():
        status, text = knock(desks, key, row, who, ids=absent)
        assert status == 404, (who, _words(text))
        if who in UNRELATED and row.expected(who) == 404:
            _, foreign = knock(desks, key, row, who)
            assert _plain(foreign, desks.ids) == _plain(text, absent), who


@pytest.mark.parametrize("key", [key for key in EXPECTED if key.startswith("GET ")])
def test_head_says_what_get_would(desks: Desks, key: str) -> None:
    for who in ("maker", "keeper", "stranger", "nobody"):
        wanted, _ = knock(desks, key, EXPECTED[key], who)
        head = key.replace("GET ", "HEAD ")
        assert knock(desks, head, EXPECTED[key], who) == (wanted, ""), who


def test_the_stage_is_as_it_was_before_all_knocks(desks: Desks) -> None:
    desks.heard.clear()
    for who in ("maker", "keeper"):
        text = knock(desks, f"GET {DESK}batteries/", EXPECTED[f"GET {DESK}batteries/"], who)[1]
        assert SERIALS[0] in text, who


def knock(
    desks: Desks, key: str, row: Row, who: str, *, ids: dict[str, Any] | None = None
) -> tuple[int, str]:
    """Send one request and undo what it did; one about the stage's own objects only once."""
    if ids is None:
        if (key, who) not in desks.heard:
            desks.heard[key, who] = _knock(desks, key, row, who, desks.ids)
        return desks.heard[key, who]
    return _knock(desks, key, row, who, ids)


def _knock(desks: Desks, key: str, row: Row, who: str, ids: dict[str, Any]) -> tuple[int, str]:
    method, address = key.split()
    named = _named(row, ids)
    address = re.sub(r"<\w+:(\w+)>", lambda match: str(named[match[1]]), address)
    form = {name: str(said).format(**named) for name, said in row.form.items()}
    for name in {"file", "event"} & {name for name, said in form.items() if said == "a file"}:
        form[name] = SimpleUploadedFile("a", b'{"type":"model"}\n')  # type: ignore[assignment]
    with transaction.atomic():
        data = form if method == "POST" else None
        ask = getattr(desks.browsers[who], method.lower())
        answer = ask(address + row.query.format(**named), data)
        text = answer.getvalue().decode("utf-8", "replace")
        transaction.set_rollback(True)
    return answer.status_code, text


def _named(row: Row, ids: dict[str, Any]) -> dict[str, Any]:
    return ids | {name: ids[other] for name, other in row.names.items()}


def secrets(desks: Desks, key: str, row: Row) -> list[str]:
    """What only the parties concerned may learn, besides what the request itself has named."""
    named = _named(row, desks.ids)
    asked = {str(named[name]) for name in re.findall(r"[<{](?:\w+:)?(\w+)[>}]", _asked(key, row))}
    open_to_all = {"model_id", "programme_id", "keeper_id", "workshop_id", "auditor_id"}
    open_to_all |= {"recall_id"}
    ids = {str(value) for name, value in desks.ids.items() if name not in open_to_all}
    packs_ = {text for each in desks.stage.packs for text in (str(each.pk), each.identity)}
    return sorted((ids | packs_) - asked | {*SERIALS, *MORE})


def _asked(key: str, row: Row) -> str:
    return f"{key}{row.query}{row.form}"


def _plain(text: str, ids: dict[str, Any]) -> str:
    """A page without what differs from one request to the next, and without the ids asked for."""
    for value in ids.values():
        text = text.replace(str(value), "ID")
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    return re.sub(r"[0-9a-f]{16,}", "HEX", text)


def _words(text: str) -> str:
    body = re.sub(r"(?s)<(style|script|head).*?</\1>|<[^>]+>", " ", text)
    return " ".join(body.split())[:300]
