"""Fast forward: what the sweeps would do up to a day to come, looked at in a sandbox."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from consortium import access, clock, words
from consortium.admin.pages import ConsortiumPage
from consortium.admin.standing import standing
from consortium.errors import DomainError
from consortium.models import Consortium
from consortium.operations.ahead import MONTHS, SECONDS, look_ahead
from consortium.papers.ahead import laid_out
from consortium.periods import add_months
from consortium.states import Role

DAYS = 90
"""How far ahead one looks unless one says otherwise."""

ROLES = frozenset(Role(each) for each in access.operations["consortium.look_ahead"].allow)


def may_look(request: HttpRequest) -> bool:
    return standing(request).any_of(ROLES)


class AheadForm(forms.Form):
    to = forms.DateField()


class FastForward(ConsortiumPage):
    """Ask for a day, and see day by day what would be done, and how things stand then."""

    template_name = "consortium/admin/forward.html"
    roles = ROLES
    title = _("Fast forward")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        consortium = self.consortium()
        today = clock.today(consortium)
        form = AheadForm(initial={"to": today + timedelta(days=DAYS)})
        return self.answered(consortium, today, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        consortium = self.consortium()
        today = clock.today(consortium)
        form = AheadForm(request.POST)
        found: dict[str, Any] = {}
        if form.is_valid():
            try:
                ahead = look_ahead(
                    consortium=consortium,
                    to=form.cleaned_data["to"],
                    enough=clock.after(SECONDS),
                    by=request.user,  # type: ignore[arg-type]
                    on=today,
                )
                found = shown(laid_out(ahead))
            except DomainError as error:
                form.add_error("to", words.explain(error))
        return self.answered(consortium, today, form, found)

    def answered(
        self,
        consortium: Consortium,
        today: date,
        form: AheadForm,
        found: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return self.page(
            consortia=self.consortia(),
            consortium=consortium,
            form=form,
            first=(today + timedelta(days=1)).isoformat(),
            last=add_months(today, MONTHS).isoformat(),
            found=found or None,
        )


def shown(found: dict[str, Any]) -> dict[str, Any]:
    """Return what was found with days and amounts as the reader writes them."""
    for day in found["days"]:
        day["day"] = words.day(day["on"])
        for each in day["sweeps"]:
            for left in each["left"]:
                left["sums"] = amounts(left)
                for one in left["named"]:
                    one["sum"] = one["amount"] and words.amount(one["amount"], one["unit"])
    for row in found["stands"]:
        row["now"]["sums"], row["then"]["sums"] = amounts(row["now"]), amounts(row["then"])
        row["moved"] = row["now"] != row["then"]
    return found | {"until": words.day(found["to"]), "up_to": words.day(found["reached"])}


def amounts(summed: dict[str, Any]) -> list[str]:
    return [words.amount(each["amount"], each["unit"]) for each in summed["amounts"]]
