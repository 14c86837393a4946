"""Organizations."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import SlugField
from consortium.api.filters import Search
from consortium.api.idempotency import idempotent
from consortium.models import Consortium, Organization
from consortium.operations.organizations import register_organization
from consortium.states import ORGANIZATION_KINDS


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    name = serializers.CharField(read_only=True, help_text="In the reader's language.")

    class Meta:
        model = Organization
        fields = ["uid", "name", "name_en", "name_zh", "kind", "country", "registration_number"]
        read_only_fields = fields


class RegisterSerializer(serializers.Serializer[Any]):
    """An organization to register, on behalf of the consortium that deals with it."""

    consortium = SlugField(model=Consortium)
    name_en = serializers.CharField(max_length=200, default="", allow_blank=True)
    name_zh = serializers.CharField(max_length=200, default="", allow_blank=True)
    kind = serializers.ChoiceField(choices=ORGANIZATION_KINDS)
    country = serializers.RegexField(r"^[A-Z]{2}$", help_text="ISO 3166-1: CN, US, DE …")
    registration_number = serializers.CharField(max_length=40, default="", allow_blank=True)


class OrganizationFilters(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=ORGANIZATION_KINDS)
    country = filters.CharFilter(max_length=2)
    search = Search(fields=["name_en", "name_zh", "registration_number"])


@extend_schema_view(
    list=extend_schema(summary="Organizations of your consortia and of the reference cases"),
    retrieve=extend_schema(summary="An organization"),
)
class OrganizationViewSet(ReadViewSet):
    model = Organization
    orderings = ("name_en", "name_zh")
    serializer_class = OrganizationSerializer
    filterset_class = OrganizationFilters

    @extend_schema(
        summary="Register an organization (secretary)",
        request=RegisterSerializer,
        responses={201: OrganizationSerializer},
        examples=[
            OpenApiExample(
                "A company in China",
                request_only=True,
                value={
                    "consortium": "demo",
                    "name_zh": "腾讯科技（深圳）有限公司",
                    "kind": "enterprise",
                    "country": "CN",
                    "registration_number": "9144030071526726XG",
                },
            )
        ],
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(RegisterSerializer)
        organization = register_organization(
            **data, by=request.user, on=clock.today(data["consortium"])
        )
        return self.shown(organization, 201)
