"""A new alliance from a template: a case's phase, a few names and days, then its first draft."""

from typing import Any

from django import forms
from django.db import transaction
from django.forms.models import fields_for_model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium import clock
from consortium.admin.acts import Act
from consortium.admin.adopting import CODE_HINT
from consortium.admin.comparison import DeskPage, years
from consortium.admin.consortia import UNITS, unit_field
from consortium.admin.standing import standing
from consortium.models import Charter, Consortium
from consortium.operations.charters import clone_charter
from consortium.operations.consortia import Founding, found
from consortium.rules.profile import ProfileSection

NAMES = ("name_zh", "name_en", "slug")
PLACE = ("currency", "time_zone", "language", "starts_on", "fiscal_year_month", "fiscal_year_day")
KIND = ("legal_form", "stage", "structure", "initiator", "field_zh", "field_en")


class NewAlliance(Act):
    """Found a consortium with a draft of its first charter; both or neither."""

    name, title = "new-alliance", _("New alliance from a template")
    operation, submit = "consortium.found", _("Found it and open its draft")
    done = _("The alliance is founded. This is its first charter, a draft still.")

    def prepare(self) -> None:
        made = fields_for_model(Consortium, fields=[*NAMES, *PLACE, *KIND])
        self.fields.update({name: made[name] for name in (*NAMES, *PLACE)})
        self.fields["charter_code"] = forms.SlugField(
            label=_("code of its first charter"), max_length=50, initial="founding",
            help_text=CODE_HINT,
        )  # fmt: skip
        self.fields.update({name: unit_field(name) for name in UNITS})
        self.fields.update({name: made[name] for name in KIND})
        self.initial = {
            "currency": "CNY",
            "time_zone": "Asia/Shanghai",
            "language": "zh-hans",
            "fiscal_year_month": 1,
            "fiscal_year_day": 1,
            **self.profile(),
        }

    def profile(self) -> dict[str, Any]:
        """Return what the template's profile, or its case, says of the kind of alliance."""
        sections = {each.code for each in self.subject.sections.all()}
        said: Any = self.subject.rules("profile") if "profile" in sections else None
        source = said if isinstance(said, ProfileSection) else self.subject.consortium
        return {name: str(getattr(source, name)) for name in KIND[:4]}

    def write(self) -> Charter:
        units = {name: value for name, value in self.plain(*UNITS).items() if value}
        founding = Founding(**self.plain(*NAMES, *PLACE, *KIND), units=units)
        with transaction.atomic():
            made = found(founding=founding, by=self.by, on=clock.today())
            return clone_charter(
                consortium=made,
                source=self.subject,
                code=self.cleaned_data["charter_code"],
                starts_on=founding.starts_on,
                by=self.by,
                on=clock.today(made),
            )


class Wizard(DeskPage):
    """First the phase of a case, then the alliance; for platform administrators."""

    title = ""
    template_name = "consortium/admin/wizard.html"

    def has_permission(self) -> bool:
        return standing(self.request).everywhere

    def get(self, request: HttpRequest) -> HttpResponse:
        template = self.template(request)
        form = NewAlliance(request=request, subject=template) if template else None
        return self.shown(template, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        template = self.template(request)
        if template is None:
            raise Http404
        form = NewAlliance(request.POST, request=request, subject=template)
        made = form.perform() if form.is_valid() else None
        if made is None:
            return self.shown(template, form)
        return HttpResponseRedirect(reverse("admin:consortium_charter_edit", args=[made.pk]))

    def template(self, request: HttpRequest) -> Charter | None:
        """Return the phase that was chosen; None while none is."""
        asked = request.GET.get("template")
        if not asked:
            return None
        slug, _slash, code = asked.partition("/")
        found = self.templates().filter(consortium__slug=slug, code=code).first()
        if found is None:
            raise Http404
        return found

    def templates(self) -> Any:
        charters = Charter.objects.adopted().filter(consortium__is_reference=True)
        return charters.select_related("consortium").order_by("consortium__starts_on", "starts_on")

    def shown(self, template: Charter | None, form: NewAlliance | None) -> HttpResponse:
        self.title = gettext("New alliance from a template")
        assert self.admin_site is not None
        media = self.admin_site.get_model_admin(Consortium).media
        return self.page(
            template=template,
            templates=[(each, years(each.starts_on, each.ends_on)) for each in self.templates()],
            form=form,
            media=media + form.media if form else media,
        )
