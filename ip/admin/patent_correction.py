"""Correcting a patent application: everything it reads, to be changed with a reason."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import words
from consortium.admin.acts import Act
from ip.admin.patent_acts import office_choices
from ip.models import PatentApplication, PatentCorrection
from ip.operations.correcting import Happened, correct_patent
from ip.rules.offices import Applicants, RightKind, Route, Size
from ip.rules.patents import Happening
from ip.states import APPLICANTS, HAPPENINGS, RIGHT_KINDS, ROUTES, SIZES

KINDS: dict[str, Any] = {
    "kind": RightKind, "route": Route, "applicants": Applicants, "size": Size,
}  # fmt: skip
PLANNED: dict[str, Any] = {
    "office": _("patent office"),
    "kind": _("kind of right"),
    "route": _("route"),
    "priority_on": _("claims priority of"),
    "priority_restored": _("priority restored"),
    "applicants": _("applicants"),
    "size": _("size for fees"),
}
CHOICES: dict[str, Any] = {
    "kind": RIGHT_KINDS, "route": ROUTES, "applicants": APPLICANTS, "size": SIZES,
}  # fmt: skip


class Correct(Act):
    """Change what is wrong of what was registered and of what happened."""

    name, title, icon = "correct", _("Correct what is wrong"), "edit_note"
    operation = "ip.correct_patent"
    submit, done = pgettext_lazy("patent", "Correct"), _("It is corrected; what is due follows.")
    note = _(
        "What was instructed and paid stays; before and after are kept. Something that did not"
        " happen at all: empty its day."
    )
    office = forms.ChoiceField(label=PLANNED["office"])
    kind = forms.ChoiceField(label=PLANNED["kind"], choices=RIGHT_KINDS)
    route = forms.ChoiceField(label=PLANNED["route"], choices=ROUTES)
    priority_on = forms.DateField(label=PLANNED["priority_on"], required=False)
    priority_restored = forms.BooleanField(label=PLANNED["priority_restored"], required=False)
    applicants = forms.ChoiceField(label=PLANNED["applicants"], choices=APPLICANTS)
    size = forms.ChoiceField(label=PLANNED["size"], choices=SIZES)

    def prepare(self) -> None:
        self.fields["office"].choices = office_choices()  # type: ignore[attr-defined]
        for name in PLANNED:
            self.fields[name].initial = getattr(self.subject, name)
        for kind, event in self.subject.last_events.items():
            label = dict(HAPPENINGS)[kind]
            self.fields[f"{kind}_on"] = forms.DateField(
                label=label, initial=event.happened_on, required=False
            )
            self.fields[f"{kind}_number"] = forms.CharField(
                label=f"{label}: {_('number')}", max_length=40, initial=event.number, required=False
            )
        self.fields["reason"] = forms.CharField(label=_("reason"), widget=forms.Textarea)

    def write(self) -> PatentCorrection:
        planned = {
            name: KINDS[name](value) if name in KINDS else value
            for name, value in self.plain(*PLANNED).items()
        }
        events = {kind: self.happened(kind) for kind in self.subject.last_events}
        return correct_patent(
            application=self.subject,
            planned=planned,
            events=events,
            **self.plain("reason"),
            **self.who,
        )

    def happened(self, kind: Happening) -> Happened | None:
        day, number = self.cleaned_data[f"{kind}_on"], self.cleaned_data[f"{kind}_number"]
        return None if day is None else Happened(day, number)


def corrections_of(application: PatentApplication) -> list[dict[str, Any]]:
    """Return an application's corrections as rows of its page, the latest first."""
    rows = application.corrections.select_related("recorded_by").order_by("-pk")
    return [{"row": each, "changes": list(changes_of(each))} for each in rows]


def changes_of(correction: PatentCorrection) -> Iterator[dict[str, Any]]:
    for name, after in correction.after.items():
        yield {
            "what": called(name),
            "before": in_words(name, correction.before[name]),
            "after": in_words(name, after),
        }


def called(name: str) -> str:
    """Return what was corrected in the reader's language."""
    if name in PLANNED:
        return str(PLANNED[name])
    kind, _underscore, what = name.rpartition("_")
    label = str(dict(HAPPENINGS).get(kind, kind))
    return f"{label}: {_('number')}" if what == "number" else label


def in_words(name: str, value: Any) -> str:
    if value in (None, ""):
        return "—"
    if name in CHOICES:
        return str(dict(CHOICES[name]).get(value, value))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return words.day(date.fromisoformat(value)) if name.endswith("_on") else str(value)
