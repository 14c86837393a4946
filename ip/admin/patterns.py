"""The page of ownership patterns: how a consortium's results are owned, in numbers only."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from unfold import widgets

from consortium.admin import shown
from consortium.admin.pages import ConsortiumPage
from consortium.admin.standing import standing
from ip.admin.results import READERS
from ip.reports.patterns import Counted, patterns
from ip.states import PATTERNS


class PeriodForm(forms.Form):
    starts_on = forms.DateField(
        label=gettext_lazy("Complete from"), required=False,
        widget=widgets.UnfoldAdminSingleDateWidget,
    )  # fmt: skip
    ends_on = forms.DateField(
        label=gettext_lazy("Complete before"), required=False,
        widget=widgets.UnfoldAdminSingleDateWidget,
    )  # fmt: skip


def may_look(request: HttpRequest) -> bool:
    return standing(request).any_of(READERS)


class Patterns(ConsortiumPage):
    """Count the results of each pattern, as the paper's table does."""

    template_name = "ip/patterns.html"
    roles = READERS
    title = gettext_lazy("Ownership patterns")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        consortium, form = self.consortium(), PeriodForm(request.GET)
        found = patterns(consortium=consortium, **form.cleaned_data) if form.is_valid() else []
        return self.page(
            consortium=consortium,
            form=form,
            media=form.media,
            rows=[row(each) for each in found],
            total=sum(each.count for each in found),
        )


def row(each: Counted) -> dict[str, Any]:
    share = Decimal(each.share.numerator) / each.share.denominator
    return {
        "name": PATTERNS[each.pattern],
        "count": each.count,
        "share": shown.share(round(share, 3)),
    }
