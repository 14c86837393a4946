"""Who comes in: staff with a second factor, where the installation asks for one."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from consortium.models import User

OUT = ("/admin/logout/", "/admin/jsi18n/", "/admin/language/")


class SecondFactorMiddleware:
    """Send staff without an authenticator to its set-up before they see any page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.missing(request):
            messages.warning(request, _("Set up a second factor first; then the desk opens."))
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def missing(self, request: HttpRequest) -> bool:
        user = request.user
        return (
            getattr(settings, "REQUIRE_MFA", False)
            and request.path.startswith("/admin/")
            and not request.path.startswith(OUT)
            and isinstance(user, User)
            and user.is_staff
            and not is_mfa_enabled(user)
        )
