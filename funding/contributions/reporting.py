"""The reports on money that can be asked for or scheduled."""

from django.utils.translation import gettext_lazy as _

from consortium import registry
from consortium.registry import ReportKind
from funding.models import FINANCE_READERS
from funding.papers import dues
from funding.rules.reporting import DuesParameters

registry.report_kinds.add(
    ReportKind(
        "dues",
        _("Dues report"),
        readers=frozenset(FINANCE_READERS),
        content=dues.content,
        parameters=DuesParameters,
    ),
)
