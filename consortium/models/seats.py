"""Seats: a member's place on a body of the charter, of a rank, for a term."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, JSONField, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models.base import Addressed, Dated, DatedQuerySet, date_range, ends_after_start
from consortium.models.charters import CharterSection
from consortium.models.consortia import Consortium
from consortium.models.members import Member
from consortium.models.organizations import Organization
from consortium.rules.schema import Text
from consortium.states import RANKS

LABEL = "$.bodies[*] ? (@.code == $code).label"


class SeatQuerySet(DatedQuerySet["Seat"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Who sits where is open to everyone in the consortium; reference cases to all."""
        return self.filter(
            access.in_consortium(user, on, at="member__consortium")
            | Q(member__consortium__is_reference=True)
        )

    def named(self) -> Self:
        """Annotate `body_label`: what the last charter that knows the body calls it."""
        found = Func(
            F("body"),
            Func(Value(LABEL), template="%(expressions)s::jsonpath"),
            Func(
                Cast(Value("code"), TextField()),
                Cast(OuterRef("body"), TextField()),
                function="jsonb_build_object",
            ),
            function="jsonb_path_query_first",
            output_field=JSONField(),
        )
        sections = CharterSection.objects.filter(
            code="governance",
            charter__consortium=OuterRef("member__consortium"),
            charter__adopted_on__isnull=False,
        )
        known = sections.annotate(found=found).filter(found__isnull=False)
        last = known.order_by("-charter__starts_on").values("found")[:1]
        return self.annotate(body_label=Subquery(last))


class Seat(Addressed, Dated):
    """A member's place on a body. Its rank is a seat with a term, and no dues category.

    `body`: the code the charter's `governance` gives it; `person`: who sits there for the
    member, where that is known. It ends with the membership at the latest.
    """

    member = models.ForeignKey(
        Member, models.PROTECT, related_name="seats", verbose_name=_("member")
    )
    body = models.CharField(pgettext_lazy("governance", "body"), max_length=40)
    rank = models.CharField(_("rank"), max_length=20, choices=RANKS)
    person = models.CharField(_("person"), max_length=150, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("governance", "seat")
        verbose_name_plural = pgettext_lazy("governance", "seats")
        constraints = [
            ends_after_start("consortium_seat_period"),
            ExclusionConstraint(
                name="consortium_seat_once",
                expressions=[
                    (F("member"), RangeOperators.EQUAL),
                    (F("body"), RangeOperators.EQUAL),
                    (date_range(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.get_rank_display()}"

    @property
    def called(self) -> Any:
        """Return what `named` found its body to be called, or the body's code."""
        label = getattr(self, "body_label", None)
        return Text(**label) if label else self.body

    @property
    def consortium(self) -> Consortium:
        return self.member.consortium

    @property
    def organization(self) -> Organization:
        return self.member.organization
