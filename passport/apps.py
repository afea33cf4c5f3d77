"""The app of the battery and its truth."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from passport import checks


class PassportConfig(AppConfig):
    """Models, log and proofs."""

    name = "passport"
    label = "passport"
    verbose_name = "Battery passport"

    def ready(self) -> None:
        """Registers the checks that must hold before the service starts."""
        register(checks.check_role, Tags.database)
        register(checks.check_addresses, checks.SERVICE)
        register(checks.check_openness, Tags.security)
        register(checks.check_keks, checks.SERVICE)
        register(checks.check_hosted_keys, Tags.database)
        register(checks.check_authority, checks.SERVICE)
        register(checks.check_reach, Tags.security)
