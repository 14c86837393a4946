"""How results are sent and shown."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from consortium import words
from consortium.api.fields import DayField, SlugField, UidField
from consortium.api.parties import OfConsortium, PartySerializer
from consortium.models import Consortium, Member
from funding.models import FundingInstrument
from funding.states import INSTRUMENTS
from ip.api.fields import (
    PartField,
    PartInputSerializer,
    PartyField,
    ProjectField,
    WrittenList,
    WrittenPartSerializer,
)
from ip.models import Result
from ip.reports.warnings import warnings
from ip.rules.ownership import Pattern
from ip.states import CONFIDENTIALITIES, RESULT_KINDS, Cause, Protection

CODE = r"^[a-z0-9_-]{0,50}$"


class ContributionSerializer(serializers.Serializer[Any]):
    organization = PartySerializer(source="generator", read_only=True)
    part = PartField(read_only=True)


class InventorSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(read_only=True)
    employer = PartySerializer(read_only=True)
    part = PartField(read_only=True)


class OwnerSerializer(serializers.Serializer[Any]):
    """An owner today; `share` is the address of its share."""

    share = serializers.UUIDField(source="uid", read_only=True)
    organization = PartySerializer(source="owner", read_only=True)
    part = PartField(read_only=True)
    by = serializers.ChoiceField(source="cause", choices=Cause.choices, read_only=True)


class PromiseSerializer(serializers.Serializer[Any]):
    """What the charter promised; decisions may have moved its end."""

    path = serializers.CharField(read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True)


class WarningSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(read_only=True)
    detail = serializers.CharField(read_only=True)


class ResultSerializer(OfConsortium):
    """A result as it stands today."""

    number = serializers.CharField(read_only=True)
    name_en = serializers.CharField(read_only=True, allow_blank=True)
    name_zh = serializers.CharField(read_only=True, allow_blank=True)
    kind = serializers.ChoiceField(choices=RESULT_KINDS, read_only=True)
    tier = serializers.CharField(read_only=True, allow_blank=True)
    field = serializers.CharField(read_only=True, allow_blank=True)
    confidentiality = serializers.ChoiceField(choices=CONFIDENTIALITIES, read_only=True)
    summary = serializers.CharField(read_only=True, allow_blank=True)
    project = serializers.UUIDField(source="project.uid", read_only=True, allow_null=True)
    work_package = serializers.CharField(read_only=True, allow_blank=True)
    completed_on = serializers.DateField(read_only=True)
    disclosed_on = serializers.DateField(read_only=True)
    disclosed_by = PartySerializer(read_only=True)
    charter = PartySerializer(read_only=True)
    contributions = ContributionSerializer(many=True, read_only=True)
    inventors = InventorSerializer(many=True, read_only=True)
    paid_by = serializers.SerializerMethodField()
    owners = OwnerSerializer(source="owned_today", many=True, read_only=True)
    exclusivity = PromiseSerializer(read_only=True, allow_null=True)
    protection = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=INSTRUMENTS)))
    def get_paid_by(self, result: Result) -> list[str]:
        return sorted({each.instrument.kind for each in result.resultfundings.all()})

    @extend_schema_field(serializers.ChoiceField(choices=Protection.choices, allow_null=True))
    def get_protection(self, result: Result) -> str | None:
        return next((each.protection for each in result.evaluations.all()), None)

    @extend_schema_field(WarningSerializer(many=True))
    def get_warnings(self, result: Result) -> list[dict[str, str]]:
        return [
            {"code": each.code, "detail": words.say(each.code, each.values)}
            for each in warnings(result)
        ]


class InventorInputSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=150)
    employer = PartyField()
    part = PartField()


class WrittenInventorSerializer(InventorInputSerializer):
    class Meta:
        list_serializer_class = WrittenList


class DisclosureSerializer(serializers.Serializer[Any]):
    """What a result is. `inventors`: none, or parts that come to 1."""

    member = UidField(model=Member, help_text="Whose people disclose it.")
    kind = serializers.ChoiceField(choices=RESULT_KINDS)
    completed_on = DayField()
    name_en = serializers.CharField(max_length=200, default="", allow_blank=True)
    name_zh = serializers.CharField(max_length=200, default="", allow_blank=True)
    summary = serializers.CharField(max_length=20000, default="", allow_blank=True)
    confidentiality = serializers.ChoiceField(choices=CONFIDENTIALITIES, default="project")
    tier = serializers.RegexField(CODE, default="", allow_blank=True)
    field = serializers.RegexField(CODE, default="", allow_blank=True)
    project = ProjectField(required=False, allow_null=True)
    work_package = serializers.RegexField(CODE, default="", allow_blank=True)
    instruments = serializers.ListField(
        child=UidField(model=FundingInstrument), default=list, help_text="What paid for it."
    )


class DiscloseSerializer(DisclosureSerializer):
    """A disclosure; the contributions come to 1 exactly."""

    contributions = PartInputSerializer(many=True)
    inventors = InventorInputSerializer(many=True, default=list)


class EnterSerializer(DisclosureSerializer):
    """A disclosure on paper. In a form with its scan, the lists are JSON text."""

    contributions = WrittenPartSerializer(many=True)
    inventors = WrittenInventorSerializer(many=True, default=list)
    agreed = WrittenPartSerializer(many=True, default=list, help_text="In place of the rule.")
    disclosed_on = DayField()
    paper = serializers.FileField(required=False, help_text="Only in a multipart form.")


class EvaluateSerializer(serializers.Serializer[Any]):
    protection = serializers.ChoiceField(choices=Protection.choices)
    reason = serializers.CharField(max_length=5000)
    evaluated_on = DayField(required=False, allow_null=True, help_text="Today if left out.")


class AgreeSerializer(serializers.Serializer[Any]):
    """The parts come to 1 exactly; in a form they are JSON text."""

    parts = WrittenPartSerializer(many=True)
    starts_on = DayField(help_text="From this day on; what was before stays.")
    paper = serializers.FileField(required=False, help_text="Only in a multipart form.")


class PatternQuery(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    starts_on = DayField(required=False, help_text="Complete on this day or later.")
    ends_on = DayField(required=False, help_text="Complete before this day.")


class PatternSerializer(serializers.Serializer[Any]):
    """How many results are of a pattern, and which part of those that name inventors."""

    pattern = serializers.ChoiceField(choices=[(each.value, each.value) for each in Pattern])
    count = serializers.IntegerField()
    share = PartField(read_only=True)
