"""What was told in secret stays secret, and no digest lets an amount be guessed."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from consortium.models import digest
from consortium.operations.members import admit
from consortium.operations.organizations import register_organization
from funding.models import Assessment
from funding.operations.assess import TooEarly, assess, assessment_of
from funding.operations.declarations import Figures, GradeNotYours, declare
from funding.operations.sweeps import assess_rounds
from funding.reports.entries import details
from funding.reports.rounds import Due, governing
from funding.rules.choices import Grade, Visibility
from tests.cast import PERIOD, TODAY, Cast


def test_the_same_assessment_elsewhere_has_another_digest(cast: Cast) -> None:
    assessment = cast.assessment("payer")
    content = assessment.content()
    assert digest(content) == assessment.digest
    assessment.uid = uuid4()
    assert digest(assessment.content()) != assessment.digest


def test_a_member_does_not_grade_its_own_figures(cast: Cast) -> None:
    figures = Figures(
        levy="dues",
        period_starts_on=PERIOD,
        values={"semiconductor_sales": Decimal(5)},
        grade=Grade.AUDITED,
    )
    member = cast.members["newcomer"]
    with pytest.raises(GradeNotYours):
        declare(member=member, figures=figures, by=cast.people["newcomer"], on=TODAY)


def test_nobody_assesses_while_figures_are_collected(cast: Cast) -> None:
    round = cast.consortium.rounds.get(levy="dues", starts_on=PERIOD)
    with pytest.raises(TooEarly) as refused:
        assess(round=round, by=cast.people["finance"], on=date(2026, 2, 14))
    assert refused.value.values == {"levy": "dues", "assess_on": date(2026, 2, 15)}


def test_who_is_admitted_late_for_an_ended_period_still_owes_the_fixed_fee(cast: Cast) -> None:
    flat = next(
        each.levy
        for each in cast.consortium.rounds.all()
        if not governing(
            consortium=cast.consortium, levy=each.levy, period_starts_on=each.starts_on
        ).levy.inputs
    )
    late = register_organization(
        consortium=cast.consortium,
        name_en="Late Ltd",
        kind="enterprise",
        country="US",
        by=None,
        on=TODAY,
    )
    member = admit(
        consortium=cast.consortium,
        organization=late,
        category="member",
        starts_on=date(2026, 12, 1),
        by=None,
        on=date(2027, 1, 5),
    ).member
    assess_rounds(consortium=cast.consortium, on=date(2027, 1, 5))
    assert list(
        Assessment.objects.filter(member=member, levy=flat).values_list("period_starts_on")
    ) == [(PERIOD,)]


def test_figures_told_in_secret_stay_so_under_a_charter_that_opens_the_levy(cast: Cast) -> None:
    due = governing(consortium=cast.consortium, levy="dues", period_starts_on=PERIOD)
    opened = due.levy.model_copy(update={"visibility": Visibility.MEMBERS})
    round = cast.consortium.rounds.get(levy="dues", starts_on=PERIOD)
    open_due = Due(due.charter, opened, due.period)
    (entry,) = details([cast.members["payer"].pk], round=round, due=open_due, on=TODAY)
    made = assessment_of(entry, entry.outcome(open_due), open_due)
    assert (cast.declaration("payer").secret, made["secret"]) == (True, True)
