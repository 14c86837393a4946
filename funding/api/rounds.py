"""Rounds: for which periods figures are collected, which ones, by when, and from whom."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from consortium import access
from consortium.api.base import ReadViewSet
from consortium.api.filters import Day, OfConsortium
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.errors import DomainError
from consortium.states import Role
from funding import words
from funding.api.figures import KINDS, unit_of
from funding.api.levies import CHARTERS, sections
from funding.api.preview import Previewing
from funding.api.runs import Assessing
from funding.models import FINANCE_READERS, Round
from funding.reports.preview import fiscal_year
from funding.reports.replies import Counts, OwnReplies, counts
from funding.reports.rounds import governing
from funding.rules.calendar import basis_year, schedule_of
from funding.rules.choices import Issue, ReplyState, Visibility
from funding.rules.dues import Levy
from funding.rules.inputs import ChoiceInput, Input
from funding.rules.triggers import Schedule

CHASERS = frozenset({Role.SECRETARY, *FINANCE_READERS})
"""Who may know how many members have declared."""


class ChoiceSerializer(serializers.Serializer[Any]):
    choice = serializers.SlugField()
    label = serializers.CharField()  # type: ignore[assignment]


class AskedLineSerializer(serializers.Serializer[Any]):
    """A line a figure is declared in; `minus`: it is taken off."""

    line = serializers.SlugField()
    label = serializers.CharField()  # type: ignore[assignment]
    minus = serializers.BooleanField()


class InputSerializer(serializers.Serializer[Any]):
    """A figure that is asked for, and how it may be declared."""

    input = serializers.SlugField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=KINDS)
    optional = serializers.BooleanField(help_text="It may be null: not declared.")
    unit = serializers.CharField(help_text="Of an amount without currency; else empty.")
    currencies = serializers.ListField(
        child=serializers.CharField(), help_text="Others it may be declared in."
    )
    lines = AskedLineSerializer(many=True, help_text="What it is declared in; empty: in one piece.")
    choices = ChoiceSerializer(many=True)


class FiguresBasisSerializer(serializers.Serializer[Any]):
    """Which figures count."""

    fiscal_year_ends_on = serializers.DateField(
        help_text="Of the year asked for, exclusive; a member's own may differ."
    )
    group = serializers.BooleanField(help_text="Those of the whole group a member belongs to.")


class ExchangeSerializer(serializers.Serializer[Any]):
    """The rate that converts figures in other currencies, and of which day."""

    rate = serializers.SlugField()
    label = serializers.CharField()  # type: ignore[assignment]
    day = serializers.CharField(help_text="`fiscal_year_end` or `period_start`.")


class ScheduleSerializer(serializers.Serializer[Schedule]):
    opens_on = serializers.DateField()
    remind_on = serializers.ListField(
        child=serializers.DateField(), help_text="Missing figures are asked for again."
    )
    closes_on = serializers.DateField(help_text="The first day on which figures are late.")
    assess_on = serializers.DateField()
    due_on = serializers.DateField()
    final_on = serializers.DateField(
        allow_null=True, help_text="The first day on which figures are no longer taken."
    )


class ReplySerializer(serializers.Serializer[Any]):
    """What the round has of a member you speak for."""

    member = PartySerializer()
    state = serializers.ChoiceField(choices=[(each.value, each.name) for each in ReplyState])
    declaration = serializers.UUIDField(
        source="declaration.uid", default=None, help_text="The last one's `uid`, or null."
    )


class CountsSerializer(serializers.Serializer[Counts]):
    """How many members owe the levy, and what the round has of them."""

    liable = serializers.IntegerField()
    declared = serializers.IntegerField()
    estimated = serializers.IntegerField()
    missing = serializers.IntegerField()
    assessed = serializers.IntegerField()


ISSUE = serializers.ChoiceField(
    choices=[(each.value, each.name) for each in Issue], allow_null=True
)
VISIBILITY = serializers.ChoiceField(
    choices=[(each.value, each.name) for each in Visibility], allow_null=True
)


class RoundSerializer(OfConsortiumSerializer):
    levy = serializers.SlugField(read_only=True)
    levy_label = serializers.SerializerMethodField()
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True)
    opened_on = serializers.DateField(read_only=True)
    unit = serializers.SerializerMethodField()
    issue = serializers.SerializerMethodField(help_text="Whether a second person confirms.")
    visibility = serializers.SerializerMethodField(help_text="Whether members see each other's.")
    schedule = serializers.SerializerMethodField(help_text="By the charter in force.")
    basis = serializers.SerializerMethodField()
    exchange = serializers.SerializerMethodField()
    inputs = serializers.SerializerMethodField(help_text="The figures asked for.")
    replies = serializers.SerializerMethodField(
        help_text="Of the members you speak for that owe the levy."
    )

    def levy_of(self, round: Round) -> Levy | None:
        return sections(self.context).levy_on(round, round.starts_on)

    def get_levy_label(self, round: Round) -> str:
        levy = self.levy_of(round)
        return words.label(levy.label) if levy else round.levy

    def get_unit(self, round: Round) -> str | None:
        levy = self.levy_of(round)
        return levy.unit if levy else None

    @extend_schema_field(ISSUE)
    def get_issue(self, round: Round) -> str | None:
        levy = self.levy_of(round)
        return levy.issue.value if levy else None

    @extend_schema_field(VISIBILITY)
    def get_visibility(self, round: Round) -> str | None:
        levy = self.levy_of(round)
        return levy.visibility.value if levy else None

    def get_schedule(self, round: Round) -> ScheduleSerializer(allow_null=True):  # type: ignore[valid-type]
        levy = self.levy_of(round)
        if levy is None:
            return None
        return ScheduleSerializer(schedule_of(levy, round.period)).data

    def get_basis(self, round: Round) -> FiguresBasisSerializer(allow_null=True):  # type: ignore[valid-type]
        levy = self.levy_of(round)
        if levy is None or not levy.inputs:
            return None
        year = basis_year(levy, round.period, fiscal_year(round))
        return {"fiscal_year_ends_on": year.end.isoformat(), "group": levy.basis.group}

    def get_exchange(self, round: Round) -> ExchangeSerializer(allow_null=True):  # type: ignore[valid-type]
        levy = self.levy_of(round)
        if levy is None or levy.exchange is None:
            return None
        exchange = levy.exchange
        label = words.label(exchange.label)
        return {"rate": exchange.rate, "label": label, "day": exchange.day}

    def get_inputs(self, round: Round) -> InputSerializer(many=True):  # type: ignore[valid-type]
        levy = self.levy_of(round)
        return [asked(name, each, levy) for name, each in levy.inputs.items()] if levy else []

    def get_replies(self, round: Round) -> ReplySerializer(many=True):  # type: ignore[valid-type]
        levy = self.levy_of(round)
        if levy is None:
            return []
        return ReplySerializer(own_replies(self.context).to(round, levy), many=True).data


def own_replies(context: Any) -> OwnReplies:
    """Return what the caller's members have answered, looked up once per answer."""
    if "replies" not in context:
        view = context["view"]
        context["replies"] = OwnReplies(view.request.user, view.today)
    replies: OwnReplies = context["replies"]
    return replies


def asked(name: str, each: Input, levy: Levy) -> dict[str, Any]:
    """Return how a figure may be declared."""
    choices = each.choices.items() if isinstance(each, ChoiceInput) else ()
    return {
        "input": name,
        "label": words.label(each.label),
        "kind": each.kind,
        "optional": each.optional,
        "unit": unit_of(levy, name),
        "currencies": list(each.domain.currencies),
        "lines": [
            {"line": line.code, "label": words.label(line.label), "minus": line.minus}
            for line in each.lines
        ],
        "choices": [{"choice": code, "label": words.label(label)} for code, label in choices],
    }


class RoundDetailSerializer(RoundSerializer):
    """A round, with how many members have answered for those who chase them."""

    counts = serializers.SerializerMethodField(
        help_text="For the secretary, finance staff and auditors; else null."
    )

    def get_counts(self, round: Round) -> CountsSerializer(allow_null=True):  # type: ignore[valid-type]
        view = self.context["view"]
        if not access.holds(
            view.request.user,
            consortium=round.consortium,
            on=view.today,
            roles=set(CHASERS),
            organization=None,
        ):
            return None
        try:
            due = governing(
                consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on
            )
        except DomainError:
            return None
        return CountsSerializer(counts(round=round, due=due)).data


class RoundFilters(filters.FilterSet):
    consortium = OfConsortium()
    levy = filters.CharFilter(max_length=50)
    starts_on = Day(label="Of the period that starts on a day.")


@extend_schema_view(
    list=extend_schema(summary="Rounds in which figures are collected"),
    retrieve=extend_schema(
        summary="A round with its calendar, the figures asked for and how many have answered"
    ),
)
class RoundViewSet(Previewing, Assessing, ReadViewSet):
    model = Round
    related = ("consortium",)
    prefetched = (CHARTERS,)
    orderings = ("starts_on",)
    serializer_class = RoundSerializer
    filterset_class = RoundFilters
    parameters = Previewing.parameters

    def get_serializer_class(self) -> Any:
        return RoundDetailSerializer if self.action == "retrieve" else RoundSerializer
