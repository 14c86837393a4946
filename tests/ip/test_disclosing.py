"""Results are disclosed: numbered, owned and promised by the charter of the day they arose."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from consortium.errors import Denied, DomainError
from consortium.models import Notice
from ip.models import Exclusivity, ExclusivityWatch, Result
from ip.operations.disclosing import disclose, enter_disclosure
from ip.operations.soundness import Invention, Received
from tests.factories.results import (
    COMPLETED,
    DISCLOSED,
    agreed,
    disclosed,
    disclosure,
    inventors,
    owners,
    parts,
    researching,
)
from tests.factories.running import Running, running

INVENTORS = {"A. Abe": ("alpha", "2/3"), "B. Baba": ("beta", "1/3")}


@pytest.fixture
def here(db: None) -> Running:
    return researching()


def test_a_member_discloses_a_result_of_its_project(here: Running) -> None:
    result = disclosed(here, inventors=inventors(here, INVENTORS))
    assert (result.number, result.charter.code) == ("R-2026-0001", "first")
    assert result.work_package == "optics"
    assert owners(result, COMPLETED) == {"alpha": "1/2", "beta": "1/2"}
    assert owners(result, date(2026, 5, 30)) == {}
    assert {(each.name, each.part) for each in result.inventors.all()} == {
        ("A. Abe", Fraction(2, 3)),
        ("B. Baba", Fraction(1, 3)),
    }
    assert {share.path for share in result.shares.all()} == {"ownership[0]"}


def test_it_is_exclusive_from_its_completion_on_and_watched(here: Running) -> None:
    result = disclosed(here)
    promise = Exclusivity.objects.get(result=result)
    assert (promise.path, promise.starts_on, promise.ends_on) == (
        "exclusivity[0]", COMPLETED, date(2028, 5, 31),
    )  # fmt: skip
    assert ExclusivityWatch.objects.get(result=result).next_on == date(2027, 12, 3)


def test_owners_and_the_ip_desk_are_told_by_number_only(here: Running) -> None:
    result = disclosed(here)
    told = Notice.objects.filter(code="result_disclosed").order_by("recipient__username")
    assert [each.recipient.username for each in told] == ["litho-alpha", "litho-beta", "litho-ip"]
    assert {str(each.values) for each in told} == {str({"result": result.number})}


def test_numbers_have_no_gaps(here: Running) -> None:
    first = disclosed(here)
    with pytest.raises(DomainError):
        disclosed(here, work_package="nowhere")
    second = disclosed(here, {"alpha": "1"}, project=None, work_package="")
    assert (first.number, second.number) == ("R-2026-0001", "R-2026-0002")
    assert second.project is None


def test_a_paper_says_what_was_agreed(here: Running) -> None:
    result = agreed(here, {"alpha": "1/4", "gamma": "3/4"})
    assert owners(result, COMPLETED) == {"alpha": "1/4", "gamma": "3/4"}
    assert {share.cause for share in result.shares.all()} == {"agreement"}
    assert all(share.deed_id == result.paper_id for share in result.shares.all())


WRONG: list[tuple[str, str, Any]] = [
    ("ownership_not_whole", "contributions", {"alpha": "1/2", "beta": "1/3"}),
    ("ownership_not_whole", "contributions", {"alpha": "3/2", "beta": "-1/2"}),
    ("part_too_fine", "contributions", {"alpha": f"1/{10**16}", "beta": f"{10**16 - 1}/{10**16}"}),
    ("result_completed_in_future", "completed_on", date(2026, 6, 11)),
    ("result_before_project", "completed_on", date(2025, 12, 31)),
    ("no_charter_in_force", "completed_on", date(2024, 12, 31)),
    ("result_package_unknown", "work_package", "nowhere"),
    ("result_tier_unknown", "tier", "r0"),
]


@pytest.mark.parametrize(("code", "name", "value"), WRONG)
def test_bad_input_is_refused_and_nothing_is_kept(
    here: Running, code: str, name: str, value: Any
) -> None:
    changes = {name: value}
    contributions = changes.pop("contributions", None)
    with pytest.raises(DomainError) as refused:
        disclosed(here, contributions, **changes)
    assert refused.value.code == code
    assert Result.objects.count() == 0


def test_an_inventor_has_an_employer_and_parts_come_to_one(here: Running) -> None:
    freelance = (Invention("C. Chiba", None, Fraction(1)),)
    halves = {"A. Abe": ("alpha", "1/2"), "B. Baba": ("beta", "1/3")}
    again = (*inventors(here, INVENTORS), *inventors(here, INVENTORS))
    answers = []
    for given in (freelance, inventors(here, halves), again):
        with pytest.raises(DomainError) as refused:
            disclosed(here, inventors=given)
        answers.append((refused.value.code, refused.value.values))
    assert answers == [
        ("inventor_without_employer", {"inventor": "C. Chiba"}),
        ("ownership_not_whole", {"total": "5/6", "path": "inventors"}),
        ("inventor_twice", {"inventor": "A. Abe"}),
    ]


def test_nobody_discloses_anothers_work(here: Running) -> None:
    elsewhere = researching("elsewhere")
    with pytest.raises(DomainError) as foreign:
        disclosed(here, project=elsewhere.project)
    with pytest.raises(DomainError) as others:
        disclosed(here, {"beta": "1"}, project=None, work_package="")
    with pytest.raises(Denied):
        disclose(
            member=here.members["beta"], disclosure=disclosure(here), by=here.people["alpha"],
            on=DISCLOSED,
        )  # fmt: skip
    assert foreign.value.code == others.value.code == "result_not_own_work"


def test_who_takes_no_part_in_the_project_neither_discloses_nor_made_it(here: Running) -> None:
    here.project.projectparticipants.filter(body=here.members["gamma"].organization).delete()
    with pytest.raises(DomainError) as made:
        disclosed(here, {"alpha": "1/2", "gamma": "1/2"})
    with pytest.raises(DomainError) as told:
        disclosed(here, of="gamma")
    assert (made.value.code, told.value.code) == (
        "generator_not_participant",
        "result_not_own_work",
    )


def test_an_agreement_counts_by_its_paper(here: Running) -> None:
    received = Received(DISCLOSED, None, parts(here, {"alpha": "1"}))
    with pytest.raises(DomainError) as refused:
        enter_disclosure(
            member=here.members["alpha"], disclosure=disclosure(here), received=received,
            by=here.people["ip"], on=DISCLOSED,
        )  # fmt: skip
    assert refused.value.code == "agreement_paper_missing"


def test_a_charter_without_a_section_says_so(db: None) -> None:
    with pytest.raises(DomainError) as refused:
        disclosed(running("bare"))
    assert refused.value.code == "no_such_section"
