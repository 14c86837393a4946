"""Charters: drafts that are written, compared and adopted; adopted ones to be read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import clock, words
from consortium.admin import additions, shown
from consortium.admin.acts import Act
from consortium.admin.adopting import Clone, Confirm, Discard, NewDraft, Propose, body_name, second
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.editor import Edit, convert
from consortium.admin.pictures import drawn
from consortium.admin.reading import Reader
from consortium.admin.standing import standing
from consortium.errors import DomainError
from consortium.models import Charter
from consortium.reports.comparison import changes
from consortium.reports.eligibility import consequences
from consortium.rules.profile import cautions_for
from consortium.rules.schema import Text
from consortium.rules.toml import write_toml
from consortium.states import BASES


class StateFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("draft", _("Draft")),
            ("adopted", _("Adopted")),
            ("recorded", _("Recorded phase")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Charter]) -> QuerySet[Charter]:
        match self.value():
            case "draft":
                return queryset.filter(adopted_on__isnull=True)
            case "adopted" | "recorded" as wanted:
                recorded = wanted == "recorded"
                found = queryset.filter(adopted_on__isnull=False)
                return found.filter(consortium__is_reference=recorded)
        return queryset


@admin.register(Charter)
class CharterAdmin(ConsortiumAdmin):
    adds, acts = NewDraft, (Edit, Propose, Confirm, Discard)
    page_template, page_first = "consortium/admin/charter.html", False
    list_display = ("named", "consortium", "state", "starts_on", "ends_on", "adopted")
    list_display_links = ("named",)
    list_filter = (("consortium", ScopedFilter), StateFilter, "basis")
    search_fields = ("code", "name_en", "name_zh")
    ordering = ("consortium__is_reference", "consortium__slug", "-starts_on", "pk")
    select = ("consortium", "adopted_by", "proposed_by", "decision")
    readonly_fields = ("state", "edges", "decided", "adopted")

    def get_fields(self, request: HttpRequest, obj: Charter | None = None) -> list[Any]:
        """Return what stands above the sections: a recorded phase was decided by nobody here."""
        last = ["edges"] if obj and obj.consortium.is_reference else ["decided", "adopted"]
        return ["name_zh", "name_en", "consortium", "code", "state", "starts_on", "ends_on", *last]

    # how it reads

    @display(description=_("name"), ordering="name_en")
    def named(self, row: Charter) -> str:
        return row.name

    @display(description=_("state"))
    def state(self, row: Charter) -> str:
        if row.adopted_on is None:
            proposed = row.proposed_by_id is not None
            return shown.mark(_("Proposed"), "note") if proposed else shown.mark(_("Draft"), "warn")
        if row.consortium.is_reference:
            return shown.mark(_("Recorded phase"), "plain")
        if row.period.contains(clock.today(row.consortium)):
            return shown.mark(_("In force"), "good")
        return shown.mark(_("Adopted"), "note")

    @display(description=_("its days rest on"))
    def edges(self, row: Charter) -> str:
        labels = dict(BASES)
        found = [row.basis or row.remarks.get("basis"), row.remarks.get("ends_basis")]
        return " – ".join(str(labels.get(each or "", "—")) for each in found)

    @display(description=_("decided"))
    def decided(self, row: Charter) -> str:
        if row.decided_on is None:
            return "—"
        parts = [shown.day(row.decided_on), body_name(row, row.decided_by_body)]
        return ", ".join([*parts, str(row.proposed_by)] if row.proposed_by else parts)

    @display(description=_("adopted"))
    def adopted(self, row: Charter) -> str:
        if row.adopted_on is None or row.consortium.is_reference:
            return "—"
        return ", ".join(
            [shown.day(row.adopted_on), *([str(row.adopted_by)] * bool(row.adopted_by))]
        )

    # its page

    def page(self, request: HttpRequest, obj: Charter) -> dict[str, Any]:
        note = obj.remarks.get("note")
        found: dict[str, Any] = {
            "charter": obj,
            "note": words.inside(Text(**note)) if note else "",
            "source": obj.remarks.get("source", ""),
            "decision": obj.decision,
        }
        try:
            document = obj.document()
        except DomainError as error:
            return found | {"unreadable": words.explain(error)}
        reader = Reader(drawn(document))
        found["sections"] = [
            {
                "code": code,
                "name": name,
                "rows": rows,
                "compared": code == "profile",
                "drawn": any(row.picture for row in rows),
            }
            for code, name, rows in reader.sections(document)
        ]
        found["text"] = write_toml(document.body())
        return found | (self.draft(obj, reader) if obj.is_draft else {})

    def draft(self, obj: Charter, reader: Reader) -> dict[str, Any]:
        """Return what adopting a draft would mean, and who has to act next."""
        body = obj.document().body()
        before = Charter.objects.adopted().on(obj.starts_on).filter(consortium=obj.consortium)
        profile = obj.rules("profile") if "profile" in obj.document().sections else None
        form = profile.legal_form if profile else None
        meant = consequences(charter=obj, on=obj.starts_on)
        return {
            "before": before.first(),
            "changes": [reader.difference(each, body) for each in changes(obj)],
            "consequences": [
                (judged.member, [words.failure(each) for each in judged.failures])
                for judged in meant.members
            ],
            "whole": [words.failure(each) for each in meant.whole],
            "cautions": [
                (words.inside(each.text), each.source)
                for each in (cautions_for(profile, form) if profile and form else ())
            ],
            "second": second(obj),
        }

    # what one does

    def buttons(self, request: HttpRequest, obj: Charter) -> list[dict[str, Any]]:
        """Return the acts on a charter: none twice, and no confirming of one's own proposal."""
        mine = obj.proposed_by_id == request.user.pk
        path = self.act_path(Confirm, obj)
        found = [
            each for each in super().buttons(request, obj) if not (mine and each["path"] == path)
        ]
        if standing(request).where(Clone.operation):
            recorded = obj.consortium.is_reference
            title = _("Adopt this template") if recorded else Clone.title
            variant = "primary" if recorded else "default"
            path = self.act_path(Clone, obj)
            found.append(additions.button(title, Clone.icon, path, variant))
        return found

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "consortium_charter"
        mine = [
            path("<int:object_id>/clone/", view(self.clone_view), name=f"{name}_clone"),
            path("<int:object_id>/convert/", view(self.convert_view), name=f"{name}_convert"),
            path("<int:object_id>/decision/", view(self.decision_view), name=f"{name}_decision"),
        ]
        return [*mine, *super().get_urls()]

    def clone_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self.perform(request, Clone, self.row(request, str(object_id)))

    def convert_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        self.row(request, str(object_id))
        return convert(request)

    def decision_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Send the decision's paper to whoever may see the charter."""
        row = self.row(request, str(object_id))
        if row.decision is None:
            raise Http404
        headers = {"X-Content-Type-Options": "nosniff"}
        with row.decision.file.open("rb") as file:
            response = HttpResponse(file.read(), row.decision.content_type, headers=headers)
        response["Content-Disposition"] = f'attachment; filename="decision-{row.code}"'
        return response

    def perform(self, request: HttpRequest, act: type[Act], obj: Any) -> HttpResponse:
        """Show what adopting means beside proposing and confirming, and the editor in full."""
        response = super().perform(request, act, obj)
        if not isinstance(response, TemplateResponse) or response.context_data is None:
            return response
        if act is Edit:
            response.template_name = "consortium/admin/editor.html"
            response.context_data |= {
                "editor": response.context_data["form"].page(),
                "charter": obj,
            }
        elif act in (Propose, Confirm):
            response.template_name = "consortium/admin/adopt.html"
            response.context_data |= self.draft(obj, Reader())
        return response

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return where an act leads: a new draft to its editor, a discarded one to the list."""
        if not isinstance(result, Charter):
            return reverse(self.url_name("changelist"))
        if obj is None or obj.pk != result.pk:
            return self.act_path(Edit, result)
        return reverse(self.url_name("change"), args=[result.pk])
