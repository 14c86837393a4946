"""How answers leave: JSON, or a private file as it is."""

from typing import Any

from rest_framework.renderers import JSONRenderer


class AnyFile(JSONRenderer):
    """Stands for a file's own type where a view answers with one; refusals stay JSON."""

    media_type = "*/*"
    format = ""

    def get_indent(self, accepted_media_type: str, renderer_context: Any) -> int | None:
        return None
