"""Calendar feeds: deadlines for a program that knows only an address, a name and a password.

The password is a token of the interface, sent in the header as calendars do. It never
stands in the address, which logs and proxies keep.
"""

from datetime import date, timedelta
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.authentication import BasicAuthentication
from rest_framework.exceptions import AuthenticationFailed

from consortium import clock
from consortium.api.authentication import BearerToken, Session
from consortium.api.base import MemberViewSet
from consortium.api.fields import SlugField
from consortium.api.renderers import AnyFile
from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.reports.docket import docket
from projects.models import Project
from projects.papers.calendar import CONTENT_TYPE, feed
from projects.reports.docket import of_project as due_in_project

BACK, AHEAD = timedelta(days=90), timedelta(days=730)


class TokenAsPassword(BasicAuthentication):
    """Basic authentication whose password is a token; the name does not matter."""

    www_authenticate_realm = "calendar"

    def authenticate_credentials(self, userid: Any, password: Any, request: Any = None) -> Any:
        try:
            token = password.encode("ascii")
        except UnicodeEncodeError:
            raise AuthenticationFailed() from None
        return BearerToken().authenticate_credentials(token)


class TokenAsPasswordScheme(OpenApiAuthenticationExtension):
    target_class = TokenAsPassword
    name = "calendar"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "basic"}


CALENDAR_LOGIN = [TokenAsPassword, BearerToken, Session]
CALENDAR: dict[Any, Any] = {
    (200, "text/calendar"): OpenApiResponse(OpenApiTypes.STR, description="An iCalendar feed.")
}


class CalendarQuery(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)


def answer(items: list[DocketItem], *, name: str, place: str, on: date) -> HttpResponse:
    response = HttpResponse(feed(items, name=name, place=place, on=on), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return response


def of_project(project: Project, user: Any, on: date) -> HttpResponse:
    """Answer with everything due in a project."""
    found = due_in_project(project=project, user=user, on=on, until=on + AHEAD)
    return answer(list(found), name=str(project), place=str(project.uid), on=on)


class CalendarViewSet(MemberViewSet):
    """Everything due in one consortium that its reader may see."""

    model = Consortium
    serializer_class = CalendarQuery
    authentication_classes = CALENDAR_LOGIN
    renderer_classes = [AnyFile]
    pagination_class = None
    filter_backends = ()
    parameters = {"list": ("consortium",)}

    @extend_schema(
        summary="What is due in a consortium, for a calendar program",
        description="Subscribe with any name and a token of yours as the password.",
        parameters=[CalendarQuery],
        responses=CALENDAR,
    )
    def list(self, request: Any) -> HttpResponse:
        query = CalendarQuery(data=request.query_params, context=self.get_serializer_context())
        query.is_valid(raise_exception=True)
        consortium = query.validated_data["consortium"]
        on = clock.today(consortium)
        prefetch_related_objects([request.user], "appointments")
        items = docket(consortium=consortium, user=request.user, on=on, until=on + AHEAD)
        recent = [item for item in items if item.due_on >= on - BACK]
        return answer(recent, name=str(consortium), place=consortium.slug, on=on)
