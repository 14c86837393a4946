"""Errors for whoever starts a program: one sentence that says what to do, no traceback."""

import sys
from types import TracebackType

from django.core.exceptions import ImproperlyConfigured


class Plain(Exception):
    """An error whose text is all that its reader needs."""


class WrongSetting(Plain, ImproperlyConfigured):
    """An environment variable is missing or wrong; the text names it."""


class Trouble(Plain):
    """The embedded servers cannot be had."""


def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if isinstance(error, Plain):
        print(error, file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = show
