"""Patents of the cast: a result with owners, a Chinese application, its events and fees."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.models import Charter, Member, Organization
from consortium.states import Role
from ip.models import (
    Instruction,
    OwnershipShare,
    PatentApplication,
    PatentCorrection,
    PatentEvent,
    PatentFamily,
    PatentFee,
    Result,
)
from ip.operations.instructing import enter_instruction
from ip.operations.patent_fees import Paid, record_fee
from ip.operations.patents import (
    Planned,
    record_event,
    register_application,
    register_family,
)
from ip.rules.choices import Confidentiality, ResultKind
from ip.rules.offices import Applicants, RightKind, Size
from ip.rules.patent_docket import Choice
from ip.rules.patents import Happening
from ip.states import Cause
from tests.cast import FOUNDED, TODAY, Cast

FILED = date(2018, 3, 12)
GRANTED = date(2021, 5, 7)
NINTH_DUE = date(2026, 3, 12)
"""Ten days after today, the fee of year 9 (2,000.00 CNY) is due: a Thursday."""

COSTS = {
    "code": "patent_costs",
    "label": {"en": "Patent fees", "zh": "专利费用"},
    "unit": "CNY",
    "trigger": {"kind": "occasion", "of": "patent_fee"},
    "calendar": {"due": {"days": 30}},
    "rule": [{"add": {"rate": "1", "of": "amount"}}],
}
"""What the consortium pays to offices, passed on to the owners as it is."""

OF_PATENTS = (
    PatentFamily, PatentApplication, PatentCorrection, PatentEvent, Instruction, PatentFee,
)  # fmt: skip

PATENT_ACTS: dict[str, set[Role]] = {
    "ip.register_family": {Role.IP},
    "ip.register_application": {Role.IP},
    "ip.record_event": {Role.IP},
    "ip.correct_patent": {Role.IP},
    "ip.instruct": {Role.SIGNATORY},
    "ip.enter_instruction": {Role.IP},
    "ip.record_fee": {Role.IP},
    "ip.undo_fee": {Role.IP},
    "ip.charge_owners": {Role.FINANCE},
}
OF_ONE_OWNER = {"ip.instruct"}


def result_of(member: Member, *owners: tuple[Organization, int, int]) -> Result:
    """Return a result a member disclosed, its own or of some owners by their parts."""
    consortium = member.consortium
    result = Result.objects.create(
        consortium=consortium,
        charter=Charter.objects.in_force(consortium=consortium, on=FOUNDED),
        number=f"R-2025-{Result.objects.count() + 1:04d}",
        kind=ResultKind.PATENT.value,
        confidentiality=Confidentiality.OWNERS.value,
        name_en=f"Lens of {member}",
        completed_on=FOUNDED,
        disclosed_on=FOUNDED,
        disclosed_by=member.organization,
    )
    for owner, numerator, denominator in owners or ((member.organization, 1, 1),):
        OwnershipShare.objects.create(
            result=result,
            owner=owner,
            numerator=numerator,
            denominator=denominator,
            cause=Cause.RULE,
            starts_on=FOUNDED,
        )
    return result


def chinese(result: Result, **planned: Any) -> PatentApplication:
    """Return a Chinese patent on a result, granted in its fourth year, paid up to year 8."""
    family = register_family(result=result, title="A lens", by=None, on=TODAY)
    application = application_of(family, **planned)
    happen(application, Happening.FILED, FILED, "CN201810200001.1")
    happen(application, Happening.GRANTED, GRANTED, "CN108000001B")
    return application


def application_of(family: PatentFamily, office: str = "CN", **planned: Any) -> PatentApplication:
    planned.setdefault("kind", RightKind.PATENT)
    planned.setdefault("applicants", Applicants.SINGLE)
    return register_application(
        family=family, planned=Planned(office, **planned), by=None, on=TODAY
    )


def happen(
    application: PatentApplication, kind: Happening, on: date, number: str = ""
) -> PatentApplication:
    record_event(
        application=application, kind=kind, happened_on=on, number=number, by=None, on=TODAY
    )
    return application


def pay(
    application: PatentApplication, part: str = "8", amount: str = "2000.00", **more: Any
) -> PatentFee:
    more.setdefault("paid_on", date(2026, 2, 2))
    payment = Paid("annuity", part, amount=Decimal(amount), unit="CNY", **more)
    return record_fee(application=application, payment=payment, by=None, on=TODAY)


def want(
    application: PatentApplication, owner: Organization, choice: Choice, part: str = "9"
) -> Instruction:
    share = OwnershipShare.objects.get(result=application.family.result, owner=owner)
    return enter_instruction(
        share=share, application=application, code="annuity", part=part, choice=choice,
        by=None, on=TODAY,
    )  # fmt: skip


@dataclass
class Patented:
    """A result with everything of a patent on it."""

    result: Result
    share: OwnershipShare
    application: PatentApplication
    fee: PatentFee

    def arguments(self) -> dict[str, dict[str, Any]]:
        """Return what each operation is called with, apart from `by` and `on`."""
        here = {"application": self.application}
        ninth = {**here, "code": "annuity", "part": "9", "share": self.share}
        payment = Paid("annuity", "9", TODAY, Decimal(2000), "CNY")
        return {
            "ip.register_family": {"result": self.result, "title": "Another lens"},
            "ip.register_application": {
                "family": self.application.family,
                "planned": Planned("US", RightKind.PATENT),
            },
            "ip.record_event": {
                **here, "kind": Happening.LAPSED, "happened_on": TODAY,
            },
            "ip.correct_patent": {
                **here, "planned": {"size": Size.SMALL}, "events": {}, "reason": "x",
            },
            "ip.instruct": {**ninth, "choice": Choice.DROP},
            "ip.enter_instruction": {**ninth, "choice": Choice.PAY},
            "ip.record_fee": {**here, "payment": payment},
            "ip.undo_fee": {"fee": self.fee},
            "ip.charge_owners": {"fee": self.fee},
        }  # fmt: skip


def patented(member: Member) -> Patented:
    """Make a patent of a member, with an instruction and a fee that was paid."""
    result = result_of(member)
    application = chinese(result)
    fee = pay(application)
    want(application, member.organization, Choice.PAY)
    PatentCorrection.objects.create(
        application=application, before={}, after={}, reason="x", corrected_on=TODAY
    )
    return Patented(result, OwnershipShare.objects.get(result=result), application, fee)


def patents(cast: Cast, *names: str) -> None:
    """Make a patent of each of these members."""
    for name in names:
        patented(cast.members[name])
