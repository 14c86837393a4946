"""What finance staff do on a round: open it, assess, propose, try again what was parked."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from consortium import clock, words
from consortium.admin.acts import Act
from consortium.admin.standing import standing
from consortium.models import Consortium, ParkedItem
from consortium.operations.advance import retry_parked
from consortium.periods import add_months
from consortium.words import explain
from funding.admin.pages import due_of
from funding.models import DuesRun, Round
from funding.operations.rounds import open_round
from funding.operations.runs import propose_run
from funding.operations.sweeps import ASSESS, assess_round
from funding.reports.rounds import Due, unopened
from funding.rules.choices import Issue
from funding.words import called, label

AHEAD = 12
"""Months in which rounds to come are looked for."""


class Periods(UnfoldAdminSelectWidget):
    """A list of periods of which those that open later are shown and cannot be chosen."""

    later: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.later:
            option["attrs"]["disabled"] = True
        return option


class OpenRound(Act):
    """Open a round by hand, where the daily sweep has not done so."""

    name, title = "add", _("Open a round")
    operation, submit = "funding.open_round", _("Open it and ask the members")
    done = _("The round is open.")
    note = _(
        "Rounds open by themselves on the day of the charter's calendar; here one is opened by"
        " hand, such as after a charter was adopted late. Each member's people are asked for"
        " their figures."
    )
    period = forms.ChoiceField(label=_("levy and period"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = Periods(choices=self.choices)
        widget.later = frozenset(key for key, (where, due) in self.known.items()
                                 if due.schedule.opens_on > clock.today(where))  # fmt: skip
        self.fields["period"].widget = widget

    def prepare(self) -> None:
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = self.choices
        if not self.known:
            field.help_text = gettext("No levy has a period that is not open yet.")

    @cached_property
    def known(self) -> dict[str, tuple[Consortium, Due]]:
        """Return the periods that are not open, and each levy's next one, by their keys."""
        return {
            f"{where.slug}/{due.levy.code}/{due.period.starts_on.isoformat()}": (where, due)
            for where in standing(self.request).where(self.operation)
            for due in to_open(where, clock.today(where))
        }

    @property
    def choices(self) -> list[Any]:
        """Return the periods under the name of their consortium."""
        found: dict[str, list[tuple[str, str]]] = {}
        for key, (where, due) in self.known.items():
            found.setdefault(str(where), []).append((key, period_said(due, clock.today(where))))
        return [("", "—"), *found.items()]

    @property
    def consortium(self) -> Consortium:
        return self.known[self.cleaned_data["period"]][0]

    def write(self) -> Round:
        where, due = self.known[self.cleaned_data["period"]]
        same = {"levy": due.levy.code, "starts_on": due.period.starts_on}
        opened = open_round(consortium=where, due=due, **self.who)
        return opened or Round.objects.get(consortium=where, **same)


def to_open(consortium: Consortium, on: date) -> list[Due]:
    """Return the periods whose round should be open, and then each levy's next one."""
    late: list[Due] = []
    later: dict[str, Due] = {}
    for due in unopened(consortium=consortium, on=add_months(on, AHEAD)):
        if due.schedule.opens_on <= on:
            late.append(due)
        else:
            later.setdefault(due.levy.code, due)
    return [*late, *later.values()]


def period_said(due: Due, on: date) -> str:
    named = f"{label(due.levy.label)} · {words.period(due.period.starts_on, due.period.ends_on)}"
    opens_on = due.schedule.opens_on
    if opens_on <= on:
        return named
    return gettext("%(period)s (opens on %(day)s)") % {"period": named, "day": words.day(opens_on)}


class AssessNow(Act):
    """Assess whoever is on the roll of a levy whose charges leave by themselves."""

    name, title, icon = "assess", _("Assess and charge now"), "calculate"
    operation, submit = "funding.assess", _("Assess and charge")
    note = _(
        "Every liable member that has declared and is not assessed yet is assessed and charged now."
    )
    done = _("Done.")

    @classmethod
    def fits(cls, subject: Round) -> bool:
        due = due_of(subject)
        return due is not None and due.levy.issue == Issue.AUTOMATIC

    def write(self) -> Round:
        assess_and_tell(self, self.subject)
        round: Round = self.subject
        return round


def assess_and_tell(act: Act, round: Round) -> None:
    """Assess a round and say how many were assessed, and who could not be."""
    batch = assess_round(round, by=act.by, on=act.today)
    for entry, error in batch.refused:
        messages.warning(act.request, f"{called(entry.party)}: {explain(error)}")
    said = ngettext("%(count)s member assessed.", "%(count)s members assessed.", batch.written)
    messages.info(act.request, said % {"count": batch.written})


class ProposeRun(Act):
    """Propose what the preview says for a second person to confirm."""

    name, title, icon = "propose", _("Propose for confirmation"), "request_quote"
    operation, submit = "funding.propose_run", _("Propose")
    note = _("What the preview says is issued when a second person has confirmed it.")
    done = _("The run is proposed. A second person has to confirm it.")

    @classmethod
    def fits(cls, subject: Round) -> bool:
        due = due_of(subject)
        return due is not None and due.levy.issue == Issue.CONFIRMED

    def write(self) -> DuesRun:
        return propose_run(round=self.subject, **self.who)


class RetryParked(Act):
    """Try what a sweep gave up on again, at once where a member is to be assessed."""

    name, title, icon = "retry", _("Try again"), "refresh"
    operation, submit = "consortium.retry_parked", _("Try again")
    done = _("It is tried again.")
    item = forms.UUIDField(widget=forms.HiddenInput)

    def clean_item(self) -> ParkedItem:
        found = parked_of(self.subject).filter(uid=self.cleaned_data["item"]).first()
        if found is None:
            raise forms.ValidationError(gettext("It is not parked any more."))
        return found

    def write(self) -> Round:
        item, round = self.cleaned_data["item"], self.subject
        retry_parked(item=item, **self.who)
        if item.sweep == ASSESS and standing(self.request).may(AssessNow.operation, round):
            assess_and_tell(self, round)
        found: Round = round
        return found


def parked_of(round: Round) -> Any:
    """Return what sweeps could not do in a round."""
    items = ParkedItem.objects.filter(consortium=round.consortium_id)
    return items.filter(key__startswith=str(round)).order_by("-attempts", "key")


def schedule_days(due: Due, on: date) -> list[dict[str, Any]]:
    """Return the round's four days, each said with whether it has come."""
    days = due.schedule
    named = [
        (gettext("Opens"), days.opens_on),
        (gettext("Closes"), days.closes_on),
        (gettext("Assessed"), days.assess_on),
        (gettext("Due"), days.due_on),
    ]
    return [{"title": title, "day": words.day(day), "past": day <= on} for title, day in named]
