"""Members, their dated terms and their suspensions."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models.base import Addressed, Dated, DatedQuerySet, date_range, ends_after_start
from consortium.models.consortia import Consortium
from consortium.models.organizations import Organization
from consortium.rules.choices import BREACH
from consortium.states import LEFT, OFFICE_ROLES, RIGHTS, Role


class MemberQuerySet(models.QuerySet["Member"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """The list of members is open to everyone in the consortium; reference cases to all.

        Who has an account there but never was a member is for staff and itself.
        """
        joined = Q(Exists(MembershipTerm.objects.filter(member=OuterRef("pk"))))
        return self.filter(
            (access.in_consortium(user, on) & joined)
            | access.as_staff(user, on, *OFFICE_ROLES)
            | access.own(user, on, organization="organization")
            | Q(consortium__is_reference=True)
        )

    def on(self, on: date) -> Self:
        """Return the members with a term in force on a day."""
        return self.filter(Exists(MembershipTerm.objects.on(on).filter(member=OuterRef("pk"))))


class Member(Addressed):
    """An organization's one membership in a consortium, for ever.

    Accounts, documents and rights hang from it; when it belongs is in its terms.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="members", verbose_name=_("consortium")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="members", verbose_name=_("organization")
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "organization"], name="consortium_member_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.organization)

    def category_on(self, on: date) -> str | None:
        """Return the dues category on a day, or None when not a member then."""
        term = self.terms.on(on).first()
        return term.category if term else None


class MembershipTermQuerySet(DatedQuerySet["MembershipTerm"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(
            access.in_consortium(user, on, at="member__consortium")
            | Q(member__consortium__is_reference=True)
        )


class MembershipTerm(Addressed, Dated):
    """A stretch of membership in one category; a change or a return is a new term.

    `left`: how the membership ended or will end with it, for all to see and so without
    what was owed; empty where that is not said, or only the category changes. `told_on`:
    the day the member gave notice.
    """

    member = models.ForeignKey(
        Member, models.PROTECT, related_name="terms", verbose_name=_("member")
    )
    category = models.SlugField(_("category"), max_length=40)
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6, null=True, blank=True)
    left = models.CharField(
        pgettext_lazy("membership", "left"), max_length=20, choices=LEFT, blank=True
    )
    told_on = models.DateField(_("notice given on"), null=True, blank=True)

    objects = MembershipTermQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership term")
        verbose_name_plural = _("membership terms")
        constraints = [
            ends_after_start("consortium_term_period"),
            models.CheckConstraint(
                name="consortium_term_share",
                condition=Q(share=None) | Q(share__gt=0, share__lte=1),
            ),
            models.CheckConstraint(
                name="consortium_term_left",
                condition=Q(left="", told_on=None) | (~Q(left="") & Q(ends_on__isnull=False)),
            ),
            ExclusionConstraint(
                name="consortium_term_once",
                expressions=[
                    (F("member"), RangeOperators.EQUAL),
                    (date_range(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.category}"

    @property
    def breach(self) -> bool:
        """Say whether the member left, or will leave, in breach."""
        return self.left in BREACH

    @property
    def consortium(self) -> Consortium:
        return self.member.consortium


class SuspensionQuerySet(DatedQuerySet["Suspension"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """A suspension tells of arrears: the member itself, its secretariat and the auditor."""
        return self.filter(
            access.own(user, on, consortium="member__consortium")
            | access.as_staff(
                user, on, Role.SECRETARY, Role.FINANCE, Role.AUDITOR, at="member__consortium"
            )
        )


class Suspension(Addressed, Dated):
    """One right of a member, suspended for a period, with its cause."""

    member = models.ForeignKey(
        Member, models.PROTECT, related_name="suspensions", verbose_name=_("member")
    )
    right = models.CharField(_("right"), max_length=20, choices=RIGHTS)
    cause = models.SlugField(_("cause"), max_length=40)
    reason = models.TextField(_("reason"), blank=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        constraints = [
            ends_after_start("consortium_suspension_period"),
            ExclusionConstraint(
                name="consortium_suspension_once",
                expressions=[
                    (F("member"), RangeOperators.EQUAL),
                    (F("right"), RangeOperators.EQUAL),
                    (F("cause"), RangeOperators.EQUAL),
                    (date_range(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_right_display()}"

    @property
    def consortium(self) -> Consortium:
        return self.member.consortium

    @property
    def organization(self) -> Organization:
        return self.member.organization
