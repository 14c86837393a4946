"""A reference case replayed: a timeline of its phases, with what its rules answer and when."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from consortium import words
from consortium.admin import shown
from consortium.admin.comparison import DeskPage
from consortium.admin.reading import Reader
from consortium.admin.standing import standing
from consortium.errors import DomainError
from consortium.models import Charter, Consortium
from consortium.papers.replay import replayed
from consortium.reports.cases import document_of
from consortium.rules.cases import CaseDocument
from consortium.rules.replay import phases


class Replay(DeskPage):
    """Tell one case in the order of its days."""

    title = _("A case replayed")
    template_name = "consortium/admin/replay.html"

    def get(self, request: HttpRequest, case: str) -> HttpResponse:
        here = standing(request)
        seen = Consortium.objects.visible_to(here.user, here.today).filter(is_reference=True)
        found = seen.filter(slug=case).first()
        if found is None:
            raise Http404
        cases = list(seen.order_by("slug"))
        try:
            document = document_of(found)
        except DomainError as error:
            return self.page(case=found, cases=cases, refused=words.explain(error))
        return self.page(case=found, cases=cases, told=shown_as(found, document))


def shown_as(case: Consortium, document: CaseDocument) -> dict[str, Any]:
    """Return the case as the page shows it: days and changes as the reader says them."""
    told, reader = replayed(document), Reader()
    rows = {each.code: each for each in Charter.objects.filter(consortium=case)}
    for phase, each in zip(told["phases"], phases(document), strict=True):
        body = each.charter.body()
        phase["charter"] = rows.get(phase["code"])
        phase["period"] = shown.period(*each.period)
        phase["silent"] = shown.period(*each.gap) if each.gap else ""
        phase["differences"] = [reader.difference(change, body) for change in each.changes]
        phase["sections"] = list(reader.sections(each.charter))
        for answer in phase["answers"]:
            answer["day"] = words.day(answer["on"])
        for fact in phase["facts"]:
            fact["day"] = words.inside(fact["when"])
    return told
