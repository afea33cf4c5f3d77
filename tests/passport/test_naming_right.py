"""Prefixes and domains: claimed by a party, proven by its domain or an operator, to one alone."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction

from passport.actions import document, naming_right
from passport.models import Battery, LogEntry, NamingDecision, NamingRight, NamingState, Outbox
from passport.proof import canonical
from passport.queries import naming_right as queries
from passport.rules.errors import NotFound
from passport.rules.naming_right import NamedByAnother, NotDecidedSo, Standing
from passport.rules.wording import BadWording
from tests.cast import THEN, battery_line, model_line, take_in
from tests.passport.acting import acting

PAPER = bytes(32)


def claim(by, value="9521234", kind="GS1_PREFIX", **more):
    return naming_right.claim(kind=kind, value=value, by=by, at=THEN, **more)


def accept(right, **more):
    told = {"operator": "An operator", "reason": "the licence names it", "document_sha256": PAPER}
    return naming_right.accept(right_id=right.pk, at=THEN, **(told | more))


def prove(by, value="9521234", kind="GS1_PREFIX"):
    return accept(claim(by, value, kind))


def standing(by, stem="gs1:952123400001"):
    return queries.judge(stems=[stem], by=by.pk)[stem]


def test_a_claim_proves_nothing_until_an_operator_has_seen_the_paper(cast, as_system):
    maker = cast["maker"]
    with acting(maker):
        made = claim(maker)
    assert standing(maker) is Standing.UNPROVEN
    with as_system():
        decided = accept(made)
    assert standing(maker) is Standing.PROVEN
    assert standing(cast["second-maker"]) is Standing.ANOTHERS
    with acting(maker):
        told = queries.by_id(right_id=made.pk)
        assert (told.state, [each.pk for each in told.history]) == ("PROVEN", [decided.pk])


def test_a_decision_is_kept_to_the_byte_and_logged_under_the_prefix(cast, house, as_system):
    with as_system():
        decided = prove(cast["maker"])
        told = canonical.loads(bytes(decided.body))
        assert {name: told[name] for name in ("kind", "value", "party", "state", "by")} == {
            "kind": "GS1_PREFIX", "value": "9521234", "party": cast["maker"].did,
            "state": "PROVEN", "by": "An operator",
        }  # fmt: skip
        assert told["document"] == PAPER.hex()
        wish = Outbox.objects.get(kind="event")
        assert bytes(wish.digest) == bytes(decided.sha256)
        house.turn()
        entry = LogEntry.objects.get(digest=decided.sha256)
        assert bytes(entry.subject) == naming_right.subject(stem="gs1:9521234")


def test_two_decisions_about_one_prefix_stand_in_one_chain(cast, house, as_system):
    with as_system():
        first = prove(cast["maker"])
        naming_right.revoke(right_id=first.right_id, operator="An operator", reason="sold", at=THEN)
        prove(cast["second-maker"])
        house.turn()
        chain = LogEntry.objects.filter(subject=naming_right.subject(stem="gs1:9521234"))
        assert [canonical.loads(bytes(each.leaf))["q"] for each in chain.order_by("index")] == [
            0, 1, 2,
        ]  # fmt: skip
    assert standing(cast["second-maker"]) is Standing.PROVEN


OVERLAPS = {
    "the same prefix": ("GS1_PREFIX", "9521234", "9521234"),
    "a longer one in it": ("GS1_PREFIX", "9521234", "95212345"),
    "a shorter one around it": ("GS1_PREFIX", "9521234", "9521"),
    "the same domain": ("DOMAIN", "maker.example", "maker.example"),
    "a domain below": ("DOMAIN", "maker.example", "id.maker.example"),
    "a domain above": ("DOMAIN", "id.maker.example", "maker.example"),
}
APART = {
    "a neighbour": ("GS1_PREFIX", "9521234", "9521235"),
    "a domain that ends alike": ("DOMAIN", "maker.example", "notmaker.example"),
    "a domain that begins alike": ("DOMAIN", "maker.example", "maker.example.net"),
    "two below one": ("DOMAIN", "a.maker.example", "b.maker.example"),
}


@pytest.mark.parametrize("what", OVERLAPS)
def test_what_covers_another_s_is_refused_at_the_claim(cast, as_system, what):
    kind, held, wanted = OVERLAPS[what]
    with as_system():
        prove(cast["maker"], held, kind)
    with acting(cast["second-maker"]):
        if what.startswith(("a shorter", "a domain above")):
            claim(cast["second-maker"], wanted, kind)  # what it covers is found when it is decided
        else:
            with pytest.raises(NamedByAnother):
                claim(cast["second-maker"], wanted, kind)


@pytest.mark.parametrize("what", OVERLAPS)
def test_an_operator_cannot_give_two_parties_what_overlaps(cast, as_system, what):
    kind, held, wanted = OVERLAPS[what]
    with as_system():
        late = claim(cast["second-maker"], wanted, kind)
        prove(cast["maker"], held, kind)
        with pytest.raises(NamedByAnother):
            accept(late)
        assert NamingDecision.objects.count() == Outbox.objects.count() == 1
        late.refresh_from_db()
        assert late.state == "CLAIMED"


@pytest.mark.parametrize("what", OVERLAPS)
def test_the_same_party_may_hold_both(cast, as_system, what):
    kind, held, wanted = OVERLAPS[what]
    if held != wanted:
        with as_system():
            prove(cast["maker"], held, kind)
            prove(cast["maker"], wanted, kind)
            assert NamingRight.objects.filter(state=NamingState.PROVEN).count() == 2


@pytest.mark.parametrize("what", APART)
def test_neighbours_are_held_by_two(cast, as_system, what):
    kind, held, wanted = APART[what]
    with as_system():
        prove(cast["maker"], held, kind)
        prove(cast["second-maker"], wanted, kind)
        assert NamingRight.objects.filter(state=NamingState.PROVEN).count() == 2


def test_of_two_operators_at_once_one_is_refused(cast, as_system):
    with as_system():
        claims = [claim(cast["maker"], "9521"), claim(cast["second-maker"], "95212345")]
        start, found = threading.Barrier(2), []

        def decide(right):
            try:
                with transaction.atomic():
                    start.wait(timeout=10)
                    accept(right)
                found.append("given")
            except (NamedByAnother, DatabaseError) as refused:
                found.append(type(refused).__name__)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=decide, args=(each,)) for each in claims]
        [each.start() for each in threads]
        [each.join(timeout=30) for each in threads]
        assert found.count("given") == 1, found
        assert NamingRight.objects.filter(state=NamingState.PROVEN).count() == 1
        assert NamingDecision.objects.count() == 1


def test_a_claim_is_made_once_and_again_after_it_was_refused(cast, as_system):
    maker = cast["maker"]
    with as_system():
        first = claim(maker)
        with pytest.raises(naming_right.ClaimedAlready):
            claim(maker)
        naming_right.refuse(right_id=first.pk, operator="An operator", reason="no paper", at=THEN)
        with pytest.raises(NotDecidedSo):
            accept(first)
        assert prove(maker).state == "PROVEN"


def test_no_paper_no_name_no_reason(cast, as_system):
    with as_system():
        made = claim(cast["maker"])
        with pytest.raises(naming_right.NoSuchDocument):
            accept(made, document_sha256=None)
        for wrong in ({"operator": " "}, {"reason": ""}, {"reason": "a\nb"}):
            with pytest.raises(BadWording):
                accept(made, **wrong)
        with pytest.raises(NotFound):
            accept(cast["maker"])
        assert not NamingDecision.objects.exists()


def test_the_paper_of_a_claim_is_one_that_the_party_has_stored(cast, as_system):
    with acting(cast["maker"]):
        stored = document.store(
            content=b"%PDF-1.7", media_type="application/pdf", by=cast["maker"], at=THEN
        )
        made = claim(cast["maker"], document_sha256=bytes(stored.sha256))
    with acting(cast["second-maker"]), pytest.raises(naming_right.NoSuchDocument):
        claim(cast["second-maker"], "9529999", document_sha256=bytes(stored.sha256))
    with as_system():
        assert bytes(accept(made, document_sha256=None).document_sha256) == bytes(stored.sha256)


def test_the_operator_s_own_hosts_are_nobody_s(cast, settings):
    settings.PASSPORT_PUBLIC_URL = "https://passport.maker.example"
    for value in ("passport.maker.example", "id.passport.maker.example"):
        with acting(cast["maker"]), pytest.raises(naming_right.OperatorsOwn):
            claim(cast["maker"], value, "DOMAIN")


# --- registering -------------------------------------------------------------------------------


def test_registering_under_another_s_prefix_is_refused_line_by_line(cast, as_system):
    second = cast["second-maker"]
    with as_system():
        prove(cast["maker"])
        own = "https://second-maker.example/b/7"
        done = take_in(
            second, [model_line(gtin=""), battery_line("X1"), battery_line("X2", id=own)]
        )
        (wrong,) = done.errors.all()
        assert (wrong.number, wrong.code, wrong.pointer) == (2, "named-by-another", "/id")
        assert "952123400002" in wrong.detail
        assert [each.identity for each in Battery.objects.filter(maker=second)] == [own]


def test_what_was_registered_before_stays_a_repetition(cast, as_system):
    second = cast["second-maker"]
    lines = [model_line(), battery_line("X1")]
    with as_system():
        take_in(second, lines)
        prove(cast["maker"])
        again = take_in(second, lines, at=THEN + timedelta(minutes=1))
        assert (again.rejected, again.duplicates) == (0, 2)
        (row,) = queries.mark(Battery.objects.filter(maker=second))
        assert row.naming is Standing.ANOTHERS


def test_a_million_names_of_one_model_are_judged_by_one_read(cast, as_system):
    with as_system():
        prove(cast["maker"])
        counter = _Counting()
        with connection.execute_wrapper(counter):
            queries.judge(
                stems={f"gs1:9521234{number:05}" for number in range(5000)}, by=cast["maker"].pk
            )
        assert counter.count <= 2


class _Counting:
    count = 0

    def __call__(self, execute, *args):
        self.count += 1
        return execute(*args)
