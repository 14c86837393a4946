"""A dues run before it is done, for finance readers: in pages, or as a file for spreadsheets."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from consortium import access, clock
from consortium.api.base import MemberViewSet
from consortium.api.fields import amount
from consortium.api.parties import PartySerializer
from consortium.api.renderers import AnyFile
from consortium.api.schema import FaultSerializer
from consortium.errors import Denied
from consortium.models import Member
from consortium.papers.sheets import Cell, download
from funding.api.figures import STORED, sent
from funding.api.lines import called, faults_of, head, missing_row, reasons, row
from funding.api.looks import note_look
from funding.models import FINANCE_READERS, DuesRun, Round
from funding.reports import preview
from funding.reports.liability import without_figures
from funding.reports.preview import Line, Summary
from funding.reports.rounds import Due, governing
from funding.rules.choices import Visibility
from funding.rules.outcome import stored
from funding.states import GRADES, Screen

SIZE, LARGEST = 200, 1000
"""Members on a page."""


class PreviewQuery(serializers.Serializer[Any]):
    cursor = serializers.UUIDField(required=False, help_text="Where the page starts, from `next`.")
    page_size = serializers.IntegerField(min_value=1, max_value=LARGEST, default=SIZE)


class ReasonSerializer(serializers.Serializer[Any]):
    """What explains an amount, or should be looked at."""

    code = serializers.SlugField()
    detail = serializers.CharField()


class SummarySerializer(serializers.Serializer[Any]):
    """What the whole preview comes to, in the levy's unit.

    `total`: the members' dues; `owed`: what is charged less what is credited; `last`:
    the same members' dues for the period before.
    """

    members = serializers.IntegerField()
    refused = serializers.IntegerField(help_text="Members whose figures the rule refuses.")
    missing = serializers.IntegerField(help_text="Members of which no figures are known.")
    total = serializers.CharField()
    owed = serializers.CharField()
    last = serializers.CharField()
    unit = serializers.CharField()


@extend_schema_field(OpenApiTypes.STR)
class InUnit(serializers.Field[Any, Any, Any, Any]):
    """An amount in the levy's unit."""

    def to_representation(self, value: Decimal) -> str:
        return amount(value, self.context["due"].levy.unit)


class PreviewLineSerializer(serializers.Serializer[Line]):
    """A member to be assessed: amounts in `unit`, null where there is none.

    `amount`: its dues; `before`: what it was assessed for this period already; `owed`:
    the difference, charged, or credited if below zero; `last`: its dues for the period
    before; `difference`: this year's dues less last year's.
    """

    member = serializers.SerializerMethodField()
    category = serializers.SerializerMethodField(help_text="Empty: nothing is owed any more.")
    grade = serializers.SerializerMethodField(help_text="Of the figures, or null.")
    inputs = serializers.SerializerMethodField()
    amount = InUnit(read_only=True, allow_null=True)
    before = InUnit(read_only=True, allow_null=True)
    owed = InUnit(read_only=True, allow_null=True)
    last = InUnit(read_only=True, allow_null=True)
    difference = InUnit(read_only=True, allow_null=True)
    unit = serializers.SerializerMethodField()
    reasons = serializers.SerializerMethodField()
    errors = serializers.SerializerMethodField(  # type: ignore[assignment]
        help_text="Why the rule refuses the figures."
    )

    def get_member(self, line: Line) -> PartySerializer:
        return {"uid": str(line.entry.uid), "name": called(line.entry.party)}  # type: ignore[return-value]

    def get_category(self, line: Line) -> str:
        return line.outcome.category if line.outcome else ""

    def get_grade(self, line: Line) -> serializers.ChoiceField(choices=GRADES, allow_null=True):  # type: ignore[valid-type]
        return line.entry.declaration.grade if line.entry.declaration else None

    @extend_schema_field(STORED)
    def get_inputs(self, line: Line) -> dict[str, Any]:
        return sent(line.outcome.inputs if line.outcome else stored(line.entry.figures))

    def get_unit(self, line: Line) -> str:
        unit: str = self.context["due"].levy.unit
        return unit

    def get_reasons(self, line: Line) -> ReasonSerializer(many=True):  # type: ignore[valid-type]
        return [
            {"code": code, "detail": detail} for code, detail in reasons(line, self.context["due"])
        ]

    def get_errors(self, line: Line) -> FaultSerializer(many=True):  # type: ignore[valid-type]
        return [asdict(each) for each in faults_of(line.error)] if line.error else []


class PreviewSerializer(serializers.Serializer[Any]):
    """What would be assessed and charged today; nothing is written."""

    summary = SummarySerializer()
    missing = PartySerializer(
        many=True, help_text="Members of which no figures are known; as many as fit on a page."
    )
    run = serializers.UUIDField(allow_null=True, help_text="The proposed run's `uid`, or null.")
    unchanged = serializers.BooleanField(
        allow_null=True, help_text="Whether this is still what the run proposed."
    )
    next = serializers.URLField(allow_null=True, help_text="Address of the next page, or null.")
    results = PreviewLineSerializer(many=True)


@dataclass(frozen=True)
class Asked:
    """A preview that somebody entitled has asked for."""

    view: MemberViewSet
    round: Round
    due: Due
    on: date

    def summary(self) -> Summary:
        return preview.summary(round=self.round, due=self.due, on=self.on)

    def lines(self, through: int | None, seen: list[int]) -> Iterator[Line]:
        """Yield every line, and add to `seen` whose figures are secret."""
        for line in preview.lines(round=self.round, due=self.due, on=self.on, through=through):
            if self.secret(line):
                seen.append(line.entry.member)
            yield line

    def page(
        self, through: int | None, seen: list[int], *, cursor: UUID | None, size: int
    ) -> list[Line]:
        """Return the lines behind the cursor's, one more than fit where there are more.

        Goes through all of them: what they come to is shown with every page. Raises
        ValidationError where the cursor's is gone.
        """
        behind = cursor is None
        page: list[Line] = []
        for line in self.lines(through, seen):
            if behind and len(page) <= size:
                page.append(line)
            behind = behind or line.entry.uid == cursor
        if not behind:
            raise ValidationError({"cursor": _("Start again without a cursor.")})
        return page

    def rows(self, seen: list[int]) -> Iterator[Sequence[Cell]]:
        """Yield every line of the file, and add to `seen` whose figures are secret."""
        yield head(self.due)
        for line in self.lines(preview.last_declaration(self.round, self.on), seen):
            yield row(line, self.due)
        for member in self.missing().iterator():
            yield missing_row(member, self.due)

    def missing(self) -> QuerySet[Member]:
        """Return the members that owe the levy and of which no figures are known."""
        if not self.due.levy.inputs:
            return Member.objects.none()
        return without_figures(consortium=self.round.consortium, due=self.due)

    def run(self) -> DuesRun | None:
        return self.round.runs.filter(confirmed_on=None).first()

    def secret(self, line: Line) -> bool:
        """Say whether a line shows what was told in secret, even if the levy is open by now."""
        told = (line.entry.declaration, line.entry.before)
        return self.due.levy.visibility == Visibility.SECRET or any(
            each.secret for each in told if each is not None
        )

    def note(self, screen: Screen, members: Iterable[int]) -> None:
        note_look(self.view, self.round.consortium, screen, members, subject=self.round.uid)


def asked(view: MemberViewSet) -> Asked:
    """Return the preview of a request's round; Denied to who may see the round but no figures."""
    round: Round = view.subject()
    today = clock.today(round.consortium)
    roles = set(FINANCE_READERS)
    if not access.holds(
        view.request.user, consortium=round.consortium, on=today, roles=roles, organization=None
    ):
        raise Denied(roles=sorted(roles))
    due = governing(consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on)
    return Asked(view, round, due, today)


class Previewing(MemberViewSet):
    """The half of rounds that shows what would be assessed."""

    parameters = {"preview": ("cursor", "page_size")}

    @extend_schema(
        summary="What would be assessed and charged (finance, auditor, accountant)",
        parameters=[PreviewQuery],
        responses=PreviewSerializer,
    )
    @action(detail=True)
    def preview(self, request: Any, uid: Any) -> Response:
        query = PreviewQuery(data=dict(request.query_params.items()))
        query.is_valid(raise_exception=True)
        size, cursor = query.validated_data["page_size"], query.validated_data.get("cursor")
        found = asked(self)
        summary, run, missing = found.summary(), found.run(), found.missing()
        seen: list[int] = []
        page = found.page(summary.through, seen, cursor=cursor, size=size)
        found.note(Screen.PREVIEW, seen)
        follows = str(page[size - 1].entry.uid) if len(page) > size else None
        here = request.build_absolute_uri()
        answer = {
            "summary": totals(summary, found.due, missing.count()),
            "missing": missing[:size],
            "run": run.uid if run else None,
            "unchanged": run.digest == summary.digest if run else None,
            "next": replace_query_param(here, "cursor", follows) if follows else None,
            "results": page[:size],
        }
        return Response(PreviewSerializer(answer, context={"due": found.due}).data)

    @extend_schema(
        summary="The preview as a file for spreadsheets (finance, auditor, accountant)",
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    @action(detail=True, url_path="preview/csv", renderer_classes=[AnyFile])
    def preview_csv(self, request: Any, uid: Any) -> HttpResponse:
        found = asked(self)
        seen: list[int] = []
        name = f"preview-{found.round.levy}-{found.round.starts_on.isoformat()}"
        response = download(found.rows(seen), kind="csv", name=name)
        found.note(Screen.EXPORT, seen)
        return response  # type: ignore[return-value]


def totals(summary: Summary, due: Due, missing: int) -> dict[str, Any]:
    unit = due.levy.unit
    return {
        "members": summary.count,
        "refused": summary.refused,
        "missing": missing,
        "total": amount(summary.total, unit),
        "owed": amount(summary.owed, unit),
        "last": amount(summary.last, unit),
        "unit": unit,
    }
