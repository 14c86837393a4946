"""What patents look like over REST."""

from typing import Any

from rest_framework import serializers

from consortium.api.fields import AmountField, DayField, UidField, amount
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Organization
from ip.models import PatentFamily, PatentFee, Result
from ip.rules.offices import Applicants, Route, Size
from ip.states import (
    APPLICANTS,
    CHOICES,
    DUE_STATES,
    HAPPENINGS,
    PATENT_DUE,
    RIGHT_KINDS,
    ROUTES,
    SIZES,
)


class PatentFamilySerializer(OfConsortiumSerializer):
    """The applications for one result that share a first filing."""

    result = serializers.UUIDField(source="result.uid", read_only=True)
    title = serializers.CharField(read_only=True)
    priority_on = serializers.DateField(read_only=True, allow_null=True)


class RegisterFamilySerializer(serializers.Serializer[Any]):
    result = UidField(model=Result)
    title = serializers.CharField(max_length=200)


class PatentEventSerializer(serializers.Serializer[Any]):
    """What happened to an application; of each kind the one recorded last counts."""

    kind = serializers.ChoiceField(choices=HAPPENINGS, read_only=True)
    happened_on = serializers.DateField(read_only=True)
    number = serializers.CharField(read_only=True, allow_blank=True)
    struck = serializers.BooleanField(
        read_only=True, help_text="A correction that says that it did not happen."
    )


class PatentCorrectionSerializer(serializers.Serializer[Any]):
    """What was wrong of an application, by its name, what it reads now, and why."""

    corrected_on = serializers.DateField(read_only=True)
    before = serializers.DictField(read_only=True)
    after = serializers.DictField(read_only=True)
    reason = serializers.CharField(read_only=True)


class PatentApplicationSerializer(OfConsortiumSerializer):
    """What is applied for at one office."""

    family = serializers.UUIDField(source="family.uid", read_only=True)
    title = serializers.CharField(source="family.title", read_only=True)
    office = serializers.CharField(read_only=True)
    kind = serializers.ChoiceField(choices=RIGHT_KINDS, read_only=True)
    route = serializers.ChoiceField(choices=ROUTES, read_only=True)
    number = serializers.CharField(read_only=True, allow_blank=True)
    priority_on = serializers.DateField(read_only=True, allow_null=True)
    priority_restored = serializers.BooleanField(read_only=True)
    applicants = serializers.ChoiceField(choices=APPLICANTS, read_only=True)
    size = serializers.ChoiceField(choices=SIZES, read_only=True)
    events = PatentEventSerializer(many=True, read_only=True)
    corrections = PatentCorrectionSerializer(many=True, read_only=True)


class RegisterApplicationSerializer(serializers.Serializer[Any]):
    family = UidField(model=PatentFamily)
    office = serializers.CharField(max_length=2, help_text="CN, EP, GB, US or WO.")
    kind = serializers.ChoiceField(choices=RIGHT_KINDS)
    route = serializers.ChoiceField(choices=ROUTES, default=Route.DIRECT.value)
    priority_on = DayField(required=False, allow_null=True, help_text="The day it claims.")
    priority_restored = serializers.BooleanField(default=False)
    applicants = serializers.ChoiceField(choices=APPLICANTS, default=Applicants.SINGLE.value)
    size = serializers.ChoiceField(choices=SIZES, default=Size.REGULAR.value)


class RecordEventSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=HAPPENINGS)
    happened_on = DayField()
    number = serializers.CharField(max_length=40, default="", allow_blank=True)


class CorrectEventSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=HAPPENINGS)
    happened_on = DayField(allow_null=True, help_text="Null: it did not happen.")
    number = serializers.CharField(max_length=40, required=False, allow_blank=True)


class CorrectPatentSerializer(serializers.Serializer[Any]):
    """What is wrong, as it should read; what is left out stays."""

    office = serializers.CharField(max_length=2, required=False)
    kind = serializers.ChoiceField(choices=RIGHT_KINDS, required=False)
    route = serializers.ChoiceField(choices=ROUTES, required=False)
    priority_on = DayField(required=False, allow_null=True)
    priority_restored = serializers.BooleanField(required=False)
    applicants = serializers.ChoiceField(choices=APPLICANTS, required=False)
    size = serializers.ChoiceField(choices=SIZES, required=False)
    events = CorrectEventSerializer(many=True, required=False)
    reason = serializers.CharField(max_length=5000)


class PatentDueSerializer(serializers.Serializer[Any]):
    """Something due: its day by the months, the last day in time, the last at a surcharge."""

    code = serializers.ChoiceField(choices=PATENT_DUE, source="deadline.code")
    part = serializers.CharField(
        source="deadline.part", help_text="The year of a fee, or the office of a phase."
    )
    state = serializers.ChoiceField(choices=DUE_STATES)
    opens_on = serializers.DateField(source="deadline.opens_on", allow_null=True)
    falls_on = serializers.DateField(source="deadline.falls_on")
    due_on = serializers.DateField(source="deadline.due_on")
    last_on = serializers.DateField(source="deadline.last_on")
    provisional = serializers.BooleanField(
        source="deadline.provisional", help_text="Working days there are not published yet."
    )
    instruction = serializers.ChoiceField(choices=CHOICES, source="choice", allow_null=True)
    costs = serializers.SerializerMethodField(help_text="Paid today; null where no source says.")
    unit = serializers.SerializerMethodField()

    def get_costs(self, due: Any) -> str | None:
        return amount(due.fee.total, due.fee.unit) if due.fee else None

    def get_unit(self, due: Any) -> str | None:
        return due.fee.unit if due.fee else None


class OfDeadlineSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=PATENT_DUE)
    part = serializers.CharField(max_length=10, default="", allow_blank=True)


class InstructSerializer(OfDeadlineSerializer):
    owner = UidField(model=Organization)
    choice = serializers.ChoiceField(choices=CHOICES)


class RecordFeeSerializer(OfDeadlineSerializer):
    paid_on = DayField()
    amount = AmountField()
    unit = serializers.CharField(max_length=3)
    payer = UidField(model=Organization, required=False, allow_null=True)


class PatentInstructionSerializer(OfConsortiumSerializer):
    """What an owner wants done about something due."""

    application = serializers.UUIDField(source="application.uid", read_only=True)
    owner = PartySerializer(read_only=True)
    code = serializers.ChoiceField(choices=PATENT_DUE, read_only=True)
    part = serializers.CharField(read_only=True, allow_blank=True)
    choice = serializers.ChoiceField(choices=CHOICES, read_only=True)
    instructed_on = serializers.DateField(read_only=True)


class PatentFeeSerializer(OfConsortiumSerializer):
    """A fee that was paid to an office."""

    application = serializers.UUIDField(source="application.uid", read_only=True)
    code = serializers.ChoiceField(choices=PATENT_DUE, read_only=True)
    part = serializers.CharField(read_only=True, allow_blank=True)
    paid_on = serializers.DateField(read_only=True)
    amount = serializers.SerializerMethodField()
    unit = serializers.CharField(read_only=True)
    payer = PartySerializer(read_only=True, allow_null=True)
    undoes = serializers.UUIDField(source="undoes.uid", read_only=True, allow_null=True)

    def get_amount(self, fee: PatentFee) -> str:
        return amount(fee.amount, fee.unit)
