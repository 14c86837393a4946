"""`Idempotency-Key`: a request that is sent again is answered, not done again."""

import functools
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from consortium.models import digest
from consortium.operations.requests import Answer, once

HEADER = "Idempotency-Key"
FORM = re.compile(r"[\x21-\x7e]{1,200}")


def idempotent(method: Callable[..., Response]) -> Callable[..., Response]:
    """Let a POST be repeated safely under a key that the client chose."""

    @functools.wraps(method)
    def answer(view: Any, request: Any, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return method(view, request, *args, **kwargs)
        if not FORM.fullmatch(key):
            wrong = _("Write 1 to 200 visible ASCII characters, such as a UUID.")
            raise ValidationError({HEADER: wrong})

        def do() -> Answer:
            response = method(view, request, *args, **kwargs)
            body = JSONRenderer().render(response.data).decode() if response.data else ""
            return Answer(response.status_code, body, "application/json")

        given = once(user=request.user, key=key, digest=digest_of(request), answer=do)
        data = json.loads(given.body) if given.body else None
        headers = {"Idempotent-Replayed": "true"} if given.replayed else None
        return Response(data, status=given.status, headers=headers)

    answer.idempotent = True  # type: ignore[attr-defined]
    return answer


def digest_of(request: Any) -> str:
    """Return the digest of what is asked: method, address and content, files included."""
    data = request.data
    if hasattr(data, "lists"):
        data = {name: [plain(value) for value in values] for name, values in data.lists()}
    return digest([request.method, request.get_full_path(), data])


def plain(value: Any) -> Any:
    if not isinstance(value, UploadedFile):
        return value
    value.seek(0)
    found = hashlib.sha256(value.read()).hexdigest()
    value.seek(0)
    return [value.name, found]
