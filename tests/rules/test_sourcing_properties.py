"""What holds of every bill of materials, however it is made up."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as some

from passport.rules.sourcing_case import LineKind, Method
from passport.rules.sourcing_inquiry import Inquiry
from passport.rules.sourcing_ratio import ratio_of
from tests.rules.sourcing_cases import PRODUCTS, RULES, case, company, cost, line

BANNED = company("banned", country="CN")
STRANGER = company("stranger")
MAKERS = some.sampled_from(["clean", "other", "listed", "unknown", None])
NAMEPLATES = some.sampled_from([None, Decimal(100), Decimal(250)])
TABLE = RULES.tables[0]
ROWS = {
    product: [
        row.key for row in TABLE.rows if row.product == product and row.kind == "COMPONENT"
    ]
    for product in PRODUCTS
}  # fmt: skip
ELECTIONS = some.sampled_from([
    ("IDENTIFICATION", "COST_PERCENTAGE"), ("IDENTIFICATION", "COST_PERCENTAGE", "PRO_RATA"), (),
])  # fmt: skip
FEW = settings(max_examples=40, deadline=None)


@some.composite
def lines(draw, n):
    product = draw(some.sampled_from(PRODUCTS))
    row = draw(some.sampled_from(["", *ROWS[product]]))
    amounts = draw(some.lists(some.integers(0, 900), max_size=2))
    return line(
        f"L{n}", product, row, by=draw(MAKERS), inside=draw(MAKERS) if row else None,
        nameplate=draw(NAMEPLATES), quantity=Decimal(draw(some.integers(1, 9))),
        costs=tuple(cost(each) for each in amounts),
    )  # fmt: skip


@some.composite
def cases(draw):
    told = [draw(lines(n)) for n in range(draw(some.integers(1, 7)))]
    told = [
        replace(each, product_producer=each.producer) if each.kind is LineKind.PRODUCT else each
        for each in told
    ]
    elections = draw(ELECTIONS)
    method = Method.COST_PERCENTAGE if elections else Method.DIRECT_COST
    return case(*told, method=method, elections=elections, entities=(BANNED, STRANGER))


def figures(told):
    """Supported and potential of both readings; nothing counted is the best there is."""
    ratio = ratio_of(inquiry=Inquiry(case=told, rules=RULES))
    return [
        value
        for each in (ratio.strict, ratio.lenient)
        for value in ((each.supported, each.potential) if each else (1, 1))
    ]


def supported(told):
    """What the verdict goes by. A line that joins others of its new maker may tell more of those,
    as makers of what is inside: so weights, which are not elected by default, are left apart.
    """
    elections = tuple(each for each in told.project.elections if each != "PRO_RATA")
    return figures(replace(told, project=replace(told.project, elections=elections)))[0]


def with_maker(told, before, after):
    """The same, with one line made by somebody else: the first that `before` made."""
    place = next((n for n, each in enumerate(told.lines) if each.producer in before), None)
    if place is None:
        return told
    changed = replace(told.lines[place], producer=after)
    if changed.kind is LineKind.PRODUCT:
        changed = replace(changed, product_producer=after)
    return replace(told, lines=(*told.lines[:place], changed, *told.lines[place + 1 :]))


@FEW
@given(cases())
def test_a_line_moved_to_a_prohibited_maker_never_raises_a_ratio(told):
    before = ("clean", "other", "unknown", None)
    moved = with_maker(told, before, "banned")
    assert all(new <= old for new, old in zip(figures(moved), figures(told), strict=True))
    assert supported(with_maker(told, before, "listed")) <= supported(told)


@FEW
@given(cases())
def test_a_maker_that_is_not_known_never_beats_one_that_is_known_to_be_clean(told):
    unknown = with_maker(told, ("clean", "other"), "stranger")
    assert all(new <= old for new, old in zip(figures(unknown), figures(told), strict=True))
    assert supported(with_maker(told, ("clean", "other"), "unknown")) <= supported(told)


@FEW
@given(cases(), some.integers(0, 6))
def test_a_line_told_as_two_changes_nothing(told, place):
    place %= len(told.lines)
    whole = told.lines[place]
    half = replace(
        whole,
        quantity=whole.quantity / 2,
        nameplate=None if whole.nameplate is None else whole.nameplate / 2,
        costs=tuple(replace(each, amount=each.amount / 2) for each in whole.costs),
    )
    split = (replace(half, id="half"), replace(half, id="other half"))
    parts = replace(told, lines=(*told.lines[:place], *split, *told.lines[place + 1 :]))
    assert figures(parts) == figures(told)


@FEW
@given(cases(), some.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(told, random):
    shuffled = list(told.lines)
    random.shuffle(shuffled)
    assert figures(replace(told, lines=tuple(shuffled))) == figures(told)
