"""Keeping what a draft says: its words, participants, budget and files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from consortium.models import Organization
from projects.models import Attachment, BudgetLine, Participant, ProposalVersion
from projects.rules.choices import Part


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a participant spends in a category and year, in the call's unit."""

    category: str
    year: int
    amount: Decimal
    own: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Party:
    """An organization that takes part, with its exact shares."""

    organization: Organization
    part: Part
    work_share: Decimal
    cost_share: Decimal
    budget: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """All of what a draft says; `unit` is the budget's, where it is said."""

    title: str
    summary: str = ""
    theme: str = ""
    content: Mapping[str, str] = field(default_factory=dict)
    months: int | None = None
    unit: str = ""
    participants: tuple[Party, ...] = ()


def write(version: ProposalVersion, draft: Draft) -> None:
    """Keep a draft as all that its version says, unsigned. It must have been checked."""
    version.title = draft.title.strip()
    version.summary = draft.summary
    version.theme = draft.theme
    version.content = dict(draft.content)
    version.months = draft.months
    version.save()
    version.participants.all().delete()
    for each in draft.participants:
        add_party(version, each)


def add_party(version: ProposalVersion, party: Party) -> None:
    consortium = version.proposal.consortium
    participant = Participant.objects.create(
        consortium=consortium,
        version=version,
        organization=party.organization,
        member=consortium.members.filter(organization=party.organization).first(),
        part=party.part.value,
        work_share=party.work_share,
        cost_share=party.cost_share,
    )
    BudgetLine.objects.bulk_create(
        BudgetLine(
            participant=participant,
            category=line.category,
            year=line.year,
            amount=line.amount,
            own=line.own,
        )
        for line in party.budget
    )


def drafted(version: ProposalVersion) -> Draft:
    """Return what a version says, as it would be written."""
    rows = version.participants.select_related("organization").prefetch_related("budget")
    return Draft(
        title=version.title,
        summary=version.summary,
        theme=version.theme,
        content=version.content,
        months=version.months,
        participants=tuple(map(party_of, rows.order_by("pk"))),
    )


def party_of(row: Participant) -> Party:
    budget = sorted(row.budget.all(), key=lambda line: (line.year, line.category))
    return Party(
        organization=row.organization,
        part=Part(row.part),
        work_share=row.work_share,
        cost_share=row.cost_share,
        budget=tuple(
            Line(category=line.category, year=line.year, amount=line.amount, own=line.own)
            for line in budget
        ),
    )


def copy_files(last: ProposalVersion, version: ProposalVersion) -> None:
    Attachment.objects.bulk_create(
        Attachment(version=version, document=each.document, title=each.title)
        for each in last.attachments.select_related("document")
    )


SIGNATURE = ("signed_at", "signed_by_id", "signatory", "paper_on", "paper_id")


def signatures(version: ProposalVersion) -> dict[int, dict[str, Any]]:
    """Return who has signed and how, by organization."""
    rows = version.participants.filter(signed_at__isnull=False)
    return {row.pop("organization_id"): row for row in rows.values("organization_id", *SIGNATURE)}


def restore(version: ProposalVersion, kept: Mapping[int, Mapping[str, Any]]) -> None:
    for organization, values in kept.items():
        version.participants.filter(organization=organization).update(**values)


def unsign(version: ProposalVersion) -> None:
    """Take every signature off a draft."""
    version.participants.update(
        signed_at=None, signed_by=None, signatory="", paper_on=None, paper=None
    )
