"""A register keeps what was known on each day, looks at lists anew, and says what has changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from passport.actions import (
    document,
    sourcing_list,
    sourcing_project,
    sourcing_register,
    sourcing_standing,
)
from passport.actions.sourcing_list import DecidedAlready, NoSuchList, RetrievedInFuture
from passport.actions.sourcing_register import FactWithdrawn, NotOnRecord, Told
from passport.actions.sourcing_standing import NotAKeepersRegister, NothingToReview
from passport.models import News, Person, SourcingFact
from passport.queries import sourcing_list as lists
from passport.queries import sourcing_standing as standings
from passport.queries.sourcing_register import register_of
from passport.rules.errors import NotFound
from passport.rules.sourcing_party import Contract, Payment, Standing
from passport.rules.sourcing_register import BadFact, Decision, FactKind
from passport.rules.sourcing_screening import NoReason
from passport.rules.webhook import STANDING_CHANGED
from tests.cast import THEN
from tests.passport.acting import REFUSED_BELOW, acting
from tests.passport.projecting import case, opened
from tests.passport.registering_companies import (
    FIRST,
    clean_maker,
    company,
    enter,
    holds,
    takes_list,
)

LATER = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
REASON = "another registry number, another town"


def _standing(keeper, key="maker", at=THEN) -> Standing:
    with acting(keeper):
        found = standings.judged_one(owner=keeper, key=key, as_of=at.date(), incurred_on=at.date())
        return found[1].determination.standing


def _waiting(keeper) -> list[tuple[str, str, str]]:
    with acting(keeper):
        return [
            (each.entity, each.before, each.standing)
            for each in standings.changes_waiting(owner=keeper)
        ]


def test_a_change_of_ownership_changes_the_standing_and_the_past_stays(cast):
    keeper = cast["keeper"]
    clean_maker(keeper)
    enter(keeper, company("fund", "CN"))
    held = holds(keeper, "fund", "maker", "24")
    assert _waiting(keeper) == [("maker", "UNKNOWN", "CLEAN")]
    with acting(keeper):
        sourcing_register.change_fact(
            fact=held.fact, percent=Decimal(25), source="amended register", who="Kim", by=keeper,
            at=LATER,
        )  # fmt: skip
        before = register_of(owner=keeper, as_of=THEN.date())
        after = register_of(owner=keeper, as_of=LATER.date())
    percents = [{each.owner: str(each.percent) for each in r.holdings} for r in (before, after)]
    assert percents == [{"people": "76", "fund": each} for each in ("24", "25")]
    assert _standing(keeper) is Standing.CLEAN
    assert _standing(keeper, at=LATER) is Standing.INFLUENCED
    assert _waiting(keeper)[0] == ("maker", "CLEAN", "INFLUENCED")
    with acting(keeper):
        told = News.objects.filter(kind=STANDING_CHANGED).order_by("-at").first()
        assert told.said["standing"] == "INFLUENCED"
        newest = standings.changes_waiting(owner=keeper)[0]
        for _ in range(2):
            sourcing_standing.see(found_id=newest.pk, who="Kim", by=keeper, at=LATER)
    assert len(_waiting(keeper)) == 1


def test_a_fact_is_ended_and_withdrawn_and_its_versions_stay(cast):
    keeper = cast["keeper"]
    clean_maker(keeper)
    enter(keeper, company("fund", "CN"))
    held = holds(keeper, "fund", "maker", "24")
    by = {"fact": held.fact, "who": "Kim", "by": keeper, "at": LATER}
    with acting(keeper):
        before = register_of(owner=keeper, as_of=THEN.date())
        ended = sourcing_register.change_fact(until=FIRST, source="sold", **by)
        sourcing_register.withdraw_fact(source="of another fund", **by)
        assert (ended.number, ended.percent) == (2, Decimal(24))
        assert len(register_of(owner=keeper, as_of=LATER.date()).holdings) == 1
        assert register_of(owner=keeper, as_of=THEN.date()) == before
        with pytest.raises(FactWithdrawn):
            sourcing_register.withdraw_fact(source="again", **by)


def test_what_is_entered_is_checked_and_entered_once(cast):
    keeper = cast["keeper"]
    clean_maker(keeper)
    told = Told(FactKind.OFFICE, "nobody", "maker", FIRST, "board minutes", office="CFO")
    with acting(keeper):
        for _ in range(2):
            row = sourcing_register.record_entity(entity=company(), who="Kim", by=keeper, at=LATER)
        assert row.number == 1
        with pytest.raises(NotOnRecord) as refused:
            sourcing_register.record_fact(told=told, who="Kim", by=keeper, at=THEN)
        assert refused.value.pointer == "/holder"
        with pytest.raises(BadFact):
            sourcing_register.record_entity(
                entity=company(country="USA"), who="Kim", by=keeper, at=THEN
            )
        with pytest.raises(NotFound):
            sourcing_register.withdraw_fact(fact=row.pk, source="x", who="Kim", by=keeper, at=THEN)
    with acting(cast["maker"]), pytest.raises(NotAKeepersRegister):
        sourcing_register.record_entity(entity=company(), who="M", by=cast["maker"], at=THEN)


def test_contracts_have_versions_and_their_payments(cast):
    keeper = cast["keeper"]
    clean_maker(keeper)
    enter(keeper, company("maintainer", "CN"))
    paid = (Payment(date(2025, 6, 1), Decimal("10.50")),)
    contract = Contract(
        "LTSA-1", "maker", "maintainer", "SERVICE", date(2024, 1, 1), rights=("OPERATION",),
        payments=paid, source="LTSA",
    )  # fmt: skip
    with acting(keeper):
        for _ in range(2):
            made = sourcing_register.record_contract(
                contract=contract, who="Kim", by=keeper, at=THEN
            )
        assert made.number == 1
        assert register_of(owner=keeper, as_of=THEN.date()).contracts == (contract,)
    assert _standing(keeper) is Standing.REVIEW
    none = Contract(**{**vars(contract), "counsel": "NONE"})
    with acting(keeper):
        made = sourcing_register.record_contract(contract=none, who="Kim", by=keeper, at=LATER)
        assert made.number == 2
        other = Contract(**{**vars(contract), "rights": ("SOUL",)})
        with pytest.raises(BadFact):
            sourcing_register.record_contract(contract=other, who="Kim", by=keeper, at=LATER)
    assert _standing(keeper, at=LATER) is Standing.CLEAN


def _listed(keeper) -> None:
    """The maker is on a list by its very name, and another company is like somebody on it."""
    clean_maker(keeper)
    enter(keeper, company("hithium", name="Hithium Energy Storage Inc."))
    holds(keeper, "people", "hithium", "100")
    takes_list(keeper, "Hithium", "Maker")


def _dismiss_all(keeper) -> None:
    with acting(keeper):
        for each in lists.matches_at(owner=keeper, as_of=THEN.date()):
            sourcing_list.decide(
                match_id=each.match.pk, decision=Decision.DISMISSED, reason=REASON, who="Kim",
                by=keeper, at=LATER,
            )  # fmt: skip


def test_a_near_match_waits_for_a_reason(cast):
    keeper = cast["keeper"]
    _listed(keeper)
    assert _standing(keeper) is Standing.SPECIFIED
    assert _standing(keeper, "hithium") is Standing.REVIEW
    with acting(keeper):
        exact, near = lists.matches_at(owner=keeper, as_of=THEN.date())
        assert (exact.decision, near.decision) == (Decision.CONFIRMED, Decision.OPEN)
        with pytest.raises(NoReason):
            sourcing_list.decide(
                match_id=near.match.pk, decision=Decision.DISMISSED, reason="no", who="Kim",
                by=keeper, at=LATER,
            )  # fmt: skip
    _dismiss_all(keeper)
    with pytest.raises(DecidedAlready):
        _dismiss_all(keeper)
    assert _standing(keeper, at=LATER) is Standing.CLEAN
    assert _standing(keeper, "hithium", at=LATER) is Standing.CLEAN
    assert _standing(keeper) is Standing.SPECIFIED


def test_a_list_is_screened_anew_and_decisions_hold(cast):
    keeper = cast["keeper"]
    _listed(keeper)
    assert takes_list(keeper, "Hithium", "Maker").pk == takes_list(keeper, "Hithium", "Maker").pk
    _dismiss_all(keeper)
    takes_list(keeper, "Hithium", "Maker", "Newcomer")
    enter(keeper, company("new", name="Newcomer Ltd"), at=LATER)
    with acting(keeper):
        found = lists.matches_at(owner=keeper, as_of=LATER.date())
        listed = register_of(owner=keeper, as_of=LATER.date()).listed
    assert not any(each.open for each in found)
    assert {each.entity: each.decision for each in listed} == {
        "hithium": "DISMISSED", "maker": "DISMISSED", "new": "CONFIRMED",
    }  # fmt: skip
    assert {each.reason for each in listed if each.entity == "hithium"} == {REASON}
    with pytest.raises(NoSuchList):
        takes_list(keeper, "A", list_id="OTHER")
    with acting(keeper), pytest.raises(RetrievedInFuture):
        sourcing_list.take_in(
            list_id="UFLPA", content=b"name,since\nA,2025-01-01\n", retrieved_on=LATER.date(),
            who="Kim", by=keeper, at=THEN,
        )  # fmt: skip


def test_nobody_leaves_a_list_by_a_shorter_one(cast):
    keeper = cast["keeper"]
    _listed(keeper)
    takes_list(keeper, "Somebody else")
    with acting(keeper):
        listed = register_of(owner=keeper, as_of=LATER.date()).listed
    assert ("maker", "CONFIRMED", THEN.date()) in [(e.entity, e.decision, e.until) for e in listed]
    assert _standing(keeper, at=LATER) is Standing.SPECIFIED


def test_a_person_concludes_on_a_paper_where_the_facts_leave_it_open(cast):
    keeper = cast["keeper"]
    clean_maker(keeper)
    enter(keeper, company("traded", publicly_traded=True), company("fund", "CN"))
    person = Person(email="counsel@keeper.example", name="Counsel")
    with acting(keeper):
        paper = document.store(
            content=b"%PDF-1.7 opinion\n%%EOF\n", media_type="application/pdf", by=keeper, at=THEN
        )
        told = {
            "tested_on": FIRST, "conclusion": Standing.CLEAN, "reason": REASON, "by": keeper,
            "document_sha256": bytes(paper.sha256).hex(), "reviewer": person, "at": THEN,
        }  # fmt: skip
        sourcing_standing.conclude(key="traded", **told)
        for wrong, refusal in {
            "fund": NothingToReview,
            "ghost": NotFound,
        }.items():
            with pytest.raises(refusal):
                sourcing_standing.conclude(key=wrong, **told)
        with pytest.raises(NotFound):
            sourcing_standing.conclude(key="traded", **(told | {"document_sha256": "ab" * 32}))
    assert _standing(keeper, "traded") is Standing.CLEAN


def test_a_register_is_its_owners_and_nothing_in_it_is_changed(cast):
    keeper, stranger = cast["keeper"], cast["stranger"]
    clean_maker(keeper)
    takes_list(keeper, "Maker")
    with acting(stranger):
        assert register_of(owner=keeper, as_of=LATER.date()).entities == {}
        assert lists.matches_at(owner=keeper, as_of=LATER.date()) == []
    for table, column in {
        "sourcingfact": "percent = 1", "sourcingentity": "country = 'US'",
        "listmatch": "score = 0.5", "matchdecision": "reason = 'x'", "standingfound": "clause = ''",
        "listsnapshot": "content = ''", "sourcingreview": "reason = 'x'",
        "sourcingcontract": "counsel = 'NONE'", "standingseen": "who = 'x'",
    }.items():  # fmt: skip
        for statement in (f"UPDATE passport_{table} SET {column}", f"DELETE FROM passport_{table}"):
            with (
                pytest.raises(DatabaseError, match=REFUSED_BELOW),
                acting(keeper),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


def test_who_is_shown_a_project_reads_the_register_and_adds_nothing(cast):
    keeper, auditor = cast["keeper"], cast["auditor"]
    clean_maker(keeper)
    project = opened(keeper)
    with acting(keeper):
        shown = sourcing_project.share(project_id=project.pk, reader=auditor, by=keeper, at=THEN)
        whole = register_of(owner=keeper, as_of=LATER.date())
    assert case(auditor, project, LATER.date()).register == whole
    with pytest.raises(DatabaseError, match=REFUSED_BELOW), acting(auditor):
        SourcingFact.objects.create(
            owner=keeper, fact=shown.pk, number=1, kind="DEBT", holder="a", of="b", percent=1,
            since=FIRST, source="x", recorded_by="x", recorded_at=LATER,
        )  # fmt: skip
    with acting(keeper):
        sourcing_project.end_share(project_id=project.pk, share_id=shown.pk, by=keeper, at=LATER)
    with acting(auditor):
        assert register_of(owner=keeper, as_of=LATER.date()).entities == {}


def test_a_fact_keeps_its_two_sides_whoever_writes(cast):
    keeper = cast["keeper"]
    clean_maker(keeper)
    with acting(keeper):
        fact = SourcingFact.objects.get(owner=keeper)
    told = {name: value for name, value in vars(fact).items() if name not in ("_state", "id")}
    for changed in ({"holder": "x"}, {"of": "x"}, {"owner_id": cast["stranger"].pk}, {"number": 1}):
        with pytest.raises(DatabaseError), acting(keeper), transaction.atomic():
            SourcingFact.objects.create(**(told | {"number": 2} | changed))
    with acting(keeper):
        SourcingFact.objects.create(**(told | {"number": 2}))
