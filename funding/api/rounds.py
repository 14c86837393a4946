"""Rounds: for which periods figures are collected, and by when."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from consortium.api.base import ReadViewSet
from consortium.api.filters import Day, OfConsortium
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from funding import words as dues_words
from funding.api.levies import CHARTERS, sections
from funding.models import Round
from funding.rules.calendar import schedule_of
from funding.rules.dues import Levy
from funding.rules.triggers import Schedule


class InputSerializer(serializers.Serializer[Any]):
    """A figure that is asked for."""

    input = serializers.SlugField()
    label = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.CharField()


class ScheduleSerializer(serializers.Serializer[Schedule]):
    opens_on = serializers.DateField()
    closes_on = serializers.DateField(help_text="The first day on which figures are late.")
    assess_on = serializers.DateField()
    due_on = serializers.DateField()


class RoundSerializer(OfConsortiumSerializer):
    levy = serializers.SlugField(read_only=True)
    levy_label = serializers.SerializerMethodField()
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True)
    opened_on = serializers.DateField(read_only=True)
    schedule = serializers.SerializerMethodField(help_text="By the charter in force.")
    inputs = serializers.SerializerMethodField(help_text="The figures asked for.")

    def levy_of(self, round: Round) -> Levy | None:
        return sections(self.context).levy_on(round, round.starts_on)

    def get_levy_label(self, round: Round) -> str:
        levy = self.levy_of(round)
        return dues_words.label(levy.label) if levy else round.levy

    def get_schedule(self, round: Round) -> ScheduleSerializer(allow_null=True):  # type: ignore[valid-type]
        levy = self.levy_of(round)
        if levy is None:
            return None
        return ScheduleSerializer(schedule_of(levy, round.period)).data

    def get_inputs(self, round: Round) -> InputSerializer(many=True):  # type: ignore[valid-type]
        levy = self.levy_of(round)
        asked = levy.inputs.items() if levy else ()
        return [
            {
                "input": name,
                "label": dues_words.label(each.label),
                "unit": each.unit or levy.unit,  # type: ignore[union-attr]
            }
            for name, each in asked
        ]


class RoundFilters(filters.FilterSet):
    consortium = OfConsortium()
    levy = filters.CharFilter(max_length=50)
    starts_on = Day(label="Of the period that starts on a day.")


@extend_schema_view(
    list=extend_schema(summary="Rounds in which figures are collected"),
    retrieve=extend_schema(summary="A round with its calendar and the figures asked for"),
)
class RoundViewSet(ReadViewSet):
    model = Round
    related = ("consortium",)
    prefetched = (CHARTERS,)
    orderings = ("starts_on",)
    serializer_class = RoundSerializer
    filterset_class = RoundFilters
