"""Cells of two lots, built into packs by another maker and sold: what a recall has to find."""

from __future__ import annotations

from passport.actions import assembly, custody, recall
from passport.actions.assembly import Put
from passport.actions.recall import Notice, Scope
from passport.models import Battery
from tests.cast import THEN, battery_line, model_line, take_in
from tests.passport.acting import acting

DANGER = Notice(reason="A foil may pierce the separator.", advice="Stop charging it.")


def sell(cast):
    cells = [battery_line(f"C{n}", model="CELL-1") for n in range(1, 7)]
    maker, second = cast["maker"], cast["second-maker"]
    take_in(second, [model_line("CELL-1", level="CELL"), *cells])
    made = Battery.objects.filter(maker=second)
    made.update(lot="L-1")
    made.filter(serial__in=("C5", "C6")).update(lot="L-2")
    ids = dict(made.values_list("serial", "pk"))
    given = [ids[f"C{n}"] for n in range(1, 6)]
    offers = custody.hand_over_all(battery_ids=given, to_id=maker.pk, by=second, at=THEN)
    custody.accept_all(hand_over_ids=[each.pk for each in offers], by=maker, at=THEN)
    take_in(maker, [model_line(), battery_line("P1"), battery_line("P2")])
    ids |= dict(Battery.objects.filter(level="PACK").values_list("serial", "pk"))
    with acting(cast["maker"]):
        for pack, numbers in (("P1", (1, 2)), ("P2", (3, 5))):
            put = [Put(ids[f"C{n}"], f"{n}") for n in numbers]
            assembly.change(parent_id=ids[pack], put=put, by=cast["maker"], at=THEN)
    (offer,) = custody.hand_over_all(
        battery_ids=[ids["P1"]], to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
    )
    custody.accept_all(hand_over_ids=[offer.pk], by=cast["keeper"], at=THEN)
    return ids


def open_recall(sold, by="second-maker", notice=DANGER, **scope):
    cast, _ = sold
    with acting(cast[by]):
        return recall.open_recall(
            maker=cast["second-maker"], notice=notice, by=cast[by], at=THEN,
            scope=Scope(**scope or {"lots": ("L-1",)}),
        )  # fmt: skip
