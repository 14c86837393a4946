"""What every screen of the secretariat shares: rows one may see, acts one may do."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline

from consortium.admin import additions
from consortium.admin.acts import Act
from consortium.admin.onpaper import letters_of
from consortium.admin.standing import Standing, standing
from consortium.states import DESK_ROLES, Role

LOOKUPS = frozenset({"", "exact", "isnull", "in", "gte", "lt", "lte", "gt", "year", "month", "day"})


LETTERS = "consortium/admin/letters.html"


class ScopedFilter(admin.RelatedFieldListFilter):
    """A filter by a related row, among those the reader may see."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        rows = field.related_model.objects.visible_to(request.user, standing(request).today)
        return [(str(row.pk), str(row)) for row in rows]


class Titled:
    """A row under the heading its screen gives it, for the theme's breadcrumb."""

    def __init__(self, row: Any, title: str) -> None:
        self._row, self._title = row, title

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)

    def __str__(self) -> str:
        return self._title


class Scope:
    """Rows the reader may see, for admins and inlines alike."""

    view_roles: ClassVar[frozenset[Role]] = DESK_ROLES
    select: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        model: Any = self.model  # type: ignore[attr-defined]
        here = standing(request)
        rows: QuerySet[Any] = model.objects.visible_to(request.user, here.today)
        order = getattr(self, "ordering", None)
        rows = rows.select_related(*self.select)
        return rows.order_by(*order) if order else rows

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return standing(request).any_of(self.view_roles)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(Scope, TabularInline):
    """Rows that belong to a page, to be read there; acts change them."""

    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = False
    tab = False
    show_title = False


class ConsortiumAdmin(Scope, ModelAdmin):
    """A screen over one table: read rows through `visible_to`, write through acts.

    `view_roles`: who finds the screen in the menu; `visible_to` decides the rows.
    `adds`: the act behind "Add"; `acts`: the buttons on a row's page.
    """

    adds: ClassVar[type[Act] | None] = None
    acts: ClassVar[Sequence[type[Act]]] = ()
    page_template: ClassVar[str | None] = None
    page_first: ClassVar[bool] = True
    actions = None
    list_per_page = 50
    show_full_result_count = False
    list_select_related = False

    # who may

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.adds is not None and standing(request).may(self.adds.operation)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Allow filters by what the screen itself offers, and nothing else."""
        offered = [each[0] if isinstance(each, tuple) else each for each in self.list_filter]
        offered += [name for name in (self.date_hierarchy,) if name]
        for name in offered:
            if lookup == getattr(name, "parameter_name", None):
                return True
            if isinstance(name, str) and lookup.startswith(name):
                rest = lookup[len(name) :].removeprefix("__").removeprefix("id__")
                return rest in LOOKUPS or rest in {"pk", "id"}
        return False

    # what there is

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404

    def row(self, request: HttpRequest, object_id: str) -> Any:
        """Return a row the reader may see. Raises Http404, PermissionDenied."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return found

    def today(self, request: HttpRequest) -> date:
        return standing(request).today

    def standing(self, request: HttpRequest) -> Standing:
        return standing(request)

    # pages

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Return what `page_template` shows beside the row's own fields."""
        return {}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None:
            context["actions_detail"] = self.buttons(request, obj)
            context["title"], context["subtitle"] = self.title_of(obj), None
            context["original"] = Titled(obj, self.title_of(obj))
            context["boxes"] = additions.boxes_on(request, obj)
            context["letters"] = letters_of(standing(request), obj)
            if self.page_template:
                context.update(self.page(request, obj))
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response

    def title_of(self, obj: Any) -> str:
        """Return the heading of a row's page."""
        return str(obj)

    @property
    def change_form_outer_before_template(self) -> str | None:
        return self.page_template if self.page_first else LETTERS

    @property
    def change_form_outer_after_template(self) -> str | None:
        return LETTERS if self.page_first else self.page_template

    def buttons(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Return the acts open to the reader on this row, and what higher apps add."""
        acts = [
            additions.button(act.title, act.icon, self.act_path(act, obj), act.variant)
            for act in self.acts
            if act.fits(obj) and standing(request).may(act.operation, obj)
        ]
        return acts + additions.buttons_on(request, obj)

    def url_name(self, what: str) -> str:
        meta = self.model._meta
        return f"admin:{meta.app_label}_{meta.model_name}_{what}"

    def act_path(self, act: type[Act], obj: Model) -> str:
        return reverse(self.url_name(act.name), args=[obj.pk])

    # acts

    def get_urls(self) -> list[URLPattern]:
        meta = self.model._meta
        mine = [
            path(
                f"<int:object_id>/{act.name}/",
                self.admin_site.admin_view(partial(self.act_view, act=act)),
                name=f"{meta.app_label}_{meta.model_name}_{act.name}",
            )
            for act in self.acts
        ]
        return [*mine, *super().get_urls()]

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.adds is None or not self.has_add_permission(request):
            raise PermissionDenied
        return self.perform(request, self.adds, None)

    def history_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """Show the audit chain's events on this row; there is no second history."""
        row = self.row(request, object_id)
        events = reverse("admin:consortium_auditevent_changelist")
        uid = getattr(row, "uid", None)
        return redirect(f"{events}?q={row._meta.label_lower}:{uid}" if uid else events)

    def act_view(self, request: HttpRequest, object_id: int, act: type[Act]) -> HttpResponse:
        obj = self.row(request, str(object_id))
        if not (act.fits(obj) and standing(request).may(act.operation, obj)):
            raise PermissionDenied
        return self.perform(request, act, obj)

    def perform(self, request: HttpRequest, act: type[Act], obj: Any) -> HttpResponse:
        """Show an act's form, or do it and go to the row it leads to."""
        sent = request.method == "POST"
        form = act(
            request.POST if sent else None,
            request.FILES if sent else None,
            request=request,
            subject=obj,
        )
        if sent and form.is_valid():
            result = form.perform()
            if not (form.errors or form.leads_to):
                messages.success(request, str(act.done))
                return HttpResponseRedirect(self.after(request, obj, result))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": act.title,
            "verb": act.submit,
            "note": form.note,
            "form": form,
            "media": self.media + form.media,
            "original": Titled(obj, self.title_of(obj)) if obj is not None else None,
            "back": reverse(self.url_name("change"), args=[obj.pk])
            if obj is not None
            else reverse(self.url_name("changelist")),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "consortium/act.html", context)

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return where an act leads: to the row it was done on, or to the new one."""
        row = obj if obj is not None else result
        if isinstance(row, self.model):
            return reverse(self.url_name("change"), args=[row.pk])
        return reverse(self.url_name("changelist"))

    # the audit chain is the one history; nothing is saved by the admin itself

    def log_addition(self, *args: Any) -> None:
        return None

    log_change: Callable[..., None] = log_addition
    log_deletions: Callable[..., None] = log_addition
    log_deletion: Callable[..., None] = log_addition

    def save_model(self, *args: Any, **kwargs: Any) -> None:
        raise PermissionDenied(_("Rows are written by operations only."))

    delete_model = delete_queryset = save_related = save_model
