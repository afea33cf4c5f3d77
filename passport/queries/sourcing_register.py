"""Who stands behind what was bought, as the owner of a project has recorded it."""

from datetime import date

from passport.models import Party
from passport.rules.sourcing_party import Register


def register_of(*, owner: Party, as_of: date) -> Register:
    """All that an owner's register says by the end of a day."""
    return Register()
