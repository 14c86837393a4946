"""The paper of what staff entered on a member's behalf: kept beside what was done."""

from dataclasses import dataclass
from datetime import date

from consortium.access import operation, operations
from consortium.errors import DomainError
from consortium.models import AuditEvent, Consortium, Document, Organization, PaperAct, User
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.states import Role

ENTERERS = {Role.SECRETARY, Role.FINANCE, Role.PROJECTS, Role.IP}


class NotOnBehalf(DomainError):
    """The act is nothing that a member does and staff enter for it."""

    code = "not_on_behalf"


class ActOfAnother(DomainError):
    """Whoever entered the act keeps its paper."""

    code = "act_of_another"


class PaperActIncomplete(DomainError):
    """A paper names who signed it, and a day that has come."""

    code = "paper_act_incomplete"


class AlreadyOnPaper(DomainError):
    code = "already_on_paper"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A signed paper: by whom, dated when, and its scan."""

    signatory: str
    paper_on: date | None
    document: Document | None = None


@operation(allow=ENTERERS)
def keep_paper(
    *,
    consortium: Consortium,
    code: str,
    event: AuditEvent,
    organization: Organization,
    letter: Letter,
    by: User | None,
    on: date,
) -> PaperAct:
    """Keep the paper of an act that the same person has entered on an organization's behalf.

    `code`: of the operation; `event`: what it wrote into the audit chain. Raises
    NotOnBehalf, ActOfAnother, PaperActIncomplete, ForeignDocument, AlreadyOnPaper.
    """
    entered = operations.get(code)
    if entered is None or not entered.on_behalf:
        raise NotOnBehalf(operation=code)
    if event.consortium_id != consortium.pk or event.by != by:
        raise ActOfAnother
    paper_on = day_of(letter, consortium, on)
    if PaperAct.objects.filter(event=event, organization=organization).exists():
        raise AlreadyOnPaper(organization=str(organization))
    act = PaperAct.objects.create(
        consortium=consortium,
        organization=organization,
        event=event,
        operation=code,
        signatory=letter.signatory.strip(),
        paper_on=paper_on,
        document=letter.document,
        entered_on=on,
        entered_by=by,
    )
    scan = letter.document.sha256 if letter.document else ""
    record(
        consortium=consortium, action="keep_paper", by=by, on=on, subject=act,
        event=event.number, sha256=scan,
    )  # fmt: skip
    return act


def day_of(letter: Letter, consortium: Consortium, on: date) -> date:
    """Return the day on a paper that is whole. Raises PaperActIncomplete, ForeignDocument."""
    day, document = letter.paper_on, letter.document
    if not letter.signatory.strip() or day is None or day > on:
        raise PaperActIncomplete(paper_on=day)
    if document is not None and document.consortium_id != consortium.pk:
        raise ForeignDocument(name=document.name)
    return day
