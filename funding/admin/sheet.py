"""The figures sheet of a round: a row for each member, filled in from many papers at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consortium import clock
from consortium.admin.formats import XLSX
from consortium.admin.standing import Standing
from consortium.errors import DomainError
from consortium.models import Member
from consortium.words import explain
from funding.admin import workbook
from funding.admin.figures import FIGURE, SUM, as_figures, paper_fields, refusals
from funding.admin.pages import RoundPage, note_look
from funding.models import Declaration, Round
from funding.operations.entering import Entered, Manner, Paper, enter_papers
from funding.reports.liability import liable
from funding.reports.rounds import Due
from funding.states import Screen
from funding.words import figure, input_label

PER_PAGE = 100
OPERATION = "funding.enter_declaration"


class RowForm(forms.Form):
    """A member's row. Nothing is asked of one that is left empty."""

    def __init__(self, data: Any, *, member: Member, round: Round, due: Due) -> None:
        super().__init__(
            data, prefix=f"m{member.pk}", empty_permitted=True, use_required_attribute=False
        )
        self.member = member
        self.fields = paper_fields(round, due)
        for name, field in self.fields.items():
            compact(field, f"{member}: {field.label}", is_figure=name.startswith(FIGURE))

    def has_changed(self) -> bool:
        """Say whether anything was filled in; what every row begins with does not count."""
        return any(not self.fields[name].initial for name in self.changed_data)

    def refuse(self, error: DomainError, due: Due) -> None:
        """Show what the domain refuses at its cell, or else beside the member's name."""
        for name, text in refusals(error, due.levy):
            self.add_error(name if name in self.fields else None, text.split("\n"))


def compact(field: forms.Field, name: str, *, is_figure: bool) -> None:
    """Give a field a widget that fits a cell and says aloud whose it is."""
    widget: Any = field.widget
    widget.attrs |= {"class": "season-cell", "aria-label": name, "autocomplete": "off"}
    if isinstance(field, forms.DateField):
        widget.attrs |= {"placeholder": _("YYYY-MM-DD"), "class": "season-cell season-day"}
    elif isinstance(field, forms.CharField) and is_figure:
        widget.attrs |= {"inputmode": "decimal", "class": "season-cell season-number"}


@dataclass
class Row:
    """A member of the sheet: to be filled in, just entered, or declared before."""

    member: Member
    form: RowForm | None = None
    declaration: Declaration | None = None
    entered: bool = False
    figures: str = ""


def by_name(members: Iterable[Member]) -> list[Member]:
    return sorted(members, key=lambda each: str(each).lower())


class Sheet(RoundPage):
    """Enter the figures of many members on one page, or from a workbook."""

    name, title, icon = "figures", gettext_lazy("Enter figures"), "table_edit"
    template = "funding/sheet.html"

    @classmethod
    def open_to(cls, here: Standing, round: Round, due: Due) -> bool:
        return bool(due.levy.inputs) and here.may(OPERATION, round)

    @cached_property
    def members(self) -> list[Member]:
        """Return everybody that owes the levy, by name."""
        return by_name(liable(consortium=self.round.consortium, due=self.due))

    @property
    def sent(self) -> list[Member]:
        """Return whose rows were sent; one that owes nothing any more is refused, not lost."""
        keys = [key for key in self.request.POST.getlist("member") if key.isdecimal()]
        found = Member.objects.filter(consortium=self.round.consortium, pk__in=keys)
        return by_name(found.select_related("organization", "consortium"))

    @cached_property
    def declarations(self) -> dict[int, Declaration]:
        """Return the last declaration of each member that has one."""
        found = Declaration.objects.visible_to(self.request.user, self.here.today).filter(
            consortium=self.round.consortium,
            levy=self.round.levy,
            period_starts_on=self.round.starts_on,
        )
        rows = found.order_by("version").prefetch_related("figures")
        return {row.member_id: row for row in rows}

    @property
    def missing(self) -> list[Member]:
        return [each for each in self.members if each.pk not in self.declarations]

    @property
    def everyone(self) -> bool:
        return "all" in self.request.GET

    # what is asked for

    def get(self) -> HttpResponse:
        if self.request.GET.get("as") == "xlsx":
            return self.download()
        listed = self.members if self.everyone else self.missing
        page = Paginator(listed, PER_PAGE).get_page(self.request.GET.get("page"))
        rows = [self.row(each) for each in page]
        seen = [row.member for row in rows if row.declaration]
        note_look(self.request, self.round, self.due, seen, Screen.ROUND)
        return self.page(rows, page=page)

    def post(self) -> HttpResponse:
        upload = self.request.FILES.get("workbook")
        if "_read" in self.request.POST:
            return self.read(upload)
        rows = [self.row(each, self.request.POST) for each in self.sent]
        manner = Manner.WHOLE if "_whole" in self.request.POST else Manner.EACH
        return self.enter(rows, manner)

    def row(self, member: Member, data: Mapping[str, Any] | None = None) -> Row:
        """Return a member's row; what was sent for it stands in it again."""
        if data is None and (before := self.declarations.get(member.pk)):
            return Row(member, declaration=before, figures=self.in_words(before))
        return Row(member, RowForm(data, member=member, round=self.round, due=self.due))

    def in_words(self, declaration: Declaration) -> str:
        levy = self.due.levy
        return ", ".join(
            f"{input_label(name, levy)}: {figure(name, value, levy)}"
            for name, value in declaration.inputs().items()
        )

    # what is written

    def enter(self, rows: list[Row], manner: Manner) -> HttpResponse:
        """Enter the rows that are filled in; those that are refused stay as they were typed."""
        filled = [row for row in rows if row.form and row.form.has_changed()]
        sound = [row for row in filled if row.form and row.form.is_valid()]
        if manner == Manner.WHOLE and len(sound) < len(filled):
            manner = Manner.TRIAL
        found = self.try_or_enter(sound, manner)
        refused = len(filled) - len(sound) + len(found.refused)
        kept = manner == Manner.EACH or not refused
        if kept:
            for place in (*found.entered, *found.known):
                sound[place].form, sound[place].entered = None, True
        tell(self.request, found if kept else Entered(), len(filled), refused)
        if filled and not refused:
            return HttpResponseRedirect(self.request.get_full_path())
        return self.page(rows)

    def try_or_enter(self, rows: list[Row], manner: Manner) -> Entered:
        """Let the operation judge rows whose cells read, and show what it refuses."""
        levy = self.due.levy
        forms = [row.form for row in rows if row.form]
        papers = [
            Paper(
                each.member,
                as_figures(self.round, levy, each.cleaned_data),
                each.cleaned_data["signed_by"],
                each.cleaned_data["paper_on"],
            )
            for each in forms
        ]
        by: Any = self.request.user
        on = clock.today(self.round.consortium)
        found = enter_papers(papers, levy=levy, manner=manner, by=by, on=on)
        for place, error in found.refused.items():
            forms[place].refuse(error, self.due)
        return found

    # as a workbook

    def download(self) -> HttpResponse:
        content = workbook.written(self.round, self.due, self.missing)
        response = HttpResponse(content, content_type=XLSX().get_content_type())
        name = f"{self.round.levy}-{self.round.starts_on.isoformat()}.xlsx"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response

    def read(self, upload: Any) -> HttpResponse:
        """Show what a workbook says in the sheet, judged but not entered."""
        try:
            found = workbook.read(upload, self.round, self.due, self.members)
        except workbook.Refused as error:
            messages.error(self.request, explain(error))
            return HttpResponseRedirect(self.path)
        rows = [self.row(each.member, each.data) for each in found.rows]
        sound = [row for row in rows if row.form and row.form.is_valid()]
        judged = self.try_or_enter(sound, Manner.TRIAL)
        at = {(each.row, each.column) for each in found.problems}
        others = [each for each in self.problems(rows, found) if (each.row, each.column) not in at]
        read = {
            "name": upload.name,
            "rows": len(rows),
            "good": len(judged.entered),
            "known": len(judged.known),
            "problems": sorted(
                [*found.problems, *others], key=lambda each: (each.row, each.column)
            ),
        }
        return self.page(rows, read=read)

    def problems(self, rows: list[Row], found: workbook.Read) -> list[workbook.Problem]:
        """Return what is wrong in the rows, each with its place in the workbook."""
        return [
            workbook.Problem(each.number, found.columns.get(name, 1), str(row.member), str(text))
            for row, each in zip(rows, found.rows, strict=True)
            if row.form
            for name, texts in row.form.errors.items()
            for text in texts
        ]

    # how it looks

    def page(
        self, rows: list[Row], *, page: Page[Any] | None = None, read: Any = None
    ) -> HttpResponse:
        heads = [
            {
                "label": field.label,
                "hint": field.help_text,
                "number": name.startswith((FIGURE, SUM)),
            }
            for name, field in paper_fields(self.round, self.due).items()
        ]
        return self.show(
            rows=rows,
            heads=heads,
            paper=reverse("admin:funding_round_paper", args=[self.round.pk]),
            page=page,
            read=read,
            everyone=self.everyone,
            missing=len(self.missing),
            members=len(self.members),
            refused=[row for row in rows if row.form and row.form.is_bound and row.form.errors],
        )


def tell(request: HttpRequest, found: Entered, filled: int, refused: int) -> None:
    """Say what was entered, what was there before and what is refused."""
    if count := len(found.entered):
        said = ngettext(
            "%(count)s declaration is entered.", "%(count)s declarations are entered.", count
        )
        messages.success(request, said % {"count": count})
    if count := len(found.known):
        said = ngettext(
            "%(count)s row was entered before.", "%(count)s rows were entered before.", count
        )
        messages.info(request, said % {"count": count})
    if refused:
        said = ngettext(
            "%(count)s row is refused and not entered; mend it below.",
            "%(count)s rows are refused and not entered; mend them below.",
            refused,
        )
        messages.error(request, said % {"count": refused})
        if filled > refused and not found.entered:
            messages.error(request, _("Nothing was entered."))
    elif not filled:
        messages.warning(request, _("Nothing was filled in."))
