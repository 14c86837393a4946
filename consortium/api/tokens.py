"""Tokens: logging in without a browser, with password and second factor."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from knox.models import AuthToken
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response

from consortium.api.authentication import SecondFactorMissing, lacks_second_factor
from consortium.api.throttles import Anonymous, Login
from consortium.models import User

KEPT = 10
"""Tokens one person may hold; the oldest gives way."""

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


class CredentialsSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)
    code = serializers.CharField(
        max_length=40,
        default="",
        allow_blank=True,
        help_text="From the authenticator app, or a recovery code; where a second factor is set.",
    )


class TokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Shown once; send it as `Authorization: Bearer …`.")
    expires_at = serializers.DateTimeField()


class WrongCredentials(AuthenticationFailed):
    default_code = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__(_("Name, password or code is wrong."))


class CodeNeeded(AuthenticationFailed):
    default_code = "code_needed"

    def __init__(self) -> None:
        super().__init__(_("Send the code of your second factor as well."))


class TokenViewSet(viewsets.ViewSet):
    """One's own tokens: made by password and second factor, revoked singly or all."""

    serializer_class = TokenSerializer

    def get_permissions(self) -> list[Any]:
        return [AllowAny() if self.action == "create" else IsAuthenticated()]

    def get_authenticators(self) -> list[Any]:
        # An old token or session sent along must not keep anyone from getting a new one.
        method = getattr(self.request, "method", "")
        return [] if method == "POST" else super().get_authenticators()

    def get_authenticate_header(self, request: Any) -> str:
        return "Bearer"

    def get_throttles(self) -> list[Any]:
        return [Anonymous(), Login()] if self.action == "create" else super().get_throttles()

    @extend_schema(
        summary="Get a token",
        request=CredentialsSerializer,
        responses={201: TokenSerializer},
        auth=[],
        examples=[
            OpenApiExample(
                "With a second factor",
                request_only=True,
                value={"username": "li.na", "password": "…", "code": "123456"},
            )
        ],
    )
    def create(self, request: Any) -> Response:
        given = CredentialsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        user = person(request._request, data["username"], data["password"])
        require_second_factor(user, data["code"])
        issued, token = issue(user)
        response = Response({"token": token, "expires_at": issued.expiry}, status=201)
        response["Cache-Control"] = "no-store"
        return response

    @extend_schema(summary="Revoke the token of this request", request=None, responses={204: None})
    @action(detail=False, methods=["delete"])
    def current(self, request: Any) -> Response:
        if isinstance(request.auth, AuthToken):
            request.auth.delete()
        return Response(status=204)

    @extend_schema(summary="Revoke all your tokens", request=None, responses={204: None})
    @action(detail=False, methods=["delete"])
    def all(self, request: Any) -> Response:
        AuthToken.objects.filter(user=request.user).delete()
        return Response(status=204)


def person(request: Any, username: str, password: str) -> User:
    """Return who logs in, counted by the same limits as the browser's login."""
    try:
        user = get_adapter(request).authenticate(request, username=username, password=password)
    except ValidationError:
        raise Throttled() from None
    if user is None or not user.is_active:
        raise WrongCredentials()
    found: User = user
    return found


@transaction.atomic
def require_second_factor(user: User, code: str) -> None:
    """Raise unless the person has no second factor or the code is one of it."""
    factors = list(Authenticator.objects.filter(user=user))
    if not factors:
        if lacks_second_factor(user):
            raise SecondFactorMissing()
        return
    if not code:
        raise CodeNeeded()
    try:
        forget_failures = check_rate_limit(user)
    except ValidationError:
        raise Throttled() from None
    usable = [each for each in factors if each.type in SECOND_FACTORS]
    if not any(each.wrap().validate_code(code) for each in usable):
        raise WrongCredentials()
    forget_failures()


@transaction.atomic
def issue(user: User) -> tuple[AuthToken, str]:
    """Make a token; the oldest of too many give way."""
    User.objects.select_for_update().get(pk=user.pk)
    own = AuthToken.objects.filter(user=user)
    kept = own.order_by("-created").values_list("pk", flat=True)[: KEPT - 1]
    own.exclude(pk__in=list(kept)).delete()
    made: tuple[AuthToken, str] = AuthToken.objects.create(user=user)
    return made
