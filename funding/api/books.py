"""The books for finance readers: trial balance, ages of what is open, the ledger as a file."""

from datetime import date
from typing import Any

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import MemberViewSet
from consortium.api.fields import DayField, SlugField, amount
from consortium.api.parties import PartySerializer
from consortium.api.renderers import AnyFile
from consortium.errors import Denied
from consortium.models import Consortium
from consortium.papers.sheets import saved
from funding.api.looks import note_look
from funding.models import FINANCE_READERS, Account
from funding.papers.journal import FORMATS
from funding.reports.books import AGES, Aged, Balance, TrialBalance, aging, secret_members
from funding.reports.books import trial_balance as trial_balance_of
from funding.reports.journal import Journal
from funding.states import AccountKind, Screen
from funding.words import account_name


class BooksQuery(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    on = DayField(required=False, help_text="The last day; today if left out.")
    known_at = serializers.DateTimeField(
        required=False, help_text="As it was known at a moment; now if left out."
    )


class LedgerQuery(BooksQuery):
    locals()["from"] = DayField(
        required=False, help_text="What was booked before it is the opening balance."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("from") and attrs["from"] > (attrs.get("on") or date.max):
            raise serializers.ValidationError({"from": _("It comes after the last day.")})
        return attrs


class TrialBalanceQuery(LedgerQuery):
    by_member = serializers.BooleanField(default=False, help_text="Members' accounts one by one.")
    before_closing = serializers.BooleanField(
        default=False, help_text="Without what carries a year that ends on the day over."
    )


class BalanceSerializer(serializers.Serializer[Any]):
    """An account of the chart: `balance` is opening plus debits less credits."""

    number = serializers.CharField(source="heading.number")
    name = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(choices=AccountKind.choices, source="heading.kind")
    member = PartySerializer(allow_null=True)
    opening = serializers.SerializerMethodField()
    debit = serializers.SerializerMethodField()
    credit = serializers.SerializerMethodField()
    balance = serializers.SerializerMethodField()

    def get_name(self, line: Balance) -> str:
        return account_name(line.heading)

    def get_opening(self, line: Balance) -> str:
        return amount(line.opening, self.context["unit"])

    def get_debit(self, line: Balance) -> str:
        return amount(line.debit, self.context["unit"])

    def get_credit(self, line: Balance) -> str:
        return amount(line.credit, self.context["unit"])

    def get_balance(self, line: Balance) -> str:
        return amount(line.balance, self.context["unit"])


class UnitBooksSerializer(serializers.Serializer[TrialBalance]):
    unit = serializers.CharField()
    lines = serializers.SerializerMethodField()
    debit = serializers.SerializerMethodField()
    credit = serializers.SerializerMethodField()

    def get_lines(self, found: TrialBalance) -> BalanceSerializer(many=True):  # type: ignore[valid-type]
        return BalanceSerializer(found.lines, many=True, context={"unit": found.unit}).data

    def get_debit(self, found: TrialBalance) -> str:
        return amount(found.debit, found.unit)

    def get_credit(self, found: TrialBalance) -> str:
        return amount(found.credit, found.unit)


class TrialBalanceSerializer(serializers.Serializer[Any]):
    """The balances of every account on a day; debits and credits of a unit are equal."""

    consortium = serializers.SlugField()
    on = serializers.DateField()
    units = UnitBooksSerializer(many=True)


class AgedSerializer(serializers.Serializer[Aged]):
    """What is open in a unit, by how many days it is past its due day."""

    unit = serializers.CharField()
    total = serializers.SerializerMethodField()
    amounts = serializers.SerializerMethodField(
        help_text="Not late, then late by up to " + ", ".join(map(str, AGES[1:])) + ", and more."
    )

    def get_total(self, found: Aged) -> str:
        return amount(found.total, found.unit)

    def get_amounts(self, found: Aged) -> list[str]:
        return [amount(each, found.unit) for each in found.amounts]


class AgingSerializer(serializers.Serializer[Any]):
    consortium = serializers.SlugField()
    on = serializers.DateField()
    edges = serializers.ListField(
        child=serializers.IntegerField(), help_text="Where each age but the last ends, in days."
    )
    units = AgedSerializer(many=True)


WHOLE = ("consortium", "on", "known_at")
FILES = (*WHOLE, "from")


class LedgerViewSet(MemberViewSet):
    """The books of a consortium, for those who read every member's figures."""

    model = Account
    pagination_class = None
    filter_backends = ()
    parameters = {
        "trial_balance": (*FILES, "by_member", "before_closing"),
        "aging": WHOLE,
        "beancount": FILES,
        "csv": FILES,
    }

    def asked(self, query: type[BooksQuery]) -> dict[str, Any]:
        """Return what a request asks for; Denied to who may not read every member's figures."""
        given = query(
            data=dict(self.request.query_params.items()), context=self.get_serializer_context()
        )
        given.is_valid(raise_exception=True)
        found: dict[str, Any] = given.validated_data
        consortium = found["consortium"]
        today, roles = clock.today(consortium), set(FINANCE_READERS)
        if not access.holds(
            self.request.user, consortium=consortium, on=today, roles=roles, organization=None
        ):
            raise Denied(roles=sorted(roles))
        return {"known_at": None, "from": None, **found, "on": found.get("on") or today}

    def note(self, consortium: Consortium, screen: Screen) -> None:
        note_look(self, consortium, screen, secret_members(consortium))

    @extend_schema(
        summary="The trial balance on a day (finance, auditor, accountant)",
        parameters=[TrialBalanceQuery],
        responses=TrialBalanceSerializer,
    )
    @action(detail=False, url_path="trial-balance")
    def trial_balance(self, request: Any) -> Response:
        given = self.asked(TrialBalanceQuery)
        consortium, on = given["consortium"], given["on"]
        found = trial_balance_of(
            consortium,
            on=on,
            from_on=given["from"],
            known_at=given["known_at"],
            by_member=given["by_member"],
            before_closing=given["before_closing"],
        )
        if given["by_member"]:
            self.note(consortium, Screen.LEDGER)
        answer = {"consortium": consortium.slug, "on": on, "units": list(found.values())}
        return Response(TrialBalanceSerializer(answer).data)

    @extend_schema(
        summary="What is open, by how long it is late (finance, auditor, accountant)",
        parameters=[BooksQuery],
        responses=AgingSerializer,
    )
    @action(detail=False)
    def aging(self, request: Any) -> Response:
        given = self.asked(BooksQuery)
        consortium, on = given["consortium"], given["on"]
        found = aging(consortium, on=on, known_at=given["known_at"])
        answer = {
            "consortium": consortium.slug,
            "on": on,
            "edges": AGES,
            "units": list(found.values()),
        }
        return Response(AgingSerializer(answer).data)

    @extend_schema(
        summary="The ledger for Beancount (finance, auditor, accountant)",
        parameters=[LedgerQuery],
        responses={(200, "text/plain"): OpenApiTypes.STR},
    )
    @action(detail=False, renderer_classes=[AnyFile])
    def beancount(self, request: Any) -> HttpResponseBase:
        return self.file("beancount")

    @extend_schema(
        summary="The ledger as a table (finance, auditor, accountant)",
        parameters=[LedgerQuery],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    @action(detail=False, renderer_classes=[AnyFile])
    def csv(self, request: Any) -> HttpResponseBase:
        return self.file("csv")

    def file(self, kind: str) -> FileResponse:
        given = self.asked(LedgerQuery)
        consortium = given["consortium"]
        write, content_type, suffix = FORMATS[kind]
        journal = Journal(consortium, given["on"], given["from"], given["known_at"])
        self.note(consortium, Screen.EXPORT)
        name = f"{consortium.slug}-{given['on'].isoformat()}.{suffix}"
        return saved(lambda out: write(journal, out), name=name, content_type=content_type)
