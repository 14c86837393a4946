"""The reports on projects that can be asked for or scheduled."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from consortium import registry
from consortium.registry import ReportKind
from consortium.rules.asking import Plain
from consortium.states import Role
from projects.papers import overview
from projects.states import PROJECT_READERS

registry.report_kinds.add(
    ReportKind(
        "projects",
        _("Projects and deadlines"),
        readers=frozenset(PROJECT_READERS),
        content=overview.content,
        parameters=Plain,
    ),
    ReportKind(
        "projects-summary",
        _("Summary of projects and deadlines"),
        readers=frozenset({*PROJECT_READERS, Role.READER, Role.SUPERVISOR}),
        content=partial(overview.content, named=False),
        parameters=Plain,
    ),
)
