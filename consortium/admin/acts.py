"""Acts: each business write of the admin is a form that calls one operation.

The admin itself never saves a row. What the domain refuses is shown above the
form, in the reader's language.
"""

import hashlib
import re
from abc import abstractmethod
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from consortium import clock, money
from consortium.access import operations
from consortium.admin.onpaper import LETTER, from_paper, letter_fields
from consortium.admin.standing import standing
from consortium.errors import DomainError
from consortium.models import Consortium, PaperAct
from consortium.words import explain

OF_PAPER = PaperAct._meta.get_field("organization")
GROUPED = re.compile(r"\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?")
WIDGETS: list[tuple[type[forms.Field], type[forms.Widget]]] = [
    (forms.FileField, widgets.UnfoldAdminFileFieldWidget),
    (forms.DateField, widgets.UnfoldAdminSingleDateWidget),
    (forms.BooleanField, widgets.UnfoldBooleanSwitchWidget),
    (forms.EmailField, widgets.UnfoldAdminEmailInputWidget),
    (forms.DecimalField, widgets.UnfoldAdminTextInputWidget),
    (forms.IntegerField, widgets.UnfoldAdminIntegerFieldWidget),
    (forms.CharField, widgets.UnfoldAdminTextInputWidget),
]


class Scoped(forms.ModelChoiceField):
    """A choice among the rows of a table that the reader may see; found by typing.

    `link` is a foreign key to that table, whose admin answers the search.
    """

    def __init__(self, link: Any, **kwargs: Any) -> None:
        self.link = link
        super().__init__(queryset=link.related_model.objects.none(), **kwargs)

    def scope(self, request: HttpRequest) -> None:
        model = self.link.related_model
        self.queryset = model.objects.visible_to(request.user, standing(request).today)
        self.widget = AutocompleteSelect(self.link, admin.site)
        self.widget.choices = self.choices
        self.widget.is_required = self.required


class FigureField(forms.CharField):
    """An amount as people write it: digits, a decimal point, commas between thousands."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        typed = str(value or "").strip()
        if not typed:
            return None
        text = typed.replace(" ", "")
        if GROUPED.fullmatch(text):
            text = re.sub("[,，]", "", text)
        try:
            return money.parse(text)
        except money.NotAnAmount:
            raise ValidationError(explain(money.NotAnAmount(value=typed))) from None


class Act(forms.Form):
    """One thing staff can do, on a page of its own. Subclasses say what and call it.

    `operation` names the registered operation: it decides who sees the button.
    """

    name: ClassVar[str]
    title: ClassVar[Any]
    operation: ClassVar[str]
    icon: ClassVar[str] = "edit"
    variant: ClassVar[str] = "default"
    submit: ClassVar[Any] = _("Save")
    done: ClassVar[Any] = _("Saved.")
    note: ClassVar[Any] = ""
    leads_to: Sequence[str] = ()

    def __init__(self, *args: Any, request: HttpRequest, subject: Any = None, **kw: Any) -> None:
        self.request, self.subject = request, subject
        super().__init__(*args, **kw)
        self.prepare()
        if self.operation in operations and operations[self.operation].on_behalf:
            whose = Scoped(OF_PAPER, label=_("on paper, on behalf of"), required=False)
            self.fields.update(letter_fields(self.fields, whose))
        for field in self.fields.values():
            dress(field, request)

    @classmethod
    def fits(cls, subject: Any) -> bool:
        """Say whether the act makes sense for this row as it is now."""
        return True

    def prepare(self) -> None:
        """Add or narrow fields before they are shown."""

    @abstractmethod
    def write(self) -> Any:
        """Call the operation with the cleaned data; return the row to show next."""

    @property
    def consortium(self) -> Consortium:
        """Return where the act takes place."""
        found: Consortium = (
            self.cleaned_data["consortium"] if self.subject is None else self.subject.consortium
        )
        return found

    @property
    def who(self) -> dict[str, Any]:
        """Return `by` and `on` for the operation: the person, and today where it counts."""
        return {"by": self.by, "on": self.today}

    @property
    def by(self) -> Any:
        """Return who acts; the admin lets nobody in who has not logged in."""
        return self.request.user

    @property
    def today(self) -> date:
        return clock.today(self.consortium)

    def perform(self) -> Any:
        """Return what the operation made, or None with the refusal among the errors."""
        try:
            return from_paper(self) if self.on_paper else self.write()
        except DomainError as error:
            self.add_error(None, explain(error).split("\n"))
        return None

    @property
    def on_paper(self) -> bool:
        """Say whether anything of a paper was filled in."""
        return any(value for name, value in self.cleaned_data.items() if name.startswith(LETTER))

    def plain(self, *names: str) -> dict[str, Any]:
        """Return the cleaned data, of these fields or of all but those of a paper."""
        mine = [name for name in self.cleaned_data if not name.startswith(LETTER)]
        return {name: self.cleaned_data[name] for name in names or mine}


class Weighed(Act):
    """An act that first shows what it leads to; sent again as it was, it is done."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    @abstractmethod
    def weigh(self) -> Sequence[str]:
        """Return what it leads to, in sentences; at least one."""

    def perform(self) -> Any:
        """Return what the operation made, or None while it was not looked at as it is now."""
        found = self.weigh()
        asked = [*found, *(f"{name}={value}" for name, value in self.plain().items())]
        token = hashlib.sha256("\n".join(asked).encode()).hexdigest()
        if self.cleaned_data["seen"] == token:
            return super().perform()
        sent: Any = self.data
        sent = sent.copy()
        sent["seen"] = token
        # A browser does not send a file again by itself.
        again = [str(_("Choose the file again before you send it."))] if self.files else []
        self.data, self.leads_to = sent, [*found, *again]
        return None

    def plain(self, *names: str) -> dict[str, Any]:
        found = super().plain(*names)
        found.pop("seen", None)
        return found


class ActWithin(Act):
    """An act that starts something new in a consortium, chosen first."""

    consortium_choice = forms.ModelChoiceField(
        queryset=Consortium.objects.none(), label=_("Consortium")
    )

    def prepare(self) -> None:
        where = standing(self.request).where(self.operation)
        field = self.fields["consortium_choice"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Consortium.objects.filter(pk__in=[each.pk for each in where])
        if len(where) == 1:
            field.initial = where[0].pk
            field.empty_label = None
        elif slug := self.request.session.get("desk"):
            field.initial = next((each.pk for each in where if each.slug == slug), None)

    @property
    def consortium(self) -> Consortium:
        found: Consortium = self.cleaned_data["consortium_choice"]
        return found

    def plain(self, *names: str) -> dict[str, Any]:
        found = super().plain(*names)
        found.pop("consortium_choice", None)
        return found


def dress(field: forms.Field, request: HttpRequest) -> None:
    """Give a field the theme's widget, and scope its choices to what the reader may see."""
    field.label = capfirst(str(field.label)) if field.label else None
    if isinstance(field, Scoped):
        field.scope(request)
        return
    if field.widget.is_hidden or isinstance(field.widget, forms.CheckboxSelectMultiple):
        return
    attrs = {k: v for k, v in field.widget.attrs.items() if k not in ("cols",)}
    if isinstance(field.widget, forms.Textarea):
        field.widget = widgets.UnfoldAdminTextareaWidget(attrs=attrs)
    elif isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        choices = field.choices
        field.widget = widgets.UnfoldAdminSelectWidget(attrs=attrs, choices=choices)
        field.widget.choices = choices
    else:
        for kind, widget in WIDGETS:
            if isinstance(field, kind):
                field.widget = widget(attrs=attrs)
                break
    field.widget.is_required = field.required
