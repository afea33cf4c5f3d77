"""The app of a battery's end of life."""

from typing import ClassVar

from django.apps import AppConfig


class RecyclingConfig(AppConfig):
    """Gates, plans, offers and treatments."""

    name = "recycling"
    label = "recycling"
    verbose_name = "End of life"
    # Job kind → who does it, for passport.tasks.
    job_runners: ClassVar[dict[str, str]] = {
        "plan": "recycling.actions.plan.run",
        "second-life": "recycling.actions.second_life.run",
        "plan_part": "recycling.actions.plan_part.run",
        "plan_whatif": "recycling.actions.what_if.run",
    }
