"""The roll of members as a report: who belongs, who came and who went in a period."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pydantic import BaseModel, ConfigDict

from consortium.models import Consortium, MembershipTerm, Suspension
from consortium.periods import Period
from consortium.registry import ReportKind
from consortium.rules.content import (
    CellKind,
    Chart,
    ChartKind,
    Column,
    Content,
    Note,
    Part,
    Row,
    Series,
    Table,
)
from consortium.states import DESK_ROLES, LEFT, ORGANIZATION_KINDS, RIGHTS

DAY = timedelta(days=1)
BATCH = 2000
type Terms = Any
"""Memberships' terms: a queryset of `MembershipTerm`."""
KINDS, WAYS, LABELS = dict(ORGANIZATION_KINDS), dict(LEFT), dict(RIGHTS)


class Parameters(BaseModel):
    """`roll`: whether every member is listed, beside the counts."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    roll: bool = True


def content(
    *,
    consortium: Consortium,
    period: Period,
    on: date,
    known_at: datetime,
    parameters: Parameters,
) -> Content:
    """Return the roll at the end of a period, or of the day `on` while the period runs.

    A term does not record when it was entered, so `known_at` changes nothing here.
    """
    last = min(period.end - DAY, on)
    terms = MembershipTerm.objects.filter(member__consortium=consortium)
    return Content(
        title=_("Roll of members"),
        parts=parts(consortium, terms, period, last, parameters),
        subtitle=_("Who belongs, who joined and who left"),
    )


def parts(
    consortium: Consortium,
    terms: Terms,
    period: Period,
    last: date,
    parameters: Parameters,
) -> Iterator[Part]:
    yield Part("overview", _("Overview"), overview(consortium, terms, period, last))
    yield Part("movements", _("Joined and left"), movements(terms, period, last))
    if parameters.roll:
        yield Part("roll", _("Members"), [roll(terms, last)])


def joined(terms: Terms, period: Period, last: date) -> Terms:
    """Return the terms by which somebody became a member; a change of category is none."""
    before = MembershipTerm.objects.filter(member=OuterRef("member"), ends_on=OuterRef("starts_on"))
    return terms.filter(~Exists(before), starts_on__gte=period.starts_on, starts_on__lte=last)


def left(terms: Terms, period: Period, last: date) -> Terms:
    """Return the terms with which somebody's membership ended."""
    goes_on = MembershipTerm.objects.filter(
        member=OuterRef("member"), starts_on=OuterRef("ends_on")
    )
    return terms.filter(~Exists(goes_on), ends_on__gte=period.starts_on, ends_on__lte=last)


def overview(
    consortium: Consortium, terms: Terms, period: Period, last: date
) -> Iterator[Table | Chart | Note]:
    """Yield the counts by category, and rights suspended as counts only."""
    counts = {
        "before": by_category(terms.on(period.starts_on - DAY)),
        "joined": by_category(joined(terms, period, last)),
        "left": by_category(left(terms, period, last)),
        "now": by_category(terms.on(last)),
    }
    labels = {
        "before": _("Before the period"),
        "joined": pgettext_lazy("roll", "Joined"),
        "left": pgettext_lazy("roll", "Left"),
        "now": _("At its end"),
    }
    categories = sorted(set().union(*counts.values()))
    yield by_categories(categories, counts, labels)
    if categories:
        yield Chart(
            "categories_chart",
            _("Members before the period and at its end"),
            ChartKind.BARS,
            categories,
            [
                Series(labels[name], [counts[name][category] for category in categories])
                for name in ("before", "now")
            ],
        )
    yield Note(_("Who changed category in the period counts in both, and neither joined nor left."))
    yield suspended(consortium, last)


def by_categories(
    categories: list[str], counts: dict[str, Counter[str]], labels: dict[str, Any]
) -> Table:
    columns = [Column(name, label, CellKind.COUNT) for name, label in labels.items()]
    rows: list[Row] = [
        [category, *(counts[name][category] for name in counts)] for category in categories
    ]
    return Table(
        "categories",
        _("Members by category"),
        [Column("category", _("Category")), *columns],
        rows,
        total=[str(_("Total")), *(found.total() for found in counts.values())],
    )


def by_category(terms: Terms) -> Counter[str]:
    return Counter(terms.values_list("category", flat=True))


def suspended(consortium: Consortium, last: date) -> Table:
    """Return how many members lack each right; who they are tells of arrears, and is not said."""
    standing = Suspension.objects.on(last).filter(member__consortium=consortium)
    held: dict[str, set[int]] = {}
    for right, member in standing.values_list("right", "member"):
        held.setdefault(right, set()).add(member)
    rows = [[label, len(held.get(right, ()))] for right, label in RIGHTS]
    return Table(
        "suspensions",
        _("Rights suspended at its end"),
        [Column("right", _("Right")), Column("members", _("Members"), CellKind.COUNT)],
        rows,
    )


def movements(terms: Terms, period: Period, last: date) -> Iterator[Table]:
    came = joined(terms, period, last).select_related("member__organization")
    went = left(terms, period, last).select_related("member__organization")
    who = [Column("member", _("Member")), Column("category", _("Category"))]
    yield Table(
        "joined",
        pgettext_lazy("roll", "Joined"),
        [*who, Column("joined_on", _("Member from"), CellKind.DAY)],
        [
            [str(term.member), term.category, term.starts_on]
            for term in came.order_by("starts_on", "pk")
        ],
    )
    yield Table(
        "left",
        pgettext_lazy("roll", "Left"),
        [*who, Column("last_on", _("Last day"), CellKind.DAY), Column("how", _("How it ended"))],
        [
            [str(term.member), term.category, term.ends_on and term.ends_on - DAY,
             WAYS.get(term.left)]
            for term in went.order_by("ends_on", "pk")
        ],
    )  # fmt: skip


def roll(terms: Terms, last: date) -> Table:
    """Return every member at the end, by name; the rows stream."""
    rows = terms.on(last).select_related("member__organization")
    ordered = rows.order_by("member__organization__name_en", "member__organization__name_zh", "pk")
    return Table(
        "members",
        _("Members at its end"),
        [
            Column("member", _("Member")),
            Column("number", _("Registration number")),
            Column("kind", pgettext_lazy("organization", "Kind")),
            Column("country", _("Country")),
            Column("category", _("Category")),
            Column("since", _("In the category since"), CellKind.DAY),
        ],
        (line(term) for term in ordered.iterator(BATCH)),
    )


def line(term: MembershipTerm) -> Row:
    organization = term.member.organization
    return [
        organization.name,
        organization.registration_number,
        KINDS.get(organization.kind),
        organization.country,
        term.category,
        term.starts_on,
    ]


MEMBERS = ReportKind(
    code="members",
    label=_("Roll of members"),
    readers=frozenset(DESK_ROLES),
    content=content,
    parameters=Parameters,
    labels={"roll": _("List every member")},
)
