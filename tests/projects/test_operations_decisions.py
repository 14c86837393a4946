"""Decisions: the charter's authorities in their order, each once, on what may be granted."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from consortium.errors import Denied, DomainError
from consortium.models import Notice, digest
from consortium.operations.documents import ForeignDocument, file_document
from consortium.words import explain
from projects.models import Decision, Project, Proposal
from projects.operations.assignments import CallStillOpen, NotScreened
from projects.operations.decisions import (
    AmountNotPositive,
    BelowThreshold,
    DecidedTooEarly,
    GrantedUninvited,
    InvalidVotes,
    NotEligibleProposal,
    NothingToDecide,
    NotReviewed,
    Resolution,
    ResolvedInTheFuture,
    WrongAuthority,
    content,
    decide,
)
from projects.operations.invitations import AlreadyInvited, OneStage, invite
from projects.rules.choices import Authority
from projects.states import Outcome
from tests.factories.projects import (
    CLOSED_ON,
    Panel,
    panel,
    propose,
    reviewed,
    section,
    submit,
    version_of,
)
from tests.snapshot import built_once

ON = date(2026, 4, 1)
D = Decimal
GRANTED = Resolution(outcome=Outcome.GRANTED, amount=D(500))
MEMBERS, GOVERNMENT = Authority.MEMBERS, Authority.GOVERNMENT


@pytest.fixture
def here(db: None) -> Panel:
    return ready()


@built_once
def ready(**more: Any) -> Panel:
    made = panel(**more)
    propose(made, "one")
    reviewed(made, "one", ann=("4", "4"), bob=("4", "3"))
    return made


def ruled(
    here: Panel,
    authority: Authority = MEMBERS,
    resolution: Resolution = GRANTED,
    *,
    name: str = "one",
    decided_on: date = ON,
    who: str = "projects",
    on: date = ON,
) -> Decision:
    return decide(
        proposal=here.proposals[name], authority=authority, resolution=resolution,
        decided_on=decided_on, by=here.people[who], on=on,
    )  # fmt: skip


def test_all_authorities_agree_one_after_the_other(here: Panel) -> None:
    with pytest.raises(WrongAuthority) as refused:
        ruled(here, GOVERNMENT)
    assert explain(refused.value) == "By the charter the next to decide is: Members board"
    votes = {"for": 7, "against": 1, "abstained": 2}
    first = ruled(here, MEMBERS, Resolution(outcome=Outcome.GRANTED, body="board", votes=votes))
    assert (first.body, first.votes, first.digest) == ("board", votes, digest(content(first)))
    second = ruled(here, GOVERNMENT, Resolution(outcome=Outcome.GRANTED, body="Ministry"))
    assert second.body == "Ministry"
    with pytest.raises(NothingToDecide):
        ruled(here, GOVERNMENT)
    told = Notice.objects.filter(code="proposal_decided").values_list("recipient", flat=True)
    assert set(told) == {here.people["alpha"].pk, here.people["beta"].pk}


def test_a_refusal_ends_it_and_a_deferral_does_not(here: Panel) -> None:
    ruled(here, MEMBERS, Resolution(outcome=Outcome.DEFERRED))
    ruled(here, MEMBERS, Resolution(outcome=Outcome.REFUSED, reason="No."))
    for authority in (MEMBERS, GOVERNMENT):
        with pytest.raises(NothingToDecide):
            ruled(here, authority)


def test_a_decision_is_sealed(here: Panel) -> None:
    ruled(here)
    for change in (Decision.objects.all().delete, lambda: Decision.objects.update(reason="x")):
        with pytest.raises(DatabaseError, match="sealed"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("resolution", "expected"),
    [
        (Resolution(outcome=Outcome.GRANTED, amount=D(0)), AmountNotPositive),
        (Resolution(outcome=Outcome.GRANTED, votes={"for": 1}), InvalidVotes),
        (
            Resolution(outcome=Outcome.GRANTED, votes={"for": 1, "against": -1, "abstained": 0}),
            InvalidVotes,
        ),
        (Resolution(outcome=Outcome.GRANTED, body="council"), WrongAuthority),
    ],
)
def test_wrong_resolutions(
    here: Panel, resolution: Resolution, expected: type[DomainError]
) -> None:
    with pytest.raises(expected):
        ruled(here, MEMBERS, resolution)
    assert not Decision.objects.exists()


def test_paper_of_another_consortium_is_refused(here: Panel) -> None:
    other = panel("other", members=(), reviewers=())
    paper = file_document(
        consortium=other.consortium, name="a", content=b"%PDF-1.4\n", by=None, on=ON
    )
    with pytest.raises(ForeignDocument):
        ruled(here, MEMBERS, Resolution(outcome=Outcome.GRANTED, paper=paper))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"decided_on": ON + timedelta(days=1)}, ResolvedInTheFuture),
        ({"decided_on": CLOSED_ON}, CallStillOpen),
    ],
)
def test_days_of_a_decision(
    here: Panel, days: dict[str, date], expected: type[DomainError]
) -> None:
    with pytest.raises(expected):
        ruled(here, **days)


def test_the_second_is_not_before_the_first(here: Panel) -> None:
    ruled(here)
    with pytest.raises(DecidedTooEarly):
        ruled(here, GOVERNMENT, decided_on=ON - timedelta(days=1))


def alone(here: Panel) -> None:
    propose(here, "alone", ("alpha",))
    reviewed(here, "alone", ann=("4", "4"), bob=("4", "4"))


def unread(here: Panel) -> None:
    propose(here, "unread")
    reviewed(here, "unread", ann=("4", "4"))


def weak(here: Panel) -> None:
    propose(here, "weak")
    reviewed(here, "weak", ann=("5", "0"), bob=("5", "1"))


@pytest.mark.parametrize(
    ("make", "expected", "sentence"),
    [
        (
            alone,
            NotEligibleProposal,
            "The proposal does not meet these rules: Two independent groups.",
        ),
        (unread, NotReviewed, "The charter asks for 2 reviews; 1 are submitted."),
        (weak, BelowThreshold, "The proposal is below the threshold of: use."),
    ],
)
def test_what_may_not_be_granted_may_be_refused(
    here: Panel,
    make: Callable[[Panel], None],
    expected: type[DomainError],
    sentence: str,
) -> None:
    make(here)
    with pytest.raises(expected) as refused:
        ruled(here, name=make.__name__)
    assert explain(refused.value) == sentence
    ruled(here, MEMBERS, Resolution(outcome=Outcome.REFUSED), name=make.__name__)


def test_withdrawn_and_draft_proposals_are_not_decided(here: Panel) -> None:
    propose(here, "draft", submitted=False)
    Proposal.objects.filter(pk=here.proposals["one"].pk).update(withdrawn_at="2026-02-01T00:00Z")
    for name in ("one", "draft"):
        with pytest.raises(NotScreened):
            ruled(here, name=name)


@pytest.mark.parametrize("who", ["projects", "secretary"])
def test_granted_by_all_it_becomes_a_project(here: Panel, who: str) -> None:
    ruled(here, who=who)
    assert not Project.objects.exists()
    less = Resolution(outcome=Outcome.GRANTED, body="Ministry", amount=D(400))
    ruled(here, GOVERNMENT, less, who=who)
    project = Project.objects.get()
    assert (project.proposal, project.lead) == (here.proposals["one"], here.members["alpha"])
    assert (project.starts_on, project.budget, project.created_by) == (ON, D(400), here.people[who])
    taking = project.projectparticipants.order_by("pk").values_list("body", "part", "work_share")
    assert list(taking) == [
        (here.organization("alpha").pk, "lead", D("0.5")),
        (here.organization("beta").pk, "partner", D("0.5")),
    ]


@pytest.mark.parametrize("who", ["alpha", "ann", "auditor", "finance"])
def test_only_project_staff_and_secretary_record(here: Panel, who: str) -> None:
    with pytest.raises(Denied):
        ruled(here, who=who)


# two stages


def test_only_who_is_invited_goes_on(db: None) -> None:
    here = ready(terms={"stages": 2}, ends_at="2026-03-10T00:00:00Z")
    here.call.refresh_from_db()
    with pytest.raises(GrantedUninvited):
        ruled(here)
    invited = invite(
        proposal=here.proposals["one"], by=here.people["projects"], on=date(2026, 2, 12)
    )
    with pytest.raises(AlreadyInvited):
        invite(proposal=invited, by=here.people["projects"], on=ON)
    with pytest.raises(NotReviewed):
        ruled(here)
    version_of(here, invited, "one, in full", ("alpha", "beta"), stage=2)
    submit(here, invited)
    assert Notice.objects.filter(code="proposal_invited").count() == 2


def test_one_stage_invites_nobody(here: Panel) -> None:
    with pytest.raises(OneStage):
        invite(proposal=here.proposals["one"], by=here.people["projects"], on=ON)


def test_nobody_screens_where_the_charter_says_so(db: None) -> None:
    here = panel(body=section(by="nobody", reviewers=0, criteria=[]))
    propose(here, "one")
    assert ruled(here).outcome == Outcome.GRANTED


# two at once


@pytest.mark.django_db(transaction=True)
def test_two_clerks_record_it_once() -> None:
    here, barrier, outcomes = ready(), Barrier(2), list[str]()

    def clerk() -> None:
        try:
            barrier.wait()
            outcomes.append(ruled(here).outcome)
        except DomainError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=clerk) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["granted", "wrong_authority"]
    assert Decision.objects.count() == 1
