"""Planned publications: one of a member's own, the acts on it, and one of a running project."""

from datetime import date, timedelta
from typing import Any

from consortium.models import Charter, Member
from consortium.states import Role
from ip.models import (
    PublicationAnswer,
    PublicationNotice,
    PublicationParty,
    PublicationWatch,
    Result,
)
from ip.operations.publishing import Planned, give_notice
from ip.rules.choices import Stance
from tests.cast import FOUNDED, TODAY
from tests.factories.running import Running

SPEAKERS = {Role.SIGNATORY, Role.TECHNICAL_CONTACT}

OF_PUBLICATIONS = (PublicationAnswer, PublicationNotice, PublicationParty)

SEALED: dict[Any, dict[str, Any]] = {
    PublicationAnswer: {"reason": "forged"},
    PublicationNotice: {"title": "forged"},
    PublicationNotice.results.through: {"result_id": 0},
    PublicationParty: {"body_id": 0},
}
"""Every sealed table, each with a change nobody may make."""

ALLOWED: dict[str, set[Role]] = {
    "ip.answer_notice": SPEAKERS,
    "ip.enter_answer": {Role.IP},
    "ip.enter_notice": {Role.IP},
    "ip.give_notice": SPEAKERS,
    "ip.succeed": {Role.IP, Role.SECRETARY},
}
"""Who may do what, written a second time by hand."""

OF_ONE_SPEAKER = {"ip.answer_notice", "ip.give_notice"}
"""Operations on one member's own: a member's role counts only for that member."""

LATER = {
    **dict.fromkeys(("ip.enter_notice", "ip.give_notice"), "no_such_section"),
    "ip.succeed": "consortium_not_ended",
}
"""What those who may are told: the cast's charter has no section on results, and it goes on."""


def notice_of(member: Member, charter: Charter, result: Result) -> PublicationParty:
    """Return the one party to a publication that a member plans about a result: itself."""
    organization = member.organization
    notice = PublicationNotice.objects.create(
        consortium=member.consortium, charter=charter, number=f"PUB-{result.pk}",
        author=organization, title=f"Paper of {member}", planned_on=TODAY + timedelta(days=60),
        noticed_on=FOUNDED, closes_on=TODAY + timedelta(days=31),
    )  # fmt: skip
    notice.results.add(result)
    party = PublicationParty.objects.create(notice=notice, body=organization)
    PublicationAnswer.objects.create(
        notice=notice, party=party, stance="delay", reason="x", answered_on=FOUNDED
    )
    PublicationWatch.objects.create(notice=notice, consortium=member.consortium)
    return party


def publishing_arguments(member: Member, party: PublicationParty) -> dict[str, dict[str, Any]]:
    """Return what each operation on the newcomer's publications is called with."""
    results = tuple(party.notice.results.all())
    planned = Planned(title="New", planned_on=TODAY + timedelta(days=60), results=results)
    whose = {"member": member, "planned": planned}
    answer = {"party": party, "stance": Stance.CONSENT}
    return {
        "ip.answer_notice": answer,
        "ip.enter_answer": {**answer, "answered_on": TODAY},
        "ip.enter_notice": {**whose, "noticed_on": TODAY},
        "ip.give_notice": whose,
        "ip.succeed": {"consortium": member.consortium},
    }


def noticed(here: Running, on: date, *, of: str = "alpha", **changes: Any) -> PublicationNotice:
    """Let a member tell the others of a paper on the project."""
    given: dict[str, Any] = {
        "title": "On lenses", "planned_on": on + timedelta(days=45), "project": here.project,
    }  # fmt: skip
    planned = Planned(**given | changes)
    return give_notice(member=here.members[of], planned=planned, by=here.people[of], on=on)


def party(notice: PublicationNotice, name: str) -> PublicationParty:
    return notice.publicationpartys.get(body__name_en=name.title())
