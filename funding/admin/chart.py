"""The chart of accounts, in one form."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from consortium import clock
from consortium.admin.standing import standing
from consortium.errors import DomainError
from consortium.models import Consortium
from consortium.words import explain
from funding.admin.books import OfConsortium
from funding.operations.chart import Named, number_accounts
from funding.reports.books import headings
from funding.states import AccountKind

OPERATION = "funding.number_accounts"


def text(label: Any, length: int) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=False, widget=UnfoldAdminTextInputWidget()
    )


class HeadingForm(forms.Form):
    """One kind of account: its number, and its names."""

    number = text(gettext_lazy("account number"), 20)
    name_en = text(gettext_lazy("English name"), 200)
    name_zh = text(gettext_lazy("Chinese name"), 200)


class Chart(OfConsortium):
    """How the consortium numbers and names its accounts; finance staff change it."""

    template_name = "funding/chart.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        consortium = self.consortium()
        own = headings(consortium)
        return self.shown(
            consortium,
            {
                kind: HeadingForm(
                    prefix=kind.value,
                    initial={"number": own[kind].number, "name_en": own[kind].name_en,
                             "name_zh": own[kind].name_zh},
                )
                for kind in own
            },
        )  # fmt: skip

    def post(self, request: HttpRequest) -> HttpResponse:
        consortium = self.consortium()
        if not standing(request).may(OPERATION, consortium):
            raise PermissionDenied
        kinds = headings(consortium)
        rows = {kind: HeadingForm(request.POST, prefix=kind.value) for kind in kinds}
        if not all(form.is_valid() for form in rows.values()):
            return self.shown(consortium, rows)
        by: Any = request.user
        given = {kind: Named(**form.cleaned_data) for kind, form in rows.items()}
        try:
            number_accounts(
                consortium=consortium, accounts=given, by=by, on=clock.today(consortium)
            )
        except DomainError as error:
            return self.shown(consortium, rows, errors=explain(error).split("\n"))
        messages.success(request, _("The chart of accounts is saved."))
        return redirect(f"{reverse('admin:chart-of-accounts')}?consortium={consortium.slug}")

    def shown(
        self, consortium: Consortium, rows: dict[AccountKind, HeadingForm], **more: Any
    ) -> HttpResponse:
        self.title = _("Chart of accounts")
        return self.page(
            consortium=consortium,
            consortia=self.consortia(),
            rows=[(str(kind.label), form) for kind, form in rows.items()],
            may_change=standing(self.request).may(OPERATION, consortium),
            **more,
        )
