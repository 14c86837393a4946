"""Members tell the others what they are about to publish; the others consent or object."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Charter, Document, Member, Organization, User
from consortium.operations.audit import record
from consortium.operations.numbering import fiscal_year, take_numbers
from consortium.states import Role
from ip.models import (
    OwnershipShare,
    PublicationAnswer,
    PublicationNotice,
    PublicationParty,
    PublicationWatch,
    Result,
)
from ip.operations.reviewing import look_again, tell_author, tell_parties, tell_staff
from ip.operations.soundness import refuse_foreign_paper
from ip.rules.choices import Confidentiality, Stance
from ip.rules.publication import closes_on, earliest
from ip.rules.section import IPSection, Publication
from projects.models import Project, ProjectParticipant

SPEAKERS = {Role.SIGNATORY, Role.TECHNICAL_CONTACT}


class NoReview(DomainError):
    """The charter in force on that day reviews no publications."""

    code = "publication_not_reviewed"


class NoticeOutside(DomainError):
    """Notice was given today at the latest."""

    code = "publication_noticed_outside"


class AboutNothing(DomainError):
    """A notice is about a project or about results, of the same consortium."""

    code = "publication_about_nothing"


class NotOwnPublication(DomainError):
    """One publishes about one's own projects and results."""

    code = "publication_not_own"


class TooSoon(DomainError):
    """Publication is planned before the charter's notice has run out."""

    code = "publication_too_soon"


class ReasonMissing(DomainError):
    """Who objects says why."""

    code = "objection_reason_missing"


class TooLateToObject(DomainError):
    """The time to object is over; an objection can still be taken back."""

    code = "objection_too_late"


class AnsweredOutside(DomainError):
    """An answer is given from the day of the notice to today, after the party's last one."""

    code = "publication_answered_outside"


@dataclass(frozen=True)
class Planned:
    """What is to be published, when, and about what: a project, results, or both."""

    title: str
    planned_on: date
    text: str = ""
    project: Project | None = None
    results: tuple[Result, ...] = ()
    file: Document | None = None


@operation(allow=SPEAKERS, subject="member")
def give_notice(
    *, member: Member, planned: Planned, by: User | None, on: date
) -> PublicationNotice:
    """Tell those who may object what a member is about to publish, from today.

    Raises NoReview, AboutNothing, NotOwnPublication, TooSoon, ForeignDocument,
    NoCharterInForce, NoSuchSection.
    """
    return write_notice(member, planned, on, None, by, on)


@operation(allow={Role.IP}, subject="member", on_behalf=True)
def enter_notice(
    *,
    member: Member,
    planned: Planned,
    noticed_on: date,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> PublicationNotice:
    """Enter a notice that a member gave on paper. Raises besides NoticeOutside."""
    if noticed_on > on:
        raise NoticeOutside(noticed_on=noticed_on)
    refuse_foreign_paper(member.consortium_id, paper)
    return write_notice(member, planned, noticed_on, paper, by, on)


@operation(allow=SPEAKERS, subject="party")
def answer_notice(
    *, party: PublicationParty, stance: Stance, reason: str = "", by: User | None, on: date
) -> PublicationAnswer:
    """Consent or object to a publication, today; the last answer counts.

    Raises ReasonMissing, TooLateToObject.
    """
    return write_answer(party, stance, reason, on, None, by, on)


@operation(allow={Role.IP}, subject="party", on_behalf=True)
def enter_answer(
    *,
    party: PublicationParty,
    stance: Stance,
    reason: str = "",
    answered_on: date,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> PublicationAnswer:
    """Enter an answer given on paper. Raises besides AnsweredOutside, ForeignDocument."""
    refuse_foreign_paper(party.consortium.pk, paper)
    return write_answer(party, stance, reason, answered_on, paper, by, on)


def write_notice(
    member: Member, planned: Planned, noticed_on: date, paper: Document | None,
    by: User | None, on: date,
) -> PublicationNotice:  # fmt: skip
    """Write a notice with those who may object to it, and tell them."""
    consortium, author = member.consortium, member.organization
    charter = Charter.objects.in_force(consortium=consortium, on=noticed_on)
    refuse_unsound(member, planned, charter, noticed_on)
    rule = review_of(charter, noticed_on)
    year = fiscal_year(consortium, on)
    (number,) = take_numbers(consortium=consortium, kind="publication", on=on)
    notice = PublicationNotice.objects.create(
        consortium=consortium,
        charter=charter,
        number=f"PUB-{year}-{number:04d}",
        author=author,
        title=planned.title.strip(),
        text=planned.text,
        file=planned.file,
        project=planned.project,
        planned_on=planned.planned_on,
        noticed_on=noticed_on,
        closes_on=closes_on(rule, noticed_on),
        paper=paper,
        recorded_by=by,
    )
    notice.results.set(planned.results)
    open_review(notice, parties_of(planned, author, noticed_on), on)
    record(consortium=consortium, action="give_notice", by=by, on=on, subject=notice)
    return notice


def open_review(notice: PublicationNotice, parties: Iterable[Organization], on: date) -> None:
    """Write down who may object, tell them, and look again when the time is over."""
    PublicationParty.objects.bulk_create(
        PublicationParty(notice=notice, body=body) for body in parties
    )
    PublicationWatch.objects.create(
        notice=notice, consortium=notice.consortium, next_on=notice.closes_on
    )
    until = notice.closes_on.isoformat()
    tell_parties(notice, "publication_noticed", on, until=until)
    tell_staff(notice, "publication_noticed", on, until=until)


def review_of(charter: Charter, on: date) -> Publication:
    section: IPSection = charter.rules("ip")
    if section.publication is None:
        raise NoReview(on=on)
    return section.publication


def refuse_unsound(member: Member, planned: Planned, charter: Charter, noticed_on: date) -> None:
    """Raise the first thing that is wrong with a notice of a member's."""
    rule = review_of(charter, noticed_on)
    here = member.consortium_id
    places = [each.consortium_id for each in planned.results]
    if planned.project is not None:
        places.append(planned.project.consortium_id)
    if not planned.title.strip() or set(places) != {here}:
        raise AboutNothing
    refuse_foreign_paper(here, planned.file)
    author = member.organization
    if planned.project is not None and not took_part(planned.project, author):
        raise NotOwnPublication(organization=str(author), subject=planned.project.number)
    for result in planned.results:
        if not has_part(result, author, noticed_on):
            raise NotOwnPublication(organization=str(author), subject=result.number)
    first = earliest(rule, noticed_on)
    if planned.planned_on < first:
        raise TooSoon(planned_on=planned.planned_on, earliest=first, days=rule.notice_days)


def took_part(project: Project, organization: Organization) -> bool:
    return project.projectparticipants.filter(body=organization).exists()


def has_part(result: Result, organization: Organization, on: date) -> bool:
    """Say whether an organization disclosed or owns a result, or took part in its project."""
    if result.disclosed_by_id == organization.pk:
        return True
    if result.shares.on(on).filter(owner=organization).exists():
        return True
    open_inside = result.confidentiality != Confidentiality.OWNERS
    return bool(result.project and open_inside and took_part(result.project, organization))


def parties_of(planned: Planned, author: Organization, on: date) -> QuerySet[Organization]:
    """Return who may object on a day: owners of the results, participants of the projects.

    Of a result that only its owners read, nobody but them.
    """
    owners = OwnershipShare.objects.on(on).filter(result__in=planned.results)
    taking = ProjectParticipant.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on, project__in=projects_of(planned)
    )
    either = Q(pk__in=owners.values("owner")) | Q(pk__in=taking.values("body"))
    return Organization.objects.filter(either).exclude(pk=author.pk).order_by("pk")


def projects_of(planned: Planned) -> Iterator[int]:
    if planned.project is not None:
        yield planned.project.pk
    for each in planned.results:
        if each.project_id is not None and each.confidentiality != Confidentiality.OWNERS:
            yield each.project_id


def write_answer(
    party: PublicationParty, stance: Stance, reason: str, answered_on: date,
    paper: Document | None, by: User | None, on: date,
) -> PublicationAnswer:  # fmt: skip
    """Write what a party says, look at the review again, and tell the author."""
    notice = PublicationNotice.objects.select_for_update(of=("self",)).get(pk=party.notice_id)
    last = party.answers.order_by("-answered_on").values_list("answered_on", flat=True).first()
    first = max(notice.noticed_on, last or notice.noticed_on)
    if not first <= answered_on <= on:
        raise AnsweredOutside(day=answered_on, earliest=first)
    if stance != Stance.CONSENT:
        if not reason.strip():
            raise ReasonMissing
        if answered_on >= notice.closes_on:
            raise TooLateToObject(closes_on=notice.closes_on)
    answer = PublicationAnswer.objects.create(
        notice=notice, party=party, stance=stance, reason=reason, answered_on=answered_on,
        paper=paper, recorded_by=by,
    )  # fmt: skip
    look_again(notice, on)
    tell_author(notice, "publication_answered", on, about=str(answer.uid))
    tell_staff(notice, "publication_answered", on, about=str(answer.uid))
    record(consortium=notice.consortium, action="answer_notice", by=by, on=on, subject=notice)
    return answer
