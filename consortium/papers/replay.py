"""A case replayed, in words and laid out for programs: phases, changes, answers, facts."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from consortium import registry, words
from consortium.registry import Answered
from consortium.rules.admission import AdmissionSection, Applicant, qualification
from consortium.rules.cases import CaseDocument, MemberEntry
from consortium.rules.choices import Row
from consortium.rules.documents import CharterDocument
from consortium.rules.facts import FactEntry
from consortium.rules.profile import ROWS, ProfileSection, Said
from consortium.rules.replay import Phase, in_order, phases
from consortium.states import BASES
from consortium.states import ROWS as ROW_LABELS


def replayed(case: CaseDocument) -> dict[str, Any]:
    """Return a case in the order of its days: what held, what changed, what the rules answer."""
    told = [phase_told(case, phase) for phase in phases(case)]
    known = {fact["id"] for phase in told for fact in phase["facts"]}
    return {
        "case": case.slug,
        "name": said(case.name),
        "starts_on": case.starts_on,
        "ends_on": case.ends_on,
        "phases": told,
        "other": [fact_told(fact) for fact in case.facts if fact.id not in known],
        "disagreements": [
            {"topic": said(each.topic), "paper": said(each.paper), "found": said(each.found)}
            for each in case.disagreements
        ],
    }


def phase_told(case: CaseDocument, phase: Phase) -> dict[str, Any]:
    charter = phase.charter
    return {
        "code": charter.code,
        "title": said(charter.title),
        "starts_on": phase.period.starts_on,
        "ends_on": phase.period.ends_on,
        "basis": basis_said(charter.basis),
        "ends_basis": basis_said(charter.ends_basis),
        "note": said(charter.note) if charter.note else "",
        "gap": phase.gap._asdict() if phase.gap else None,
        "rows": [
            {"row": row.value, "label": row_label(row), "text": said(found.text),
             "basis": basis_said(found.basis), "source": found.source}
            for row in ROWS
            if (found := said_in(charter, row)) is not None
        ],
        "changes": [
            {"path": each.path, "kind": each.kind.value, "before": each.before,
             "after": each.after}
            for each in phase.changes
        ],
        "answers": [answer_told(case, charter, each) for each in answers(case, charter)],
        "facts": [fact_told(fact) for fact in phase.facts],
    }  # fmt: skip


def answers(case: CaseDocument, charter: CharterDocument) -> list[Answered]:
    """Return what every app answers under a charter, in the order of the days."""
    found = [each for fact in registry.case_facts.all() for each in fact.answers(case, charter)]
    return sorted(found, key=lambda each: each.on)


def answer_told(case: CaseDocument, charter: CharterDocument, each: Answered) -> dict[str, Any]:
    words_of = recorded_in(case, charter, Row(each.row)) if each.row else None
    return {
        "on": each.on,
        "asked": each.asked,
        "said": each.said,
        "detail": list(each.detail),
        "clause": each.clause,
        "path": each.path,
        "recorded": said(words_of.text) if words_of else each.recorded,
        "source": words_of.source if words_of else each.source,
    }


def recorded_in(case: CaseDocument, charter: CharterDocument, row: Row) -> Said | None:
    """Return what is recorded in a row for a phase: a later one says only what changed."""
    found = None
    for _period, each in in_order(case):
        found = said_in(each, row) or found
        if each.code == charter.code:
            break
    return found


def said_in(charter: CharterDocument, row: Row) -> Said | None:
    profile = charter.sections.get("profile")
    return profile.table.said(row) if isinstance(profile, ProfileSection) else None


def fact_told(fact: FactEntry) -> dict[str, Any]:
    return {
        "id": fact.id,
        "when": fact.on.isoformat() if fact.on else fact.when,
        "claim": said(fact.claim),
        "note": said(fact.note) if fact.note else "",
        "sources": list(fact.sources),
    }


def said(text: Any) -> str:
    return str(text.pick(get_language() or "en"))


def basis_said(basis: Any) -> str:
    return str(dict(BASES)[basis]) if basis else ""


def row_label(row: Row) -> str:
    return str(dict(ROW_LABELS)[row])


# What the ground itself answers


def admissions(case: CaseDocument, charter: CharterDocument) -> Iterator[Answered]:
    """Answer for each day on which members joined whether the charter lets them in."""
    rules, period = charter.sections.get("admission"), charter.period()
    if not isinstance(rules, AdmissionSection) or period is None:
        return
    entries = {each.key: each for each in case.organizations}
    for on, joined in sorted(joining(case).items()):
        if not period.contains(on):
            continue
        refused = {
            said(entries[each.organization].name): [words.failure(failure) for failure in failures]
            for each in joined
            if (failures := failing(case, rules, each))
        }
        names = pgettext("between names", ", ").join(
            said(entries[each.organization].name) for each in joined
        )
        yield Answered(
            on=on,
            asked=_("May these join: %(names)s?") % {"names": names},
            said=_("Not all of them") if refused else _("Yes"),
            detail=tuple(f"{name}: {' '.join(why)}" for name, why in refused.items()),
            clause=_("Admission"),
            path="admission",
            row=Row.MEMBERS.value,
        )


def joining(case: CaseDocument) -> dict[date, list[MemberEntry]]:
    """Return who joined on each day; a change of category or share is no joining."""
    found: dict[date, list[MemberEntry]] = defaultdict(list)
    for each in case.members:
        before = [
            other
            for other in case.members
            if other.organization == each.organization and other.ends_on == each.starts_on
        ]
        if not before:
            found[each.starts_on].append(each)
    return found


def failing(case: CaseDocument, rules: AdmissionSection, member: MemberEntry) -> list[Any]:
    """Return the rules on what a member is that one does not meet; its owners are not recorded."""
    entry = next(each for each in case.organizations if each.key == member.organization)
    return qualification(rules, Applicant(country=entry.country, kind=entry.kind))


def shareholdings(case: CaseDocument, charter: CharterDocument) -> Iterator[Answered]:
    """Answer for each day on which shares changed who held how much of the whole."""
    period = charter.period()
    entries = {each.key: each for each in case.organizations}
    held = [each for each in case.members if each.share is not None]
    for on in sorted({each.starts_on for each in held}):
        if period is None or not period.contains(on):
            continue
        then = [each for each in held if each.period().contains(on)]
        yield Answered(
            on=on,
            asked=_("Who holds how much?"),
            said=_("Together %(percent)s") % {"percent": percent(*then)},
            detail=tuple(
                f"{said(entries[each.organization].name)}: {percent(each)}" for each in then
            ),
            recorded=pgettext("between conditions", "; ").join(
                dict.fromkeys(said(each.note).rstrip(".。") for each in then if each.note)
            ),
            source=", ".join(dict.fromkeys(each.source for each in then if each.source)),
        )


def percent(*members: MemberEntry) -> str:
    whole = sum((each.share or Decimal(0) for each in members), Decimal(0))
    return f"{words.amount(whole * 100)}%"
