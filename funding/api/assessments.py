"""Assessments: what each member's dues come to, and how."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from consortium.api.fields import amount
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.parties import OfMember
from consortium.models import Member
from funding import words
from funding.api.figures import STORED, sent
from funding.api.levies import sections
from funding.api.looks import Watched
from funding.models import Assessment
from funding.rules.engine import steps_from_trace
from funding.states import Screen


class ExplanationSerializer(serializers.Serializer[Any]):
    """One line of the rule in words, and the running amount after it."""

    label = serializers.CharField()  # type: ignore[assignment]
    amount = serializers.CharField()


class StepSerializer(serializers.Serializer[Any]):
    """One line of the rule in numbers, and the running amount after it."""

    code = serializers.CharField()
    values = serializers.DictField()
    amount = serializers.CharField()


class AssessmentSerializer(OfMember):
    """A member's dues for one period of a levy, with inputs, trace and explanation."""

    levy = serializers.SlugField(read_only=True)
    subject = serializers.UUIDField(
        read_only=True,
        allow_null=True,
        help_text="Of what was charged for being late: the late charge's `uid`.",
    )
    period_starts_on = serializers.DateField(read_only=True)
    period_ends_on = serializers.DateField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    charter = serializers.UUIDField(source="charter.uid", read_only=True)
    declaration = serializers.SerializerMethodField(help_text="The figures' `uid`, or null.")
    category = serializers.CharField(
        read_only=True, help_text="Empty where nothing is owed any more."
    )
    inputs = serializers.SerializerMethodField(help_text="As declared, and what is known besides.")
    amount = serializers.SerializerMethodField()
    unit = serializers.CharField(read_only=True)
    assessed_on = serializers.DateField(read_only=True)
    explanation = serializers.SerializerMethodField(help_text="In the reader's language.")
    trace = StepSerializer(many=True, read_only=True)

    def get_declaration(self, assessment: Assessment) -> str | None:
        return str(assessment.declaration.uid) if assessment.declaration else None

    @extend_schema_field(STORED)
    def get_inputs(self, assessment: Assessment) -> dict[str, Any]:
        return sent(assessment.inputs)

    def get_amount(self, assessment: Assessment) -> str:
        return amount(assessment.amount, assessment.unit)

    def get_explanation(self, assessment: Assessment) -> ExplanationSerializer(many=True):  # type: ignore[valid-type]
        levy = sections(self.context).levy(assessment.charter, assessment.levy)
        if levy is None:
            return []
        return words.explanation(steps_from_trace(assessment.trace), levy)


class AssessmentFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member)
    levy = filters.CharFilter(max_length=50)
    period_starts_on = Day(label="For the period that starts on a day.")


@extend_schema_view(
    list=extend_schema(summary="Assessments: your own, or as finance staff those of every member"),
    retrieve=extend_schema(summary="An assessment, line by line"),
)
class AssessmentViewSet(Watched):
    model = Assessment
    one, many = Screen.ASSESSMENT, Screen.ASSESSMENTS
    related = ("consortium", "member__organization", "declaration")
    prefetched = ("charter__sections",)
    orderings = ("period_starts_on", "assessed_on")
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilters
