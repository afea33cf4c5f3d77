"""Battery models, as their makers registered them."""

import uuid

from passport.models import BatteryModel, Party
from passport.rules.errors import NotFound


def listing(*, party: Party, after: uuid.UUID | None, limit: int) -> list[BatteryModel]:
    """A page of the models that a maker registered, by id."""
    rows = BatteryModel.objects.filter(maker=party).order_by("id")
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def find(*, model_id: uuid.UUID) -> BatteryModel:
    """The model of this id. Refuses NotFound."""
    model = BatteryModel.objects.filter(id=model_id).select_related("maker").first()
    if model is None:
        raise NotFound("no such battery model", remedy="check the id of the model")
    return model
