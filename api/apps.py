"""The outward face of the service: an app without tables."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"
    label = "api"
