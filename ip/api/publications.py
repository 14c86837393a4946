"""Planned publications: told to the others, who consent or object."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, UidField
from consortium.api.filters import OfConsortium, Row, Search
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Document, Member
from consortium.papers.filed import attachment
from ip.api.fields import ProjectField
from ip.models import PublicationAnswer, PublicationNotice, PublicationParty, Result
from ip.operations.publishing import (
    Planned,
    answer_notice,
    enter_answer,
    enter_notice,
    give_notice,
)
from ip.reports.publications import stands
from ip.rules.choices import Stance
from ip.states import REVIEWS, STANCES
from projects.api.files import BINARY, SCAN, with_file
from projects.models import Project


class ReplyShownSerializer(serializers.Serializer[Any]):
    """What a party said; told to itself, the author and the IP desk."""

    organization = PartySerializer(read_only=True)
    stance = serializers.ChoiceField(choices=STANCES, read_only=True)
    reason = serializers.CharField(read_only=True, allow_blank=True)
    answered_on = serializers.DateField(read_only=True)


class PublicationPartySerializer(serializers.Serializer[Any]):
    """Who may object; answers are given to its address."""

    uid = serializers.UUIDField(read_only=True)
    organization = PartySerializer(read_only=True)


class PublicationSerializer(OfConsortiumSerializer):
    """A planned publication and where its review stands today.

    `may_appear_on`: the first day on which it may, if nothing more is said; null while
    that is not known. `closes_on`: the first day too late to object.
    """

    number = serializers.CharField(read_only=True)
    author = PartySerializer(read_only=True)
    title = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True, allow_blank=True)
    has_file = serializers.SerializerMethodField()
    project = serializers.UUIDField(source="project.uid", read_only=True, allow_null=True)
    results = serializers.SerializerMethodField()
    planned_on = serializers.DateField(read_only=True)
    noticed_on = serializers.DateField(read_only=True)
    closes_on = serializers.DateField(read_only=True)
    review = serializers.ChoiceField(choices=REVIEWS, source="found.review", read_only=True)
    may_appear_on = serializers.DateField(source="found.from_on", read_only=True, allow_null=True)
    parties = PublicationPartySerializer(source="publicationpartys", many=True, read_only=True)
    answers = ReplyShownSerializer(source="answers_seen", many=True, read_only=True)

    def to_representation(self, row: PublicationNotice) -> dict[str, Any]:
        row.found = stands(row, clock.today(row.consortium))  # type: ignore[attr-defined]
        return super().to_representation(row)

    def get_has_file(self, row: PublicationNotice) -> bool:
        return row.file_id is not None

    def get_results(self, row: Any) -> list[str]:
        return [str(each.uid) for each in row.results_seen]


class PublishSerializer(serializers.Serializer[Any]):
    """What is to be published and when, about a project, results, or both."""

    member = UidField(model=Member)
    title = serializers.CharField(max_length=300)
    text = serializers.CharField(max_length=100000, default="", allow_blank=True)
    planned_on = DayField()
    project = ProjectField(required=False, allow_null=True)
    results = serializers.ListField(child=UidField(model=Result), default=list, max_length=100)
    file = serializers.FileField(required=False, help_text=SCAN)


class EnterPublicationSerializer(PublishSerializer):
    noticed_on = DayField(help_text="The day the notice was given.")
    paper = serializers.FileField(required=False, help_text=SCAN)


class ReplySerializer(serializers.Serializer[Any]):
    party = UidField(model=PublicationParty)
    stance = serializers.ChoiceField(choices=STANCES)
    reason = serializers.CharField(max_length=20000, default="", allow_blank=True)


class EnterReplySerializer(ReplySerializer):
    answered_on = DayField()
    paper = serializers.FileField(required=False, help_text=SCAN)


class PublicationFilters(filters.FilterSet):
    consortium = OfConsortium()
    project = Row(model=Project)
    open_on = filters.DateFilter(
        field_name="closes_on", lookup_expr="gt", label="Still to be objected to on a day."
    )
    search = Search(fields=["number", "title"])


@extend_schema_view(
    list=extend_schema(summary="Planned publications of your own, and those you may object to"),
    retrieve=extend_schema(summary="A planned publication, and where its review stands"),
)
class PublicationViewSet(ReadViewSet):
    model = PublicationNotice
    related = ("consortium", "charter", "author", "project")
    orderings = ("closes_on", "planned_on", "number")
    serializer_class = PublicationSerializer
    filterset_class = PublicationFilters
    parser_classes = (StrictJSON, Form)

    def get_queryset(self) -> QuerySet[Any]:
        user, on = self.request.user, self.today
        answers = PublicationAnswer.objects.visible_to(user, on).select_related("party__body")
        results = Result.objects.visible_to(user, on).order_by("pk")
        parties = PublicationParty.objects.select_related("body").order_by("pk")
        seen = answers.order_by("answered_on", "pk")
        shown: tuple[Any, ...] = (
            "charter__sections",
            Prefetch("publicationpartys", parties),
            "publicationanswers",
            Prefetch("publicationanswers", seen, to_attr="answers_seen"),
            Prefetch("results", results, to_attr="results_seen"),
        )
        return super().get_queryset().prefetch_related(*shown)

    @extend_schema(
        summary="Tell the others what you are about to publish (signatory, technical contact)",
        description="The charter says how long before. Refused with 422: `publication_too_soon`, "
        "`publication_not_own`, `publication_about_nothing`, `publication_not_reviewed`.",
        request={"application/json": PublishSerializer, "multipart/form-data": PublishSerializer},
        responses={201: PublicationSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(PublishSerializer)
        member: Member = data.pop("member")
        sent = data.pop("file", None)
        who = {"by": request.user, "on": clock.today(member.consortium)}
        notice = with_file(
            sent,
            lambda file: give_notice(member=member, planned=planned(data, file), **who),
            consortium=member.consortium,
            **who,
        )
        return self.shown(notice, 201)

    @extend_schema(
        summary="Enter a notice given on paper (ip)",
        request={
            "application/json": EnterPublicationSerializer,
            "multipart/form-data": EnterPublicationSerializer,
        },
        responses={201: PublicationSerializer},
    )  # fmt: skip
    @action(detail=False, methods=["post"])
    @idempotent
    def enter(self, request: Any) -> Response:
        data = self.checked(EnterPublicationSerializer)
        member: Member = data.pop("member")
        sent, scan = data.pop("file", None), data.pop("paper", None)
        noticed_on = data.pop("noticed_on")
        who = {"by": request.user, "on": clock.today(member.consortium)}
        where = {"consortium": member.consortium, **who}

        def act(file: Document | None, paper: Document | None) -> PublicationNotice:
            given = {"planned": planned(data, file), "noticed_on": noticed_on, "paper": paper}
            return enter_notice(member=member, **given, **who)

        notice = with_file(
            sent, lambda file: with_file(scan, lambda paper: act(file, paper), **where), **where
        )
        return self.shown(notice, 201)

    @extend_schema(
        summary="Consent or object, for your organization (signatory, technical contact)",
        description="Refused with 422: `objection_too_late`, `objection_reason_missing`.",
        request=ReplySerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def answer(self, request: Any, uid: Any) -> Response:
        notice: PublicationNotice = self.subject()
        data = self.checked(ReplySerializer)
        party = party_of(notice, data)
        on = clock.today(notice.consortium)
        answer_notice(party=party, **data, by=request.user, on=on)
        return self.shown(notice)

    @extend_schema(
        summary="Enter an answer given on paper (ip)",
        request={
            "application/json": EnterReplySerializer, "multipart/form-data": EnterReplySerializer
        },
    )  # fmt: skip
    @action(detail=True, methods=["post"], url_path="enter-answer")
    @idempotent
    def enter_answer(self, request: Any, uid: Any) -> Response:
        notice: PublicationNotice = self.subject()
        data = self.checked(EnterReplySerializer)
        party, scan = party_of(notice, data), data.pop("paper", None)
        who = {"by": request.user, "on": clock.today(notice.consortium)}
        with_file(
            scan,
            lambda paper: enter_answer(party=party, paper=paper, **data, **who),
            consortium=notice.consortium,
            **who,
        )
        return self.shown(notice)

    @extend_schema(summary="The text to be published", request=None, responses=BINARY)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def file(self, request: Any, uid: Any) -> Any:
        return attachment(self.subject().file)


def planned(data: dict[str, Any], file: Document | None) -> Planned:
    """Return what was sent as the operation takes it."""
    return Planned(**{**data, "results": tuple(data["results"])}, file=file)


def party_of(notice: PublicationNotice, data: dict[str, Any]) -> PublicationParty:
    """Take the party and its stance out of what was sent; another notice's is not there."""
    party: PublicationParty = data.pop("party")
    if party.notice_id != notice.pk:
        wrong = UidField(model=PublicationParty)
        raise serializers.ValidationError({"party": [wrong.error_messages["not_found"]]})
    data["stance"] = Stance(data["stance"])
    return party
