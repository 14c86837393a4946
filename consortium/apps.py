"""The consortium app: the ground every other app stands on."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ConsortiumConfig(AppConfig):
    name = "consortium"
    verbose_name = _("Members and charters")

    def ready(self) -> None:
        """Load what every app contributes to the mechanisms of this one, once."""
        autodiscover_modules("contributions")
