"""How often anyone may ask; a cache that is down stops nobody but those who log in."""

import logging
from typing import Any

import redis
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle

from consortium.api.problems import Unavailable

logger = logging.getLogger(__name__)


class Anonymous(AnonRateThrottle):
    scope = "anon"

    def allow_request(self, request: Any, view: Any) -> bool:
        try:
            return super().allow_request(request, view)
        except redis.RedisError as error:
            logger.warning("throttling is off: %s", type(error).__name__)
            return True


class User(UserRateThrottle):
    scope = "user"

    def allow_request(self, request: Any, view: Any) -> bool:
        try:
            return super().allow_request(request, view)
        except redis.RedisError as error:
            logger.warning("throttling is off: %s", type(error).__name__)
            return True


class Login(UserRateThrottle):
    """By address, whoever is logged in; without the count nobody gets to guess passwords."""

    scope = "login"

    def get_cache_key(self, request: Any, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}

    def allow_request(self, request: Any, view: Any) -> bool:
        try:
            return super().allow_request(request, view)
        except redis.RedisError:
            raise Unavailable() from None
