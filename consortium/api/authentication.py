"""Who is calling: a token in the header, or the session of the browser."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed

from consortium import clock
from consortium.models import User
from consortium.states import STAFF_ROLES


class BearerToken(TokenAuthentication):
    """`Authorization: Bearer …`; only what a token can be made of is looked up."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isalnum() or not token.isascii():
            raise AuthenticationFailed()
        return super().authenticate_credentials(token)


class SecondFactorMissing(AuthenticationFailed):
    """Staff read every member's figures, so a password alone does not let them in."""

    default_code = "second_factor_missing"

    def __init__(self) -> None:
        super().__init__(_("Set up a second factor in the browser first."))


def lacks_second_factor(user: User) -> bool:
    """Say whether a person holds a staff role today without the second factor it takes."""
    if not settings.REQUIRE_MFA or is_mfa_enabled(user):
        return False
    staff = user.appointments.on(clock.today()).filter(role__in=STAFF_ROLES)
    return user.is_superuser or staff.exists()


class Session(SessionAuthentication):
    """The browser's session, with CSRF protection."""

    def authenticate(self, request: Any) -> Any:
        found = super().authenticate(request)
        if found is not None and lacks_second_factor(found[0]):
            raise SecondFactorMissing()
        return found


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = Session
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
