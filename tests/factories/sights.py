"""What stands in a consortium beside dues: a season's papers, research, recorded facts."""

from datetime import timedelta
from decimal import Decimal

from consortium.models import (
    Appointment,
    AuditEvent,
    Charter,
    Consortium,
    Disagreement,
    Fact,
    Member,
    PaperAct,
    ParkedItem,
    Seat,
)
from consortium.states import Role
from funding.models import DuesRun, LedgerHeading
from funding.operations.rates import note_view, record_rate, record_reference_rate
from funding.states import Screen
from tests.cast import FOUNDED, PERIOD, TODAY, Cast, appointed
from tests.factories.acts import propose_some
from tests.factories.corrections import close_some
from tests.factories.judging import screen_some
from tests.factories.moving import move_some
from tests.factories.owning import own_some
from tests.factories.portfolio import portfolio


def record_some(cast: Cast) -> None:
    """Record facts of a case, park an item and draft a charter, here and elsewhere."""
    recorded = Consortium.objects.get(is_reference=True)
    for model in (Fact, Disagreement):
        model.objects.create(consortium=recorded, code=model.__name__, position=1, body={})
    for each in (cast.consortium, cast.other):
        ParkedItem.objects.create(consortium=each, sweep="s", key="k", reason="r", since=TODAY)
        Charter.objects.create(consortium=each, code="draft", name_en="D", starts_on=TODAY)


def seat_some(cast: Cast, *names: str) -> None:
    """Seat members on a board, one of a reference case too, and keep a paper of each."""
    recorded = Member.objects.filter(consortium__is_reference=True)
    for member in (*(cast.members[name] for name in names), *recorded):
        Seat.objects.create(member=member, body="board", rank="member", starts_on=FOUNDED)
    for member in (cast.members[name] for name in names):
        where = member.consortium
        PaperAct.objects.create(
            consortium=where, organization=member.organization, operation="projects.ask_question",
            event=AuditEvent.objects.filter(consortium=where).latest("number"),
            signatory="Ms Li", paper_on=TODAY, entered_on=TODAY,
        )  # fmt: skip


def run_the_season(cast: Cast) -> None:
    """Look at a round, record a rate and propose a run, here and elsewhere."""
    for each in (cast.consortium, cast.other):
        seen = list(each.members.all()) * 2
        note_view(consortium=each, screen=Screen.ROUND, by=cast.people["finance"], members=seen)
        record_rate(
            consortium=each, rate="ecb", unit="EUR", into="USD", published_on=TODAY,
            value=Decimal("1.08"), by=None, on=TODAY,
        )  # fmt: skip
        record_reference_rate(
            consortium=each, rate="ecb", starts_on=TODAY, percent=Decimal("2.75"), by=None,
            on=TODAY,
        )  # fmt: skip
        round = each.rounds.get(levy="dues", starts_on=PERIOD)
        DuesRun.objects.create(consortium=each, round=round, count=1, digest="", proposed_on=TODAY)
        LedgerHeading.objects.create(consortium=each, kind="bank", number="1", name_en="Bank")
    close_some(cast)
    move_some(cast)


def research(cast: Cast) -> None:
    """Propose, screen and run projects, and own what comes of them."""
    portfolio(cast, "payer", "rival", "outsider")
    own_some(cast, "payer", "rival", "outsider")
    propose_some(cast)
    screen_some(cast)


def appoint_some(cast: Cast) -> None:
    """Appoint a member's contact, and auditors of yesterday, of tomorrow and shut out."""
    payer = cast.members["payer"].organization
    cast.people["contact"] = appointed("contact", cast.consortium, Role.FINANCE_CONTACT, payer)
    for name, role in (("expired", Role.AUDITOR), ("early", Role.AUDITOR)):
        cast.people[name] = appointed(name, cast.consortium, role)
    Appointment.objects.filter(user=cast.people["expired"]).update(ends_on=TODAY)
    Appointment.objects.filter(user=cast.people["early"]).update(
        starts_on=TODAY + timedelta(days=1)
    )
    closed = appointed("closed", cast.consortium, Role.AUDITOR)
    closed.is_active = False
    closed.save()
    cast.people["closed"] = closed
