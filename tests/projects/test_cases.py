"""The cases' mechanisms: a proposal's way under the charter of each, in a living consortium."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from consortium.rules.schema import InvalidDocument
from projects.models import Facility, Project, Proposal, Secondment
from projects.operations.assignments import ConflictOfInterest
from projects.operations.calls import NoThemes, publish_call
from projects.operations.decisions import NotEligibleProposal, NotReviewed, WrongAuthority
from projects.operations.people import NoSecondments, Sending, TooLong, TooShort, second
from projects.reports.assignments import propose_assignments
from projects.reports.eligibility import eligibility
from projects.reports.plans import parsed, split
from projects.reports.standing import standing
from projects.rules.choices import Authority
from projects.rules.conflicts import Conflict
from projects.states import Standing
from tests.factories.phases import (
    ADOPTED,
    DECIDED_ON,
    SCREENED_ON,
    assigned,
    granted,
    judge,
    package,
    phase,
    planned,
    proposed,
    reviewed,
)
from tests.factories.portfolios import OPENS, TERMS, Portfolio, drafted_call

pytestmark = pytest.mark.django_db
MEMBERS, GOVERNMENT, INSTITUTE = Authority.MEMBERS, Authority.GOVERNMENT, Authority.INSTITUTE
UNTHEMED = {**TERMS, "themes": []}
D = Decimal
US = [(name, "US", "enterprise") for name in ("intel", "amd", "motorola")]


def refused(here: Portfolio, proposal: Proposal, authority: Authority, body: str = "") -> Any:
    """Return what the charter says of an authority that is not the one to decide."""
    with pytest.raises(WrongAuthority) as error:
        granted(here, proposal, authority, body)
    assert not proposal.decisions.exists()
    return error.value.values["body"]


def project_of(proposal: Proposal) -> Project:
    return Project.objects.get(proposal=proposal)


def untopical(here: Portfolio) -> None:
    draft = drafted_call(here.consortium, "untopical", terms=UNTHEMED)
    publish_call(call=draft, at=OPENS, by=here.people["projects"], on=OPENS.date())


def kept(here: Portfolio, proposal: Proposal, name: str) -> Conflict:
    """Return what keeps a reviewer from a proposal."""
    with pytest.raises(ConflictOfInterest) as error:
        assigned(here, proposal, name)
    return Conflict(error.value.values["conflict"])


def shares(found: list[Any]) -> dict[str, tuple[Decimal, Decimal | None, bool]]:
    return {each.key: (each.share, each.wanted, each.fits) for each in found}


# SEMATECH


def test_early_sematech_applies_to_the_government() -> None:
    here = phase("sematech", "founding", *US)
    with pytest.raises(NoThemes):
        untopical(here)
    proposal = proposed(here, intel="0.6", amd="0.4")
    judge(here, "ann", of="motorola")
    assert propose_assignments(call=here.call, on=SCREENED_ON).pairs == []
    assert refused(here, proposal, MEMBERS, "board") == ""
    decision = granted(here, proposal, GOVERNMENT, "Department of Defense")
    assert (decision.authority, decision.body) == ("government", "Department of Defense")
    project = project_of(proposal)
    assert (project.charter.code, project.budget) == ("founding", D(1_000_000))
    assert (project.contract_due_on, standing(project, DECIDED_ON)) == (None, Standing.RUNNING)
    parts = project.projectparticipants.order_by("pk").values_list("work_share", "cost_share")
    assert list(parts) == [(D("0.6"), D("0.6")), (D("0.4"), D("0.4"))]


def test_late_sematech_is_screened_by_members_and_decided_by_their_board() -> None:
    here = phase("sematech", "international", *US, ("philips", "NL", "enterprise"))
    proposal = proposed(here, intel="0.5", philips="0.5")
    judge(here, "own", of="intel")
    judge(here, "ann", "bob", "cid", of="motorola")
    judge(here, "stranger")
    assert kept(here, proposal, "stranger") == Conflict.OUTSIDE
    assert kept(here, proposal, "own") == Conflict.PARTICIPANT
    reviewed(here, proposal, {"merit": "4", "need": "3.5"}, "ann", "bob")
    with pytest.raises(NotReviewed) as few:
        granted(here, proposal, MEMBERS, "board")
    assert few.value.values == {"given": 2, "needed": 3}
    reviewed(here, proposal, {"merit": "4", "need": "3.5"}, "cid")
    assert refused(here, proposal, GOVERNMENT) == "board"
    assert refused(here, proposal, MEMBERS, "steering_committee") == "board"
    assert granted(here, proposal, MEMBERS).body == "board"
    assert project_of(proposal).charter.code == "international"


def sent(here: Portfolio, name: str, ends_on: date) -> Secondment:
    facility, _ = Facility.objects.get_or_create(
        consortium=here.consortium, kind="joint", name_en="Joint fab", starts_on=ADOPTED
    )
    sending = Sending(
        person=f"P. {ends_on}", facility=facility, starts_on=ADOPTED, ends_on=ends_on,
        letter_on=ADOPTED, undertaking_on=ADOPTED,
    )  # fmt: skip
    staff = here.people["secretary"]
    return second(home=here.members[name], sending=sending, by=staff, on=DECIDED_ON)


@pytest.mark.parametrize("code", ["founding", "international"])
def test_sematechs_people_are_sent_for_6_to_30_months(code: str) -> None:
    here = phase("sematech", code, *US)
    with pytest.raises(TooShort) as short:
        sent(here, "intel", date(2026, 6, 1))
    assert short.value.values == {"months": 6, "shortest": date(2026, 7, 1)}
    with pytest.raises(TooLong) as long:
        sent(here, "intel", date(2028, 8, 1))
    assert long.value.values == {"months": 30, "longest": date(2028, 7, 1)}
    sent(here, "intel", date(2026, 7, 1))
    assert sent(here, "intel", date(2028, 7, 1)).pays == "home"
    assert Secondment.objects.count() == 2


# VLSI


JAPAN = [(name, "JP", "enterprise") for name in ("fujitsu", "hitachi", "nec")]


def vlsi(scores: Mapping[str, str]) -> tuple[Portfolio, Proposal]:
    here = phase("vlsi", "founding", *JAPAN)
    judge(here, "ann", "bob", "cid")
    proposal = proposed(here, fujitsu="0.5", hitachi="0.5")
    reviewed(here, proposal, scores, "ann", "bob", "cid")
    return here, proposal


def test_vlsi_is_judged_by_experts_of_no_member_and_decided_by_the_government() -> None:
    here, proposal = vlsi({"generic": "5", "feasible": "4"})
    judge(here, "dan", of="nec")
    assert kept(here, proposal, "dan") == Conflict.DEPENDENT
    assert refused(here, proposal, MEMBERS, "consultation") == ""
    granted(here, proposal, GOVERNMENT, "MITI")
    with pytest.raises(NoSecondments):
        sent(here, "nec", date(2026, 12, 1))


@pytest.mark.parametrize(
    ("joint", "members", "measured", "fits"),
    [
        ("20", ("40", "40"), ("0.2", "0.8"), True),
        ("25", ("40", "35"), ("0.25", "0.75"), True),
        ("26", ("40", "34"), ("0.26", "0.74"), False),
        ("14", ("43", "43"), ("0.14", "0.86"), False),
    ],
)
def test_vlsi_does_a_fifth_of_its_work_jointly(
    joint: str, members: tuple[str, str], measured: tuple[str, str], fits: bool
) -> None:
    here, proposal = vlsi({"generic": "5", "feasible": "4"})
    granted(here, proposal, GOVERNMENT)
    project = project_of(proposal)
    plan = planned(
        here,
        project,
        package(here, "process", "fujitsu", joint, site="joint"),
        package(here, "memory", "fujitsu", members[0]),
        package(here, "logic", "hitachi", members[1]),
    )
    found = split(project, parsed(plan))
    assert shares(found.sites) == {
        "joint": (D(measured[0]), D("0.2"), fits), "member": (D(measured[1]), D("0.8"), fits),
    }  # fmt: skip
    assert found.fits is fits


# ENVIB


EUREKA = [("lms", "BE", "enterprise"), ("matra", "FR", "enterprise"),
          ("technicatome", "FR", "enterprise")]  # fmt: skip


def test_envib_is_proposed_by_its_participants_and_decided_by_ministers() -> None:
    here = phase("envib", "project", *EUREKA, terms=UNTHEMED)
    assert here.call.initiative == "bottom_up"
    proposal = proposed(here, lms="0.4", matra="0.3", technicatome="0.3")
    assert eligibility(here.call, [proposal], on=DECIDED_ON) == {proposal.pk: []}
    assert refused(here, proposal, MEMBERS) == "ministerial_conference"
    assert refused(here, proposal, GOVERNMENT, "secretariat") == "ministerial_conference"
    granted(here, proposal, GOVERNMENT)
    project = project_of(proposal)
    modules = {"acquisition": ("lms", "40"), "control": ("matra", "30"), "analysis":
               ("technicatome", "30")}  # fmt: skip
    plan = planned(here, project, *(package(here, code, *of) for code, of in modules.items()))
    found = split(project, parsed(plan))
    assert shares(found.sites) == {"member": (D(1), D(1), True)}
    own = {str(here.organization(name).uid): D(effort) / 100 for name, effort in modules.values()}
    assert {each.key: each.share for each in found.organizations} == own
    assert {each.key: each.share for each in found.countries} == {"BE": D("0.4"), "FR": D("0.6")}


def test_envib_takes_two_countries_and_asks_for_a_third_to_a_half_of_own_money() -> None:
    here = phase("envib", "project", *EUREKA, terms=UNTHEMED)
    one_country = proposed(here, matra="0.5", technicatome="0.5")
    rich = proposed(here, own="0.6", lms="0.5", matra="0.5")
    found = eligibility(here.call, [one_country, rich], on=DECIDED_ON)
    assert [(each.code, each.value, each.refuses) for each in found[one_country.pk]] == [
        ("two_countries", D(1), True)
    ]
    assert [(each.code, each.value, each.refuses) for each in found[rich.pk]] == [
        ("own_money", D("0.6"), False)
    ]
    with pytest.raises(NotEligibleProposal):
        granted(here, one_country, GOVERNMENT)
    granted(here, rich, GOVERNMENT)
    assert [each.proposal for each in Project.objects.all()] == [rich]


def test_a_common_site_does_not_fit_envib() -> None:
    here = phase("envib", "project", *EUREKA, terms=UNTHEMED)
    proposal = proposed(here, lms="0.5", matra="0.5")
    granted(here, proposal, GOVERNMENT)
    project = project_of(proposal)
    one, other = package(here, "core", "lms", "10", "joint"), package(here, "own", "matra", "30")
    found = split(project, parsed(planned(here, project, one, other)))
    assert shares(found.sites) == {
        "member": (D("0.75"), D(1), False), "joint": (D("0.25"), D(0), False),
    }  # fmt: skip


# Airbus


PARTS = {
    "nose": ("aerospatiale", "10"), "centre_section": ("aerospatiale", "15"),
    "final_assembly": ("aerospatiale", "12"), "front_fuselage": ("deutsche", "20"),
    "rear_fuselage": ("deutsche", "18"), "wings": ("bae", "20"), "tail": ("casa", "5"),
}  # fmt: skip
EUROPE = [("aerospatiale", "FR", "enterprise"), ("deutsche", "DE", "enterprise"),
          ("bae", "GB", "enterprise"), ("casa", "ES", "enterprise")]  # fmt: skip


def test_airbus_builds_each_part_in_its_country() -> None:
    here = phase("airbus", "alliance", *EUROPE)
    proposal = proposed(here, aerospatiale="0.37", deutsche="0.38", bae="0.2", casa="0.05")
    assert refused(here, proposal, GOVERNMENT) == "board"
    assert refused(here, proposal, MEMBERS, "shareholder_committee") == "board"
    granted(here, proposal, MEMBERS)
    project = project_of(proposal)
    wings = package(here, "wings", "aerospatiale", "20", part="wings")
    with pytest.raises(InvalidDocument) as error:
        planned(here, project, wings)
    assert [(each.path, each.code, each.values) for each in error.value.errors] == [
        ("packages[0].part", "part_elsewhere", {"country": "GB"})
    ]
    packages = [package(here, part, *of, part=part) for part, of in PARTS.items()]
    found = split(project, parsed(planned(here, project, *packages)))
    assert {each.key: each.share for each in found.parts} == {
        part: D(effort) / 100 for part, (_name, effort) in PARTS.items()
    }
    assert {each.key: each.share for each in found.countries} == {
        "DE": D("0.38"), "ES": D("0.05"), "FR": D("0.37"), "GB": D("0.2"),
    }  # fmt: skip
    assert (found.elsewhere, found.fits) == ([], True)


# TLPC


def test_tlpc_is_led_by_its_institute() -> None:
    firms = [("acer", "TW", "enterprise"), ("mitac", "TW", "enterprise")]
    here = phase("tlpc", "agreement", ("itri", "TW", "research_institute"), *firms)
    proposal = proposed(here, acer="0.5", mitac="0.5")
    judge(here, "lin", of="itri")
    assert refused(here, proposal, MEMBERS, "consultation") == ""
    with pytest.raises(NotReviewed) as few:
        granted(here, proposal, INSTITUTE)
    assert few.value.values == {"given": 0, "needed": 1}
    reviewed(here, proposal, {"common": "4.5"}, "lin")
    granted(here, proposal, INSTITUTE)
    project = project_of(proposal)
    host = Facility.objects.create(
        consortium=here.consortium, kind="host", organization=here.organization("itri"),
        name_en="Laboratory", starts_on=ADOPTED,
    )  # fmt: skip
    design = package(here, "design", "acer", "30", "host", facility=str(host.uid))
    plan = planned(here, project, design, package(here, "boards", "mitac", "90"))
    assert shares(split(project, parsed(plan)).sites) == {
        "host": (D("0.25"), None, True), "member": (D("0.75"), None, True),
    }  # fmt: skip


# The domestic model


def test_a_domestic_contract_is_signed_within_twelve_weeks() -> None:
    firms = [("steel", "CN", "enterprise"), ("valve", "CN", "enterprise")]
    here = phase("domestic", "agreement", *firms)
    judge(here, "ann", "bob", "cid")
    proposal = proposed(here, steel="0.5", valve="0.5")
    scores = {"goal": "4", "merit": "4", "team": "3", "budget": "3"}
    reviewed(here, proposal, scores, "ann", "bob", "cid")
    assert refused(here, proposal, MEMBERS, "assembly") == "council"
    granted(here, proposal, MEMBERS)
    project = project_of(proposal)
    # 4 May and 84 days.
    assert project.contract_due_on == date(2026, 7, 27)
    assert standing(project, DECIDED_ON) == Standing.AWAITING_CONTRACT
