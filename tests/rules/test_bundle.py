"""How much one bundle holds, and how many of them one party has under way."""

import pytest

from passport.rules import bundle
from passport.rules.errors import Refusal

LISTS = {
    "one battery": (1, "", None),
    "as many as fit, under the longest title": (1_000, "x" * 200, None),
    "none": (0, "", bundle.EmptyList),
    "one more than fits": (1_001, "", bundle.ListTooLong),
    "a title a letter too long": (1, "x" * 201, bundle.TitleTooLong),
}


@pytest.mark.parametrize(("count", "title", "refused"), LISTS.values(), ids=LISTS)
def test_a_list(count: int, title: str, refused: type[Refusal] | None) -> None:
    if refused is None:
        bundle.check_list(count=count, title=title)
        return
    with pytest.raises(refused) as caught:
        bundle.check_list(count=count, title=title)
    assert caught.value.pointer in ("/batteries", "/title")
    assert caught.value.remedy


def test_the_fifth_bundle_is_made_and_the_sixth_waits_for_one_to_be_fetched() -> None:
    bundle.check_waiting(count=4)
    with pytest.raises(bundle.TooManyWaiting, match="5 bundles"):
        bundle.check_waiting(count=5)
