"""What operations are tried on: everything of the cast's consortium, or of the newcomer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.utils import timezone

from consortium.models import (
    Appointment,
    AuditEvent,
    Charter,
    Consortium,
    Control,
    Goal,
    Notice,
    Organization,
    ParkedItem,
    Seat,
    Suspension,
)
from consortium.operations.cases import CaseDocument
from consortium.operations.consortia import Founding
from consortium.operations.paper import Letter
from consortium.rules.cases import read_case
from consortium.rules.choices import Rank
from consortium.rules.documents import read_charter
from consortium.rules.facts import read_facts
from consortium.states import Role
from funding.models import (
    CutOver,
    DuesRun,
    DunningBlock,
    ExitProposal,
    Round,
    SurplusReturn,
    YearClose,
)
from funding.operations.declarations import Figures
from funding.reports.rounds import governing
from funding.states import ExitOutcome
from tests.cast import PERIOD, TODAY, Cast
from tests.factories import banking, decisions, licensing, owning, portfolio, vouching
from tests.factories.acts import proposal_arguments
from tests.factories.ceasing import ceasing_arguments
from tests.factories.judging import acts_of_screening
from tests.factories.lateness import late_some
from tests.factories.patents import Patented, patented
from tests.factories.projects import Screened, screened_in
from tests.factories.reporting import reporting_arguments
from tests.factories.rights import acts_of_rights

LATER = date(2026, 6, 1)
DOCUMENT = """
code = "imported"
title = { en = "Imported" }
starts_on = 2026-06-01
"""
FACTS = """
slug = "facts"
title = { en = "Facts" }
"""

REFERENCE = {"rate": "central_bank", "starts_on": TODAY, "percent": Decimal("2.75")}
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
    receipts: dict[str, dict[str, Any]]
    vouchers: dict[str, dict[str, Any]]
    forgiving: decisions.Forgiving
    screened: Screened
    patented: Patented

    def arguments(self) -> dict[str, dict[str, Any]]:
        """Return what each operation is called with, apart from `by` and `on`."""
        return {
            **self.of_consortia(),
            **self.of_charters(),
            **self.of_people(),
            **self.of_organizations(),
            **self.of_members(),
            **self.of_funding(),
            **of_dunning(self),
            **of_seats(self),
            **self.forgiving.arguments(),
            **self.receipts,
            **self.vouchers,
            **portfolio.execution_arguments(self.cast),
            **proposal_arguments(self.cast, self.consortium),
            **owning.owning_arguments(self.cast),
            **licensing.licensing_arguments(self.cast),
            **acts_of_screening(self.screened, self.cast.members["newcomer"]),
            **self.patented.arguments(),
            **acts_of_rights(self.cast.members["newcomer"]),
            **reporting_arguments(self.cast),
        }

    def of_consortia(self) -> dict[str, dict[str, Any]]:
        here = {"consortium": self.consortium}
        notice = Notice.objects.filter(**here).first()
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
            "consortium.drop_notice": {"notice": notice, "reason": "old"},
            "consortium.drop_waiting": {**here, "reason": "old"},
            "consortium.hold_outbound": here,
            "consortium.load_case": {"case": self.case},
            "consortium.load_facts": {"document": read_facts(FACTS)},
            "consortium.look_ahead": {**here, "to": LATER, "enough": lambda: True},
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
        new = {"name_en": "N", "kind": "enterprise", "country": "US"}
        return {
            "consortium.end_control": {**here, "control": Control.objects.get(), "ends_on": LATER},
            **ceasing_arguments(self.consortium, self.organization),
            "consortium.record_control": {
                **here,
                "organization": self.cast.members["rival"].organization,
                "controller": self.organization,
                "share": Decimal("0.5"),
                "starts_on": TODAY,
            },
            "consortium.register_organization": {**here, **new},
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
            "consortium.end_consortium": {**here, "ends_on": LATER, "reason": "resolved"},
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
            **of_books(self),
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


def of_seats(scene: Scene) -> dict[str, dict[str, Any]]:
    here, member = {"consortium": scene.consortium}, scene.cast.members["newcomer"]
    return {
        "consortium.keep_paper": {
            **here,
            "code": "projects.declare_competitor",
            "event": AuditEvent.objects.filter(**here, by=None).latest("pk"),
            "organization": scene.cast.members["newcomer"].organization,
            "letter": Letter(signatory="Ms Li", paper_on=TODAY),
        },
        "consortium.end_seat": {"seat": Seat.objects.get(), "ends_on": LATER},
        "consortium.give_seat": {
            "member": member,
            "body": "board",
            "rank": Rank.MEMBER,
            "starts_on": TODAY,
        },
    }


def of_dunning(scene: Scene) -> dict[str, dict[str, Any]]:
    until = {"until": LATER, "reason": "disputed"}
    return {
        "funding.block_dunning": {"member": scene.cast.members["newcomer"], **until},
        "funding.decide_exit": {
            "proposal": ExitProposal.objects.get(),
            "outcome": ExitOutcome.KEPT,
            "decided_on": TODAY,
        },
        "funding.lift_block": {"block": DunningBlock.objects.get()},
    }


def of_books(scene: Scene) -> dict[str, dict[str, Any]]:
    here = {"consortium": scene.consortium}
    return {
        "funding.confirm_close": {"close": scene.close},
        "funding.confirm_cutover": {"cut_over": CutOver.objects.get()},
        "funding.propose_cutover": {**here, "name": "a", "content": b"", "day": TODAY},
        "funding.confirm_return": {"back": scene.back},
        "funding.number_accounts": {**here, "accounts": {}},
        "funding.propose_close": {**here, "unit": "USD", "ends_on": date(2027, 1, 1)},
        "funding.propose_return": {"close": scene.close, "amount": Decimal(1)},
    }


def scene_of(cast: Cast) -> Scene:
    consortium = cast.consortium
    stranger = Organization.objects.create(name_en="Stranger", kind="enterprise", country="US")
    owned = cast.members["payer"].organization
    Control.objects.create(organization=owned, controller=stranger, share=1, starts_on=TODAY)
    late_some(cast, "rival")
    close, back = closing(consortium)
    CutOver.objects.create(consortium=consortium, on=TODAY, proposed_on=TODAY)
    Seat.objects.create(member=cast.members["payer"], body="board", rank="member", starts_on=TODAY)
    receipts = banking.arguments(cast)  # first: it pays a part of what is forgiven below
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
        screened=screened_in(consortium, "newcomer", "partner"),
        patented=patented(cast.members["newcomer"]),
        receipts=receipts,
        vouchers=vouching.arguments(cast),
        forgiving=decisions.Forgiving.of(cast.members["newcomer"], cast.members["rival"]),
        run=DuesRun.objects.create(
            consortium=consortium,
            round=Round.objects.get(consortium=consortium, levy="dues"),
            count=0,
            digest=sha256().hexdigest(),  # of nobody on the roll
            proposed_on=TODAY,
        ),
    )


def closing(consortium: Consortium) -> tuple[YearClose, SurplusReturn]:
    """Propose to close a year and to return what it left."""
    close = YearClose.objects.create(
        consortium=consortium, unit="USD", starts_on=PERIOD, ends_on=date(2027, 1, 1), surplus=0,
        digest="", proposed_on=TODAY,
    )  # fmt: skip
    back = SurplusReturn.objects.create(
        consortium=consortium, close=close, levy="dues", amount=1, count=0, digest="",
        proposed_on=TODAY,
    )  # fmt: skip
    return close, back
