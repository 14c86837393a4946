"""People's accounts; platform administrators open and close them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget

from consortium import clock
from consortium.admin.acts import Act
from consortium.admin.base import ConsortiumAdmin, ReadOnlyInline
from consortium.models import Appointment, User
from consortium.operations.users import amend_user, create_user
from consortium.states import LANGUAGES

LANGUAGE_CHOICES = [("", _("The consortium's")), *LANGUAGES]


class CreateUser(Act):
    name, title, operation = "add", _("Open an account"), "consortium.create_user"
    submit, done = _("Open"), _("The account is open. Appoint the person next.")
    username = forms.CharField(label=_("user name"), max_length=150)
    full_name = forms.CharField(label=_("name"), max_length=150, required=False)
    email = forms.EmailField(label=_("mail address"), required=False)
    language = forms.ChoiceField(label=_("language"), choices=LANGUAGE_CHOICES, required=False)
    password = forms.CharField(
        label=_("first password"),
        required=False,
        strip=False,
        help_text=_("The person changes it after logging in; leave empty to set none."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attrs = {"autocomplete": "new-password"}
        self.fields["password"].widget = UnfoldAdminPasswordWidget(attrs=attrs)

    def clean_password(self) -> str | None:
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password)
        return password or None

    def write(self) -> User:
        values = self.plain("username", "email", "language", "password")
        return create_user(
            **values,
            name=self.cleaned_data["full_name"],
            by=self.by,
            on=clock.today(),
        )


class AmendUser(Act):
    name, title, icon = "amend", _("Change"), "edit"
    operation = "consortium.amend_user"
    full_name = forms.CharField(label=_("name"), max_length=150, required=False)
    email = forms.EmailField(label=_("mail address"), required=False)
    language = forms.ChoiceField(label=_("language"), choices=LANGUAGE_CHOICES, required=False)
    is_active = forms.BooleanField(label=_("may log in"), required=False)

    def prepare(self) -> None:
        user: User = self.subject
        self.initial = {
            "full_name": user.name,
            "email": user.email,
            "language": user.language,
            "is_active": user.is_active,
        }

    def write(self) -> User:
        values = self.plain("email", "language", "is_active")
        return amend_user(
            user=self.subject,
            name=self.cleaned_data["full_name"],
            **values,
            by=self.by,
            on=clock.today(),
        )


class AppointmentInline(ReadOnlyInline):
    model = Appointment
    fields = readonly_fields = ("consortium", "role", "organization", "starts_on", "ends_on")
    ordering = ("-starts_on", "pk")
    select = ("consortium", "organization")
    show_change_link = True


@admin.register(User)
class UserAdmin(ConsortiumAdmin):
    view_roles = frozenset()
    adds, acts = CreateUser, (AmendUser,)
    inlines = (AppointmentInline,)
    list_display = ("username", "name", "email", "language", "desk", "is_active", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "language")
    search_fields = ("username", "name", "email")
    ordering = ("username",)
    fields = (
        "username", "name", "email", "language", ("is_active", "is_staff", "is_superuser"),
        ("last_login", "date_joined"),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        rows = User.objects.order_by("username")
        return rows if self.has_view_permission(request) else rows.none()

    @display(description=_("works in the admin"), boolean=True)
    def desk(self, row: User) -> bool:
        return row.is_staff
