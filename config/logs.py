"""Logs that say what happened and where, and carry no figure, name, address or token."""

import logging as stdlib
import re
import sys
from collections.abc import Iterator, MutableMapping
from traceback import format_tb
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware as StructlogRequestMiddleware

from config import environment

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


SAID = frozenset(
    {
        *("event", "level", "logger", "timestamp", "exception"),
        *("request", "code", "request_id", "user_id"),
        *("task", "task_id", "parent_task_id", "child_task_id", "child_task_name"),
        *("duration_ms", "expired", "terminated"),
    }
)
"""What a line may say; another library's own word is left out until it is known to be safe."""

TOKEN = re.compile(r"(/accounts/(?:confirm-email|password/reset/key)/)[^/\s]+")
QUERY = re.compile(r"(/[^\s?]*)\?\S+")
PULSE = frozenset({"/healthz", "/metrics"})
SILENT = stdlib.CRITICAL + 1

Event = MutableMapping[str, Any]


class RequestMiddleware(StructlogRequestMiddleware):
    """Log each request by its path, and answer with its number so that it can be quoted.

    The query may hold what somebody searched for. The pulse is not worth a line; if it fails,
    that is logged all the same.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in PULSE:
            return self.get_response(request)  # type: ignore[return-value]
        return super().__call__(request)  # type: ignore[return-value]

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        number = structlog.contextvars.get_contextvars().get("request_id")
        if number:
            response.headers["X-Request-ID"] = number
        super().handle_response(request, response)


def without_messages(logger: Any, method: str, event: Event) -> Event:
    """Say of an exception its kinds and where it came from.

    Its message repeats the row or the figure that was refused, and local variables hold more.
    """
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    event.pop("exception", None)
    if isinstance(error, BaseException):
        event["exception"] = "".join(stack(error)).rstrip()
    return event


def stack(error: BaseException) -> Iterator[str]:
    """Yield where an exception came from, the one it was raised from first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from stack(before)
    yield from format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"


def discreet(logger: Any, method: str, event: Event) -> Event:
    """Leave out what is not known to be safe, and tokens and queries out of addresses."""
    kept = {name: value for name, value in event.items() if name in SAID}
    for name in ("event", "request"):
        if name in kept:
            kept[name] = QUERY.sub(r"\1", TOKEN.sub(r"\1…", str(kept[name])))
    return kept


def chosen(*, production: bool) -> dict[str, Any]:
    """Return Django's LOGGING as the environment asks for it."""
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    usual = "INFO" if production else "WARNING"
    level = environment.one_of("LOG_LEVEL", levels, default=usual)
    return logging(production=production, level=level)


def logging(*, production: bool, level: str) -> dict[str, Any]:
    """Return Django's LOGGING: JSON lines in production, coloured lines otherwise."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: list[Any] = (
        [without_messages, discreet, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if production
        else [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    )
    line = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Its error records carry the whole request; the middleware logs the failure.
            "django.request": {"level": SILENT},
            # It repeats what a task failed of; `task_failed` says that without figures.
            "celery.app.trace": {"level": SILENT},
            # With queries; each request is logged by the middleware.
            "gunicorn.access": {"level": SILENT},
            "gunicorn.error": {"level": level},
            "django.server": {"handlers": ["stderr"], "level": level, "propagate": False},
        },
    }
