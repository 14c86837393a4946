"""The page of what becomes of results when the consortium ends."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.pages import ConsortiumPage
from consortium.admin.standing import standing
from consortium.errors import DomainError
from consortium.models import Organization
from ip.admin.results import READERS
from ip.models import Result
from ip.operations.dissolving import succeed
from ip.reports.dissolution import Ending, association_of, end_of, endings

MOST = 500
"""Results on the page; all of them are listed over REST."""


def may_look(request: HttpRequest) -> bool:
    return standing(request).any_of(READERS)


class Dissolution(ConsortiumPage):
    """Show each result with its owners and who succeeds the association; let it pass."""

    template_name = "ip/dissolution.html"
    roles = READERS
    title = gettext_lazy("Results at the end")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        consortium = self.consortium()
        today = clock.today(consortium)
        day = end_of(consortium, today)
        results = Result.objects.visible_to(request.user, today).filter(consortium=consortium)
        found = endings(consortium, results.order_by("number")[:MOST], day)
        may = consortium in standing(request).where("ip.succeed")
        return self.page(
            consortium=consortium,
            association=association_of(consortium),
            ended=consortium.ends_on is not None and consortium.ends_on <= today,
            day=words.day(day),
            may=may,
            rows=[row(each) for each in found],
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        consortium = self.consortium()
        on, by = clock.today(consortium), request.user
        try:
            done = succeed(consortium=consortium, by=by, on=on)  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, words.explain(error))
        else:
            said = ngettext(
                "A part of %(count)s result passed.", "Parts of %(count)s results passed.", done
            )
            messages.success(request, said % {"count": done})
        return HttpResponseRedirect(f"{reverse('admin:dissolution')}?consortium={consortium.slug}")


def row(ending: Ending) -> dict[str, Any]:
    return {
        "result": shown.link(ending.result, f"{ending.result.number} · {ending.result.name}"),
        "owners": parts(ending.owners),
        "passes": parts(ending.passes),
        "stays": ending.stays or "",
    }


def parts(held: dict[Organization, Any]) -> str:
    return ", ".join(f"{who} {part}" for who, part in held.items())
