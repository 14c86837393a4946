"""Who may be a member on a day: from abroad directly, through a holding, and what would change."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from consortium.errors import Several
from consortium.models import Charter, Consortium, MembershipTerm, Organization
from consortium.operations.adoption import adopt_charter
from consortium.operations.charters import draft_charter
from consortium.operations.members import NotEligible, admit
from consortium.operations.organizations import end_control, record_control
from consortium.reports.eligibility import ForeignShares, consequences
from consortium.rules.choices import Level
from tests.cast import TODAY, Cast

START = date(2027, 1, 1)
SOLD = date(2027, 3, 1)
DAY = timedelta(days=1)
RULES = {"countries": ["US"], "foreign_control": {"share": "0.5"}}


def organization(name: str, country: str = "US", kind: str = "enterprise") -> Organization:
    return Organization.objects.create(name_en=name, kind=kind, country=country)


def controls(
    cast: Cast, controller: Organization, held: Organization, share: str, since: date = SOLD
) -> Any:
    return record_control(
        consortium=cast.consortium,
        organization=held,
        controller=controller,
        share=Decimal(share),
        starts_on=since,
        by=None,
        on=TODAY,
    )


def draft(cast: Cast, rules: dict[str, Any]) -> Charter:
    return draft_charter(
        consortium=cast.consortium,
        code="second",
        name_en="Second",
        starts_on=START,
        sections={"admission": rules},
        by=None,
        on=TODAY,
    )


def govern(cast: Cast, rules: dict[str, Any]) -> Charter:
    return adopt_charter(charter=draft(cast, rules), by=None, on=TODAY)


def join(cast: Cast, applicant: Organization, starts_on: date) -> MembershipTerm:
    return admit(
        consortium=cast.consortium,
        organization=applicant,
        category="member",
        starts_on=starts_on,
        by=cast.people["secretary"],
        on=TODAY,
    )


def refusal(cast: Cast, applicant: Organization, starts_on: date) -> list[str]:
    """Return the codes of the rules that keep an applicant out on a day."""
    with pytest.raises((NotEligible, Several)) as error:
        join(cast, applicant, starts_on)
    found = error.value.errors if isinstance(error.value, Several) else [error.value]
    assert not applicant.members.filter(consortium=cast.consortium).exists()
    return [each.values["rule"].code for each in found]


# From abroad


def test_an_applicant_controlled_from_abroad_is_refused_from_that_day_on(cast: Cast) -> None:
    govern(cast, RULES)
    firm = organization("Fairfield")
    controls(cast, organization("Fujiyama", "JP"), firm, "0.8")
    assert refusal(cast, firm, SOLD) == ["foreign_share_above_limit"]
    assert join(cast, firm, SOLD - DAY).starts_on == SOLD - DAY


def test_control_through_a_holding_at_home_counts_in_proportion(cast: Cast) -> None:
    govern(cast, RULES)
    firm, holding = organization("Firm"), organization("Holding")
    controls(cast, holding, firm, "0.9", START)
    controls(cast, organization("Abroad", "DE"), holding, "0.6")
    assert ForeignShares(SOLD).of(firm, ["US"]) == Fraction(54, 100)
    assert ForeignShares(SOLD - DAY).of(firm, ["US"]) == 0
    assert refusal(cast, firm, SOLD) == ["foreign_share_above_limit"]
    assert join(cast, firm, SOLD - DAY)


def test_shares_of_several_from_abroad_add_up_exactly(cast: Cast) -> None:
    govern(cast, RULES)
    firm, holding = organization("Firm"), organization("Holding")
    controls(cast, organization("One", "JP"), firm, "0.25")
    controls(cast, holding, firm, "0.5")
    controls(cast, organization("Two", "DE"), holding, "0.5")
    assert ForeignShares(SOLD).of(firm, ["US"]) == Fraction(1, 2)
    assert join(cast, firm, SOLD)  # at most a half, and it is a half


def test_a_foreign_owner_that_is_itself_owned_at_home_is_still_abroad(cast: Cast) -> None:
    firm, abroad = organization("Firm"), organization("Abroad", "NL")
    controls(cast, abroad, firm, "0.7")
    controls(cast, organization("Parent", "US"), abroad, "1")
    assert ForeignShares(SOLD).of(firm, ["US"]) == Fraction(7, 10)


def test_home_is_wherever_members_may_come_from(cast: Cast) -> None:
    """A firm held from another eligible country is not held from abroad."""
    govern(cast, {"countries": ["FR", "DE"], "foreign_control": {"share": "0"}})
    firm = organization("Firme", "FR")
    controls(cast, organization("Gesellschaft", "DE"), firm, "1")
    assert join(cast, firm, SOLD)
    other = organization("Autre", "FR")
    controls(cast, organization("Company", "GB"), other, "0.01")
    assert refusal(cast, other, SOLD) == ["foreign_share_above_limit"]


def test_without_eligible_countries_home_is_the_applicants_own(cast: Cast) -> None:
    govern(cast, {"foreign_control": {"share": "0.2"}})
    firm = organization("公司", "CN")
    controls(cast, organization("Company", "US"), firm, "0.3")
    assert refusal(cast, firm, SOLD) == ["foreign_share_above_limit"]
    assert join(cast, organization("集团", "CN"), SOLD)


def test_control_that_has_ended_counts_no_more(cast: Cast) -> None:
    govern(cast, RULES)
    firm = organization("Firm")
    control = controls(cast, organization("Abroad", "JP"), firm, "1", START)
    end_control(consortium=cast.consortium, control=control, ends_on=SOLD, by=None, on=TODAY)
    assert refusal(cast, firm, SOLD - DAY) == ["foreign_share_above_limit"]
    assert join(cast, firm, SOLD)


# Every other rule


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ({"closed": True}, ["membership_closed"]),
        ({"countries": ["CN"]}, ["country_not_eligible"]),
        ({"kinds": ["university", "research_institute"]}, ["kind_not_eligible"]),
        ({"highest": {"count": 4}}, ["too_many_members"]),
        (
            {"closed": True, "countries": ["CN"], "highest": {"count": 1}},
            ["country_not_eligible", "membership_closed", "too_many_members"],
        ),
    ],
)
def test_each_rule_refuses(cast: Cast, rules: dict[str, Any], codes: list[str]) -> None:
    govern(cast, rules)
    assert refusal(cast, organization("Fifth"), START) == codes


def test_a_university_lowers_the_enterprise_share(cast: Cast) -> None:
    govern(cast, {"enterprise_share": {"share": "0.8"}})
    assert join(cast, organization("One", kind="university"), START)  # 4 of 5
    assert refusal(cast, organization("Two", kind="university"), START) == ["too_few_enterprises"]
    assert join(cast, organization("Firm"), START)


@pytest.mark.parametrize("level", ["hard", "warning"])
def test_only_hard_rules_refuse(cast: Cast, level: str) -> None:
    govern(cast, {"highest": {"count": 4, "level": level}})
    fifth = organization("Fifth")
    if level == "hard":
        assert refusal(cast, fifth, START) == ["too_many_members"]
    else:
        assert join(cast, fifth, START)


def test_a_member_that_comes_back_is_not_counted_twice(cast: Cast) -> None:
    govern(cast, {"highest": {"count": 4}})
    payer = cast.members["payer"]
    payer.terms.update(ends_on=START)
    assert join(cast, payer.organization, START).member == payer


def test_a_charter_without_admission_rules_refuses_nobody(cast: Cast) -> None:
    assert join(cast, organization("Anyone", "KP", "other"), TODAY)
    Charter.objects.filter(consortium=cast.consortium).update(ends_on=START)
    assert join(cast, organization("Later"), START)  # a day without any charter


# What a charter would change


def test_consequences_name_who_would_no_longer_be_eligible(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    payer, rival = (cast.members[name].organization for name in ("payer", "rival"))
    controls(cast, organization("Abroad", "JP"), payer, "0.75", START)
    Organization.objects.filter(pk=rival.pk).update(country="CA", kind="university")
    charter = draft(
        cast,
        RULES
        | {
            "closed": True,  # refuses who would come, not who is there
            "kinds": ["enterprise"],
            "lowest": {"count": 9, "level": "warning"},
            "enterprise_share": {"share": "0.8"},
        },
    )
    with django_assert_max_num_queries(4):
        found = consequences(charter=charter, on=START)
    told = {str(each.member): [rule.code for rule in each.failures] for each in found.members}
    assert told == {
        "Payer Ltd": ["foreign_share_above_limit"],
        "Rival Ltd": ["country_not_eligible", "kind_not_eligible"],
    }
    assert [(rule.code, rule.level) for rule in found.whole] == [
        ("too_few_members", Level.WARNING),
        ("too_few_enterprises", Level.HARD),
    ]
    before = consequences(charter=charter, on=START - DAY)
    assert [str(each.member) for each in before.members] == ["Rival Ltd"]


def test_consequences_count_the_members_of_the_day(cast: Cast) -> None:
    charter = draft(cast, {"countries": ["CN"], "lowest": {"count": 1}})
    MembershipTerm.objects.filter(member__consortium=cast.consortium).update(ends_on=START)
    assert len(consequences(charter=charter, on=START - DAY).members) == 4
    nobody = consequences(charter=charter, on=START)
    assert (nobody.members, [rule.code for rule in nobody.whole]) == ([], ["too_few_members"])


def test_a_charter_without_admission_changes_nothing(cast: Cast) -> None:
    first = Charter.objects.get(consortium=Consortium.objects.get(slug="alliance"))
    assert consequences(charter=first, on=TODAY).members == []
