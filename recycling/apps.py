"""The app of a battery's end of life."""

from django.apps import AppConfig


class RecyclingConfig(AppConfig):
    """Gates, plans, offers and treatments."""

    name = "recycling"
    label = "recycling"
    verbose_name = "End of life"
