"""What a monitoring system reads at /metrics: requests, and what must not grow old.

Requests are counted by django-prometheus, by view and never by address. With several web
processes, PROMETHEUS_MULTIPROC_DIR names a folder where they count together.
"""

import os
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from config.health import broker, database, up
from consortium import clock, reports
from funding.operations.runs import unfinished


class Watch(Collector):
    """The state of the installation at this moment; counts of things, never figures."""

    def collect(self) -> Iterator[Metric]:
        parts = {"database": up(database), "broker": up(broker)}
        answers = GaugeMetricFamily(
            "consortium_up", "Whether a part of the installation answers.", labels=["part"]
        )
        for part, well in parts.items():
            answers.add_metric([part], float(well))
        yield answers
        if not parts["database"]:
            return
        age = reports.tick_age(clock.now())
        if age is not None:
            yield GaugeMetricFamily(
                "consortium_tick_age_seconds",
                "Since the last tick of the consortium that has waited longest.",
                value=age,
            )
        left = {**reports.backlog(), "dues_runs_unfinished": len(unfinished())}
        for name, count in left.items():
            said = name.replace("_", " ").capitalize()
            yield GaugeMetricFamily(f"consortium_{name}", f"{said}, now.", value=count)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer whoever brings the token; without a token in the settings there is no such page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "")
    if not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    watch = CollectorRegistry()
    watch.register(Watch())
    return HttpResponse(
        generate_latest(requests()) + generate_latest(watch), content_type=CONTENT_TYPE_LATEST
    )


def requests() -> CollectorRegistry:
    """Return what this process counted, or all web processes together."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)
    return together
