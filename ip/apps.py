from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IPConfig(AppConfig):
    name = "ip"
    verbose_name = _("Results and intellectual property")
