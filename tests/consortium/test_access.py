"""Every operation × every kind of person: allowed exactly where it is declared."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from consortium.access import ReferenceIsReadOnly, operation, operations
from consortium.errors import Denied, DomainError
from consortium.models import (
    Appointment,
    Charter,
    Consortium,
    Control,
    Goal,
    Organization,
    ParkedItem,
    Suspension,
    User,
)
from consortium.operations.cases import CaseDocument
from consortium.operations.consortia import Founding
from consortium.rules.cases import read_case
from consortium.rules.documents import read_charter
from consortium.rules.facts import read_facts
from consortium.states import MEMBER_ROLES, STAFF_ROLES, Role
from funding.models import DuesRun, DunningBlock, ExitProposal, Round, SurplusReturn, YearClose
from funding.operations.declarations import Figures
from funding.reports.rounds import governing
from funding.states import ExitOutcome
from tests.cast import PERIOD, TODAY, Cast, person
from tests.factories import banking, decisions
from tests.factories.lateness import late_some

DAY = timedelta(days=1)
LATER = date(2026, 6, 1)
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

REFERENCE = {"rate": "central_bank", "starts_on": TODAY, "percent": Decimal("2.75")}

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
    "consortium.end_control": {Role.SECRETARY},
    "consortium.end_membership": {Role.SECRETARY},
    "consortium.file_document": DESK | MEMBER_ROLES,
    "consortium.found": NOBODY,
    "consortium.hold_outbound": {Role.SECRETARY},
    "consortium.import_charter": {Role.SECRETARY},
    "consortium.load_case": NOBODY,
    "consortium.load_facts": NOBODY,
    "consortium.propose_adoption": {Role.SECRETARY},
    "consortium.reach_goal": {Role.SECRETARY},
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
}
"""Operations on one member: a member's role counts only for that member."""

NEVER_REFERENCE = {
    "consortium.create_user",
    "consortium.amend_user",
    "consortium.found",
    "consortium.load_facts",
}
"""Operations that have no consortium yet, or none at all."""


@dataclass
class Scene:
    """The things operations are tried on, all of the consortium or of the newcomer."""

    cast: Cast
    consortium: Consortium
    organization: Organization
    goal: Goal
    draft: Charter
    parked: ParkedItem
    case: CaseDocument
    run: DuesRun
    close: YearClose
    back: SurplusReturn
    forgiving: decisions.Forgiving

    def arguments(self) -> dict[str, dict[str, Any]]:
        """Return what each operation is called with, apart from `by` and `on`."""
        return {
            **self.of_consortia(),
            **self.of_charters(),
            **self.of_people(),
            **self.of_organizations(),
            **self.of_members(),
            **self.of_funding(),
            **self.of_dunning(),
            **self.forgiving.arguments(),
            **banking.arguments(self.cast),
        }

    def of_consortia(self) -> dict[str, dict[str, Any]]:
        here = {"consortium": self.consortium}
        founding = Founding(
            slug="new",
            name_en="New",
            currency="USD",
            time_zone="UTC",
            legal_form="contract",
            stage="key_technology",
            structure="vertical",
            initiator="project",
            starts_on=TODAY,
        )
        return {
            "consortium.amend_consortium": {**here, "changes": {"field_en": "New"}},
            "consortium.file_document": {**here, "name": "a", "content": b"%PDF-1.4\n%%EOF\n"},
            "consortium.found": {"founding": founding},
            "consortium.hold_outbound": here,
            "consortium.load_case": {"case": self.case},
            "consortium.load_facts": {"document": read_facts(FACTS)},
            "consortium.reach_goal": {"goal": self.goal, "reached_on": TODAY},
            "consortium.release_outbound": {**here, "at": timezone.now()},
            "consortium.release_withheld": here,
            "consortium.retry_parked": {"item": self.parked},
            "consortium.set_goal": {**here, "text_en": "A goal", "set_on": TODAY},
        }

    def of_charters(self) -> dict[str, dict[str, Any]]:
        here = {"consortium": self.consortium}
        text = {"name_en": "Text", "starts_on": LATER, "sections": {}, "code": "third"}
        return {
            "consortium.adopt_charter": {"charter": self.draft},
            "consortium.clone_charter": {
                **here,
                "source": self.draft,
                "code": "cloned",
                "starts_on": LATER,
            },
            "consortium.discard_draft": {"charter": self.draft},
            "consortium.draft_charter": {**here, **text},
            "consortium.import_charter": {**here, "document": read_charter(DOCUMENT)},
            "consortium.propose_adoption": {
                "charter": self.draft,
                "body": "council",
                "decided_on": TODAY,
            },
            "consortium.rewrite_draft": {
                "charter": self.draft,
                "revision": self.draft.revision,
                "name_en": "Again",
                "name_zh": "",
                "starts_on": LATER,
                "ends_on": None,
                "sections": {},
            },
        }

    def of_people(self) -> dict[str, dict[str, Any]]:
        here = {"consortium": self.consortium}
        user = self.cast.people["nobody"]
        return {
            "consortium.amend_user": {
                "user": user,
                "name": "x",
                "email": "",
                "language": "",
                "is_active": True,
            },
            "consortium.appoint": {**here, "user": user, "role": Role.READER, "starts_on": TODAY},
            "consortium.create_user": {"username": "someone"},
            "consortium.end_appointment": {
                "appointment": Appointment.objects.get(user=self.cast.people["newcomer"]),
                "ends_on": LATER,
            },
        }

    def of_organizations(self) -> dict[str, dict[str, Any]]:
        here = {"consortium": self.consortium}
        return {
            "consortium.end_control": {**here, "control": Control.objects.get(), "ends_on": LATER},
            "consortium.record_control": {
                **here,
                "organization": self.cast.members["rival"].organization,
                "controller": self.organization,
                "share": Decimal("0.5"),
                "starts_on": TODAY,
            },
            "consortium.register_organization": {
                **here,
                "name_en": "N",
                "kind": "enterprise",
                "country": "US",
            },
        }

    def of_members(self) -> dict[str, dict[str, Any]]:
        here = {"consortium": self.consortium}
        member = self.cast.members["newcomer"]
        return {
            "consortium.admit": {
                **here,
                "organization": self.organization,
                "category": "x",
                "starts_on": TODAY,
            },
            "consortium.change_category": {"member": member, "category": "y", "from_on": LATER},
            "consortium.end_membership": {"member": member, "ends_on": LATER},
            "consortium.reinstate": {
                "member": self.cast.members["rival"],
                "suspension": Suspension.objects.get(),
                "from_on": LATER,
            },
            "consortium.suspend": {
                "member": member,
                "right": "voting",
                "cause": "c",
                "starts_on": TODAY,
            },
        }

    def of_funding(self) -> dict[str, dict[str, Any]]:
        here = {"consortium": self.consortium}
        figures = Figures(
            levy="dues", period_starts_on=PERIOD, values={"semiconductor_sales": Decimal(5)}
        )
        member_figures = {"member": self.cast.members["newcomer"], "figures": figures}
        round = Round.objects.get(consortium=self.consortium, levy="dues")
        due = governing(consortium=self.consortium, levy="dues", period_starts_on=PERIOD)
        return {
            "funding.assess": {"round": round},
            "funding.declare": member_figures,
            "funding.enter_declaration": {
                **member_figures,
                "signed_by": "Somebody",
                "paper_on": TODAY,
            },
            "funding.confirm_run": {"run": self.run},
            "funding.estimate_figures": {"member": self.cast.members["newcomer"], "due": due},
            **self.of_books(),
            "funding.propose_run": {"round": round},
            "funding.record_rate": {
                **here,
                "rate": "central_parity",
                "unit": "EUR",
                "into": "USD",
                "published_on": TODAY,
                "value": Decimal("1.08"),
            },
            "funding.record_reference_rate": here | REFERENCE,
            "funding.open_round": {**here, "due": due},
            "funding.record_declaration": member_figures,
        }

    def of_dunning(self) -> dict[str, dict[str, Any]]:
        until = {"until": LATER, "reason": "disputed"}
        return {
            "funding.block_dunning": {"member": self.cast.members["newcomer"], **until},
            "funding.decide_exit": {
                "proposal": ExitProposal.objects.get(),
                "outcome": ExitOutcome.KEPT,
                "decided_on": TODAY,
            },
            "funding.lift_block": {"block": DunningBlock.objects.get()},
        }

    def of_books(self) -> dict[str, dict[str, Any]]:
        here = {"consortium": self.consortium}
        return {
            "funding.confirm_close": {"close": self.close},
            "funding.confirm_return": {"back": self.back},
            "funding.number_accounts": {**here, "accounts": {}},
            "funding.propose_close": {**here, "unit": "USD", "ends_on": date(2027, 1, 1)},
            "funding.propose_return": {"close": self.close, "amount": Decimal(1)},
        }


CASE = """
slug = "a-case"
name = { en = "A case" }
legal_form = "association"
stage = "pre_competitive"
structure = "horizontal"
initiator = "government"
field = { en = "Chips" }
currency = "USD"
time_zone = "America/Chicago"
fiscal_year = { month = 1, day = 1 }
starts_on = 1987-08-01
"""


@pytest.fixture
def scene(cast: Cast) -> Scene:
    consortium = cast.consortium
    stranger = Organization.objects.create(name_en="Stranger", kind="enterprise", country="US")
    Control.objects.create(
        organization=cast.members["payer"].organization,
        controller=stranger,
        share=1,
        starts_on=TODAY,
    )
    late_some(cast, "rival")
    close = YearClose.objects.create(
        consortium=consortium, unit="USD", starts_on=PERIOD, ends_on=date(2027, 1, 1), surplus=0,
        digest="", proposed_on=TODAY,
    )  # fmt: skip
    back = SurplusReturn.objects.create(
        consortium=consortium, close=close, levy="dues", amount=1, count=0, digest="",
        proposed_on=TODAY,
    )  # fmt: skip
    return Scene(
        cast=cast,
        close=close,
        back=back,
        consortium=consortium,
        organization=stranger,
        goal=Goal.objects.get(consortium=consortium),
        draft=Charter.objects.create(
            consortium=consortium, code="draft", name_en="Draft", starts_on=date(2027, 1, 1)
        ),
        parked=ParkedItem.objects.create(
            consortium=consortium, sweep="s", key="k", reason="r", since=TODAY
        ),
        case=read_case(CASE),
        forgiving=decisions.Forgiving.of(cast.members["newcomer"], cast.members["rival"]),
        run=DuesRun.objects.create(
            consortium=consortium,
            round=Round.objects.get(consortium=consortium, levy="dues"),
            count=0,
            digest=sha256().hexdigest(),  # of nobody on the roll
            proposed_on=TODAY,
        ),
    )


DOCUMENT = """
code = "imported"
title = { en = "Imported" }
starts_on = 2026-06-01
"""
FACTS = """
slug = "facts"
title = { en = "Facts" }
"""


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


def people(scene: Scene) -> dict[str, tuple[User | None, Callable[[str], bool]]]:
    """Return everybody, each with whether an operation must let them."""

    def never(code: str) -> bool:
        return False

    found: dict[str, tuple[User | None, Callable[[str], bool]]] = {}
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
    "funding.confirm_close": "year_not_over",
    "funding.confirm_return": "year_still_open",
    "funding.estimate_figures": "cannot_estimate",
    "funding.propose_close": "year_not_over",
    "funding.propose_return": "year_still_open",
    "funding.propose_run": "needs_no_confirmation",
}
"""What those who may are told here, each for a reason of its own."""


@pytest.mark.parametrize("code", sorted(ALLOWED))
def test_operation_lets_exactly_those_it_names(scene: Scene, code: str) -> None:
    arguments, run = scene.arguments()[code], operations[code].run
    everybody = people(scene)
    outcomes = {
        name: outcome(run, **arguments, by=user, on=TODAY) for name, (user, _) in everybody.items()
    }
    yes = REFUSED_LATER.get(code, "done")
    expected = {name: yes if may(code) else "denied" for name, (_, may) in everybody.items()}
    if code == "consortium.adopt_charter":
        expected["a sweep"] = "done"  # an operator need not wait for a proposal
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


def test_operation_takes_keywords_only() -> None:
    with pytest.raises(TypeError, match="keywords only"):

        @operation(allow=set())
        def wrong(consortium: Any, *, by: Any, on: Any) -> None: ...
