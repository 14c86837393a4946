"""The reports on results and rights that can be asked for or scheduled."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from consortium import registry
from consortium.registry import ReportKind
from consortium.rules.asking import Plain
from consortium.states import Role
from ip.papers import portfolio, royalties
from ip.states import EARNING_READERS, IP_READERS

registry.report_kinds.add(
    ReportKind(
        "ip",
        _("Results and rights"),
        readers=frozenset(IP_READERS),
        content=portfolio.content,
        parameters=Plain,
    ),
    ReportKind(
        "ip-summary",
        _("Summary of results and rights"),
        readers=frozenset({*IP_READERS, Role.READER, Role.SUPERVISOR}),
        content=partial(portfolio.content, named=False),
        parameters=Plain,
    ),
    ReportKind(
        "royalties",
        _("Licences and royalties"),
        readers=frozenset(EARNING_READERS),
        content=royalties.content,
        parameters=Plain,
    ),
)
