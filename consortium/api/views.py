"""What stands at every address that is none."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView


class NothingHere(APIView):
    """Answers 404 as a problem, like every row that is not there."""

    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404
