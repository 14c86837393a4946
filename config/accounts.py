"""Who may open an account, nobody by themselves, and how they are greeted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from consortium.admin.language import chosen


class ClosedSignup(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        """Greet in the reader's language: the form was sent before it was known who reads."""
        with translation.override(chosen(request) or translation.get_language()):
            response: HttpResponse = super().post_login(request, user, **more)
        return response


class ClosedSocialSignup(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
