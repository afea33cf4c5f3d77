"""Registers battery models, each once: what was built by a model cannot change under it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from passport.models import BatteryModel, Party
from passport.rules.errors import Conflict, NotFound, Refusal
from passport.rules.intake import QUANTITIES, ModelLine
from passport.rules.intake import digest as digest_of


class ModelChanged(Conflict):
    """The code names another model already."""

    code = "model-changed"
    title = "The model is registered with other data"


class UnknownModel(NotFound):
    """A battery is of a model that its maker has registered."""

    code = "unknown-model"
    title = "The model is not registered"


@dataclass
class Registered:
    """What came of the lines; `models` holds the known ones by code, new and old."""

    models: dict[str, BatteryModel]
    accepted: int = 0
    repeated: int = 0
    refused: list[tuple[ModelLine, Refusal]] = field(default_factory=list)


def register(*, lines: Sequence[ModelLine], codes: set[str], by: Party, at: datetime) -> Registered:
    """Register a maker's models, and find those of `codes`; the same line again changes nothing.

    A line that changes a registered model is refused (ModelChanged), the others land.
    """
    wanted = codes | {line.code for line in lines}
    rows = BatteryModel.objects.filter(maker=by, code__in=wanted)
    done, fresh = Registered({row.code: row for row in rows}), []
    for line in lines:
        earlier, digest = done.models.get(line.code), digest_of(line)
        if earlier is None:
            done.models[line.code] = _model(line, digest, by=by, at=at)
            fresh.append(done.models[line.code])
            done.accepted += 1
        elif bytes(earlier.digest) == digest:
            done.repeated += 1
        else:
            done.refused.append((line, changed(line.code)))
    BatteryModel.objects.bulk_create(fresh, batch_size=500)
    return done


def unknown(code: str) -> UnknownModel:
    """The refusal of a battery whose model its maker never registered."""
    return UnknownModel(
        f"you have no model {code}",
        pointer="/model",
        remedy='register it with a {"type":"model"} line in this file or before',
    )


def _model(line: ModelLine, digest: bytes, *, by: Party, at: datetime) -> BatteryModel:
    return BatteryModel(
        maker=by,
        code=line.code,
        name=line.name,
        level=line.level.value,
        category=line.category.value,
        chemistry=line.chemistry,
        gtin=line.gtin,
        facts=dict(line.facts),
        digest=digest,
        registered_at=at,
        **{name: getattr(line, name) for name in QUANTITIES},
    )


def changed(code: str) -> ModelChanged:
    """The refusal of a model whose code names another one already."""
    return ModelChanged(
        f"the model {code} is registered with other data",
        pointer="/code",
        remedy="give the changed model a code of its own",
    )
