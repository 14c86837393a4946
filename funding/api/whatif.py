"""What-if: what every member would owe under a charter, stored or not; nothing is written."""

from datetime import date
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import MemberViewSet
from consortium.api.drafts import TextSerializer, document_of
from consortium.api.fields import DayField, SlugField
from consortium.api.renderers import AnyFile
from consortium.errors import Denied
from consortium.models import Charter, Consortium
from consortium.papers.sheets import download
from consortium.rules.documents import CharterDocument
from funding.models import FINANCE_READERS
from funding.operations.rates import note_view
from funding.papers.whatif import answer, sheet
from funding.reports.study import Study, what_if
from funding.reports.tally import carried_out
from funding.rules.choices import DecidedBy
from funding.states import GRADES, Screen

MOST = 1000
"""Members of a levy in an answer; all of them are in the CSV."""

CODE = r"^[a-z][a-z0-9_]{0,49}$"
CSV = {(200, "text/csv"): OpenApiTypes.STR}


class WhatIfRequest(TextSerializer):
    """A charter document and whose members to try it on."""

    consortium = SlugField(model=Consortium)
    periods = serializers.DictField(
        child=DayField(),
        default=dict,
        help_text="By levy, the first day of the period to look at; the next one if left out.",
    )


class WhatIfQuery(serializers.Serializer[Any]):
    consortium = SlugField(
        model=Consortium, required=False, help_text="Whose members; the charter's own if left out."
    )
    levy = serializers.RegexField(CODE, required=False, help_text="The one `period` is of.")
    period = DayField(
        required=False, help_text="First day of the period to look at; the next one if left out."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("levy" in attrs) != ("period" in attrs):
            raise serializers.ValidationError(_("`levy` and `period` come together."))
        return attrs


class WhatIfSideSerializer(serializers.Serializer[Any]):
    """A levy as one charter has it: which charter, and for which period."""

    charter = serializers.CharField()
    period_starts_on = serializers.DateField()
    period_ends_on = serializers.DateField()


class WhatIfSumsSerializer(serializers.Serializer[Any]):
    """Members, and what they owe as things stand (`now`) and under the document (`then`)."""

    members = serializers.IntegerField()
    now = serializers.CharField()
    then = serializers.CharField()


class WhatIfTotalsSerializer(WhatIfSumsSerializer):
    """`refused`: no amount under the document; `unknown`: none as things stand."""

    refused = serializers.IntegerField()
    unknown = serializers.IntegerField()
    less = serializers.IntegerField(help_text="Members that would pay less: `saved` in all.")
    more = serializers.IntegerField(help_text="Members that would pay more: `added` in all.")
    same = serializers.IntegerField()
    at_floor = serializers.IntegerField()
    at_cap = serializers.IntegerField()
    difference = serializers.CharField(help_text="Of those with an amount on both sides.")
    saved = serializers.CharField()
    added = serializers.CharField()


class WhatIfCategorySerializer(WhatIfSumsSerializer):
    category = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class WhatIfChangeSerializer(serializers.Serializer[Any]):
    """How many members change by how much: `gone`, `same`, `new`, or between two parts of now."""

    change = serializers.CharField()
    members = serializers.IntegerField()


class WhatIfPartySerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    name = serializers.CharField()


class WhatIfSourceSerializer(serializers.Serializer[Any]):
    """Which declaration figures are taken from."""

    levy = serializers.CharField()
    period_starts_on = serializers.DateField()
    grade = serializers.ChoiceField(choices=GRADES)


class WhatIfErrorSerializer(serializers.Serializer[Any]):
    """Why there is no amount on a `side`, `now` or `then`."""

    side = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class WhatIfLineSerializer(serializers.Serializer[Any]):
    """A member: an amount is null where it cannot be computed; `error` says why."""

    member = WhatIfPartySerializer()
    category = serializers.CharField()
    now = serializers.CharField(allow_null=True)
    assessed = serializers.BooleanField(help_text="`now` is what was assessed.")
    then = serializers.CharField(allow_null=True)
    difference = serializers.CharField(allow_null=True)
    decided_by = serializers.CharField(help_text=", ".join(DecidedBy))
    figures_from = WhatIfSourceSerializer(many=True)
    error = WhatIfErrorSerializer(allow_null=True)


class WhatIfLevySerializer(serializers.Serializer[Any]):
    """One levy, or (`levy` null) all of a unit together."""

    levy = serializers.CharField(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.CharField()
    now = WhatIfSideSerializer(allow_null=True)
    then = WhatIfSideSerializer(allow_null=True)
    totals = WhatIfTotalsSerializer()
    categories = WhatIfCategorySerializer(many=True)
    changes = WhatIfChangeSerializer(many=True)
    lines = WhatIfLineSerializer(many=True)
    left_out = serializers.IntegerField(
        help_text="Members not among `lines`, those that change least; the CSV has them."
    )


class WhatIfSerializer(serializers.Serializer[Any]):
    """What members would owe under a charter, beside what they owe as things stand."""

    consortium = serializers.SlugField()
    charter = serializers.CharField(help_text="The document's code.")
    title = serializers.CharField()
    on = serializers.DateField()
    together = WhatIfLevySerializer(many=True)
    levies = WhatIfLevySerializer(many=True)
    on_joining = serializers.ListField(
        child=serializers.CharField(), help_text="Levies left out: owed on admission only."
    )


EXAMPLE = OpenApiExample(
    "A document as TOML, for the next period of each levy",
    request_only=True,
    value={"consortium": "demo", "toml": 'code = "tried"\ntitle = { en = "Tried" }\n[dues]\n…'},
)


class Trying(MemberViewSet):
    """What both ways to name a charter have in common."""

    model = Charter
    serializer_class = WhatIfSerializer
    pagination_class = None
    filter_backends = ()

    def study(
        self,
        consortium: Consortium,
        document: CharterDocument,
        periods: dict[str, date],
        charter: Charter | None = None,
    ) -> Study:
        return what_if(
            consortium=consortium,
            document=document,
            on=clock.today(consortium),
            periods=periods,
            charter=charter,
        )

    def refuse_others(self, consortium: Consortium) -> None:
        """Raise Denied unless the caller may read every member's figures."""
        if not access.holds(
            self.request.user,
            consortium=consortium,
            on=clock.today(consortium),
            roles=set(FINANCE_READERS),
            organization=None,
        ):
            raise Denied(roles=sorted(FINANCE_READERS))

    def answered(self, study: Study, charter: Charter | None = None) -> Response:
        result = carried_out(study, most=MOST)
        self.note(study, result.seen, charter)
        return Response(answer(study, result))

    def file(self, study: Study, charter: Charter | None = None) -> HttpResponseBase:
        seen: set[int] = set()
        name = f"what-if-{study.consortium.slug}-{study.document.code}"
        response = download(sheet(study, None, seen), kind="csv", name=name)
        self.note(study, seen, charter)
        return response

    def note(self, study: Study, seen: set[int], charter: Charter | None) -> None:
        note_view(
            consortium=study.consortium,
            screen=Screen.WHAT_IF,
            by=self.request.user,  # type: ignore[arg-type]
            members=list(seen),
            subject=charter.uid if charter else None,
        )


class WhatIfViewSet(Trying):
    """A charter document that is not stored. A POST, because it fits in no address."""

    @extend_schema(
        summary="What members would owe under a document (finance, auditor, accountant)",
        request=WhatIfRequest,
        responses={200: WhatIfSerializer},
        examples=[EXAMPLE],
    )
    def create(self, request: Any) -> Response:
        return self.answered(self.given())

    @extend_schema(
        summary="The same as a file for spreadsheets, every member in it",
        request=WhatIfRequest,
        responses=CSV,
        examples=[EXAMPLE],
    )
    @action(detail=False, methods=["post"], renderer_classes=[AnyFile])
    def csv(self, request: Any) -> HttpResponseBase:
        return self.file(self.given())

    def given(self) -> Study:
        data = self.checked(WhatIfRequest)
        self.refuse_others(data["consortium"])
        return self.study(data["consortium"], document_of(data), data["periods"])


class CharterWhatIfViewSet(Trying):
    """A stored charter: one's own draft or charter, or a phase of a reference case."""

    parameters = dict.fromkeys(("what_if", "csv"), ("consortium", "levy", "period"))

    @extend_schema(
        summary="What members would owe under a charter (finance, auditor, accountant)",
        parameters=[WhatIfQuery],
    )
    @action(detail=True, url_path="what-if")
    def what_if(self, request: Any, uid: Any) -> Response:
        charter = self.subject()
        return self.answered(self.asked(charter), charter)

    @extend_schema(
        summary="The same as a file for spreadsheets, every member in it",
        parameters=[WhatIfQuery],
        responses=CSV,
    )
    @action(detail=True, url_path="what-if/csv", renderer_classes=[AnyFile])
    def csv(self, request: Any, uid: Any) -> HttpResponseBase:
        charter = self.subject()
        return self.file(self.asked(charter), charter)

    def asked(self, charter: Charter) -> Study:
        query = WhatIfQuery(
            data=dict(self.request.query_params.items()), context=self.get_serializer_context()
        )
        query.is_valid(raise_exception=True)
        given = query.validated_data
        consortium = given.get("consortium") or charter.consortium
        self.refuse_others(consortium)
        periods = {given["levy"]: given["period"]} if "levy" in given else {}
        return self.study(consortium, charter.document(), periods, charter)
