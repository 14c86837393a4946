"""A member's statement of account: for its own people, and for finance staff."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock, papers
from consortium.api.base import MemberViewSet
from consortium.api.fields import DayField, amount
from consortium.api.parties import PartySerializer
from consortium.api.renderers import AnyFile
from consortium.models import Member
from consortium.papers import sheets
from consortium.states import LANGUAGES
from funding.api.looks import note_look
from funding.models import FINANCE_READERS, MEMBER_READERS
from funding.papers.statement import paper, table
from funding.reports.books import secret_among, year_start
from funding.reports.statements import Line, Open, Part, Statement, member_statements
from funding.states import Entry, Screen

ENTRY = serializers.ChoiceField(choices=Entry.choices)


class StatementQuery(serializers.Serializer[Any]):
    locals()["from"] = DayField(
        required=False, help_text="The first day; that of the fiscal year if left out."
    )
    on = DayField(required=False, help_text="The last day; today if left out.")
    known_at = serializers.DateTimeField(
        required=False, help_text="As it was known at a moment; now if left out."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("from") and attrs.get("on") and attrs["from"] > attrs["on"]:
            raise serializers.ValidationError({"from": _("It comes after the last day.")})
        return attrs


class StatementPaperQuery(StatementQuery):
    language = serializers.ChoiceField(
        choices=LANGUAGES, required=False, help_text="Of the paper; the reader's if left out."
    )


class StatementPartSerializer(serializers.Serializer[Part]):
    charge = serializers.UUIDField(source="charge.uid")
    number = serializers.CharField(source="charge.number")
    amount = serializers.SerializerMethodField()

    def get_amount(self, part: Part) -> str:
        return amount(part.amount, part.charge.unit)


class StatementLineSerializer(serializers.Serializer[Any]):
    """An event; `amount`: what is owed more, below zero less; `balance`: after it."""

    on = serializers.DateField()
    key = serializers.CharField()
    entry = ENTRY
    of = serializers.ChoiceField(
        choices=Entry.choices, allow_null=True, help_text="What a reversal takes back, or null."
    )
    reference = serializers.CharField(help_text="The paper's number, or the bank's reference.")
    amount = serializers.SerializerMethodField()
    balance = serializers.SerializerMethodField()
    charges = StatementPartSerializer(source="parts", many=True)

    def get_amount(self, line: Line) -> str:
        return amount(line.amount, self.context["unit"])

    def get_balance(self, line: Line) -> str:
        return amount(line.after, self.context["unit"])


class OpenItemSerializer(serializers.Serializer[Open]):
    """A charge of which something is open on the last day."""

    charge = serializers.UUIDField(source="charge.uid")
    number = serializers.CharField(source="charge.number")
    levy = serializers.CharField(source="charge.levy")
    due_on = serializers.DateField(source="charge.due_on")
    days_late = serializers.IntegerField(source="late")
    amount = serializers.SerializerMethodField()

    def get_amount(self, item: Open) -> str:
        return amount(item.amount, item.charge.unit)


class UnitStatementSerializer(serializers.Serializer[Statement]):
    """The account in one unit; balances are what is owed, below zero credit."""

    unit = serializers.CharField()
    opening = serializers.SerializerMethodField()
    lines = serializers.SerializerMethodField()
    balance = serializers.SerializerMethodField()
    on_account = serializers.SerializerMethodField()
    overdue = serializers.SerializerMethodField()
    open = OpenItemSerializer(many=True)

    def get_opening(self, found: Statement) -> str:
        return amount(found.opening, found.unit)

    def get_lines(self, found: Statement) -> StatementLineSerializer(many=True):  # type: ignore[valid-type]
        return StatementLineSerializer(found.lines, many=True, context={"unit": found.unit}).data

    def get_balance(self, found: Statement) -> str:
        return amount(found.balance, found.unit)

    def get_on_account(self, found: Statement) -> str:
        return amount(found.on_account, found.unit)

    def get_overdue(self, found: Statement) -> str:
        return amount(found.overdue, found.unit)


class StatementSerializer(serializers.Serializer[Any]):
    """A member's account over some time, in each unit it has one in."""

    member = PartySerializer()
    locals()["from"] = serializers.DateField(source="from_on")
    on = serializers.DateField()
    statements = UnitStatementSerializer(many=True)


@dataclass(frozen=True)
class Asked:
    """A statement that somebody entitled has asked for."""

    member: Member
    from_on: date
    on: date
    known_at: datetime | None
    language: str

    @property
    def statements(self) -> list[Statement]:
        return member_statements(
            self.member, from_on=self.from_on, on=self.on, known_at=self.known_at
        )

    @property
    def name(self) -> str:
        return f"statement-{self.on.isoformat()}"


PERIOD = ("from", "on", "known_at")
SHEET = [StatementQuery]
XLSX = sheets.WRITERS["xlsx"][1]


class MemberStatementViewSet(MemberViewSet):
    """What stands on a member's account; as absent as the member to who may not see it."""

    model = Member
    related = ("consortium", "organization")
    serializer_class = StatementSerializer
    pagination_class = None
    filter_backends = ()
    parameters = {
        "statement": PERIOD,
        "statement_pdf": (*PERIOD, "language"),
        "statement_csv": PERIOD,
        "statement_xlsx": PERIOD,
    }

    def asked(self, screen: Screen) -> Asked:
        """Return what a request asks for, and record the look."""
        member: Member = self.subject()
        today = clock.today(member.consortium)
        if not access.holds(
            self.request.user,
            consortium=member.consortium,
            on=today,
            roles={*MEMBER_READERS, *FINANCE_READERS},
            organization=member.organization,
        ):
            raise Http404
        query = StatementPaperQuery(data=dict(self.request.query_params.items()))
        query.is_valid(raise_exception=True)
        given = query.validated_data
        on = given.get("on") or today
        from_on = given.get("from") or year_start(member.consortium, on)
        if from_on > on:
            raise serializers.ValidationError({"from": _("It comes after the last day.")})
        seen = secret_among([member.pk])
        note_look(self, member.consortium, screen, seen, subject=member.uid)
        language = given.get("language") or get_language() or "en"
        return Asked(member, from_on, on, given.get("known_at"), language)

    @extend_schema(
        summary="What was charged, credited and paid, and what is open",
        parameters=[StatementQuery],
        responses=StatementSerializer,
    )
    @action(detail=True)
    def statement(self, request: Any, uid: Any) -> Response:
        return Response(StatementSerializer(self.asked(Screen.STATEMENT)).data)

    @extend_schema(
        summary="The statement, as PDF",
        parameters=[StatementPaperQuery],
        responses={
            (200, "application/pdf"): OpenApiResponse(
                OpenApiTypes.BINARY, description="The paper, as an attachment."
            )
        },
    )
    @action(detail=True, url_path="statement/pdf", renderer_classes=[AnyFile])
    def statement_pdf(self, request: Any, uid: Any) -> HttpResponse:
        found = self.asked(Screen.EXPORT)
        pdf = paper(found.member, found.statements, found.on, language=found.language)
        return papers.download(pdf, name=f"{found.name}.pdf", language=found.language)

    @extend_schema(
        summary="The statement as CSV",
        parameters=SHEET,
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    @action(detail=True, url_path="statement/csv", renderer_classes=[AnyFile])
    def statement_csv(self, request: Any, uid: Any) -> HttpResponseBase:
        found = self.asked(Screen.EXPORT)
        return sheets.download(table(found.statements), kind="csv", name=found.name)

    @extend_schema(
        summary="The statement as XLSX",
        parameters=SHEET,
        responses={(200, XLSX): OpenApiTypes.BINARY},
    )
    @action(detail=True, url_path="statement/xlsx", renderer_classes=[AnyFile])
    def statement_xlsx(self, request: Any, uid: Any) -> HttpResponseBase:
        found = self.asked(Screen.EXPORT)
        return sheets.download(table(found.statements), kind="xlsx", name=found.name)
