"""What a draft still lacks before it can be submitted."""

from collections.abc import Iterator

from consortium.errors import DomainError
from projects.models import ProposalVersion
from projects.rules.choices import Part
from projects.rules.shares import total, whole


class ThemeMissing(DomainError):
    """The call's topics are set; a proposal names one of them."""

    code = "theme_missing"


class TitleMissing(DomainError):
    code = "title_missing"


class MonthsMissing(DomainError):
    code = "months_missing"


class FieldMissing(DomainError):
    """The call asks for this."""

    code = "field_missing"


class BudgetMissing(DomainError):
    """The call has categories, and nobody's budget says anything."""

    code = "budget_missing"


class WorkSharesDiffer(DomainError):
    code = "work_shares_differ"


class CostSharesDiffer(DomainError):
    code = "cost_shares_differ"


class LeadDiffers(DomainError):
    """There is one lead, and it is the member that proposes."""

    code = "lead_differs"


class Unsigned(DomainError):
    """Everybody but subcontractors signs."""

    code = "unsigned"


def lacking(version: ProposalVersion) -> Iterator[DomainError]:
    """Yield each thing a version lacks, in the order its form has."""
    call = version.proposal.call
    terms = call.rules()
    if not version.title:
        yield TitleMissing(path="title")
    if terms.themes and version.theme not in {each.code for each in terms.themes}:
        yield ThemeMissing(path="theme", choices=[each.code for each in terms.themes])
    if not version.months:
        yield MonthsMissing(path="months")
    for asked in terms.fields:
        if not str(version.content.get(asked.code, "")).strip():
            yield FieldMissing(path=f"content.{asked.code}", field=asked.label)
    yield from of_participants(version)


def of_participants(version: ProposalVersion) -> Iterator[DomainError]:
    parties = list(
        version.participants.select_related("organization").prefetch_related("budget").order_by("pk")
    )  # fmt: skip
    lead = version.proposal.lead
    leads = [each.organization_id for each in parties if each.part == Part.LEAD.value]
    if leads != [lead.organization_id]:
        yield LeadDiffers(path="participants", lead=str(lead))
    if not whole(each.work_share for each in parties):
        found = format(total(each.work_share for each in parties), "f")
        yield WorkSharesDiffer(path="participants", total=found)
    if not whole(each.cost_share for each in parties):
        found = format(total(each.cost_share for each in parties), "f")
        yield CostSharesDiffer(path="participants", total=found)
    if version.proposal.call.rules().categories and not any(each.budget.all() for each in parties):
        yield BudgetMissing(path="participants")
    missing = [
        str(each.organization)
        for each in parties
        if each.signed_at is None and each.part != Part.SUBCONTRACTOR.value
    ]
    if missing:
        yield Unsigned(path="participants", participants=missing)
