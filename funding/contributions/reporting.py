"""The reports on money that can be asked for or scheduled."""

from django.utils.translation import gettext_lazy as _

from consortium import registry
from consortium.registry import ReportKind
from consortium.rules.asking import Plain
from consortium.states import Role
from funding.models import FINANCE_READERS, MEMBER_READERS
from funding.papers import dues, dues_summary, member_statement
from funding.rules.reporting import DuesParameters

SUMMARY_READERS = {*FINANCE_READERS, Role.SECRETARY, Role.READER, Role.SUPERVISOR}
"""The board and the supervising department, and who sends it to them; no member's people,
who know a figure of their own and are the rivals of those it would have to be kept from."""

registry.report_kinds.add(
    ReportKind(
        "dues",
        _("Dues report"),
        readers=frozenset(FINANCE_READERS),
        content=dues.content,
        parameters=DuesParameters,
        labels={"open_items": _("List every open charge")},
    ),
    ReportKind(
        "dues-summary",
        _("Summary of dues"),
        readers=frozenset(SUMMARY_READERS),
        content=dues_summary.content,
        parameters=Plain,
    ),
    ReportKind(
        "member-statement",
        _("Statement of account"),
        readers=frozenset({*FINANCE_READERS, *MEMBER_READERS}),
        content=member_statement.content,
        parameters=Plain,
        members=member_statement.members,
    ),
)
