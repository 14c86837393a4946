"""What members would owe under any charter document: as a page, and as a file."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminFileFieldWidget

from consortium import clock, words
from consortium.admin import additions
from consortium.admin.comparison import DeskPage
from consortium.admin.standing import standing
from consortium.errors import DomainError
from consortium.models import Charter, Consortium
from consortium.papers.sheets import WRITERS, download
from consortium.rules.documents import CharterDocument, read_charter
from funding.admin.whatif.page import PERIOD, content
from funding.models import FINANCE_READERS
from funding.operations.rates import note_view
from funding.papers.whatif import sheet
from funding.reports.rounds import SECTION
from funding.reports.study import Scope, Study, what_if
from funding.reports.tally import carried_out
from funding.states import Screen
from funding.words import label

READERS = frozenset(FINANCE_READERS)
MOST = 500
"""Members in the table on the page; all of them are in the file."""

TEXT_LIMIT = 1_000_000


def may_look(request: HttpRequest) -> bool:
    """Say whether the reader may see every member's figures anywhere."""
    return standing(request).any_of(READERS)


class DocumentForm(forms.Form):
    """A charter document that is not stored: pasted, or as a file."""

    document = forms.CharField(required=False, max_length=TEXT_LIMIT, strip=False)
    file = forms.FileField(
        required=False, widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".toml,text/plain"})
    )

    def text(self) -> str:
        """Return the text given. Raises ValidationError."""
        if not self.is_valid():
            raise ValidationError([each for found in self.errors.values() for each in found])
        file = self.cleaned_data["file"]
        if file is None:
            return str(self.cleaned_data["document"])
        if file.size > TEXT_LIMIT:
            raise ValidationError(_("The file is too large to be a charter."))
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise ValidationError(_("The file is not text in UTF-8.")) from None


class WhatIf(DeskPage):
    """Choose a charter or give a document; see who would pay more and who less."""

    title = ""
    template_name = "funding/whatif.html"

    def has_permission(self) -> bool:
        return may_look(self.request)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        charter = self.charter(request.GET.get("charter"))
        if charter is None:
            return self.answered(request.GET, {})
        chosen = {"charter": charter}
        try:
            return self.studied(request.GET, charter.document(), chosen)
        except (DomainError, ValidationError) as error:
            return self.answered(request.GET, chosen | {"errors": said(error)})

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = DocumentForm(request.POST, request.FILES)
        chosen: dict[str, Any] = {"text": request.POST.get("document", "")}
        try:
            chosen["text"] = form.text()
            return self.studied(request.POST, read_charter(chosen["text"]), chosen)
        except (DomainError, ValidationError) as error:
            return self.answered(request.POST, chosen | {"errors": said(error)})

    def charter(self, uid: str | None) -> Charter | None:
        """Return the charter asked for, if one is; 404 where it is not to be seen."""
        if not uid:
            return None
        return next((each for each in self.charters() if str(each.uid) == uid), None) or absent()

    def charters(self) -> list[Charter]:
        """Return the charters with dues that the reader may see: one's own, then the cases'."""
        here = standing(self.request)
        seen = Charter.objects.visible_to(here.user, here.today).filter(sections__code=SECTION)
        return list(
            seen.select_related("consortium").order_by(
                "consortium__is_reference", "consortium__slug", "-starts_on", "pk"
            )
        )

    def consortia(self) -> list[Consortium]:
        here = standing(self.request)
        return [each for each in here.consortia if here.has(each, READERS)]

    def consortium(self, given: QueryDict, charter: Charter | None) -> Consortium:
        """Return whose members it is tried on: those asked for, the charter's own, or the first."""
        known = self.consortia()
        asked = given.get("consortium")
        if asked:
            return next((each for each in known if each.slug == asked), None) or absent()
        own = next((each for each in known if charter and each.pk == charter.consortium_id), None)
        desk = self.request.session.get("desk")
        looked_at = next((each for each in known if each.slug == desk), None)
        return own or looked_at or next(iter(known), None) or absent()

    def studied(
        self, given: QueryDict, document: CharterDocument, chosen: dict[str, Any]
    ) -> HttpResponseBase:
        """Answer with the page or the file of a study; who looked at secret figures is noted."""
        charter: Charter | None = chosen.get("charter")
        consortium = self.consortium(given, charter)
        study = what_if(
            consortium=consortium,
            document=document,
            on=clock.today(consortium),
            periods=periods(given),
            charter=charter,
        )
        scope = study.scope(given.get("scope", ""))
        kind = given.get("as", "")
        if kind in WRITERS:
            return self.file(study, scope, kind, charter)
        result = carried_out(study, most=MOST)
        self.note(consortium, result.seen, charter)
        chosen |= {"study": study, "consortium": consortium, "heading": label(document.title)}
        first = scope or next(iter(study.scopes), None)
        shown = content(study, first, result) if first else {"empty": True}
        return self.answered(given, chosen | shown)

    def file(
        self, study: Study, scope: Scope | None, kind: str, charter: Charter | None
    ) -> FileResponse:
        seen: set[int] = set()
        name = f"what-if-{study.consortium.slug}-{study.document.code}"
        response = download(sheet(study, scope, seen), kind=kind, name=name)
        self.note(study.consortium, seen, charter)
        return response

    def note(self, consortium: Consortium, seen: set[int], charter: Charter | None) -> None:
        note_view(
            consortium=consortium,
            screen=Screen.WHAT_IF,
            by=standing(self.request).user,
            members=list(seen),
            subject=charter.uid if charter else None,
        )

    def answered(self, given: QueryDict, context: dict[str, Any]) -> HttpResponse:
        self.title = _("What would members owe?")
        offered = {
            "consortia": self.consortia(),
            "charters": self.charters(),
            "asked": given.get("consortium"),
            "form": DocumentForm(),
        }
        return self.page(**offered | context)


def absent() -> Any:
    raise Http404


def said(error: DomainError | ValidationError) -> list[str]:
    return (
        error.messages if isinstance(error, ValidationError) else words.explain(error).split("\n")
    )


def periods(given: QueryDict) -> dict[str, date]:
    """Return the periods asked for, by levy. Raises ValidationError."""
    day = forms.DateField(input_formats=["%Y-%m-%d"])
    asked = {
        name.removeprefix(PERIOD): text
        for name, text in given.items()
        if name.startswith(PERIOD) and text
    }
    return {levy: day.clean(text) for levy, text in asked.items()}


def on_charter(request: HttpRequest, charter: Charter) -> Iterable[dict[str, Any]]:
    """Yield the button on a charter's page, for those who may see every member's figures."""
    here = standing(request)
    own = (
        here.any_of(READERS)
        if charter.consortium.is_reference
        else here.has(charter.consortium, READERS)
    )
    if own and any(section.code == SECTION for section in charter.sections.all()):
        path = f"{reverse('admin:what-if')}?charter={charter.uid}"
        yield additions.button(_("What would members owe?"), "balance", path)


additions.buttons[Charter].append(on_charter)
