"""What a proposal says, as it is sent in and shown."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from consortium.api.fields import AmountField, UidField, amount
from consortium.api.parties import PartySerializer
from consortium.api.problems import fault_of
from consortium.models import Organization
from projects.models import Attachment, Participant, Proposal, ProposalVersion
from projects.operations.writing import Draft, Line, Party
from projects.reports.content import state_of
from projects.reports.readiness import lacking
from projects.rules.choices import Part
from projects.states import PARTS

CODE = r"^[a-z][a-z0-9_]{0,49}$"


class SpendingSerializer(serializers.Serializer[Any]):
    """What a participant spends in a category and year, in the call's unit."""

    category = serializers.RegexField(CODE)
    year = serializers.IntegerField(min_value=1900, max_value=2199)
    amount = AmountField()
    own = AmountField(required=False, help_text="Of which its own money.")


class TakingPartSerializer(serializers.Serializer[Any]):
    """An organization that takes part; shares as text, from "0" to "1", together exactly 1."""

    organization = UidField(model=Organization)
    part = serializers.ChoiceField(choices=PARTS)
    work_share = AmountField()
    cost_share = AmountField()
    budget = serializers.ListField(child=SpendingSerializer(), required=False, max_length=500)


class DraftSerializer(serializers.Serializer[Any]):
    """All that a draft says."""

    title = serializers.CharField(max_length=200, allow_blank=True)
    summary = serializers.CharField(max_length=20_000, allow_blank=True, default="")
    theme = serializers.RegexField(CODE, allow_blank=True, default="")
    content = serializers.DictField(
        child=serializers.CharField(max_length=50_000, allow_blank=True),
        default=dict,
        help_text="Answers to the call's fields, by code.",
    )
    months = serializers.IntegerField(
        min_value=1, max_value=600, required=False, allow_null=True, default=None
    )
    unit = serializers.CharField(
        max_length=20, allow_blank=True, default="", help_text="The call's, if it is said."
    )
    participants = serializers.ListField(
        child=TakingPartSerializer(), required=False, max_length=200
    )

    def validate_content(self, content: dict[str, str]) -> dict[str, str]:
        code = serializers.RegexField(CODE)
        for name in content:
            code.run_validation(name)
        return content


class ReplaceDraftSerializer(DraftSerializer):
    state = serializers.RegexField(
        r"^[0-9a-f]{64}$",
        required=False,
        help_text="The draft's `state` as you read it; refused with 409 if it has changed.",
    )


WORDS = ("title", "summary", "theme", "content", "months", "unit")


def draft_of(data: dict[str, Any]) -> Draft:
    """Return the draft a request describes; takes its fields out of the data."""
    parties = data.pop("participants", [])
    own = {name: data.pop(name) for name in WORDS if name in data}
    return Draft(**own, participants=tuple(map(party_of, parties)))


def party_of(data: dict[str, Any]) -> Party:
    lines = tuple(Line(**line) for line in data.pop("budget", []))
    return Party(**data | {"part": Part(data["part"]), "budget": lines})


# Shown


class BudgetLineSerializer(serializers.Serializer[Any]):
    category = serializers.SlugField(read_only=True)
    year = serializers.IntegerField(read_only=True)
    amount = serializers.CharField(read_only=True)
    own = serializers.CharField(read_only=True)


class ProposalParticipantSerializer(serializers.Serializer[Any]):
    """A participant; `organization` is null for reviewers who are not told who proposes."""

    organization = serializers.SerializerMethodField()
    part = serializers.ChoiceField(choices=PARTS, read_only=True)
    work_share = serializers.SerializerMethodField()
    cost_share = serializers.SerializerMethodField()
    budget = serializers.SerializerMethodField()
    signed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    on_paper = serializers.SerializerMethodField()
    signatory = serializers.SerializerMethodField(help_text="Who signed on paper.")
    paper_on = serializers.DateField(read_only=True, allow_null=True)
    scanned = serializers.SerializerMethodField(
        help_text="Whether there is a scan, under `proposal-versions/{uid}/paper/`."
    )

    def get_organization(self, row: Participant) -> PartySerializer(allow_null=True):  # type: ignore[valid-type]
        return None if self.context.get("blind") else PartySerializer(row.organization).data

    def get_work_share(self, row: Participant) -> str:
        return format(row.work_share.normalize(), "f")

    def get_cost_share(self, row: Participant) -> str:
        return format(row.cost_share.normalize(), "f")

    def get_budget(self, row: Participant) -> BudgetLineSerializer(many=True):  # type: ignore[valid-type]
        unit = self.context["unit"]
        lines = sorted(row.budget.all(), key=lambda line: (line.year, line.category))
        return [
            {
                "category": line.category,
                "year": line.year,
                "amount": amount(line.amount, unit),
                "own": amount(line.own, unit),
            }
            for line in lines
        ]

    def get_signatory(self, row: Participant) -> str:
        return "" if self.context.get("blind") else row.signatory

    def get_scanned(self, row: Participant) -> bool:
        return row.paper_id is not None

    def get_on_paper(self, row: Participant) -> bool:
        return bool(row.signatory)


class AttachmentSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField(read_only=True)
    title = serializers.CharField(read_only=True, allow_blank=True)
    name = serializers.CharField(source="document.name", read_only=True)
    content_type = serializers.CharField(source="document.content_type", read_only=True)
    size = serializers.IntegerField(source="document.size", read_only=True)
    sha256 = serializers.CharField(source="document.sha256", read_only=True)
    file = serializers.SerializerMethodField(help_text="Where it is read.")

    def get_file(self, attachment: Attachment) -> str:
        return f"/api/v1/proposal-attachments/{attachment.uid}/file/"


class LackSerializer(serializers.Serializer[Any]):
    path = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProposalFlagSerializer(serializers.Serializer[Any]):
    """A place that seems to tell what competitors must not share."""

    path = serializers.CharField()
    topic = serializers.CharField()
    word = serializers.CharField(allow_blank=True)


class ProposalVersionSerializer(serializers.Serializer[Any]):
    """One version of a proposal with all that it says; `state` is what a signatory signs.

    `lacking`: what keeps a draft from being submitted. `digest`: the receipt of a submitted one.
    """

    uid = serializers.UUIDField(read_only=True)
    proposal = serializers.UUIDField(source="proposal.uid", read_only=True)
    version = serializers.IntegerField(read_only=True)
    stage = serializers.IntegerField(read_only=True)
    title = serializers.CharField(read_only=True, allow_blank=True)
    summary = serializers.CharField(read_only=True, allow_blank=True)
    theme = serializers.SlugField(read_only=True, allow_blank=True)
    content = serializers.DictField(read_only=True)
    months = serializers.IntegerField(read_only=True, allow_null=True)
    unit = serializers.CharField(source="proposal.call.unit", read_only=True)
    participants = serializers.SerializerMethodField()
    attachments = serializers.SerializerMethodField()
    flags = ProposalFlagSerializer(many=True, read_only=True)
    submitted_at = serializers.DateTimeField(read_only=True, allow_null=True)
    digest = serializers.CharField(read_only=True, allow_blank=True)
    state = serializers.SerializerMethodField(help_text="Of a draft; else null.")
    lacking = serializers.SerializerMethodField()

    def get_participants(self, row: ProposalVersion) -> ProposalParticipantSerializer(many=True):  # type: ignore[valid-type]
        parties = sorted(row.participants.all(), key=lambda each: each.pk)
        context = {"unit": row.proposal.call.unit, "blind": blind(row.proposal, self.context)}
        return ProposalParticipantSerializer(parties, many=True, context=context).data

    def get_attachments(self, row: ProposalVersion) -> AttachmentSerializer(many=True):  # type: ignore[valid-type]
        hidden = blind(row.proposal, self.context)
        return [] if hidden else AttachmentSerializer(row.attachments.all(), many=True).data

    def get_state(self, row: ProposalVersion) -> str | None:
        return state_of(row) if row.submitted_at is None else None

    def get_lacking(self, row: ProposalVersion) -> LackSerializer(many=True):  # type: ignore[valid-type]
        if row.submitted_at is not None:
            return []
        faults = (fault_of(each) for each in lacking(row))
        return [{"path": each.path, "code": each.code, "detail": each.detail} for each in faults]


def blind(proposal: Proposal, context: Mapping[str, Any]) -> bool:
    """Say whether the reader is a reviewer who is not told who proposes."""
    view = context["view"]
    if not proposal.call.charter.rules("projects").screening.blind:
        return False
    named = Proposal.objects.named_to(view.request.user, view.today)
    return not Proposal.objects.filter(named, pk=proposal.pk).exists()
