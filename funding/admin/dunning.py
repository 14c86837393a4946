"""Late payers at the desk: levels taken with their letters, blocks, exits to decide."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import clock, words
from consortium.admin import additions, shown
from consortium.admin.acts import Act, Scoped
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.standing import standing
from consortium.errors import DomainError
from consortium.models import Consortium, Member
from consortium.operations.documents import file_document
from consortium.papers import download
from consortium.reports.leaving import preview
from consortium.states import LANGUAGES
from funding.admin.assessments import NAMES
from funding.models import (
    FINANCE_READERS,
    STANDING_READERS,
    Charge,
    DunningBlock,
    DunningStep,
    ExitProposal,
)
from funding.operations.blocks import block_dunning, lift_block
from funding.operations.enforcement import decide_exit, expelling
from funding.papers.reminder import letter_of, reminders
from funding.reports.holds import collection
from funding.states import EXIT_DECISIONS, ExitOutcome
from funding.words import label


@admin.register(DunningStep)
class DunningStepAdmin(ConsortiumAdmin):
    view_roles = frozenset(FINANCE_READERS)
    list_display = ("on", "member", "charge", "level_shown", "open_then", "deadline_on")
    list_display_links = ("charge",)
    list_filter = (("consortium", ScopedFilter), "level", "on")
    search_fields = ("charge__number", *NAMES)
    ordering = ("-on", "pk")
    select = ("consortium", "member__organization", "member__consortium", "charge__assessment")
    fields = (
        ("member_shown", "consortium"), ("charge_shown", "level_shown"), ("on", "deadline_on"),
        ("open_then", "recorded_at"),
    )  # fmt: skip
    readonly_fields = ("member_shown", "charge_shown", "level_shown", "open_then", "recorded_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        charters = "charge__assessment__charter"
        rows = super().get_queryset(request).select_related(charters)
        return rows.prefetch_related(f"{charters}__sections")

    @display(description=_("level"), ordering="position")
    def level_shown(self, row: DunningStep) -> str:
        level = collection(row.charge.assessment.charter).level(row.level)
        return label(level.label) if level else row.level

    @display(description=_("open on the day"))
    def open_then(self, row: DunningStep) -> str:
        return words.amount(row.amount, row.unit)

    @display(description=_("member"))
    def member_shown(self, row: DunningStep) -> str:
        return shown.link(row.member)

    @display(description=_("charge"))
    def charge_shown(self, row: DunningStep) -> str:
        return shown.link(row.charge)

    def get_urls(self) -> list[URLPattern]:
        name = self.url_name("letter").removeprefix("admin:")
        view = self.admin_site.admin_view(self.letter_view)
        return [path("<int:object_id>/letter/", view, name=name), *super().get_urls()]

    def buttons(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Add the letter in the reader's language, and beside it each other language."""
        address = reverse(self.url_name("letter"), args=[obj.pk])
        first = additions.button(_("Letter (PDF)"), "picture_as_pdf", address)
        others = [
            additions.button(name, "picture_as_pdf", f"{address}?language={code}")
            for code, name in LANGUAGES
            if code != get_language()
        ]
        return [*super().buttons(request, obj), first, *others]

    def letter_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        step: DunningStep = self.row(request, str(object_id))
        language = request.GET.get("language") or get_language() or "en"
        if language not in dict(LANGUAGES):
            raise Http404
        pdf = reminders(letter_of(step), language=language)
        name = f"{step.charge.number}-{step.on.isoformat()}.pdf"
        return download(pdf, name=name, language=language)


class Block(Act):
    """Let nothing happen to a late member or charge until a day."""

    name, title, icon = "add", _("Block dunning"), "front_hand"
    operation, submit = "funding.block_dunning", _("Block")
    done = _("Dunning is blocked.")
    note = _("Until the day nothing happens to what is late; then the ladder goes on.")
    member = Scoped(DunningBlock._meta.get_field("member"), label=_("member"))
    charge = Scoped(
        DunningBlock._meta.get_field("charge"),
        label=_("charge"),
        required=False,
        help_text=_("Empty: all of the member's charges."),
    )
    until = forms.DateField(label=_("until (exclusive)"))
    reason = forms.CharField(label=_("reason"), max_length=300)

    def prepare(self) -> None:
        for name in ("member", "charge"):
            self.fields[name].initial = self.request.GET.get(name)

    @property
    def consortium(self) -> Consortium:
        found: Consortium = self.cleaned_data["member"].consortium
        return found

    def write(self) -> DunningBlock:
        return block_dunning(**self.plain(), **self.who)


class Lift(Act):
    """End a block before its day."""

    name, title, icon = "lift", _("Lift the block"), "lock_open"
    operation, submit = "funding.lift_block", _("Lift")
    done = _("The block is lifted.")

    @classmethod
    def fits(cls, subject: DunningBlock) -> bool:
        return subject.ends_on is None or subject.ends_on > clock.today(subject.consortium)

    def write(self) -> DunningBlock:
        return lift_block(block=self.subject, **self.who)


@admin.register(DunningBlock)
class DunningBlockAdmin(ConsortiumAdmin):
    view_roles = frozenset({*FINANCE_READERS})
    adds, acts = Block, (Lift,)
    list_display = ("member", "charge", "starts_on", "ends_on", "reason", "consortium")
    list_filter = (("consortium", ScopedFilter), "starts_on", "ends_on")
    search_fields = ("charge__number", "reason", *NAMES)
    ordering = ("-starts_on", "-pk")
    select = ("consortium", "member__organization", "member__consortium", "charge", "blocked_by")
    fields = (("member_shown", "charge_shown"), ("starts_on", "ends_on"), "reason", "blocked_by")
    readonly_fields = ("member_shown", "charge_shown")

    @display(description=_("member"))
    def member_shown(self, row: DunningBlock) -> str:
        return shown.link(row.member)

    @display(description=_("charge"))
    def charge_shown(self, row: DunningBlock) -> str:
        return shown.link(row.charge)


class Decide(Act):
    """Enter what the deciding body has decided on an exit."""

    name, title, icon = "decide", _("Enter the decision"), "gavel"
    operation, variant = "funding.decide_exit", "primary"
    submit, done = _("Enter"), _("The decision is entered.")
    note = _(
        "Enter the decision as it was taken: by which body, on which day, on what paper. “Ended”"
        " ends the membership on that day."
    )
    outcome = forms.ChoiceField(label=_("outcome"), choices=EXIT_DECISIONS)
    body = forms.CharField(label=_("decided by"), max_length=60)
    decided_on = forms.DateField(label=_("decided on"))
    reason = forms.CharField(label=_("reason"), max_length=500, required=False)
    scan = forms.FileField(
        label=_("decision on paper"),
        required=False,
        help_text=_("The sealed minutes as a PDF or picture, at most 20 MB."),
    )

    @classmethod
    def fits(cls, subject: ExitProposal) -> bool:
        return subject.decided_on is None

    def prepare(self) -> None:
        today = clock.today(self.subject.consortium)
        self.fields["body"].initial = expelling(self.subject.consortium, today)
        self.fields["decided_on"].initial = today
        ended = {"member": self.subject.member, "ends_on": today}
        self.leads_to = [
            words.say("leaving_on", {**ended, "member": str(self.subject.member)}),
            *(
                words.say(each.code, each.values)
                for each in preview(user=self.by, on=today, **ended)
            ),
        ]

    def write(self) -> ExitProposal:
        given, paper = self.plain("body", "decided_on", "reason"), None
        outcome, scan = ExitOutcome(self.cleaned_data["outcome"]), self.cleaned_data["scan"]
        try:
            # Both or neither: a refused decision leaves no scan behind.
            with transaction.atomic():
                if scan is not None:
                    paper = file_document(
                        consortium=self.consortium, name=scan.name, content=scan.read(), **self.who
                    )
                return decide_exit(
                    proposal=self.subject, outcome=outcome, paper=paper, **given, **self.who
                )
        except DomainError:
            if paper is not None:
                paper.file.delete(save=False)
            raise


@admin.register(ExitProposal)
class ExitProposalAdmin(ConsortiumAdmin):
    view_roles = frozenset(STANDING_READERS)
    acts = (Decide,)
    list_display = ("member", "proposed_on", "state", "decided_on", "consortium")
    list_filter = (("consortium", ScopedFilter), "outcome", "proposed_on")
    search_fields = NAMES
    ordering = ("-proposed_on", "-pk")
    select = ("consortium", "member__organization", "member__consortium", "decided_by")
    fields = (
        ("member_shown", "consortium"), ("proposed_on", "state"), ("body", "decided_on"),
        "reason", "decided_by",
    )  # fmt: skip
    readonly_fields = ("member_shown", "state")

    @display(description=_("member"))
    def member_shown(self, row: ExitProposal) -> str:
        return shown.link(row.member)

    @display(description=_("outcome"), ordering="outcome")
    def state(self, row: ExitProposal) -> str:
        if row.decided_on is None:
            return shown.mark(_("To be decided"), "warn")
        ended = row.outcome == ExitOutcome.ENDED
        return shown.mark(row.get_outcome_display(), "bad" if ended else "good")


def block_button(request: HttpRequest, row: Charge | Member) -> Iterable[dict[str, Any]]:
    """Yield the button that blocks dunning, for those who may."""
    if standing(request).may(Block.operation, row):
        member = row if isinstance(row, Member) else row.member
        more = "" if isinstance(row, Member) else f"&charge={row.pk}"
        address = f"{reverse('admin:funding_dunningblock_add')}?member={member.pk}{more}"
        yield additions.button(Block.title, Block.icon, address)


additions.buttons[Charge].append(block_button)
additions.buttons[Member].append(block_button)
