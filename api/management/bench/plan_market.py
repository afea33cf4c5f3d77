"""The market that plans are measured on: packs all over a square of 2,000 km, tight places.

Synthetic, and the same for the same number of packs: seed 7. Chemistries LFP, NMC, NCA, LMO in
shares .35, .40, .15, .10; health normal .76 ± .10 within .35 and .99; six sizes of pack. Of fifty
programmes eight are recyclers, who take all chemistries; the others take some, within a window of
health. Second lives have places for 45 % of the packs, recyclers for 65 %. Nothing is hauled
farther than 1,200 km, but to the nearest recycler. The best eight edges of a pack are kept, one to
a recycler among them. Worth: energy at the programme's price less 12 EUR/kWh, or mass at the
recycler's fee; less 0.25 EUR/t km over 1.2 times the distance, less 0.35 EUR/kg packaging.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recycling.rules.arrays import Market
from recycling.rules.lots import LotRules

SEED = 7
SIDE_KM, REACH_KM = 2000, 1200
HOLD_CENTS = -60_000
FILL, BAND, BANDS_FROM, BANDS_APART = 0.6, 60_000, 350_000, 30_000
CHUNK = 20_000
KG_PER_KWH = np.array([6.5, 5.2, 5.0, 6.3])
FEES = np.array([-1.2, 0.9, 1.1, -0.6])

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Instance:
    """A market with what its lots ask of health."""

    market: Market
    soh: Floats
    second_lives: int

    def lots(self) -> LotRules:
        """Each second life runs at 60 % of its places at least, within six points of health."""
        places = self.market.capacity[: self.second_lives]
        return LotRules.of(
            (
                np.arange(self.second_lives),
                np.ceil(FILL * places).astype(np.int64),
                places,
                np.full(self.second_lives, BAND),
                np.zeros(self.second_lives, dtype=bool),
            ),
            soh=np.rint(self.soh * 1e6).astype(np.int64),
            model=np.zeros(len(self.soh), dtype=np.int32),
            first=BANDS_FROM,
            step=BANDS_APART,
        )


@dataclass(frozen=True)
class _Packs:
    chemistry: NDArray[np.int64]
    soh: Floats
    rated_kwh: NDArray[np.int64]
    place: NDArray[np.float32]


@dataclass(frozen=True)
class _Programmes:
    """Second lives first; `fees` a recycler and chemistry, EUR a kilogram."""

    place: NDArray[np.float32]
    low: Floats
    high: Floats
    takes: NDArray[np.bool_]
    price: Floats
    fees: Floats
    capacity: NDArray[np.int64]


def instance(packs: int, *, programmes: int = 50, degree: int = 8) -> Instance:
    """The market of so many packs, its edges ready in memory."""
    dice = np.random.default_rng(SEED)
    fleet, offers = _draw(dice, packs, programmes)
    kept = [_edges(fleet, offers, rows, degree=degree) for rows in _chunks(packs)]
    src, dst, cents = (np.concatenate(part) for part in zip(*kept, strict=True))
    del kept
    market = Market.of(
        tuple(f"pack-{number:07d}" for number in range(packs)),
        tuple(f"programme-{number:03d}" for number in range(programmes)),
        (src, dst, cents),
        capacity=offers.capacity,
        hold_cents=HOLD_CENTS,
    )
    return Instance(market=market, soh=fleet.soh, second_lives=len(offers.low))


def _draw(dice: np.random.Generator, packs: int, programmes: int) -> tuple[_Packs, _Programmes]:
    """Everything that chance decides, in one fixed order: another order is another market."""
    recyclers = max(2, programmes * 8 // 50)
    others = programmes - recyclers
    chemistry = dice.choice(4, packs, p=[0.35, 0.40, 0.15, 0.10])
    soh = np.clip(dice.normal(0.76, 0.10, packs), 0.35, 0.99)
    rated = dice.choice([24, 40, 52, 64, 77, 100], packs)
    fleet = _Packs(chemistry, soh, rated, _places(dice, packs))
    place = _places(dice, programmes)
    low = dice.choice([0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80], others)
    high = np.minimum(1.0, low + dice.choice([0.10, 0.15, 0.25, 0.5], others))
    takes = np.ones((programmes, 4), dtype=bool)
    takes[:others] = dice.random((others, 4)) < 0.55
    takes[:others, 0] |= ~takes[:others].any(axis=1)
    price = dice.uniform(35, 80, others) * (0.6 + 0.6 * low)
    fees = FEES + dice.normal(0, 0.25, (recyclers, 4))
    shares = dice.dirichlet(np.full(others, 2.0)), dice.dirichlet(np.full(recyclers, 4.0))
    capacity = np.concatenate([shares[0] * 0.45 * packs, np.ceil(shares[1] * 0.65 * packs)])
    rooms = np.maximum(1, capacity).astype(np.int64)
    return fleet, _Programmes(place, low, high, takes, price, fees, rooms)


def _places(dice: np.random.Generator, count: int) -> NDArray[np.float32]:
    return dice.uniform(0, SIDE_KM, (count, 2)).astype(np.float32)


def _chunks(packs: int) -> Iterator[slice]:
    return (slice(at, min(packs, at + CHUNK)) for at in range(0, packs, CHUNK))


def _edges(
    fleet: _Packs, offers: _Programmes, rows: slice, *, degree: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """The edges of some packs, by pack and programme."""
    worth = _worth(fleet, offers, rows)
    first = len(offers.low)
    best = np.argpartition(-worth, degree - 1, axis=1)[:, :degree]
    found = np.take_along_axis(worth, best, axis=1)
    without = np.flatnonzero(~((best >= first) & np.isfinite(found)).any(axis=1))
    worst = found[without].argmin(axis=1)
    recycler = first + worth[without, first:].argmax(axis=1)
    best[without, worst] = recycler
    found[without, worst] = worth[without, recycler]
    order = best.argsort(axis=1)
    best = np.take_along_axis(best, order, axis=1)
    found = np.take_along_axis(found, order, axis=1)
    real = np.isfinite(found)
    src = np.repeat(np.arange(rows.start, rows.stop, dtype=np.int32), real.sum(axis=1))
    return src, best[real].astype(np.int32), np.rint(found[real] * 100).astype(np.int64)


def _worth(fleet: _Packs, offers: _Programmes, rows: slice) -> Floats:
    """EUR of every pack in every programme; -inf where it may not go."""
    first = len(offers.low)
    chemistry, soh, rated = fleet.chemistry[rows], fleet.soh[rows], fleet.rated_kwh[rows]
    mass = (rated * KG_PER_KWH[chemistry])[:, None]
    apart = fleet.place[rows, None, :] - offers.place[None]
    far = np.sqrt((apart**2).sum(axis=2))
    worth = np.empty(far.shape)
    worth[:, :first] = (rated * soh)[:, None] * offers.price - 12.0 * rated[:, None]
    worth[:, first:] = mass * offers.fees[:, chemistry].T
    worth -= mass / 1000 * (0.25 * far * 1.2) + 0.35 * mass
    may = offers.takes[:, chemistry].T & (far <= REACH_KM)
    may[:, :first] &= (soh[:, None] >= offers.low) & (soh[:, None] < offers.high)
    may[:, first:] |= far[:, first:] == far[:, first:].min(axis=1, keepdims=True)
    worth[~may] = -np.inf
    return worth
