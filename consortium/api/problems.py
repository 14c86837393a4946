"""Every refusal as `application/problem+json` (RFC 9457), in the reader's language.

Which status: malformed 400, not logged in 401, visible but not allowed 403,
absent or invisible 404, in the way of what is there already 409, understood but
against the rules 422, database or cache down 503.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

import redis
from django.core import exceptions as core
from django.core.signals import got_request_exception
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions as rest
from rest_framework.response import Response
from rest_framework.views import set_rollback

from consortium import words
from consortium.access import ReferenceIsReadOnly
from consortium.errors import Denied, DomainError, Several
from consortium.rules.schema import InvalidDocument

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
CONFLICT = re.compile(r"already_\w+|\w+_(taken|overlaps|adopted|reused|changed)")
"""Codes of what is refused because of what is there already, as they are named in every app."""

UNIQUE_VIOLATION, EXCLUSION_VIOLATION = "23505", "23P01"

TITLES = {
    400: gettext_lazy("The request is malformed"),
    401: gettext_lazy("Please log in"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("This method is not possible here"),
    406: gettext_lazy("Only JSON is offered"),
    409: gettext_lazy("In conflict with what is there already"),
    413: gettext_lazy("The request is too large"),
    415: gettext_lazy("This type of content is not taken"),
    422: gettext_lazy("Refused by the rules"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Something unexpected failed"),
    503: gettext_lazy("Not available at the moment"),
}


class UnknownParameter(rest.APIException):
    """A query parameter that does not exist here, most likely mistyped."""

    status_code = 400
    default_code = "unknown_parameter"

    def __init__(self, name: str, known: list[str]) -> None:
        self.name = name[:60]
        choices = ", ".join(known) or "—"
        super().__init__(
            _("There is no parameter “%(name)s” here. There are: %(choices)s.")
            % {"name": self.name, "choices": choices}
        )


class Unavailable(rest.APIException):
    status_code = 503
    default_code = "unavailable"
    default_detail = gettext_lazy("The service is not available at the moment; try again.")


class TooLarge(rest.APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = gettext_lazy("The request is too large.")


@dataclass(frozen=True)
class Fault:
    """One thing wrong: where in the request, which code, and the sentence."""

    path: str
    code: str
    detail: str


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """Answer any exception of a view."""
    set_rollback()
    match error:
        case DomainError():
            return refused(error)
        case Http404() | rest.NotFound():
            return problem(404, "not_found", _("There is nothing at this address."))
        case core.PermissionDenied():
            return of_rest(rest.PermissionDenied())
        case UnknownParameter():
            fault = Fault(error.name, "unknown_parameter", str(error.detail))
            return problem(400, "unknown_parameter", str(error.detail), [fault])
        case rest.ValidationError():
            return problem(
                400, "invalid", _("Some fields are not right."), list(faults(error.detail))
            )
        case rest.APIException():
            return of_rest(error)
        case core.RequestDataTooBig() | core.TooManyFieldsSent() | core.TooManyFilesSent():
            return of_rest(TooLarge())
        case core.SuspiciousOperation() | core.ValidationError() | UnreadablePostError():
            return problem(400, "malformed", _("The request cannot be read."))
        case IntegrityError() | DataError():
            return of_database(error)
        case OperationalError() | InterfaceError() | redis.RedisError():
            logger.warning("not available: %s", type(error).__name__)
            return of_rest(Unavailable())
    return unexpected(error, context)


def refused(error: DomainError) -> Response:
    """Answer what the domain refused, with its code and every error inside."""
    match error:
        case InvalidDocument():
            inside = [Fault(each.path, each.code, words.problem(each)) for each in error.errors]
        case Several():
            inside = [fault_of(each) for each in error.errors]
        case _:
            inside = [fault_of(error)]
    return problem(status_of(error), error.code, words.explain(error), inside)


def status_of(error: DomainError) -> int:
    if isinstance(error, Denied | ReferenceIsReadOnly):
        return 403
    return 409 if CONFLICT.fullmatch(error.code) else 422


def fault_of(error: DomainError) -> Fault:
    """Return an error with its path: what it names itself, or the figure it is about."""
    path = str(error.values.get("path") or figure_path(error.values))
    return Fault(path, error.code, words.explain(error))


def figure_path(values: dict[str, Any]) -> str:
    """Return where a figure stands in a request, or the line of it that is meant."""
    if not values.get("input"):
        return ""
    figure, _dot, line = str(values["input"]).partition(".")
    line = values.get("line") or line
    return f"figures.{figure}.lines.{line}" if line else f"figures.{figure}"


def faults(detail: Any, path: str = "") -> Iterator[Fault]:
    """Yield what a serializer or a filter found wrong, each with its path."""
    if isinstance(detail, dict):
        for name, inside in detail.items():
            own = "" if name == "non_field_errors" else str(name)[:60]
            yield from faults(inside, f"{path}.{own}" if path and own else path or own)
    elif isinstance(detail, list):
        for index, inside in enumerate(detail):
            nested = isinstance(inside, dict | list)
            yield from faults(inside, f"{path}[{index}]" if nested else path)
    else:
        yield Fault(path, str(getattr(detail, "code", "invalid")), str(detail))


def of_rest(error: rest.APIException) -> Response:
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else error.default_code
    response = problem(error.status_code, code, str(error.detail))
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait))
    if isinstance(error, Unavailable):
        response["Retry-After"] = "1"
    return response


def of_database(error: IntegrityError | DataError) -> Response:
    """Answer what a constraint refused: a race lost, or a value no column holds."""
    cause: Any = error.__cause__
    state = getattr(cause, "sqlstate", None)
    name = getattr(getattr(cause, "diag", None), "constraint_name", None)
    logger.warning("refused by the database: %s %s", state, name)
    if state in (UNIQUE_VIOLATION, EXCLUSION_VIOLATION):
        return problem(409, "conflict", _("Somebody else was faster; read again and retry."))
    return problem(422, "refused", _("The database refuses these values."))


def unexpected(error: Exception, context: dict[str, Any]) -> Response:
    """Answer a fault of ours, and tell whoever listens; the message itself may hold figures."""
    logger.error("unexpected %s", type(error).__name__, exc_info=error)
    request = context.get("request")
    got_request_exception.send(sender=type(context.get("view")), request=request)
    return problem(500, "unexpected", _("Something unexpected failed; the log has the details."))


def problem(status: int, code: str, detail: str, errors: list[Fault] | None = None) -> Response:
    """Return an answer in the one form of every refusal."""
    inside = errors if errors is not None else [Fault("", code, detail)]
    body = {
        "type": f"urn:consortium:problem:{code}",
        "title": str(TITLES.get(status) or HTTPStatus(status).phrase),
        "status": status,
        "code": code,
        "detail": detail,
        "errors": [asdict(each) for each in inside],
    }
    return Response(body, status=status, content_type=CONTENT_TYPE)
