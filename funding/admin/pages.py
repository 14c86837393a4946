"""Pages of their own about a round: its figures sheet and its preview."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import reverse

from consortium.admin.base import Titled
from consortium.admin.standing import Standing, standing
from consortium.errors import DomainError
from consortium.models import Member
from funding.models import Round
from funding.operations.rates import note_view
from funding.reports.rounds import Due, governing
from funding.rules.choices import Visibility
from funding.states import Screen


def due_of(round: Round) -> Due | None:
    """Return what governs a round, or None where its charter no longer says."""
    try:
        return governing(
            consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on
        )
    except DomainError:
        return None


def note_look(
    request: HttpRequest, round: Round, due: Due, members: Sequence[Member | int], screen: Screen
) -> None:
    """Record that the reader looked at these members' figures, where the levy is secret."""
    by: Any = request.user
    if due.levy.visibility == Visibility.SECRET:
        note_view(
            consortium=round.consortium, screen=screen, by=by, members=members, subject=round.uid
        )


class RoundPage:
    """A page about a round, for those it is `open_to`; it answers POST only where it says so."""

    name: ClassVar[str]
    title: ClassVar[Any]
    icon: ClassVar[str]
    template: ClassVar[str]

    def __init__(self, screen: Any, request: HttpRequest, round: Round, due: Due) -> None:
        self.screen: ModelAdmin[Any] = screen
        self.request, self.round, self.due = request, round, due

    @classmethod
    def open_to(cls, here: Standing, round: Round, due: Due) -> bool:
        """Say whether the reader may open it."""
        raise NotImplementedError

    @property
    def here(self) -> Standing:
        return standing(self.request)

    @property
    def path(self) -> str:
        return reverse(f"admin:funding_round_{self.name}", args=[self.round.pk])

    @property
    def back(self) -> str:
        return reverse("admin:funding_round_change", args=[self.round.pk])

    def get(self) -> HttpResponse:
        raise NotImplementedError

    def post(self) -> HttpResponse:
        return HttpResponseNotAllowed(["GET"])

    def show(self, **context: Any) -> TemplateResponse:
        """Return the page, under the round in the theme's breadcrumb."""
        return TemplateResponse(
            self.request,
            self.template,
            {
                **self.screen.admin_site.each_context(self.request),
                "opts": Round._meta,
                "title": self.title,
                "original": Titled(self.round, self.screen.title_of(self.round)),  # type: ignore[attr-defined]
                "round": self.round,
                "due": self.due,
                "back": self.back,
                "path": self.path,
                **context,
            },
        )
