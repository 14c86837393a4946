"""Proposals: what members want to do together, in versions that are sealed once submitted."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models import CharterSection, Consortium, Document, Member, Organization, User
from consortium.models.base import Addressed
from consortium.states import Role
from projects.models.calls import Call
from projects.states import PARTS, PROJECT_READERS

SPEAKERS = (Role.SIGNATORY, Role.TECHNICAL_CONTACT, Role.FINANCE_CONTACT)
"""A participant's people who read its proposals and projects."""


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Its participants, reviewers while assigned, and staff; a draft its participants alone."""
        return self.filter(known_to(user, on) | reviewed_by(user, on))

    def named_to(self, user: Any, on: date) -> Q:
        """As known to a user, or to a reviewer unless the charter lets reviewers judge blindly."""
        blindly = CharterSection.objects.filter(
            charter=OuterRef("call__charter"), code="projects", body__screening__blind=True
        )
        return known_to(user, on) | Q(~Exists(blindly))


def known_to(user: Any, on: date, *, at: str = "") -> Q:
    """Return the proposals of which a user may know who makes them; a reviewer need not.

    `at`: the path from the row to its proposal, ending in "__".
    """
    staff = access.as_staff(user, on, *PROJECT_READERS, at=f"{at}consortium")
    led = Member.objects.filter(spoken_for(user, on)).values("pk")
    beside = Participant.objects.filter(spoken_for(user, on)).values("version__proposal")
    # Each stands by itself and joins nothing, so that a page can follow its order's index.
    party = Q(**{f"{at}lead__in": led}) | Q(**{f"{at}pk__in": beside})
    return Q(staff, **{f"{at}submitted": True}) | party


def reviewed_by(user: Any, on: date, *, at: str = "") -> Q:
    """Return the proposals that a user, as a reviewer, is assigned on a day."""
    if not user.is_active:
        return access.NOTHING
    mine = user.assignments.filter(released_on=None).values("proposal")
    reviewer = access.as_staff(user, on, Role.REVIEWER, at=f"{at}consortium")
    return Q(reviewer, **{f"{at}submitted": True, f"{at}pk__in": mine})


def spoken_for(user: Any, on: date) -> Q:
    """Return members or participants that a user speaks for."""
    return access.own(user, on, *SPEAKERS, organization="organization")


class Proposal(Addressed):
    """What members propose under a call; its content is in its versions.

    Known by a number from its first submission on. `submitted`: whether a version has been.
    Where it was withdrawn on paper, who signed the paper, its date and its scan.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="proposals", verbose_name=_("consortium")
    )
    call = models.ForeignKey(Call, models.PROTECT, related_name="proposals", verbose_name=_("call"))
    lead = models.ForeignKey(
        Member, models.PROTECT, related_name="led_proposals", verbose_name=_("lead")
    )
    number = models.CharField(_("number"), max_length=40, blank=True)
    submitted = models.BooleanField(_("submitted"), default=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    invited_on = models.DateField(_("invited to the second stage on"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawal_signatory = models.CharField(_("withdrawal signed by"), max_length=150, blank=True)
    withdrawal_on = models.DateField(_("date on the withdrawal"), null=True)
    withdrawal_paper = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawal")
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "number"],
                name="projects_proposal_number",
                condition=~Q(number=""),
            ),
            models.CheckConstraint(
                name="projects_proposal_numbered", condition=Q(submitted=False) | ~Q(number="")
            ),
        ]
        indexes = [
            models.Index(fields=name)
            for name in (["call", "submitted"], ["consortium", "created_at", "id"],
                         ["call", "created_at", "id"])
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or str(self.lead)

    @property
    def organization(self) -> Organization:
        return self.lead.organization

    def draft(self) -> "ProposalVersion | None":
        """Return the one version that is not submitted yet, if there is one."""
        return self.versions.filter(submitted_at=None).first()

    def current(self) -> "ProposalVersion | None":
        """Return the version that counts: the last one submitted, if there is one."""
        return self.versions.filter(submitted_at__isnull=False).order_by("-version").first()


class ProposalVersionQuerySet(models.QuerySet["ProposalVersion"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Reviewers and staff see what was submitted; participants their draft as well."""
        seen = known_to(user, on, at="proposal__") | reviewed_by(user, on, at="proposal__")
        return self.filter(Q(seen, submitted_at__isnull=False) | self.drafted_by(user, on))

    def of_seen(self, user: Any, on: date) -> Self:
        """Those a user sees of proposals that are visible to it: as above, asked of less."""
        return self.filter(Q(submitted_at__isnull=False) | self.drafted_by(user, on))

    def drafted_by(self, user: Any, on: date) -> Q:
        named = Participant.objects.filter(spoken_for(user, on)).values("version")
        members = Member.objects.filter(spoken_for(user, on)).values("pk")
        return Q(pk__in=named) | Q(proposal__in=Proposal.objects.filter(lead__in=members))


class ProposalVersion(Addressed):
    """One version of a proposal; sealed when submitted, with what is below it.

    `content`: answers to the call's fields, by code. `digest` covers everything that was
    submitted, attachments included; it is the receipt.
    """

    proposal = models.ForeignKey(
        Proposal, models.PROTECT, related_name="versions", verbose_name=_("proposal")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    stage = models.PositiveSmallIntegerField(_("stage"), default=1)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    theme = models.SlugField(_("theme"), max_length=50, blank=True)
    content = models.JSONField(_("content"), default=dict)
    months = models.PositiveSmallIntegerField(_("months"), null=True)
    flags = models.JSONField(_("flagged fields"), default=list)
    submitted_at = models.DateTimeField(_("submitted at"), null=True)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("submitted by")
    )
    digest = models.CharField(_("digest"), max_length=64, blank=True)

    objects = ProposalVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a proposal")
        verbose_name_plural = _("versions of proposals")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "version"], name="projects_version_once"),
            models.UniqueConstraint(
                fields=["proposal"],
                name="projects_version_one_draft",
                condition=Q(submitted_at=None),
            ),
            models.CheckConstraint(
                name="projects_version_receipt",
                condition=Q(submitted_at=None, digest="")
                | Q(~Q(digest=""), submitted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal} v{self.version}"

    @property
    def consortium(self) -> Consortium:
        return self.proposal.consortium

    @property
    def organization(self) -> Organization:
        return self.proposal.organization


class OfVersionQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, user: Any, on: date) -> Self:
        """As its version; hidden from reviewers where the charter lets them judge blindly."""
        seen = self.filter(version__in=ProposalVersion.objects.visible_to(user, on))
        named = Proposal.objects.filter(Proposal.objects.named_to(user, on))
        return seen.filter(version__proposal__in=named.values("pk"))


class Participant(Addressed):
    """An organization in a proposal: its part, its share of work and cost, its signature.

    Shares are exact and sum to 1 over the version. It signs with a person who is its
    signatory, online or on paper; a change of the draft takes the signatures off.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="+", verbose_name=_("consortium")
    )
    version = models.ForeignKey(
        ProposalVersion, models.CASCADE, related_name="participants", verbose_name=_("version")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="participations", verbose_name=_("organization")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="participations", verbose_name=_("member")
    )
    part = models.CharField(_("part"), max_length=20, choices=PARTS)
    work_share = models.DecimalField(_("share of the work"), max_digits=7, decimal_places=6)
    cost_share = models.DecimalField(_("share of the cost"), max_digits=7, decimal_places=6)
    signed_at = models.DateTimeField(_("signed at"), null=True)
    signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("signed by")
    )
    signatory = models.CharField(_("signed on paper by"), max_length=150, blank=True)
    paper_on = models.DateField(_("date on the paper"), null=True)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name=_("scan")
    )

    objects = OfVersionQuerySet["Participant"].as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "organization"], name="projects_participant_once"
            ),
            models.CheckConstraint(
                name="projects_participant_shares",
                condition=Q(
                    work_share__gte=0, work_share__lte=1, cost_share__gte=0, cost_share__lte=1
                ),
            ),
            models.CheckConstraint(
                name="projects_participant_paper",
                condition=Q(signatory="", paper_on=None)
                | Q(~Q(signatory=""), paper_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["consortium", "organization"])]

    def __str__(self) -> str:
        return str(self.organization)


class BudgetLineQuerySet(models.QuerySet["BudgetLine"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(participant__in=Participant.objects.visible_to(user, on))


class BudgetLine(models.Model):
    """What a participant spends in a category and year: `own` of it from its own money."""

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="budget", verbose_name=_("participant")
    )
    category = models.SlugField(_("category"), max_length=50)
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    own = models.DecimalField(_("of which own money"), max_digits=20, decimal_places=3, default=0)

    objects = BudgetLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "category", "year"], name="projects_budget_once"
            ),
            models.CheckConstraint(
                name="projects_budget_amounts",
                condition=Q(amount__gt=0, own__gte=0) & Q(own__lte=models.F("amount")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.year}"
