"""Who is logged in, and as what."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from consortium.api.appointments import AppointmentSerializer
from consortium.api.base import MemberViewSet
from consortium.models import Appointment, User
from consortium.states import LANGUAGES


class MeSerializer(serializers.Serializer[User]):
    uid = serializers.UUIDField(read_only=True)
    username = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    email = serializers.EmailField(read_only=True, allow_blank=True)
    language = serializers.ChoiceField(choices=LANGUAGES, read_only=True, allow_blank=True)
    is_superuser = serializers.BooleanField(read_only=True)
    appointments = serializers.SerializerMethodField(help_text="Those in force today.")

    def get_appointments(self, user: User) -> AppointmentSerializer(many=True):  # type: ignore[valid-type]
        return AppointmentSerializer(self.context["appointments"], many=True).data


class MeViewSet(MemberViewSet):
    """The caller and the appointments in force today."""

    model = Appointment
    serializer_class = MeSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(summary="Who you are, and what you are appointed to", responses=MeSerializer)
    def list(self, request: Any) -> Response:
        mine: Any = self.get_queryset().filter(user=request.user)
        held = mine.on(self.today)
        context = {"appointments": held.select_related("consortium", "user", "organization")}
        return Response(MeSerializer(request.user, context=context).data)
