"""Who calls batteries back and who ends it, of what and why, and what waits for it."""

import pytest

from passport.rules import recall
from passport.rules.errors import Conflict, Malformed, NotAllowed
from passport.rules.recall import (
    MOST_NAMED,
    NoticeNotSecure,
    NotYoursToRecall,
    RecallClosed,
    RecallOfNothing,
    UnderRecall,
)

OPENERS = {
    "the maker of its own": (["MAKER"], "maker"),
    "an authority of anybody's": (["AUTHORITY"], "authority"),
    "a maker that is an authority too": (["MAKER", "AUTHORITY"], "other"),
}
NO_OPENERS = {
    "another maker": (["MAKER"], "other"),
    "who made it and is no maker any more": (["KEEPER"], "maker"),
    "a workshop": (["WORKSHOP", "RECYCLER"], "workshop"),
    "nobody": ([], "stranger"),
}


@pytest.mark.parametrize(("roles", "by"), OPENERS.values(), ids=OPENERS)
def test_the_maker_or_an_authority_opens(roles, by):
    recall.check_opener(roles=roles, maker="maker", by=by)


@pytest.mark.parametrize(("roles", "by"), NO_OPENERS.values(), ids=NO_OPENERS)
def test_nobody_else_opens(roles, by):
    refused = _refused(
        NotYoursToRecall, recall.check_opener, {"roles": roles, "maker": "maker", "by": by}
    )
    assert isinstance(refused, NotAllowed)
    assert (refused.code, refused.pointer) == ("not-yours-to-recall", "/maker")
    assert "another party made" in refused.detail


@pytest.mark.parametrize("url", ["", "https://maker.example/recall-7"])
def test_a_notice_is_left_out_or_stands_at_a_safe_address(url):
    recall.check_notice(url=url)


@pytest.mark.parametrize(
    "url",
    [
        "http://maker.example/recall-7",
        "javascript:alert(1)",
        "HTTPS://maker.example",
        " https://maker.example",
        "https://maker.example/recall 7",
        "https://maker.example/\nx",
        "//maker.example",
        "ftp://" + "x" * 900,
    ],
)
def test_any_other_address_is_refused(url):
    refused = _refused(NoticeNotSecure, recall.check_notice, {"url": url})
    assert isinstance(refused, Malformed)
    assert (refused.code, refused.pointer) == ("notice-not-secure", "/notice_url")
    assert refused.detail == f"{url[:60]} is no https address"
    assert "https://" in refused.remedy


def scope(**told):
    return {"reason": "cells catch fire", "lots": [], "models": [], "named": [], **told}


SCOPES = {
    "a lot": scope(lots=["L7"]),
    "a model": scope(models=["m"]),
    "a battery": scope(named=["b"]),
    "as many batteries as are named singly": scope(named=[0] * MOST_NAMED),
}
NO_SCOPES = {
    "no reason": (scope(reason="", lots=["L7"]), "/reason", "no reason"),
    "a blank reason": (scope(reason=" \n\t", lots=["L7"]), "/reason", "no reason"),
    "nothing": (scope(), "/lots", "no lot, no model and no battery"),
    "too many single batteries": (scope(named=[0] * 10_001), "/batteries", "names 10,001"),
    "too many beside a lot": (scope(lots=["L7"], named=[0] * 10_001), "/batteries", "10,001"),
}


@pytest.mark.parametrize("told", SCOPES.values(), ids=SCOPES)
def test_a_recall_is_of_something(told):
    recall.check_scope(**told)


@pytest.mark.parametrize(("told", "pointer", "says"), NO_SCOPES.values(), ids=NO_SCOPES)
def test_a_recall_of_nothing_or_for_nothing_is_none(told, pointer, says):
    refused = _refused(RecallOfNothing, recall.check_scope, told)
    assert isinstance(refused, Malformed)
    assert (refused.code, refused.pointer) == ("recall-of-nothing", pointer)
    assert says in refused.detail


def closing(**told):
    opened = {"roles": ["MAKER"], "opened_by": "maker", "by": "maker"}
    return {**opened, "open_": True, "because": "all came back", **told}


CLOSERS = {
    "who opened it": closing(),
    "who opened it, whatever it is now": closing(roles=[]),
    "an authority": closing(roles=["AUTHORITY"], by="authority"),
}
NO_CLOSERS = {
    "another maker": (closing(by="other"), NotYoursToRecall, "another party opened"),
    "a stranger, of what is closed": (
        closing(by="x", open_=False),
        NotYoursToRecall,
        "another party opened",
    ),
    "a second time": (closing(open_=False), RecallClosed, "closed before"),
    "a second time, by an authority": (
        closing(roles=["AUTHORITY"], by="authority", open_=False),
        RecallClosed,
        "closed before",
    ),
    "without a word": (closing(because=""), RecallOfNothing, "without a word"),
    "with blanks for a word": (closing(because=" \n"), RecallOfNothing, "without a word"),
}
CLOSING = {
    NotYoursToRecall: (NotAllowed, "not-yours-to-recall", ""),
    RecallClosed: (Conflict, "recall-closed", ""),
    RecallOfNothing: (Malformed, "recall-of-nothing", "/because"),
}


@pytest.mark.parametrize("told", CLOSERS.values(), ids=CLOSERS)
def test_who_opened_it_or_an_authority_closes(told):
    recall.check_closer(**told)


@pytest.mark.parametrize(("told", "kind", "says"), NO_CLOSERS.values(), ids=NO_CLOSERS)
def test_nobody_else_closes_nor_twice_nor_silently(told, kind, says):
    family, code, pointer = CLOSING[kind]
    refused = _refused(kind, recall.check_closer, told)
    assert isinstance(refused, family)
    assert (refused.code, refused.pointer) == (code, pointer)
    assert says in refused.detail


@pytest.mark.parametrize("pointer", [{}, {"pointer": "/put/3"}])
def test_what_is_recalled_goes_nowhere(pointer):
    recall.check_not_recalled(recalled=False, **pointer)
    refused = _refused(UnderRecall, recall.check_not_recalled, {"recalled": True, **pointer})
    assert isinstance(refused, Conflict)
    assert (refused.code, refused.pointer) == ("under-recall", pointer.get("pointer", ""))
    assert "safety recall" in refused.detail


def _refused(kind, rule, told):
    with pytest.raises(kind) as caught:
        rule(**told)
    assert caught.value.remedy
    return caught.value


def test_a_recall_names_so_many_lots_and_no_more():
    words = {"reason": "may catch fire", "models": [], "named": []}
    recall.check_scope(lots=["L"] * recall.MOST_LOTS, **words)
    with pytest.raises(RecallOfNothing, match="lots") as told:
        recall.check_scope(lots=["L"] * (recall.MOST_LOTS + 1), **words)
    assert told.value.pointer == "/lots"
