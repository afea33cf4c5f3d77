"""Whether the mass that goes into a treatment can be the battery's."""

from decimal import Decimal

from passport.rules.errors import Refusal

# Housings and cooling are sometimes taken off before; nothing makes a battery half as heavy.
TOLERANCE = Decimal("0.25")


class NotItsMass(Refusal):
    """The scale says something else than the model of the battery."""

    code = "not-its-mass"
    title = "The battery has another mass"


def check_weighed(*, mass_in_kg: Decimal, model_kg: Decimal) -> None:
    """What goes in weighs what the model says, within a quarter. [weighing-1]

    Refuses NotItsMass.
    """
    if abs(mass_in_kg - model_kg) > TOLERANCE * model_kg:
        raise NotItsMass(
            f"{mass_in_kg} kg were weighed, the model has {model_kg.normalize():f} kg",
            pointer="/mass_in_kg",
            remedy="weigh the whole battery; what was taken off before is a fraction of it",
        )
