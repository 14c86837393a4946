"""The pulse: whether database and broker answer, and how long ago the last tick was."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consortium import clock, reports

PATIENCE_S = 2


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database and broker do, else 503 naming the part that is down.

    `tick_age` is in seconds, null before the first tick. An old tick is shown and
    not a failure: a web process that restarts cannot repair it.
    """
    parts = {"database": up(database), "broker": up(broker)}
    well = all(parts.values())
    body = {name: "up" if answers else "down" for name, answers in parts.items()}
    age = reports.tick_age(clock.now()) if parts["database"] else None
    return JsonResponse(
        {"status": "up" if well else "down", **body, "tick_age": age}, status=200 if well else 503
    )


def up(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except (DatabaseError, redis.RedisError, OSError):
        return False
    return True


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def broker() -> None:
    # The cache stands on the broker's server, in the database beside it.
    client = redis.Redis.from_url(
        settings.CACHE_URL, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S
    )
    with client:
        client.ping()
