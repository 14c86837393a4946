"""A private file as an answer; who may read it is decided before."""

from django.http import FileResponse, Http404

from consortium.models import Document


def attachment(document: Document | None) -> FileResponse:
    """Answer with a file to be saved, kept by no cache on the way; 404 where there is none."""
    if document is None:
        raise Http404
    try:
        content = document.file.open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(
        content, as_attachment=True, filename=document.name, content_type=document.content_type
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
