"""A reference case in the order of its days, over REST."""

from typing import Any

from rest_framework import serializers


class ReplayPeriodSerializer(serializers.Serializer[Any]):
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class ReplayRowSerializer(serializers.Serializer[Any]):
    """What a phase says in a row of the comparison."""

    row = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()
    basis = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class ReplayChangeSerializer(serializers.Serializer[Any]):
    path = serializers.CharField()
    kind = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class ReplayAnswerSerializer(serializers.Serializer[Any]):
    """A dated question, the product's answer by the phase's rule, and what is recorded."""

    on = serializers.DateField()
    asked = serializers.CharField()
    said = serializers.CharField()
    detail = serializers.ListField(child=serializers.CharField())
    clause = serializers.CharField()
    path = serializers.CharField(help_text="Where the rule stands in the charter.")
    recorded = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class ReplayFactSerializer(serializers.Serializer[Any]):
    id = serializers.SlugField()
    when = serializers.CharField()
    claim = serializers.CharField()
    note = serializers.CharField()
    sources = serializers.ListField(child=serializers.CharField())


class ReplayPhaseSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    basis = serializers.CharField()
    ends_basis = serializers.CharField()
    note = serializers.CharField()
    gap = ReplayPeriodSerializer(allow_null=True, help_text="Days before it without a charter.")
    rows = ReplayRowSerializer(many=True)
    changes = ReplayChangeSerializer(many=True, help_text="Against the phase before.")
    answers = ReplayAnswerSerializer(many=True)
    facts = ReplayFactSerializer(many=True)


class ReplayDisagreementSerializer(serializers.Serializer[Any]):
    topic = serializers.CharField()
    paper = serializers.CharField()
    found = serializers.CharField()


class ReplaySerializer(serializers.Serializer[Any]):
    """A case in the order of its days, in the reader's language."""

    case = serializers.SlugField()
    name = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    phases = ReplayPhaseSerializer(many=True)
    other = ReplayFactSerializer(many=True, help_text="Facts of no phase, or of no known day.")
    disagreements = ReplayDisagreementSerializer(many=True)
