"""Questions about a call: asked by members, answered for all to read."""

from datetime import date, datetime

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Member, User
from consortium.operations.audit import record
from consortium.operations.members import NotAMember
from consortium.operations.notices import notify
from consortium.states import Role
from projects.models import Call, Question
from projects.operations.calls import announce, refuse_over
from projects.operations.telling import TOLD, people


class NoText(DomainError):
    """A question or an answer says something."""

    code = "no_text"


class AlreadyAnswered(DomainError):
    code = "question_answered_already"


class CallNotPublished(DomainError):
    code = "call_not_published"


@operation(allow={*TOLD, Role.PROJECTS, Role.SECRETARY}, subject="member")
def ask_question(
    *, member: Member, call: Call, text: str, at: datetime, by: User | None, on: date
) -> Question:
    """Ask about a published call that has not closed, or enter it for a member; staff are told.

    Raises CallNotPublished, CallOver, NoText, NotAMember.
    """
    if call.published_at is None or call.consortium_id != member.consortium_id:
        raise CallNotPublished(call=call.code)
    refuse_over(call, at)
    if not text.strip():
        raise NoText()
    if member.category_on(on) is None:
        raise NotAMember(organization=str(member), on=on)
    question = Question.objects.create(call=call, member=member, text=text.strip(), asked_by=by)
    notify(
        consortium=call.consortium,
        to=people(consortium=call.consortium, on=on, roles=[Role.PROJECTS]),
        code="question_asked",
        on=on,
        about=str(question.uid),
        href=f"/api/v1/questions/{question.uid}/",
        call={"en": call.name_en, "zh": call.name_zh},
    )
    record(consortium=call.consortium, action="ask_question", by=by, on=on, subject=question)
    return question


@operation(allow={Role.PROJECTS}, subject="question")
def answer_question(
    *, question: Question, answer: str, at: datetime, by: User | None, on: date
) -> Question:
    """Answer a question once, for all to read; who asked is told to nobody.

    Raises AlreadyAnswered, NoText.
    """
    question = Question.objects.select_for_update(of=("self",)).select_related("call").get(
        pk=question.pk
    )  # fmt: skip
    if question.answered_at is not None:
        raise AlreadyAnswered()
    if not answer.strip():
        raise NoText()
    question.answer, question.answered_at, question.answered_by = answer.strip(), at, by
    question.save(update_fields=["answer", "answered_at", "answered_by"])
    announce(question.call, "question_answered", on, about=str(question.uid))
    record(
        consortium=question.call.consortium,
        action="answer_question",
        by=by,
        on=on,
        subject=question,
    )
    return question
