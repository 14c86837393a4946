"""Leaving by a charter's exit rules: the notice, what is owed until then, and how it ended."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from consortium.models import Consortium, Member, MembershipTerm, User
from consortium.operations.advance import advance
from consortium.operations.members import NoticeTooShort, ToldInTheFuture, end_membership
from consortium.reports.leaving import leaving, preview
from consortium.rules.choices import Left
from consortium.rules.documents import read_charter
from funding.models import Assessment, Charge
from funding.operations.declarations import Figures, record_declaration
from tests.cast import TODAY, Cast, person
from tests.factories.ledgers import fee, member, small
from tests.factories.receipts import allotted, paid

EXAMPLES = Path(__file__).parents[2] / "docs/examples"
BEGUN = date(2025, 1, 1)
pytestmark = pytest.mark.django_db


def under(name: str, category: str = "member") -> Member:
    """Admit a to a consortium under a published schedule from 2025 on."""
    document = read_charter((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8"))
    sections = {
        code: each.model_dump(mode="json", exclude_unset=True)
        for code, each in document.sections.items()
    }
    sections["dues"]["levies"][0]["issue"] = "automatic"
    consortium = small(name, starts_on=BEGUN, members="a", sections=sections)
    MembershipTerm.objects.update(category=category)
    return member(consortium, "a")


def declare(member: Member, year: int, **values: str) -> None:
    figures = Figures(
        levy="dues",
        period_starts_on=date(year, 1, 1),
        values={name: Decimal(value) for name, value in values.items()},
    )
    record_declaration(member=member, figures=figures, by=None, on=date(year, 1, 1))


def told(member: Member, ends_on: date, on: date) -> list[tuple[str, str | None]]:
    """Return the codes of what leaving leads to, with the period or the amount each names."""
    known = User.objects.filter(is_superuser=True).first()
    who = known or person("root", is_superuser=True)
    return [
        (each.code, str(each.values.get("starts_on") or each.values.get("amount")))
        for each in preview(member=member, user=who, ends_on=ends_on, on=on)
    ]


def charged(consortium: Consortium) -> list[tuple[int, Decimal]]:
    rows = Charge.objects.filter(consortium=consortium).order_by("pk")
    return [(each.assessment.period_starts_on.year, each.amount) for each in rows]


def left(member: Member) -> tuple[str, date | None, bool]:
    term = member.terms.get()
    return term.left, term.ends_on, term.breach


def test_guizhou_lajiao_owes_the_year_in_which_its_thirty_days_end() -> None:
    a, on = under("guizhou-lajiao"), date(2026, 12, 15)
    declare(a, 2026, agreed_fee="8000")
    advance(consortium=a.consortium, to=on)
    notice = leaving(consortium=a.consortium, told_on=on)
    assert notice.leaves_on == date(2027, 1, 14)
    assert told(a, notice.leaves_on, on) == [
        ("leaving_open", "8000.000"),
        ("leaving_charged", "2026-01-01"),
        ("leaving_to_charge", "2027-01-01"),
    ]
    assert told(a, date(2026, 12, 31), on)[1:] == [("leaving_charged_in_full", "2026-01-01")]
    end_membership(member=a, ends_on=notice.leaves_on, left=Left.NOTICE, told_on=on, by=None, on=on)
    assert left(a) == ("notice", date(2027, 1, 14), False)
    declare(a, 2027, agreed_fee="9000")
    advance(consortium=a.consortium, to=date(2028, 2, 1))
    assert charged(a.consortium) == [(2026, 8000), (2027, 9000)]


@pytest.mark.parametrize("how", [Left.NOTICE, None])
def test_nobody_leaves_by_notice_before_it_has_run_out(how: Left | None) -> None:
    a, on = under("guizhou-lajiao"), date(2026, 12, 15)
    given = {"member": a, "left": how, "told_on": on, "by": None, "on": on}
    with pytest.raises(NoticeTooShort) as refused:
        end_membership(ends_on=date(2027, 1, 13), **given)
    assert refused.value.values == {"told_on": on, "leaves_on": date(2027, 1, 14)}
    with pytest.raises(ToldInTheFuture):
        end_membership(ends_on=date(2028, 1, 1), **{**given, "told_on": date(2026, 12, 16)})
    assert left(a) == ("", None, False)


@pytest.mark.parametrize(
    ("how", "breach"),
    [("agreement", False), ("ceased", False), ("without_notice", True), ("expelled", True)],
)
def test_who_leaves_otherwise_leaves_on_the_day(how: str, breach: bool) -> None:
    a, on = under("guizhou-lajiao"), date(2026, 12, 15)
    end_membership(member=a, ends_on=on, left=Left(how), by=None, on=on)
    assert left(a) == (how, on, breach)


def test_cablelabs_owes_every_quarter_of_three_years() -> None:
    a, on = under("cablelabs-2008-us"), date(2026, 2, 10)
    notice = leaving(consortium=a.consortium, told_on=on)
    assert notice.leaves_on == date(2029, 2, 10)
    found = told(a, notice.leaves_on, on)
    assert len(found) == 13
    assert (found[0], found[-1]) == (
        ("leaving_to_charge", "2026-01-01"),
        ("leaving_to_charge", "2029-01-01"),
    )


def test_one_year_unpaid_is_an_exit_in_breach_and_owes_what_it_owed() -> None:
    a = under("huifei-one-year", "ordinary")
    advance(consortium=a.consortium, to=date(2026, 3, 30))
    assert left(a) == ("", None, False)
    advance(consortium=a.consortium, to=date(2026, 3, 31))
    assert left(a) == ("expelled", date(2026, 3, 31), True)
    assert told(a, date(2026, 3, 31), date(2026, 3, 31))[:2] == [
        ("leaving_open", "10000.000"),
        ("leaving_open", "10000.000"),
    ]


def test_dues_by_the_month_are_assessed_anew() -> None:
    monthly = fee(
        rule=[
            {"add": {"const": "1200"}},
            {"prorate": {"of": "member_months", "out_of": "12"}},
        ],
    )
    small_one = small("months", monthly, members="a")
    a = member(small_one, "a")
    advance(consortium=small_one, to=date(2024, 3, 1))
    assert told(a, date(2024, 7, 1), date(2024, 3, 1)) == [
        ("leaving_open", "1200.000"),
        ("leaving_assessed_anew", "2024-01-01"),
    ]
    assert Assessment.objects.count() == 1


def test_who_may_not_read_the_account_reads_no_amount(cast: Cast) -> None:
    payer, ends_on = cast.members["payer"], date(2026, 6, 1)
    allotted(paid(cast.consortium, "77", on=TODAY), payer, {})

    def said(name: str) -> list[str]:
        found = preview(member=payer, user=cast.people[name], ends_on=ends_on, on=TODAY)
        return [each.code for each in found if "amount" in each.values or "count" in each.values]

    figures = ["leaving_open", "leaving_open", "leaving_credit"]
    for name in ("finance", "auditor", "accountant", "payer", "root"):
        assert said(name) == figures, name
    for name in ("secretary", "rival", "outsider", "other_secretary", "technician"):
        assert said(name) == ["leaving_some_open"], name


def test_the_last_period_of_the_consortium_is_the_last_one_named() -> None:
    short = small("short", fee(), members="a", ends_on=date(2025, 7, 1))
    found = told(member(short, "a"), date(2199, 1, 1), date(2024, 1, 1))
    assert found == [("leaving_to_charge", "2024-01-01"), ("leaving_to_charge", "2025-01-01")]
