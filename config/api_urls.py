"""Addresses under `/api/v1/`."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from consortium.api.views import NothingHere

urlpatterns = [
    path("", include("consortium.api.urls")),
    path("", include("projects.api.urls")),
    path("", include("funding.api.urls")),
    path("", include("ip.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    re_path(r"", NothingHere.as_view()),
]
