"""A part of a market as bytes, so that a worker on another host can solve it."""

import io

import numpy as np

from recycling.rules.arrays import Market, Pools
from recycling.rules.components import Component
from recycling.rules.lots import Band, LotRules


def to_bytes(part: Component) -> bytes:
    """A part as it travels to a worker on another host: arrays without any code."""
    market, lots = part.market, part.lots
    arrays = {
        "packs": np.array(market.packs),
        "programmes": np.array(market.programmes),
        "pool_names": np.array(market.pools.names, dtype=np.str_),
        "src": market.src,
        "dst": market.dst,
        "cents": market.cents,
        "capacity": market.capacity,
        "hold_cents": market.hold_cents,
        "above": market.pools.above,
        "pool_capacity": market.pools.capacity,
        "pack_numbers": part.packs,
        "place_numbers": part.places,
    }
    if lots is not None:
        arrays |= {
            "lot_node": lots.node,
            "lot_least": lots.least,
            "lot_most": lots.most,
            "lot_width": lots.width,
            "lot_one_model": lots.one_model,
            "lot_soh": lots.soh,
            "lot_model": lots.model,
            "lot_grid": np.array([lots.first, lots.step]),
            "lot_fixed": np.array(
                [(lot, band.model, band.low, band.high) for lot, band in lots.fixed],
                dtype=np.int64,
            ).reshape(-1, 4),
        }
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, **arrays)
    return out.getvalue()


def from_bytes(data: bytes) -> Component:
    """The part that to_bytes() packed."""
    with np.load(io.BytesIO(data), allow_pickle=False) as found:
        got = {name: found[name] for name in found.files}
    market = Market(
        packs=tuple(got["packs"].tolist()),
        programmes=tuple(got["programmes"].tolist()),
        src=got["src"],
        dst=got["dst"],
        cents=got["cents"],
        capacity=got["capacity"],
        hold_cents=got["hold_cents"],
        pools=Pools(
            names=tuple(got["pool_names"].tolist()),
            above=got["above"],
            capacity=got["pool_capacity"],
        ),
    )
    lots = None
    if "lot_node" in got:
        first, step = got["lot_grid"].tolist()
        lots = LotRules(
            node=got["lot_node"],
            least=got["lot_least"],
            most=got["lot_most"],
            width=got["lot_width"],
            one_model=got["lot_one_model"],
            soh=got["lot_soh"],
            model=got["lot_model"],
            first=first,
            step=step,
            fixed=tuple(
                (lot, Band(model=model, low=low, high=high))
                for lot, model, low, high in got["lot_fixed"].tolist()
            ),
        )
    return Component(
        market=market, lots=lots, packs=got["pack_numbers"], places=got["place_numbers"]
    )
