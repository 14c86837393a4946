"""From assignment to submitted reviews: who may judge, by when, and on which scale."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from consortium.errors import Denied, DomainError, Several
from consortium.models import Appointment, AuditEvent, Control, Notice, User
from consortium.states import Role
from projects.models import Competitor, Proposal, Review, ReviewAssignment
from projects.operations.assignments import (
    AlreadyAssigned,
    AssignmentReleased,
    CallStillOpen,
    ConflictOfInterest,
    DueInThePast,
    NotAReviewer,
    NotScreened,
    NotYourAssignment,
    Pair,
    ReasonMissing,
    ReviewSubmitted,
    assign_reviewers,
    declare_conflict,
    extend_assignment,
    release_assignment,
)
from projects.operations.competitors import (
    CompetitorDeclared,
    OwnCompetitor,
    declare_competitor,
    end_competitor,
)
from projects.operations.reviews import (
    ConsensusReached,
    LateReview,
    Opinion,
    TooFewReviews,
    record_consensus,
    save_review,
    submit_review,
)
from projects.reports.assignments import propose_assignments
from projects.rules.scores import MissingScore, OutOfScale, UnknownCriterion
from tests.factories.projects import (
    CLOSED_ON,
    FOUNDED,
    SCREENED_ON,
    Panel,
    panel,
    propose,
    section,
)
from tests.snapshot import built_once

DUE = date(2026, 3, 1)
AT = datetime(2026, 2, 20, 3, 0, tzinfo=UTC)
D = Decimal


@pytest.fixture
@built_once
def here(db: None) -> Panel:
    made = panel()
    for name in ("one", "two", "three"):
        propose(made, name)
    return made


def assign(here: Panel, *pairs: tuple[str, str], on: date = SCREENED_ON, due_on: date = DUE) -> Any:
    return assign_reviewers(
        call=here.call,
        pairs=[Pair(here.proposals[name], here.people[who]) for name, who in pairs],
        due_on=due_on,
        by=here.people["projects"],
        on=on,
    )


def opinion(novelty: str = "4", use: str = "3.5", **more: Any) -> Opinion:
    return Opinion(scores={"novelty": D(novelty), "use": D(use)}, **more)


def review(assignment: ReviewAssignment, given: Opinion | None = None, **more: Any) -> Review:
    arguments = {"by": assignment.reviewer, "at": AT, "on": AT.date(), **more}
    return submit_review(assignment=assignment, opinion=given or opinion(), **arguments)


def controls(here: Panel, organization: Any, controller: Any, share: str = "0.6") -> None:
    Control.objects.create(
        organization=organization, controller=controller, share=D(share), starts_on=FOUNDED
    )


def speaks_for(here: Panel, who: str, member: str) -> None:
    Appointment.objects.create(
        user=here.people[who], consortium=here.consortium, role=Role.TECHNICAL_CONTACT,
        organization=here.organization(member), starts_on=FOUNDED,
    )  # fmt: skip


# assigning


def test_assignments_are_balanced_previewed_and_confirmed(here: Panel) -> None:
    shown = propose_assignments(call=here.call, on=SCREENED_ON)
    assert sorted(load for _, load in shown.load) == [2, 2, 2]
    assert shown.short == []
    assert not ReviewAssignment.objects.exists()
    rows = assign_reviewers(
        call=here.call, pairs=[Pair(*each) for each in shown.pairs], due_on=DUE,
        by=here.people["projects"], on=SCREENED_ON,
    )  # fmt: skip
    assert len(rows) == 6
    assert propose_assignments(call=here.call, on=SCREENED_ON).pairs == []
    event = AuditEvent.objects.get(action="assign_reviewers")
    assert event.facts["count"] == 6
    told = Notice.objects.filter(code="reviews_assigned")
    assert {each.recipient for each in told} == {
        here.people[each] for each in ("ann", "bob", "cid")
    }


def test_preview_says_what_is_short(here: Panel) -> None:
    for who in ("ann", "bob"):
        speaks_for(here, who, "alpha")
    shown = propose_assignments(call=here.call, on=SCREENED_ON)
    assert [reviewer for _, reviewer in shown.pairs] == [here.people["cid"]] * 3
    assert [lacking for _, lacking in shown.short] == [1, 1, 1]


def test_preview_costs_the_same_for_any_number(
    here: Panel, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(30) as three:
        propose_assignments(call=here.call, on=SCREENED_ON)
    for name in range(9):
        propose(here, f"more {name}")
    here.call.charter.refresh_from_db()
    with django_assert_num_queries(len(three.captured_queries)):
        propose_assignments(call=here.call, on=SCREENED_ON)


@pytest.mark.parametrize(
    ("tie", "conflict"),
    [
        ("participant", "speaks_for_participant"),
        ("group", "same_group"),
        ("chain", "same_group"),
        ("stake", "holds_a_stake"),
        ("competitor", "declared_competitor"),
        ("reverse", "declared_competitor"),
        ("self", "self_review"),
    ],
)
def test_who_has_an_interest_is_refused(here: Panel, tie: str, conflict: str) -> None:
    alpha, gamma = here.organization("alpha"), here.organization("gamma")
    if tie == "participant":
        speaks_for(here, "ann", "beta")
    elif tie == "self":
        here.proposals["one"].created_by = here.people["ann"]
        here.proposals["one"].save()
    else:
        speaks_for(here, "ann", "gamma")
    match tie:
        case "group":
            controls(here, gamma, alpha)
        case "chain":
            middle = type(alpha).objects.create(name_en="M", kind="enterprise", country="US")
            controls(here, gamma, middle)
            controls(here, middle, alpha)
        case "stake":
            controls(here, gamma, alpha, "0.2")
        case "competitor" | "reverse":
            one, other = ("alpha", "gamma") if tie == "competitor" else ("gamma", "alpha")
            declare_competitor(
                member=here.members[one], organization=here.organization(other),
                starts_on=FOUNDED, by=here.people[one], on=FOUNDED,
            )  # fmt: skip
    with pytest.raises(ConflictOfInterest) as refused:
        assign(here, ("one", "ann"))
    assert refused.value.values["conflict"] == conflict
    assert not ReviewAssignment.objects.exists()


def test_ties_count_on_the_day_only(here: Panel) -> None:
    speaks_for(here, "ann", "gamma")
    controls(here, here.organization("gamma"), here.organization("alpha"))
    Control.objects.update(ends_on=SCREENED_ON)
    assert len(assign(here, ("one", "ann"))) == 1


def test_independent_experts_are_of_no_member(db: None) -> None:
    made = panel(body=section(independent=True))
    propose(made, "one")
    speaks_for(made, "ann", "gamma")
    with pytest.raises(ConflictOfInterest) as refused:
        assign(made, ("one", "ann"))
    assert refused.value.values["conflict"] == "not_independent"


def test_all_or_none_and_everything_said_at_once(here: Panel) -> None:
    speaks_for(here, "ann", "alpha")
    here.proposals["draft"] = propose(here, "draft", submitted=False)
    with pytest.raises(Several) as refused:
        assign(
            here,
            ("one", "ann"),
            ("draft", "bob"),
            ("two", "alpha"),
            ("three", "cid"),
            ("three", "cid"),
        )
    assert [type(each) for each in refused.value.errors] == [
        ConflictOfInterest, NotScreened, NotAReviewer, AlreadyAssigned,
    ]  # fmt: skip
    assert not ReviewAssignment.objects.exists()


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"on": CLOSED_ON}, CallStillOpen),
        ({"due_on": SCREENED_ON - timedelta(days=1)}, DueInThePast),
    ],
)
def test_days_of_an_assignment(
    here: Panel, days: dict[str, date], expected: type[DomainError]
) -> None:
    with pytest.raises(expected):
        assign(here, ("one", "ann"), **days)


# taking back


def test_own_declaration_releases_with_its_reason(here: Panel) -> None:
    (row,) = assign(here, ("one", "ann"))
    ann = here.people["ann"]
    with pytest.raises(NotYourAssignment):
        declare_conflict(assignment=row, reason="x", by=here.people["bob"], on=SCREENED_ON)
    with pytest.raises(ReasonMissing):
        declare_conflict(assignment=row, reason=" ", by=ann, on=SCREENED_ON)
    declare_conflict(assignment=row, reason="My brother works there.", by=ann, on=SCREENED_ON)
    row.refresh_from_db()
    assert (row.released_on, row.release) == (SCREENED_ON, "My brother works there.")
    assert not Proposal.objects.visible_to(ann, SCREENED_ON).exists()
    with pytest.raises(AssignmentReleased):
        review(row)
    with pytest.raises(ConflictOfInterest) as refused:
        assign(here, ("one", "ann"))
    assert refused.value.values["conflict"] == "released_before"


def test_staff_release_what_is_not_yet_reviewed(here: Panel) -> None:
    one, two = assign(here, ("one", "ann"), ("two", "ann"))
    release_assignment(assignment=one, reason="ill", by=here.people["projects"], on=SCREENED_ON)
    review(two)
    with pytest.raises(ReviewSubmitted):
        release_assignment(assignment=two, reason="ill", by=here.people["projects"], on=SCREENED_ON)


# reviewing


def test_review_is_drafted_submitted_and_sealed(here: Panel) -> None:
    (row,) = assign(here, ("one", "ann"))
    ann = here.people["ann"]
    draft = Opinion(scores={"novelty": D(3)})
    save_review(assignment=row, opinion=draft, by=ann, on=SCREENED_ON)
    done = review(row, opinion(comment="Good.", feedback="More data, please."))
    assert done.scores == {"novelty": "4", "use": "3.5"}
    assert len(done.digest) == 64
    with pytest.raises(ReviewSubmitted):
        review(row)
    for change in (
        lambda: Review.objects.update(comment="x"),
        lambda: Review.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="sealed"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({"novelty": "5.5", "use": "1"}, OutOfScale),
        ({"novelty": "1.3", "use": "1"}, OutOfScale),
        ({"novelty": "-1", "use": "1"}, OutOfScale),
        ({"novelty": "5"}, MissingScore),
        ({"novelty": "5", "use": "1", "looks": "1"}, UnknownCriterion),
    ],
)
def test_scores_off_the_scale_are_refused_and_nothing_is_lost(
    here: Panel, scores: dict[str, str], expected: type[DomainError]
) -> None:
    (row,) = assign(here, ("one", "ann"))
    save_review(assignment=row, opinion=opinion("2", "2"), by=row.reviewer, on=SCREENED_ON)
    with pytest.raises(expected):
        review(row, Opinion(scores={code: D(score) for code, score in scores.items()}))
    assert Review.objects.get().scores == {"novelty": "2", "use": "2"}


def test_last_day_is_in_time_and_the_next_one_needs_a_reason(here: Panel) -> None:
    one, two = assign(here, ("one", "ann"), ("two", "ann"))
    review(one, on=DUE)
    late = DUE + timedelta(days=1)
    with pytest.raises(LateReview) as refused:
        review(two, on=late)
    assert refused.value.values == {"due_on": DUE, "on": late}
    staff = here.people["projects"]
    with pytest.raises(ReasonMissing):
        extend_assignment(assignment=two, due_on=late, reason="", by=staff, on=late)
    extend_assignment(assignment=two, due_on=late, reason="ill", by=staff, on=late)
    assert review(two, on=late).submitted_at == AT


@pytest.mark.parametrize("who", ["bob", "projects", "alpha", None])
def test_nobody_reviews_for_another(here: Panel, who: str | None) -> None:
    (row,) = assign(here, ("one", "ann"))
    by: User | None = here.people[who] if who else None
    with pytest.raises((NotYourAssignment, Denied)):
        review(row, by=by)


# consensus


def test_consensus_needs_two_reviews_a_reason_and_comes_once(here: Panel) -> None:
    rows = assign(here, ("one", "ann"), ("one", "bob"))
    said: dict[str, Any] = {
        "proposal": here.proposals["one"], "criterion": "use", "score": D(3),
        "reason": "Bob had misread the table.", "by": here.people["projects"], "on": AT.date(),
    }  # fmt: skip
    review(rows[0], opinion("4", "5"))
    with pytest.raises(TooFewReviews):
        record_consensus(**said)
    review(rows[1], opinion("4", "1"))
    for wrong, expected in (
        ({"criterion": "looks"}, UnknownCriterion),
        ({"score": D(6)}, OutOfScale),
        ({"reason": ""}, ReasonMissing),
    ):
        with pytest.raises(expected):
            record_consensus(**{**said, **wrong})
    record_consensus(**said)
    with pytest.raises(ConsensusReached):
        record_consensus(**said)


# competitors


def test_competitors_are_declared_by_members_for_a_time(here: Panel) -> None:
    alpha, gamma = here.members["alpha"], here.organization("gamma")
    said = {"member": alpha, "starts_on": FOUNDED, "by": here.people["alpha"], "on": FOUNDED}
    with pytest.raises(OwnCompetitor):
        declare_competitor(organization=alpha.organization, **said)
    declared = declare_competitor(organization=gamma, **said)
    with pytest.raises(CompetitorDeclared):
        declare_competitor(organization=gamma, **said)
    with pytest.raises(Denied):
        declare_competitor(organization=gamma, **{**said, "by": here.people["beta"]})
    ending = {"member": alpha, "competitor": declared, "ends_on": SCREENED_ON, "on": SCREENED_ON}
    for who in ("gamma", "beta", "ann"):
        with pytest.raises(Denied):
            end_competitor(**ending, by=here.people[who])
    end_competitor(**ending, by=here.people["alpha"])
    assert not Competitor.objects.on(SCREENED_ON).exists()


@pytest.mark.parametrize("who", ["gamma", "beta", "ann", "finance"])
def test_nobody_else_sees_whom_a_member_fears(here: Panel, who: str) -> None:
    declare_competitor(
        member=here.members["alpha"], organization=here.organization("gamma"),
        starts_on=FOUNDED, by=here.people["alpha"], on=FOUNDED,
    )  # fmt: skip
    assert not Competitor.objects.visible_to(here.people[who], SCREENED_ON).exists()
    assert Competitor.objects.visible_to(here.people["alpha"], SCREENED_ON).exists()
