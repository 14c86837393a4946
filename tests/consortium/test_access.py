"""Every operation × every kind of person: allowed exactly where it is declared."""

from collections.abc import Callable, Iterator
from copy import copy
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.db.models import Model

from consortium.access import ReferenceIsReadOnly, operation, operations, take
from consortium.errors import Denied, DomainError
from consortium.models import (
    Appointment,
    Consortium,
    User,
)
from consortium.operations.notices import hold_outbound
from consortium.states import MEMBER_ROLES, STAFF_ROLES, Role
from tests.cast import NOW, TODAY, Cast, build, person
from tests.consortium.scene import Scene, scene_of
from tests.factories import (
    banking,
    decisions,
    judging,
    licensing,
    owning,
    patents,
    portfolio,
    reporting,
    rights,
    vouching,
)
from tests.factories.acts import OF_ONE_PARTICIPANT, PROPOSAL_ACTS
from tests.snapshot import built_once

DAY = timedelta(days=1)
Everybody = dict[str, tuple[User | None, Callable[[str], bool]]]
DESK = {Role.SECRETARY, Role.FINANCE, Role.PROJECTS, Role.IP, Role.READER, Role.AUDITOR}
NOBODY: set[Role] = set()
SECONDS = {
    Role.SECRETARY,
    Role.FINANCE,
    Role.PROJECTS,
    Role.IP,
    Role.AUDITOR,
    Role.ACCOUNTANT,
    Role.SUPERVISOR,
}
"""Who may confirm what another person has proposed, if the charter names the role."""


ALLOWED: dict[str, set[Role]] = {
    "consortium.admit": {Role.SECRETARY},
    "consortium.adopt_charter": SECONDS,
    "consortium.amend_consortium": {Role.SECRETARY},
    "consortium.amend_user": NOBODY,
    "consortium.appoint": {Role.SECRETARY},
    "consortium.change_category": {Role.SECRETARY},
    "consortium.clone_charter": {Role.SECRETARY},
    "consortium.create_user": NOBODY,
    "consortium.discard_draft": {Role.SECRETARY},
    "consortium.draft_charter": {Role.SECRETARY},
    "consortium.end_appointment": {Role.SECRETARY},
    "consortium.end_consortium": {Role.SECRETARY},
    "consortium.end_control": {Role.SECRETARY},
    "consortium.end_membership": {Role.SECRETARY},
    "consortium.end_seat": {Role.SECRETARY},
    "consortium.give_seat": {Role.SECRETARY},
    "consortium.keep_paper": {Role.SECRETARY, Role.FINANCE, Role.PROJECTS, Role.IP},
    "consortium.file_document": DESK | MEMBER_ROLES,
    "consortium.found": NOBODY,
    "consortium.hold_outbound": {Role.SECRETARY},
    "consortium.drop_notice": {Role.SECRETARY},
    "consortium.drop_waiting": {Role.SECRETARY},
    "consortium.import_charter": {Role.SECRETARY},
    "consortium.look_ahead": {Role.SECRETARY, Role.FINANCE, Role.AUDITOR},
    "consortium.load_case": NOBODY,
    "consortium.load_facts": NOBODY,
    "consortium.propose_adoption": {Role.SECRETARY},
    "consortium.reach_goal": {Role.SECRETARY},
    "consortium.name_successor": {Role.SECRETARY, Role.IP},
    "consortium.record_cessation": {Role.SECRETARY},
    "consortium.record_control": {Role.SECRETARY},
    "consortium.register_organization": {Role.SECRETARY},
    "consortium.reinstate": {Role.SECRETARY},
    "consortium.release_outbound": {Role.SECRETARY},
    "consortium.release_withheld": {Role.SECRETARY},
    "consortium.retry_parked": {Role.SECRETARY, Role.FINANCE},
    "consortium.rewrite_draft": {Role.SECRETARY},
    "consortium.set_goal": {Role.SECRETARY},
    "consortium.suspend": {Role.SECRETARY},
    "funding.assess": {Role.FINANCE},
    "funding.block_dunning": {Role.FINANCE},
    "funding.decide_exit": {Role.SECRETARY},
    "funding.declare": {Role.SIGNATORY},
    "funding.enter_declaration": {Role.FINANCE},
    "funding.confirm_close": SECONDS,
    "funding.confirm_return": SECONDS,
    "funding.confirm_cutover": {Role.SECRETARY, Role.FINANCE},
    "funding.propose_cutover": {Role.SECRETARY, Role.FINANCE},
    "funding.confirm_run": SECONDS,
    "funding.estimate_figures": NOBODY,
    "funding.lift_block": {Role.FINANCE},
    "funding.number_accounts": {Role.FINANCE},
    "funding.propose_close": {Role.FINANCE},
    "funding.propose_return": {Role.FINANCE},
    "funding.propose_run": {Role.FINANCE},
    "funding.record_rate": {Role.FINANCE},
    "funding.record_reference_rate": {Role.FINANCE},
    "funding.open_round": {Role.FINANCE},
    "funding.record_declaration": NOBODY,
    **decisions.ALLOWED,
    **banking.ALLOWED,
    **vouching.ALLOWED,
    **portfolio.EXECUTION_ACTS,
    **PROPOSAL_ACTS,
    **judging.SCREENING_ACTS,
    **owning.RESULT_ACTS,
    **patents.PATENT_ACTS,
    **rights.RIGHTS_ACTS,
    **licensing.LICENCE_ACTS,
    **reporting.REPORT_ACTS,
}
"""Who may do what, written a second time by hand."""

OF_ONE_MEMBER = {
    "consortium.change_category",
    "consortium.end_membership",
    "consortium.suspend",
    "consortium.reinstate",
    "funding.declare",
    "funding.enter_declaration",
    "funding.estimate_figures",
    "funding.notice_payment",
    "funding.record_declaration",
    *decisions.OF_ONE_MEMBER,
    *portfolio.OF_ONE_PROJECT,
    *OF_ONE_PARTICIPANT,
    *judging.OF_ONE_COMPETITOR,
    *owning.OF_ONE_OWNER,
    *patents.OF_ONE_OWNER,
    *rights.OF_ONE_ASKER,
    *licensing.OF_ONE_LICENSEE,
}
"""Operations on one member: a member's role counts only for that member."""

NEVER_REFERENCE = {
    "consortium.create_user",
    "consortium.amend_user",
    "consortium.found",
    "consortium.load_facts",
}
"""Operations that have no consortium yet, or none at all."""


@built_once
def whole() -> Scene:
    return scene_of(build())


@built_once
def tried() -> tuple[dict[str, dict[str, Any]], Everybody]:
    """Return what each operation is called with, and everybody who calls it."""
    scene = whole()
    return scene.arguments(), people(scene)


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    with time_machine.travel(NOW, tick=True):
        yield whole()


def holder(
    scene: Scene, role: Role, *, of: str = "newcomer", at: str = "consortium", **dates: Any
) -> User:
    """Return a new person with one appointment."""
    user = person(f"{role.value}-{of}-{at}-{len(dates)}-{User.objects.count()}")
    member = scene.cast.members[of]
    period = {"starts_on": date(2025, 1, 1), "ends_on": None, **dates}
    Appointment.objects.create(
        user=user,
        consortium=getattr(scene.cast, at),
        role=role,
        organization=member.organization if role in MEMBER_ROLES else None,
        **period,
    )
    return user


def people(scene: Scene) -> Everybody:
    """Return everybody, each with whether an operation must let them."""

    def never(code: str) -> bool:
        return False

    found: Everybody = {}
    for role in Role:
        found[f"{role} here"] = (holder(scene, role), lambda code, r=role: r in ALLOWED[code])
        found[f"{role} elsewhere"] = (holder(scene, role, of="outsider", at="other"), never)
        ended = holder(scene, role, ends_on=TODAY)
        found[f"{role} until yesterday"] = (ended, never)
        found[f"{role} from tomorrow"] = (holder(scene, role, starts_on=TODAY + DAY), never)
        inactive = holder(scene, role)
        inactive.is_active = False
        found[f"{role} inactive"] = (inactive, never)
    for role in MEMBER_ROLES:
        found[f"{role} of a rival"] = (
            holder(scene, role, of="rival"),
            lambda code, r=role: r in ALLOWED[code] and code not in OF_ONE_MEMBER,
        )
    root = person("closed-root", is_superuser=True, is_active=False)
    found["inactive superuser"] = (root, never)
    found["superuser"] = (scene.cast.people["root"], lambda code: True)
    found["a sweep"] = (None, lambda code: True)
    found["no appointment"] = (person("stranger"), never)
    return found


def outcome(call: Callable[..., Any], /, **arguments: Any) -> str:
    """Return what came of a call, leaving nothing behind."""
    copies = {name: copy(value) for name, value in arguments.items()}
    with transaction.atomic():
        try:
            call(**copies)
        except DomainError as error:
            return error.code
        finally:
            transaction.set_rollback(True)
    return "done"


def test_the_table_names_every_operation(scene: Scene) -> None:
    for app in ("consortium", "projects", "funding", "ip"):
        folder = Path(__file__).parents[2] / app / "operations"
        for path in folder.glob("*.py"):
            import_module(f"{app}.operations.{path.stem}")
    declared = {code: set(each.allow) for code, each in operations.items()}
    assert declared == ALLOWED
    assert scene.arguments().keys() == ALLOWED.keys()


REFUSED_LATER = {
    "consortium.adopt_charter": "adoption_not_proposed",
    "consortium.give_seat": "no_such_section",
    "consortium.keep_paper": "act_of_another",
    "funding.confirm_close": "year_not_over",
    "funding.confirm_cutover": "books_begun",
    "funding.propose_cutover": "books_begun",
    "funding.confirm_return": "year_still_open",
    "funding.estimate_figures": "cannot_estimate",
    "funding.propose_close": "year_not_over",
    "funding.propose_return": "year_still_open",
    "funding.propose_run": "needs_no_confirmation",
    **portfolio.EXECUTION_LATER,
    **judging.SCREENING_LATER,
    **owning.RESULTS_LATER,
    **rights.RIGHTS_LATER,
    **licensing.LICENCES_LATER,
    "projects.create_call": "no_such_section",
    "ip.charge_owners": "no_levy_for_it",
}
"""What those who may are told here, each for a reason of its own."""


@pytest.mark.parametrize("code", sorted(ALLOWED))
def test_operation_lets_exactly_those_it_names(db: None, code: str) -> None:
    with time_machine.travel(NOW, tick=True):
        arguments, everybody = tried()
        outcomes = {
            name: outcome(operations[code].run, **arguments[code], by=user, on=TODAY)
            for name, (user, _) in everybody.items()
        }
    yes = REFUSED_LATER.get(code, "done")
    expected = {name: yes if may(code) else "denied" for name, (_, may) in everybody.items()}
    if code == "consortium.adopt_charter":
        expected["a sweep"] = "done"  # an operator need not wait for a proposal
    if code == "consortium.keep_paper":
        expected["a sweep"] = "done"  # it was entered at the console
    assert outcomes == expected


def test_reference_case_refuses_everybody(scene: Scene) -> None:
    Consortium.objects.filter(pk=scene.consortium.pk).update(is_reference=True)
    for each in (scene.consortium, scene.goal.consortium, scene.parked.consortium):
        each.refresh_from_db()
    arguments = scene.arguments()
    outcomes = {
        (code, name): outcome(operations[code].run, **fresh(given), by=by, on=TODAY)
        for code, given in arguments.items()
        for name, by in scene.cast.people.items()
        if code not in NEVER_REFERENCE and name in ("root", "secretary", "finance", "newcomer")
    }
    on_a_document = {key for key in outcomes if key[0] == "consortium.load_case"}
    assert {outcomes[key] for key in outcomes.keys() - on_a_document} == {ReferenceIsReadOnly.code}
    assert {key[1]: outcomes[key] for key in on_a_document} == {
        "root": "done",
        "secretary": "denied",
        "finance": "denied",
        "newcomer": "denied",
    }


def fresh(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return arguments read again, so that no stale copy of the consortium is asked."""
    return {
        name: type(value)._default_manager.get(pk=value.pk) if isinstance(value, Model) else value
        for name, value in arguments.items()
    }


def test_roles_are_either_staff_or_a_members(db: None) -> None:
    assert set(Role) == STAFF_ROLES | MEMBER_ROLES
    assert set() == STAFF_ROLES & MEMBER_ROLES


def test_denied_says_which_roles_it_takes(cast: Cast) -> None:
    with pytest.raises(Denied) as refused:
        operations["consortium.set_goal"].run(
            consortium=cast.consortium,
            text_en="x",
            set_on=TODAY,
            by=cast.people["reader"],
            on=TODAY,
        )
    assert refused.value.values == {"roles": [Role.SECRETARY]}


def test_a_right_taken_away_meanwhile_is_gone_for_a_write(cast: Cast) -> None:
    secretary = cast.people["secretary"]
    take(secretary)
    Appointment.objects.filter(user=secretary).update(ends_on=TODAY)
    with pytest.raises(Denied):
        hold_outbound(consortium=cast.consortium, by=secretary, on=TODAY)


def test_operation_takes_keywords_only() -> None:
    with pytest.raises(TypeError, match="keywords only"):

        @operation(allow=set())
        def wrong(consortium: Any, *, by: Any, on: Any) -> None: ...
