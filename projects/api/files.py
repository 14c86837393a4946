"""Files of projects: filed with the act they belong to, read through their row."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse

from consortium.access import in_one_transaction
from consortium.models import Consortium, Document
from consortium.operations.documents import file_document

BINARY: dict[Any, Any] = {
    (200, "application/octet-stream"): OpenApiResponse(
        OpenApiTypes.BINARY, description="The file, as an attachment."
    )
}


def with_file[R](
    sent: Any, act: Callable[[Document | None], R], *, consortium: Consortium, by: Any, on: date
) -> R:
    """File what was sent, if anything, and act on it in the same transaction."""
    if sent is None:
        return act(None)
    content = sent.read()

    def do() -> R:
        document = file_document(
            consortium=consortium, name=sent.name, content=content, by=by, on=on
        )
        try:
            return act(document)
        except BaseException:
            # The row is rolled back with the transaction; the file is not.
            document.file.delete(save=False)
            raise

    return in_one_transaction(do)


def attachment(document: Document | None) -> FileResponse:
    """Answer with a file, or 404 where there is none."""
    if document is None:
        raise Http404
    try:
        content = document.file.open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(
        content, as_attachment=True, filename=document.name, content_type=document.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
