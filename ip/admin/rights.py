"""What may they do? The question at the desk: a result, an organization and a day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consortium import clock
from consortium import words as said
from consortium.admin import additions
from consortium.admin.acts import Scoped, dress
from consortium.admin.comparison import DeskPage
from consortium.admin.standing import standing
from consortium.models import Member, Organization
from ip import words
from ip.admin.picture import picture
from ip.models import AccessRequest, Result
from ip.reports.rights import question_of
from ip.rules.choices import Use
from ip.rules.facts import Question
from ip.rules.rights import Segment, Verdict, answer, next_change, timeline
from ip.states import IP_READERS, USES

READERS = frozenset(IP_READERS)
KINDS = {Verdict.NO: "bad", Verdict.YES: "good"}


def may_ask(request: HttpRequest) -> bool:
    """Say whether the reader may ask about anybody anywhere."""
    return standing(request).any_of(READERS)


class AskForm(forms.Form):
    """Which result, who, and on which day."""

    result = Scoped(AccessRequest._meta.get_field("result"), label=gettext_lazy("result"))
    organization = Scoped(
        AccessRequest._meta.get_field("asker"), label=gettext_lazy("organization")
    )
    on = forms.DateField(label=gettext_lazy("on"), required=False)

    def __init__(self, data: Any, *, request: HttpRequest) -> None:
        super().__init__(data)
        for field in self.fields.values():
            dress(field, request)


class Rights(DeskPage):
    """The answer for each use with its clause and next change, and the timeline."""

    title = gettext_lazy("What may they do?")
    template_name = "ip/rights.html"

    def has_permission(self) -> bool:
        return may_ask(self.request)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        asked = bool(request.GET.get("result") or request.GET.get("organization"))
        form = AskForm(request.GET if asked else None, request=request)
        if not (asked and form.is_valid()):
            return self.page(form=form)
        result: Result = form.cleaned_data["result"]
        if not standing(request).has(result.consortium, READERS):
            form.add_error("result", _("Only the staff of its consortium may ask about it."))
            return self.page(form=form)
        on = form.cleaned_data["on"] or clock.today(result.consortium)
        return self.page(form=form, **answered(result, form.cleaned_data["organization"], on))


def answered(result: Result, organization: Organization, on: date) -> dict[str, Any]:
    """Return what the page shows of an answer."""
    question, labels = question_of(organization, result), dict(USES)
    lines = [(str(labels[use.value]), timeline(question, use)) for use in Use]
    title = _("%(organization)s and %(result)s over time") % {
        "organization": organization,
        "result": result.number,
    }
    return {
        "result": result,
        "organization": organization,
        "on": said.day(on),
        "rows": [row(question, use, on, result) for use in Use],
        "picture": picture(title, lines, arose_on=result.completed_on, on=on),
        "stretches": [
            {"use": label, "parts": [part(each) for each in segments]} for label, segments in lines
        ],
    }


def row(question: Question, use: Use, on: date, result: Result) -> dict[str, Any]:
    found, after = answer(question, use, on), next_change(question, use, on)
    return {
        "use": dict(USES)[use.value],
        "verdict": words.verdict(found),
        "kind": KINDS.get(found.verdict, "warn"),
        "reason": words.reason(found),
        "conditions": words.conditions(found),
        "clause": words.source(found, result.charter.code),
        "next": None
        if after is None
        else {"on": said.day(after.period.starts_on), "verdict": words.verdict(after.answer),
              "reason": words.reason(after.answer)},
    }  # fmt: skip


def part(segment: Segment) -> dict[str, str]:
    period = segment.period
    return {
        "period": said.period(period.starts_on, period.ends_on),
        "answer": words.sentence(segment.answer),
    }


def asks(request: HttpRequest, query: str) -> Iterator[dict[str, Any]]:
    """Yield the button that leads to the question."""
    if may_ask(request):
        path = f"{reverse('admin:rights')}?{query}"
        yield additions.button(Rights.title, "help_center", path)


additions.buttons[Result].append(lambda request, row: asks(request, f"result={row.pk}"))
additions.buttons[Member].append(
    lambda request, row: asks(request, f"organization={row.organization_id}")
)
