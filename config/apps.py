from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The installation itself: it carries the commands that concern every app."""

    name = "config"
