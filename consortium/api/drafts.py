"""What is done with a draft charter: written, rewritten, proposed, adopted, discarded."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ParseError
from rest_framework.response import Response

from consortium import clock
from consortium.access import in_one_transaction
from consortium.api.base import MemberViewSet
from consortium.api.fields import DayField, SlugField
from consortium.api.idempotency import idempotent
from consortium.models import Charter, Consortium
from consortium.operations import charters
from consortium.operations.adoption import adopt_charter, propose_adoption
from consortium.operations.documents import file_document
from consortium.rules.documents import (
    CharterDocument,
    json_schema,
    parse_charter,
    read_charter,
)

CODE = r"^[a-z][a-z0-9_]{0,49}$"
SLUG = r"^(?=.{1,50}$)[a-z0-9]+(-[a-z0-9]+)*$"
EXAMPLE = {
    "code": "charter-2027",
    "title": {"en": "Charter 2027", "zh": "2027 年章程"},
    "starts_on": "2027-01-01",
    "admission": {"countries": ["CN"], "kinds": ["enterprise", "university"]},
}


class RevisionSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, help_text="The one you have read."
    )


class TextSerializer(serializers.Serializer[Any]):
    """A charter as an object (its schema: `/charter-schema/`) or as the text of a TOML file."""

    document = serializers.DictField(required=False, help_text="As JSON, days as ISO 8601 text.")
    toml = serializers.CharField(required=False, max_length=1_000_000, trim_whitespace=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("document" in attrs) == ("toml" in attrs):
            raise serializers.ValidationError(_("Give either `document` or `toml`."))
        return attrs


class DraftSerializer(TextSerializer):
    consortium = SlugField(model=Consortium)


class RewriteSerializer(TextSerializer, RevisionSerializer):
    """What the draft is to say from now on; all of it."""


class ProposeSerializer(RevisionSerializer):
    """The decision as it was taken; `paper` only in a multipart form."""

    body = serializers.RegexField(CODE, help_text="The deciding body, by its code.")
    decided_on = DayField()
    paper = serializers.FileField(required=False)


class SchemaViewSet(MemberViewSet):
    """What a charter may say."""

    model = Charter
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        summary="JSON Schema of a charter document",
        responses={200: OpenApiResponse(OpenApiTypes.OBJECT, description="JSON Schema 2020-12.")},
    )
    def list(self, request: Any) -> Response:
        return Response(json_schema())


class Drafting(MemberViewSet):
    """The writing half of charters."""

    @extend_schema(
        summary="Draft a charter from an object or a TOML text (secretary)",
        request=DraftSerializer,
        examples=[
            OpenApiExample(
                "A first draft",
                request_only=True,
                value={"consortium": "demo", "document": EXAMPLE},
            )
        ],
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(DraftSerializer)
        consortium = data["consortium"]
        charter = charters.import_charter(
            consortium=consortium,
            document=document_of(data),
            by=request.user,
            on=clock.today(consortium),
        )
        return self.shown(charter, 201)

    @extend_schema(
        summary="Replace what a draft says; a proposal falls with the old words (secretary)",
        request=RewriteSerializer,
        examples=[
            OpenApiExample(
                "The whole text again",
                request_only=True,
                value={"revision": 1, "document": EXAMPLE},
            )
        ],
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def rewrite(self, request: Any, uid: Any) -> Response:
        charter = self.subject()
        data = self.checked(RewriteSerializer)
        said = charters.written(document_of(data))
        rewritten = charters.rewrite_draft(
            charter=charter, revision=data["revision"], **said, **self.who(charter)
        )
        return self.shown(rewritten)

    @extend_schema(
        summary="Enter the decision to adopt a draft (secretary)",
        request={"application/json": ProposeSerializer, "multipart/form-data": ProposeSerializer},
        examples=[
            OpenApiExample(
                "The assembly's decision",
                request_only=True,
                media_type="application/json",
                value={"revision": 3, "body": "assembly", "decided_on": "2026-11-20"},
            )
        ],
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def propose(self, request: Any, uid: Any) -> Response:
        charter = self.subject()
        data = self.checked(ProposeSerializer)
        proposed = propose(charter, data, self.who(charter))
        return self.shown(proposed)

    @extend_schema(
        summary="Adopt a draft that somebody else has proposed (the second person)",
        request=RevisionSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def adopt(self, request: Any, uid: Any) -> Response:
        charter = self.subject()
        data = self.checked(RevisionSerializer)
        adopted = adopt_charter(charter=charter, **data, **self.who(charter))
        return self.shown(adopted)

    @extend_schema(summary="Throw a draft away (secretary)", request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    @idempotent
    def discard(self, request: Any, uid: Any) -> Response:
        charter = self.subject()
        charters.discard_draft(charter=charter, **self.who(charter))
        return Response(status=204)

    def who(self, charter: Charter) -> dict[str, Any]:
        """Return who acts, on which day."""
        return {"by": self.request.user, "on": clock.today(charter.consortium)}


def document_of(data: dict[str, Any]) -> CharterDocument:
    """Return the charter a request gives. Raises InvalidDocument with every path."""
    try:
        return read_charter(data["toml"]) if "toml" in data else parse_charter(data["document"])
    except RecursionError:
        raise ParseError(_("The JSON is nested too deeply.")) from None


def propose(charter: Charter, data: dict[str, Any], who: dict[str, Any]) -> Charter:
    """Propose the adoption, with the paper in the same transaction."""
    scan = data.pop("paper", None)
    if scan is None:
        return propose_adoption(charter=charter, **data, **who)
    content = scan.read()

    def enter() -> Charter:
        consortium = charter.consortium
        paper = file_document(consortium=consortium, name=scan.name, content=content, **who)
        try:
            return propose_adoption(charter=charter, decision=paper, **data, **who)
        except BaseException:
            # The row is rolled back with the transaction; the file is not.
            paper.file.delete(save=False)
            raise

    return in_one_transaction(enter)
