"""The demonstration: made once, whole, by the same operations people use, on any day."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from config.demo import alliance, sematech, years
from config.demo.members import firms
from config.demo.people import PASSWORD
from config.management.commands.demo import ACCOUNTS
from consortium import registry
from consortium.models import Consortium, Member, Notice, ParkedItem, User
from consortium.periods import index_on, nth
from consortium.registry import DocketItem
from consortium.reports.docket import docket
from consortium.reports.verify import verify
from consortium.rules.documents import read_charter
from consortium.states import Role
from funding.models import Assessment, Charge, CreditNote, Declaration, DuesRun, Round
from funding.rules.calendar import period_on, schedule_of
from funding.rules.choices import Grade
from funding.rules.dues import DuesSection
from ip.models import Background, Licence, LicenceOffer, Result
from ip.reports.exclusivity import kept
from ip.reports.warnings import warnings
from projects.models import Project
from projects.reports.board import board
from projects.reports.pipeline import pipeline
from projects.reports.standing import stood
from tests.consortium.test_operations_bad_input import everything

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
DAYS = ["2027-12-31", "2028-04-09", "2026-03-10"]
"""The last day of a year; forty days after a leap day; forty days after a month's last day."""


def day_of(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.django_db
def test_demonstration_is_made_once(capsys: pytest.CaptureFixture[str], time_machine: Any) -> None:
    time_machine.move_to("2026-03-02 04:00:00+00:00")
    call_command("demo", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["password"] == PASSWORD
    assert [row["login"] for row in said["accounts"]] == [login for _, login in ACCOUNTS]
    users = User.objects.filter(username__in=[login for _, login in ACCOUNTS])
    assert users.count() == len(ACCOUNTS)
    assert all(user.check_password(PASSWORD) for user in users)
    assert Charge.objects.filter(consortium__slug=sematech.SLUG).count() == 8
    assert not ParkedItem.objects.exists()
    for each in [None, *Consortium.objects.all()]:
        assert list(verify(consortium=each)) == []
    before = everything()
    call_command("demo", "--json")
    assert everything() == before


# The alliance, on any day


def every_day() -> Iterator[date]:
    first = date(2026, 1, 1)
    return (first + n * DAY for n in range(5 * 365 + 2))


def test_whatever_the_day_the_calendar_has_something_this_week() -> None:
    document = read_charter(alliance.CHARTER.read_text(encoding="utf-8"))
    body = document.sections["dues"].stored()
    for today in every_day():
        founded_on = alliance.founded_on(today)
        for each in body["levies"]:
            if each["trigger"]["kind"] == "period":
                each["trigger"]["anchor"] = founded_on.isoformat()
        levy = DuesSection.model_validate_json(json.dumps(body)).levy(years.LEVY)
        period = period_on(levy, today)
        days = schedule_of(levy, period)
        into_it = (today - period.starts_on).days
        assert index_on(founded_on, 12, today) == years.THIS, today
        assert max(years.DECLARED_AFTER) < into_it, today
        assert today < days.remind_on[-1] < days.closes_on <= today + WEEK, today
        # A run confirmed 27 days ago falls due this week; youce owes eleven months of twelve.
        assert timedelta(27) < days.due_on - days.assess_on <= timedelta(27) + WEEK, today
        assert index_on(period.starts_on, 1, period.starts_on + 32 * DAY) == 1, today
        before = schedule_of(levy, nth(founded_on, 12, years.LAST - 1))
        assert before.final_on is not None, today
        assert today + WEEK < before.final_on, today


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2026-11-23", *DAYS])
def test_whatever_the_day_every_desk_has_something_due_this_week(
    day: str, time_machine: Any
) -> None:
    time_machine.move_to(f"{day} 04:00:00+00:00")
    today = day_of(day)
    consortium = alliance.build(today)
    assert Member.objects.on(today).filter(consortium=consortium).count() == 24
    assert list(verify(consortium=consortium)) == []
    assert not ParkedItem.objects.exists()

    due = {who: this_week(consortium, who, today) for who in SEEN}
    assert {who: codes(items) for who, items in due.items()} == SEEN
    assert {who: {each.code for each in items if each.mine} for who, items in due.items()} == MINE
    research(consortium, today)
    results(consortium, today)
    if day == "2026-11-23":
        as_told(consortium, today)


PROJECTS = {
    "contract_due", "deliverable_due", "milestone_due", "report_due", "secondment_ends"
}  # fmt: skip
"""What is due of projects this week or overdue."""

RIGHTS = {"exclusivity_ends", "patent_due", "publication_closes", "royalty_statement_due"}
"""What is due of results this week."""

WAITING = {
    "concession_waits", "plan_waits", "receipts_to_match", "deliverable_waits",
    "project_plan_waits", "question_unanswered", "report_waits", "result_to_evaluate", *PROJECTS,
}  # fmt: skip
"""What stands since the day it came in or was due, until somebody acts."""

SEEN = {
    "secretary": {
        "outbound_held", "run_to_confirm", "appointment_ends", "goal_due", *RIGHTS, *PROJECTS,
    },
    "finance": {
        "run_to_confirm", "run_to_propose", "charges_due", "figures_missing", "goal_due",
        "royalty_statement_due", "receipts_to_match", "levels_to_come", "concession_waits",
        "plan_waits",
    },
    "auditor": {
        "run_to_confirm", "charges_due", "appointment_ends", "goal_due", "concession_waits",
        "plan_waits", *RIGHTS, *PROJECTS,
    },
    "projects": {
        "deliverable_waits", "goal_due", "project_plan_waits", "proposals_to_decide",
        "question_unanswered", "report_waits", "reviews_missing", "run_to_confirm", *PROJECTS,
    },
    "ip": {"goal_due", "run_to_confirm", "result_to_evaluate", *RIGHTS},
    "reviewer": {"review_due", "goal_due"},
    "huaxin": {
        "charge_due", "figures_due", "goal_due", "contract_due", "milestone_due", "patent_due",
        "exclusivity_ends",
    },
    "lanhai": {
        "appointment_ends", "goal_due", "report_due", "milestone_due", "deliverable_due",
        "secondment_ends", "publication_closes", "exclusivity_ends",
    },
}  # fmt: skip
"""What each one's desk has this week, overdue included."""

MINE = {
    "secretary": {"outbound_held", "appointment_ends", "goal_due"},
    "finance": {"run_to_propose", "charges_due", "figures_missing", "receipts_to_match"},
    "auditor": {"run_to_confirm", "concession_waits", "plan_waits"},
    "projects": {
        "deliverable_waits",
        "project_plan_waits",
        "proposals_to_decide",
        "question_unanswered",
        "report_waits",
        "reviews_missing",
    },
    "ip": {"patent_due", "result_to_evaluate", "royalty_statement_due"},
    "reviewer": {"review_due"},
    "huaxin": {"charge_due", "figures_due", "milestone_due", "patent_due"},
    "lanhai": {"publication_closes", "secondment_ends"},
}
"""What of it waits for whom."""


def this_week(consortium: Consortium, who: str, today: date) -> list[DocketItem]:
    user = User.objects.get(username=who)
    asked: dict[str, Any] = {
        "consortium": consortium, "user": user, "on": today, "until": today + WEEK,
    }  # fmt: skip
    found = docket(**asked)
    sources = registry.docket_sources.all()
    assert Counter(each.code for each in found) == Counter(
        each.code for source in sources for each in source.items(**asked)
    )
    late = [each for each in found if each.due_on < today and each.code not in WAITING]
    assert late == []
    return found


def research(consortium: Consortium, today: date) -> None:
    """Assert that one call is decided, one ranked but for a review, one open; three projects."""
    officer = User.objects.get(username="projects")
    calls = pipeline(consortium=consortium, user=officer, on=today)
    assert {
        call.code: {progress.value: heap.count for progress, heap in heaps.items()}
        for call, heaps in calls.items()
    } == {
        "batch-3": {"submitted": 1},
        "batch-2": {"in_review": 1, "reviewed": 4},
        "batch-1": {"granted": 2, "refused": 1},
    }
    due = board(consortium=consortium, user=officer, on=today)
    assert {(each.kind.code, each.column) for each in due} >= {
        ("report_due", "late_14"), ("milestone_due", "late_14"), ("milestone_due", "late_1"),
        ("milestone_due", "week"), ("milestone_due", "month"), ("contract_due", "week"),
        ("deliverable_due", "late_1"), ("secondment_ends", "late_1"), ("secondment_ends", "week"),
        ("secondment_ends", "month"), ("review_due", "week"),
    }  # fmt: skip
    projects = stood(Project.objects.filter(consortium=consortium), today)
    assert Counter(each.standing for each in projects) == {"running": 2, "awaiting_contract": 1}


def results(consortium: Consortium, today: date) -> None:
    """Assert whose the results are, how long they are kept, and what was made of them."""
    found = {each.name_en: each for each in consortium.results.order_by("pk")}
    assert {name: parts(each, today) for name, each in found.items()} == {
        "Seal for vacuum gate valves": {"dongfang": "1"},
        "Labelling of wafer defects": {"ruide": "1"},
        "Plasma source with two coils": {"huaxin": "2/3", "imr": "1/3"},
        "Dark-field light path": {"lanhai": "3/5", "jhu": "2/5"},
    }
    seal, labels, source, light = found.values()
    ends = [window.window.period.end - today for each in found.values() if (window := kept(each))]
    assert timedelta(4) <= ends[0] <= timedelta(5)
    assert timedelta(-31) <= ends[1] <= timedelta(-30)
    assert min(ends[2:]) > timedelta(300)
    (offer,) = LicenceOffer.objects.filter(result__consortium=consortium)
    assert (offer.result, offer.to, offer.terms) == (labels, "domestic", "fee_and_royalty")
    assert [each.code for each in warnings(source)] == ["diffusion_against_exclusivity"]
    assert [each for each in found.values() if not each.evaluations.exists()] == [light]
    licences = Licence.objects.filter(result=labels).order_by("pk")
    assert [(str(each.licensee), each.granted_on is not None) for each in licences] == [
        ("Jingche Metrology", True), ("Xinhe Packaging", False),
    ]  # fmt: skip
    assert seal.accessrequests.get().uses == ["exploit"]
    assert Background.objects.get(consortium=consortium).project == source.project


def parts(result: Result, today: date) -> dict[str, str]:
    """Return who owns which part, by the login of who signs for it."""
    shares = result.shares.on(today).order_by("pk")
    signs = Q(appointments__role=Role.SIGNATORY)
    return {
        User.objects.get(signs, appointments__organization=each.owner).username: str(each.part)
        for each in shares
    }


def codes(items: list[DocketItem]) -> set[str]:
    return {each.code for each in items}


def as_told(consortium: Consortium, today: date) -> None:
    """Assert what the README and the issue say of the alliance."""
    fees_and_contributions(consortium)
    first, second, last, this = (nth(consortium.starts_on, 12, n).starts_on for n in range(4))
    runs = DuesRun.objects.filter(consortium=consortium).order_by("pk")
    assert [(each.round.starts_on, each.count, bool(each.done_on)) for each in runs] == [
        (first, 15, True), (second, 15, True), (last, 15, True), (last, 3, True), (last, 2, False),
    ]  # fmt: skip
    assert {(str(each.proposed_by), str(each.confirmed_by)) for each in runs[:4]} == {
        ("赵敏 Zhao Min", "何审 He Shen")
    }
    open_round = Round.objects.get(consortium=consortium, levy=years.LEVY, starts_on=this)
    declared = Declaration.objects.filter(consortium=consortium, period_starts_on=this)
    assert (declared.count(), open_round.opened_on) == (11, this)
    reminders = Notice.objects.filter(consortium=consortium, code="figures_reminder")
    assert set(reminders.values_list("on", flat=True)) >= {this + 28 * DAY, last + 42 * DAY}
    late = declared_in(consortium, last)
    assert late["Shenlan Pumps"].channel == "paper"
    assert late["Tianhe Motion Control"].channel == "estimated"
    assert Counter(each.grade for each in late.values()) == {
        Grade.DECLARED: 11, Grade.ESTIMATED: 1, Grade.CERTIFIED: 3, Grade.AUDITED: 1,
    }  # fmt: skip
    (credit,) = CreditNote.objects.filter(consortium=consortium)
    assert (str(credit.member), credit.amount) == ("Ruide Software", Decimal("19639.12"))


def declared_in(consortium: Consortium, start: date) -> dict[str, Declaration]:
    rows = Declaration.objects.filter(consortium=consortium, period_starts_on=start).current()
    return {str(each.member): each for each in rows.select_related("member__organization")}


def fees_and_contributions(consortium: Consortium) -> None:
    """Assert the amounts: the four by rank, pro rata, at the floor, at the cap, between."""
    this = nth(consortium.starts_on, 12, years.THIS).starts_on
    last = nth(consortium.starts_on, 12, years.LAST).starts_on
    fees = assessed(consortium, "membership_fee", this)
    assert Counter(fees.values()) == {
        Decimal(80000): 1, Decimal(50000): 3, Decimal(30000): 6, Decimal(10000): 13,
        Decimal("9166.67"): 1,
    }  # fmt: skip
    before = assessed(consortium, "membership_fee", last)
    assert (before["Shenlan Pumps"], fees["Shenlan Pumps"]) == (Decimal("5833.33"), Decimal(10000))
    assert (before["Hengyue Valves"], fees["Hengyue Valves"]) == (Decimal(10000), Decimal(30000))
    contributions = assessed(consortium, years.LEVY, last)
    assert contributions["Qiming Optics"] == Decimal(100000)
    assert contributions["Dongfang Vacuum"] == Decimal(3000000)
    assert contributions["Lanhai Precision"] == Decimal("1036002.00")
    assert contributions["Tianhe Motion Control"] == Decimal("368827.80")
    # 24 million dollars, grown twice by 6%, at 7.1270; seven months of twelve of 181,958.40
    assert contributions["Haiyuan Export Tools"] == Decimal("576568.60")
    assert contributions["Shenlan Pumps"] == Decimal("106142.40")


def assessed(consortium: Consortium, levy: str, start: date) -> dict[str, Decimal]:
    rows = Assessment.objects.filter(consortium=consortium, levy=levy, period_starts_on=start)
    return {str(each.member): each.amount for each in rows.order_by("version")}


def test_the_made_up_members_are_well_formed_and_told_apart() -> None:
    known = firms()
    kinds = Counter(each.kind for each in known)
    assert kinds == {"enterprise": 17, "university": 4, "research_institute": 3}
    for name in ("login", "name_en", "name_zh", "person", "registration"):
        assert len({getattr(each, name) for each in known}) == 24


# SEMATECH's dues years


@pytest.mark.django_db
def test_a_year_of_sematech_tells_declared_estimated_and_unknown(client: Client) -> None:
    call_command("load_cases", verbosity=0)
    consortium = sematech.build(sematech.read())
    assert list(verify(consortium=consortium)) == []
    client.force_login(User.objects.get(username="austin-finance"))
    round = Round.objects.get(consortium=consortium, starts_on=date(1991, 1, 1))
    response = client.get(reverse("admin:funding_round_change", args=[round.pk]))
    lines = {str(each["member"]): each for each in response.context["lines"]}
    state = {name: each["seen"].grade if each["seen"] else "" for name, each in lines.items()}
    assert len(lines) == 14
    assert {name: grade for name, grade in state.items() if grade} == {
        "Harris Semiconductor": "declared",
        "Intel": "estimated",
        "LSI Logic": "estimated",
    }
    for captive in ("AT&T Microelectronics", "Digital Equipment", "IBM"):
        (known,) = lines[captive]["recorded"]
        assert "No semiconductor sales of IBM" in known["claim"]
    text = response.content.decode()
    assert "How their production was valued no source says" in text
    declaration = lines["LSI Logic"]["seen"]
    assert declaration.source.startswith("latimes.com 1992-01-07: Its dues are published as 6 to 7")
