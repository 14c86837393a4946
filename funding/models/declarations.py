"""What members declare: the figures their dues are computed from."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models import Consortium, Document, Member, Organization, User
from consortium.models.base import Addressed, Dated, DatedQuerySet
from consortium.models.base import ends_after_start as ends_after
from consortium.states import Role
from funding.rules.figures import Figure, Foreign
from funding.states import GRADES, Channel

FINANCE_READERS = (Role.FINANCE, Role.AUDITOR, Role.ACCOUNTANT)
"""Staff who may read every member's figures and balances."""

MEMBER_READERS = (Role.SIGNATORY, Role.FINANCE_CONTACT)
"""A member's people who may read its own."""


INSIDERS = tuple(set(Role) - {Role.SUPERVISOR, Role.REVIEWER, Role.FUNDER})
"""Who reads what is open to members: they and the consortium's own staff, no outsiders."""


def open_or_own(user: Any, on: date, *, member: str, consortium: str, secret: str) -> Q:
    """Return rows of a member that its own people, finance staff and auditors may read.

    Where the levy is not secret, everyone in the consortium may.
    """
    mine = access.own(
        user,
        on,
        *MEMBER_READERS,
        consortium=f"{member}__consortium",
        organization=f"{member}__organization",
    )
    staff = access.as_staff(user, on, *FINANCE_READERS, at=consortium)
    shared = access.in_consortium(user, on, *INSIDERS, at=consortium)
    return mine | staff | Q(shared, **{secret: False})


class RoundQuerySet(DatedQuerySet["Round"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """That figures are being collected is known to everyone in the consortium."""
        return self.filter(access.in_consortium(user, on))


class Round(Addressed, Dated):
    """The collecting of figures for one period of a levy, opened by the charter's calendar.

    `starts_on` and `ends_on` are the levy period's; the calendar's days are
    computed from the charter in force on its first day, never copied here.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="rounds", verbose_name=_("consortium")
    )
    levy = models.SlugField(_("levy"), max_length=50)
    opened_on = models.DateField(_("opened on"))

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration round")
        verbose_name_plural = _("declaration rounds")
        constraints = [
            ends_after("funding_round_period"),
            models.UniqueConstraint(
                fields=["consortium", "levy", "starts_on"], name="funding_round_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.levy} {self.starts_on.isoformat()}"


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Return what the member's own people, finance staff and auditors may read."""
        return self.filter(
            open_or_own(user, on, member="member", consortium="member__consortium", secret="secret")
        )

    def current(self) -> Self:
        """Return the last version of each member's declaration for a levy and period."""
        newer = self.model.objects.filter(
            member=models.OuterRef("member"),
            levy=models.OuterRef("levy"),
            period_starts_on=models.OuterRef("period_starts_on"),
            version__gt=models.OuterRef("version"),
        )
        return self.exclude(models.Exists(newer))


class Declaration(Addressed):
    """A member's figures for one period of a levy. Sealed: a correction is a new version."""

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="declarations", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="declarations", verbose_name=_("member")
    )
    levy = models.SlugField(_("levy"), max_length=50)
    period_starts_on = models.DateField(_("period from"))
    period_ends_on = models.DateField(_("period until (exclusive)"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    grade = models.CharField(_("grade"), max_length=12, choices=GRADES)
    channel = models.CharField(_("received"), max_length=10, choices=Channel.choices)
    secret = models.BooleanField(_("secret"))
    fiscal_year_ends_on = models.DateField(_("fiscal year ended on"), null=True, blank=True)
    declared_on = models.DateField(_("declared on"))
    attested_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("attested by")
    )
    signed_by = models.CharField(_("signed on paper by"), max_length=150, blank=True)
    paper_on = models.DateField(_("date on the paper"), null=True, blank=True)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "levy", "period_starts_on", "version"],
                name="funding_declaration_version",
            ),
            models.CheckConstraint(
                name="funding_declaration_period",
                condition=Q(period_ends_on__gt=F("period_starts_on")),
            ),
            models.CheckConstraint(
                name="funding_declaration_paper",
                condition=~Q(channel=Channel.PAPER) | Q(~Q(signed_by=""), paper_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["consortium", "levy", "period_starts_on"])]

    def __str__(self) -> str:
        return f"{self.member} · {self.levy} {self.period_starts_on.isoformat()}"

    @property
    def organization(self) -> Organization:
        return self.member.organization

    def inputs(self) -> dict[str, Figure]:
        """Return the figures by input name; lines added up, other currencies kept."""
        return figures_of(
            (each.input, each.value, each.unit, each.choice, each.answer)
            for each in self.figures.all()
        )


def figures_of(
    rows: Iterable[tuple[str, Decimal | None, str, str, bool | None]],
) -> dict[str, Figure]:
    """Return the figures some rows of (input, value, unit, choice, answer) stand for."""
    found: dict[str, Figure] = {}
    for name, value, unit, choice, answer in rows:
        if value is None:
            found[name] = choice if answer is None else answer
        elif unit:
            before = found.get(name)
            already = before.amount if isinstance(before, Foreign) else Decimal(0)
            found[name] = Foreign(already + value, unit)
        else:
            before = found.get(name)
            found[name] = before + value if isinstance(before, Decimal) else value
    return found


class DeclaredFigureQuerySet(models.QuerySet["DeclaredFigure"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(declaration__in=Declaration.objects.visible_to(user, on))


class DeclaredFigure(models.Model):
    """One figure of a declaration, or one line of it. Sealed with it.

    `value` is signed (a line may be taken off) and in `unit`, the input's own where
    that is empty; a choice stands in `choice`, yes or no in `answer`. An input
    without a row was not declared.
    """

    declaration = models.ForeignKey(
        Declaration, models.PROTECT, related_name="figures", verbose_name=_("declaration")
    )
    input = models.SlugField(_("figure"), max_length=50)
    line = models.SlugField(_("line"), max_length=50, blank=True, default="")
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=3, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True, default="")
    choice = models.SlugField(_("choice"), max_length=50, blank=True, default="")
    answer = models.BooleanField(_("yes or no"), null=True, blank=True)

    objects = DeclaredFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("declared figure")
        verbose_name_plural = _("declared figures")
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "input", "line"], name="funding_figure_once"
            ),
            models.CheckConstraint(
                name="funding_figure_value",
                condition=Q(value=None) | ~Q(line="") | Q(value__gte=0),
            ),
            models.CheckConstraint(
                name="funding_figure_one_kind",
                condition=Q(value__isnull=False, choice="", answer=None)
                | (Q(value=None, line="", unit="") & (Q(choice="") ^ Q(answer=None))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.input}.{self.line}" if self.line else self.input
