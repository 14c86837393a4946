"""What the sweeps of dues leave behind while days to come are looked at, and how money stands."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import QuerySet

from consortium import access
from consortium.errors import DomainError
from consortium.models import Charter, Consortium, Organization, Suspension
from consortium.registry import Figure, Happening
from consortium.states import RIGHTS
from funding.models import (
    FINANCE_READERS,
    Charge,
    CreditNote,
    Declaration,
    DunningStep,
    Enforcement,
    ExitProposal,
    Round,
)
from funding.reports.enforcing import EXIT, levels
from funding.reports.holds import collection
from funding.reports.open_items import open_amounts
from funding.reports.standing import board, late_charges, totals
from funding.states import GRADES


def named(organization: Organization) -> dict[str, str]:
    return {"en": organization.name_en, "zh": organization.name_zh}


class Charters:
    """The charters that some rows were levied under, each read once."""

    def __init__(self) -> None:
        self.of = cache(lambda pk: Charter.objects.prefetch_related("sections").get(pk=pk))

    def levy(self, charter: int, levy: str) -> Any:
        """Return what a charter calls a levy, or its code where it has it no more."""
        try:
            return self.of(charter).rules("dues").levy(levy).label
        except DomainError:
            return levy

    def level(self, charter: int, code: str) -> Any:
        level = collection(self.of(charter)).level(code)
        return level.label if level else code


def rounds(rows: QuerySet[Round]) -> Iterator[Happening]:
    charters = Charters()
    for each in rows.select_related("consortium"):
        charter = Charter.objects.in_force(consortium=each.consortium, on=each.starts_on)
        levy = charters.levy(charter.pk, each.levy)
        yield Happening("ahead_round", {"levy": levy, "starts_on": each.starts_on})


def declarations(rows: QuerySet[Declaration]) -> Iterator[Happening]:
    grades = dict(GRADES)
    for each in rows.select_related("member__organization"):
        values = {"grade": grades[each.grade], "starts_on": each.period_starts_on}
        yield Happening("ahead_declaration", values, to=named(each.member.organization))


def charges(rows: QuerySet[Charge]) -> Iterator[Happening]:
    charters = Charters()
    for each in rows.select_related("member__organization", "assessment"):
        levy = charters.levy(each.assessment.charter_id, each.levy)
        yield Happening(
            "ahead_charge",
            {"number": each.number, "levy": levy, "due_on": each.due_on},
            to=named(each.member.organization),
            amount=each.amount,
            unit=each.unit,
            secret_of=each.member_id if each.secret else None,
        )


def credit_notes(rows: QuerySet[CreditNote]) -> Iterator[Happening]:
    for each in rows.select_related("member__organization"):
        yield Happening(
            "ahead_credit_note",
            {"number": each.number},
            to=named(each.member.organization),
            amount=each.amount,
            unit=each.unit,
            secret_of=each.member_id if each.secret else None,
        )


def steps(rows: QuerySet[DunningStep]) -> Iterator[Happening]:
    charters = Charters()
    for each in rows.select_related("member__organization", "charge__assessment"):
        level = charters.level(each.charge.assessment.charter_id, each.level)
        yield Happening(
            "ahead_step",
            {"level": level, "number": each.charge.number},
            to=named(each.member.organization),
            amount=each.amount,
            unit=each.unit,
            secret_of=each.member_id if each.charge.secret else None,
        )


def enforcements(rows: QuerySet[Enforcement]) -> Iterator[Happening]:
    labels = dict(RIGHTS)
    done = rows.filter(dropped=False).exclude(effect=EXIT)
    for each in done.select_related("member__organization"):
        right = labels[each.effect.removeprefix("suspend_")]
        yield Happening("ahead_suspended", {"right": right}, to=named(each.member.organization))


def exits(rows: QuerySet[ExitProposal]) -> Iterator[Happening]:
    for each in rows.select_related("member__organization"):
        yield Happening("ahead_exit", {}, to=named(each.member.organization))


def money(*, consortium: Consortium, user: Any, today: date, on: date) -> Iterator[Figure]:
    """Yield what is open and what is late, with amounts for who may read every member's."""
    reads = user is None or access.holds(
        user, consortium=consortium, on=today, roles=set(FINANCE_READERS), organization=None
    )

    def shown(amounts: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
        return amounts if reads else {}

    units = dict(
        Charge.objects.filter(consortium=consortium, issued_on__lte=on).values_list("pk", "unit")
    )
    still = open_amounts(units, on=on)
    due = totals((units[key], amount) for key, amount in still.items())
    yield Figure("stands_open", len(still), shown(due))
    late = late_charges(consortium=consortium, on=on)
    yield Figure("stands_late", len(late), shown(totals((each.unit, each.amount) for each in late)))
    labels = {code: level.label for (_charter, code), level in levels(consortium).items()}
    for row in board(late):
        if row.level:
            amounts = shown({row.unit: row.total})
            yield Figure("stands_level", row.count, amounts, labels.get(row.level, row.level))


def rights(*, consortium: Consortium, user: Any, today: date, on: date) -> Iterator[Figure]:
    suspended = Suspension.objects.on(on).filter(member__consortium=consortium)
    yield Figure("stands_suspended", suspended.count())
    waiting = ExitProposal.objects.filter(consortium=consortium, decided_on=None)
    yield Figure("stands_exits", waiting.filter(proposed_on__lte=on).count())
