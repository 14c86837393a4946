"""People who log in, and what each is appointed to."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth import models as auth
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models.base import Addressed, Dated, DatedQuerySet, date_range, ends_after_start
from consortium.states import DESK_ROLES, LANGUAGES, MEMBER_ROLES, Role


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Oneself; to secretaries and auditors whoever is appointed in their consortium."""
        colleagues = self.model.objects.filter(
            access.as_staff(user, on, Role.SECRETARY, Role.AUDITOR, at="appointments__consortium")
        )
        return self.filter(Q(pk=user.pk) | Q(pk__in=colleagues.values("pk")))


class UserManager(auth.UserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Accounts, as Django makes them, and who may see which."""

    use_in_migrations = False


class User(Addressed, AbstractUser):
    """A person. Rights come from dated appointments; there are no groups.

    A superuser is a platform administrator. `is_staff` opens the admin's door;
    which rows and actions are behind it the appointments decide.
    """

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="consortium_user_email", condition=~Q(email="")
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.name or self.username

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Say yes to platform administrators only; the rest is a matter of appointments."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    def roles(self, on: date) -> set[str]:
        """Return every role held on a day, in any consortium."""
        return set(self.appointments.on(on).values_list("role", flat=True))


class AppointmentQuerySet(DatedQuerySet["Appointment"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """One's own; those of one's organization to its signatory; all to secretary and auditor."""
        return self.filter(
            Q(user=user)
            | access.own(user, on, Role.SIGNATORY, organization="organization")
            | access.as_staff(user, on, Role.SECRETARY, Role.AUDITOR)
        )

    def desk(self) -> Self:
        return self.filter(role__in=DESK_ROLES)


class Appointment(Addressed, Dated):
    """A person's role in a consortium: as staff, or on behalf of one organization."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="appointments", verbose_name=_("person")
    )
    consortium = models.ForeignKey(
        "consortium.Consortium",
        models.PROTECT,
        related_name="appointments",
        verbose_name=_("consortium"),
    )
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    organization = models.ForeignKey(
        "consortium.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("on behalf of"),
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        indexes = [models.Index(fields=["consortium", "role"])]
        constraints = [
            ends_after_start("consortium_appointment_period"),
            models.CheckConstraint(
                name="consortium_appointment_party",
                condition=Q(role__in=sorted(MEMBER_ROLES), organization__isnull=False)
                | Q(~Q(role__in=sorted(MEMBER_ROLES)), organization__isnull=True),
            ),
            ExclusionConstraint(
                name="consortium_appointment_once",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (F("consortium"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (Coalesce(F("organization"), 0), RangeOperators.EQUAL),
                    (date_range(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
