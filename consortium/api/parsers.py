"""Reading request bodies: strict JSON of bounded size that PostgreSQL can hold."""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser, MultiPartParser

from consortium.api.problems import TooLarge

FORM_LIMIT = 21 * 1024 * 1024
"""Bytes of a form: a document of the largest size taken, and the fields beside it."""


class StrictJSON(JSONParser):
    """JSON without NUL characters, half surrogate pairs, repeated names or endless nesting."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 2_621_440
        content = stream.read(limit + 1)
        if len(content) > limit:
            raise TooLarge()
        try:
            data = super().parse(BytesIO(content), media_type, dict(parser_context or {}))
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        except LookupError:
            raise ParseError(_("The character set is not known.")) from None
        refuse_unstorable(data)
        return data


class Form(MultiPartParser):
    """A form with files; `figures` is JSON text in it."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        sent = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or "0"
        if not sent.isdigit() or int(sent) > FORM_LIMIT:
            raise TooLarge()
        try:
            parsed = super().parse(stream, media_type, dict(parser_context or {}))
        except (LookupError, UnicodeError, ValueError):
            raise ParseError(_("The form cannot be read.")) from None
        refuse_unstorable(dict(parsed.data.lists()))
        return parsed


def refuse_unstorable(data: Any) -> None:
    """Raise ParseError for text the database cannot hold, wherever it stands."""
    try:
        text = json.dumps(data, ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError:
        raise ParseError(_("The text holds half a character.")) from None
    except RecursionError:
        raise ParseError(_("The JSON is nested too deeply.")) from None
    if "\\u0000" in text and holds_nul(data):
        raise ParseError(_("The text holds a NUL character."))


def holds_nul(data: Any) -> bool:
    if isinstance(data, Mapping):
        return any(holds_nul(name) or holds_nul(value) for name, value in data.items())
    if isinstance(data, list | tuple):
        return any(holds_nul(value) for value in data)
    return isinstance(data, str) and "\0" in data
