"""How licences, applications for them and royalties are sent and shown."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from consortium.api.fields import AmountField, DayField, UidField, amount
from consortium.api.parties import OfConsortium, PartySerializer
from ip.api.fields import PartField, WrittenList
from ip.models import OwnershipShare
from ip.operations.applying import LICENSED_USES
from ip.states import (
    LICENCE_KINDS,
    PARTIES,
    USES,
    Closing,
    Earning,
    LicenceEnds,
    SalesLine,
    Side,
)

CODE = r"^[a-z0-9_-]{0,50}$"
COUNTRY = r"^[A-Z]{2}$"
NAMED = {each.value for each in LICENSED_USES}
LICENSABLE = [(value, label) for value, label in USES if value in NAMED]


@extend_schema_field(OpenApiTypes.STR)
class UnitAmountField(serializers.Field[Any, Any, Any, Any]):
    """An amount of a licence, written in its currency's decimals."""

    def __init__(self, *, of: str, **kwargs: Any) -> None:
        self.of = of
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        return amount(getattr(value, self.of), getattr(value, "licence", value).unit)


class OfResult(OfConsortium):
    result = serializers.UUIDField(source="result.uid", read_only=True)


# Applications


class NegotiationEntrySerializer(serializers.Serializer[Any]):
    """What one side said."""

    uid = serializers.UUIDField(read_only=True)
    side = serializers.ChoiceField(choices=Side.choices, read_only=True)
    speaker = PartySerializer(read_only=True, allow_null=True)
    text = serializers.CharField(read_only=True)
    entered_on = serializers.DateField(read_only=True)
    has_file = serializers.BooleanField(source="file_id", read_only=True)


class LicenceApplicationSerializer(OfResult):
    """An application for a licence, with what was said about it."""

    number = serializers.CharField(read_only=True)
    applicant = PartySerializer(read_only=True)
    offer = serializers.UUIDField(source="offer.uid", read_only=True, allow_null=True, default=None)
    kind = serializers.ChoiceField(choices=LICENCE_KINDS, read_only=True)
    uses = serializers.ListField(child=serializers.CharField(), read_only=True)
    field = serializers.CharField(read_only=True, allow_blank=True)
    territory = serializers.ListField(child=serializers.CharField(), read_only=True)
    months = serializers.IntegerField(read_only=True, allow_null=True)
    text = serializers.CharField(read_only=True)
    applied_on = serializers.DateField(read_only=True)
    closed_on = serializers.DateField(read_only=True, allow_null=True)
    closing = serializers.ChoiceField(choices=Closing.choices, read_only=True, allow_blank=True)
    reason = serializers.CharField(read_only=True, allow_blank=True)
    entries = NegotiationEntrySerializer(many=True, read_only=True)


class WriteEntrySerializer(serializers.Serializer[Any]):
    """What is said; with `share`, as the owner of that share."""

    text = serializers.CharField(max_length=20000)
    share = UidField(model=OwnershipShare, required=False, allow_null=True)
    file = serializers.FileField(required=False, help_text="Only in a multipart form.")


class LicenceReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=5000, default="", allow_blank=True)


# Licences


class LicenceMilestoneSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)
    amount = UnitAmountField(of="amount")
    reached_on = serializers.DateField(read_only=True, allow_null=True)


class LicenceConsentSerializer(serializers.Serializer[Any]):
    owner = PartySerializer(read_only=True)
    agreed_on = serializers.DateField(read_only=True)


class LicenceEndingSerializer(serializers.Serializer[Any]):
    ends_on = serializers.DateField(read_only=True)
    cause = serializers.ChoiceField(choices=LicenceEnds.choices, read_only=True)
    reason = serializers.CharField(read_only=True)


class LicenceSerializer(OfResult):
    """A licence: proposed until `granted_on`."""

    number = serializers.CharField(read_only=True)
    application = serializers.UUIDField(source="application.uid", read_only=True)
    licensee = PartySerializer(read_only=True)
    kind = serializers.ChoiceField(choices=LICENCE_KINDS, read_only=True)
    uses = serializers.ListField(child=serializers.CharField(), read_only=True)
    field = serializers.CharField(read_only=True, allow_blank=True)
    territory = serializers.ListField(child=serializers.CharField(), read_only=True)
    sublicensing = serializers.BooleanField(read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)
    unit = serializers.CharField(read_only=True)
    fee = UnitAmountField(of="fee")
    rate = AmountField(read_only=True)
    minimum = UnitAmountField(of="minimum")
    anchor = serializers.DateField(read_only=True)
    every_months = serializers.IntegerField(read_only=True)
    within_days = serializers.IntegerField(read_only=True)
    most_favoured = serializers.BooleanField(read_only=True)
    body = serializers.CharField(read_only=True, allow_blank=True)
    decided_on = serializers.DateField(read_only=True, allow_null=True)
    granted_on = serializers.DateField(read_only=True, allow_null=True)
    milestones = LicenceMilestoneSerializer(source="licencemilestones", many=True, read_only=True)
    consents = LicenceConsentSerializer(source="licenceconsents", many=True, read_only=True)
    ending = LicenceEndingSerializer(read_only=True, allow_null=True)


class LicenceMilestoneInputSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    amount = AmountField()


class ProposeLicenceSerializer(serializers.Serializer[Any]):
    """Terms; field, uses and territory are those applied for. `rate`: part of net sales."""

    starts_on = DayField()
    ends_on = DayField(required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=LICENCE_KINDS, required=False, allow_null=True)
    sublicensing = serializers.BooleanField(default=False)
    unit = serializers.RegexField(r"^[A-Z]{3}$")
    fee = AmountField(default="0")
    rate = AmountField(default="0")
    minimum = AmountField(default="0", help_text="Of the royalty, a year.")
    anchor = DayField(required=False, allow_null=True)
    every_months = serializers.IntegerField(min_value=0, max_value=12, default=0)
    within_days = serializers.IntegerField(min_value=0, max_value=366, default=60)
    most_favoured = serializers.BooleanField(default=False)
    milestones = LicenceMilestoneInputSerializer(many=True, default=list)


class LicenceConsentInputSerializer(serializers.Serializer[Any]):
    share = UidField(model=OwnershipShare)


class EnterLicenceConsentSerializer(LicenceConsentInputSerializer):
    agreed_on = DayField()
    paper = serializers.FileField(required=False, help_text="Only in a multipart form.")


class GrantLicenceSerializer(serializers.Serializer[Any]):
    """The decision of the body the charter names; the day co-owners were told."""

    body = serializers.RegexField(CODE, default="", allow_blank=True)
    decided_on = DayField(required=False, allow_null=True)
    notified_on = DayField(required=False, allow_null=True)
    paper = serializers.FileField(required=False, help_text="Only in a multipart form.")


class EndLicenceSerializer(serializers.Serializer[Any]):
    ends_on = DayField(help_text="The first day on which it no longer runs.")
    cause = serializers.ChoiceField(choices=LicenceEnds.choices)
    reason = serializers.CharField(max_length=5000)
    paper = serializers.FileField(required=False, help_text="Only in a multipart form.")


class ReachLicenceMilestoneSerializer(serializers.Serializer[Any]):
    milestone = serializers.UUIDField(help_text="The address of the milestone.")
    reached_on = DayField()


# Royalties


class RoyaltyLineSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=SalesLine.choices)
    text = serializers.CharField(source="label", max_length=200)
    amount = AmountField()


class WrittenLineSerializer(RoyaltyLineSerializer):
    class Meta:
        list_serializer_class = WrittenList


class StateRoyaltySerializer(serializers.Serializer[Any]):
    """The sales of a period, by lines above zero. In a form with its scan, lines are JSON text."""

    starts_on = DayField(help_text="The period's first day.")
    lines = WrittenLineSerializer(many=True)
    signed_by = serializers.CharField(max_length=150)
    paper = serializers.FileField(required=False, help_text="Only in a multipart form.")


class CorrectRoyaltySerializer(StateRoyaltySerializer):
    finding = serializers.CharField(max_length=20000)


class RoyaltyStatementSerializer(OfConsortium):
    """What was sold in a period, and the royalty; the last version of a period counts."""

    licence = serializers.UUIDField(source="licence.uid", read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    unit = serializers.CharField(source="licence.unit", read_only=True)
    net = UnitAmountField(of="net")
    royalty = UnitAmountField(of="royalty")
    stated_on = serializers.DateField(read_only=True)
    signed_by = serializers.CharField(read_only=True)
    finding = serializers.CharField(read_only=True, allow_blank=True)
    lines = RoyaltyLineSerializer(many=True, read_only=True)


class LicenceChargeSerializer(OfConsortium):
    """What a licensee was charged for, and the day whose owners get it."""

    licence = serializers.UUIDField(source="licence.uid", read_only=True)
    earning = serializers.ChoiceField(choices=Earning.choices, read_only=True)
    charge = serializers.UUIDField(source="charge.uid", read_only=True)
    number = serializers.CharField(source="charge.number", read_only=True)
    amount = serializers.SerializerMethodField()
    unit = serializers.CharField(source="licence.unit", read_only=True)
    counts_on = serializers.DateField(read_only=True)

    def get_amount(self, row: Any) -> str:
        return amount(row.charge.amount, row.licence.unit)


class DistributionPartSerializer(OfConsortium):
    """What one organization got of what a licence earned, on its account."""

    recipient = PartySerializer(read_only=True)
    licence = serializers.UUIDField(source="distribution.earned.licence.uid", read_only=True)
    earning = serializers.ChoiceField(
        source="distribution.earned.earning", choices=Earning.choices, read_only=True
    )
    party = serializers.ChoiceField(choices=PARTIES, read_only=True)
    part = PartField(read_only=True)
    amount = serializers.SerializerMethodField()
    unit = serializers.CharField(source="distribution.earned.licence.unit", read_only=True)
    distributed_on = serializers.DateField(source="distribution.distributed_on", read_only=True)

    def get_amount(self, row: Any) -> str:
        return amount(row.amount, row.distribution.earned.licence.unit)
