"""Reference cases: recorded consortia, kept as their documents say."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from consortium import registry
from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import (
    AuditEvent,
    Charter,
    CharterSection,
    Consortium,
    Disagreement,
    Fact,
    Goal,
    Member,
    MembershipTerm,
    Organization,
    User,
    digest,
)
from consortium.operations.audit import record
from consortium.operations.charters import remarks_of
from consortium.reports.cases import last_loaded
from consortium.rules.cases import CaseDocument
from consortium.rules.documents import CharterDocument
from consortium.rules.facts import FactsDocument


class SlugOfLivingConsortium(DomainError):
    """A consortium that people work with has the case's short name."""

    code = "slug_of_living_consortium"


@operation(allow=set())
def load_case(
    *, case: CaseDocument, consortium: Consortium | None = None, by: User | None, on: date
) -> bool:
    """Bring a reference consortium to what its document says; False if it says so already.

    All or nothing. Raises SlugOfLivingConsortium.
    """
    known = Consortium.objects.filter(slug=case.slug).first()
    if known is not None and not known.is_reference:
        raise SlugOfLivingConsortium(slug=case.slug)
    said = digest(case.stored())
    if known is not None and said == last_loaded(known):
        return False
    reference = write_profile(case)
    organizations = write_organizations(case, reference)
    write_goals(case, reference)
    write_members(case, reference, organizations)
    write_charters(case, reference)
    write_facts(case, reference, organizations)
    record(
        consortium=reference,
        action="load_case",
        by=by,
        on=on,
        subject=reference,
        document=said,
    )
    return True


def write_profile(case: CaseDocument) -> Consortium:
    profile = {
        "name_en": case.name.en,
        "name_zh": case.name.zh,
        "currency": case.currency,
        "time_zone": case.time_zone,
        "fiscal_year_month": case.fiscal_year.month,
        "fiscal_year_day": case.fiscal_year.day,
        "legal_form": case.legal_form,
        "stage": case.stage,
        "structure": case.structure,
        "initiator": case.initiator,
        "field_en": case.field.en,
        "field_zh": case.field.zh,
        "starts_on": case.starts_on,
        "ends_on": case.ends_on,
        "language": "en",
        "is_reference": True,
        "advanced_to": case.starts_on - timedelta(days=1),
    }
    reference, _ = Consortium.objects.update_or_create(slug=case.slug, defaults=profile)
    return reference


def write_organizations(case: CaseDocument, reference: Consortium) -> dict[str, Organization]:
    """Return each organization by its key, entered once however many cases name it."""
    found = {}
    for entry in case.organizations:
        name: dict[str, Any] = (
            {"name_en": entry.name.en} if entry.name.en else {"name_zh": entry.name.zh}
        )
        found[entry.key], _ = Organization.objects.update_or_create(
            country=entry.country,
            registered_by=None,
            **name,
            defaults={
                "name_en": entry.name.en,
                "name_zh": entry.name.zh,
                "kind": entry.kind,
                "registration_number": entry.registration,
            },
        )
    reference.lead = found[case.lead] if case.lead else None
    reference.save(update_fields=["lead"])
    return found


def write_goals(case: CaseDocument, reference: Consortium) -> None:
    reference.goals.all().delete()
    Goal.objects.bulk_create(
        Goal(
            consortium=reference,
            text_en=goal.text.en,
            text_zh=goal.text.zh,
            set_on=goal.starts_on,
            due_on=goal.due_on,
            reached_on=goal.reached_on,
        )
        for goal in case.goals
    )


def write_members(
    case: CaseDocument, reference: Consortium, organizations: dict[str, Organization]
) -> None:
    Member.objects.bulk_create(
        [
            Member(consortium=reference, organization=organizations[key])
            for key in dict.fromkeys(entry.organization for entry in case.members)
        ],
        ignore_conflicts=True,
    )
    MembershipTerm.objects.filter(member__consortium=reference).delete()
    members = {member.organization_id: member for member in reference.members.all()}
    MembershipTerm.objects.bulk_create(
        MembershipTerm(
            member=members[organizations[entry.organization].pk],
            category=entry.category,
            share=entry.share,
            starts_on=entry.starts_on,
            ends_on=entry.ends_on,
        )
        for entry in case.members
    )
    reference.members.filter(terms=None).delete()


def write_charters(case: CaseDocument, reference: Consortium) -> None:
    """Write the phases; a recorded charter has a basis instead of an adoption of its own."""
    reference.charters.exclude(code__in=[each.code for each in case.charters]).delete()
    # Out of force while they are rewritten, so that no order of phases ever overlaps.
    reference.charters.update(adopted_on=None)
    for document in case.charters:
        if document.starts_on is None:  # `parse_case` refuses this; here for the type
            continue
        remarks = {name: text for name, text in remarks_of(document).items() if name != "basis"}
        charter, _ = Charter.objects.update_or_create(
            consortium=reference,
            code=document.code,
            defaults={
                "name_en": document.title.en,
                "name_zh": document.title.zh,
                "basis": document.basis or "",
                "starts_on": document.starts_on,
                "ends_on": document.ends_on,
                "adopted_on": document.starts_on,
                "remarks": remarks,
            },
        )
        charter.sections.all().delete()
        CharterSection.objects.bulk_create(sections_of(charter, document))


def sections_of(charter: Charter, document: CharterDocument) -> list[CharterSection]:
    """Return a document's sections as rows of a charter, unsaved."""
    return [
        CharterSection(
            charter=charter,
            code=code,
            version=registry.sections[code].version,
            body=section.stored(),
        )
        for code, section in document.sections.items()
    ]


@operation(allow=set(), subject="consortium")
def load_facts(
    *, document: FactsDocument, consortium: None = None, by: User | None, on: date
) -> bool:
    """Bring the facts of no case to what their document says; False if they say so already."""
    said = digest(document.stored())
    events = AuditEvent.objects.filter(consortium=None, action="load_facts")
    last = events.order_by("-number").first()
    if last is not None and last.facts["document"] == said:
        return False
    write_facts(document, None, {})
    record(consortium=None, action="load_facts", by=by, on=on, document=said)
    return True


def write_facts(
    document: CaseDocument | FactsDocument,
    reference: Consortium | None,
    organizations: Mapping[str, Organization],
) -> None:
    """Replace the recorded facts and disagreements of a case, or of none."""
    Fact.objects.filter(consortium=reference).delete()
    facts = Fact.objects.bulk_create(
        Fact(consortium=reference, code=entry.id, position=position, body=entry.stored())
        for position, entry in enumerate(document.facts)
    )
    concerned = Fact.organizations.through
    concerned._default_manager.bulk_create(
        concerned(fact=fact, organization=organizations[key])
        for fact, entry in zip(facts, document.facts, strict=True)
        for key in entry.organizations
    )
    Disagreement.objects.filter(consortium=reference).delete()
    Disagreement.objects.bulk_create(
        Disagreement(consortium=reference, code=entry.id, position=position, body=entry.stored())
        for position, entry in enumerate(document.disagreements)
    )
