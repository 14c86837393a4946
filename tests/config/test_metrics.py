"""What monitoring reads: behind its token, by view, and what must not grow old."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from consortium import clock
from consortium.models import Consortium, Notice, ParkedItem
from consortium.states import NoticeState
from tests.cast import SALES, TODAY, Cast, canaries

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-of-the-monitoring-0123456789"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def read(client: Client) -> dict[str, float]:
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    found = re.findall(r"^(\w+(?:\{[^}]*\})?) (\S+)$", answer.content.decode(), re.M)
    return {name: float(value) for name, value in found}


@pytest.mark.django_db
def test_without_the_token_nothing_is_told(client: Client, settings: Any) -> None:
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}x"}):
        answer = client.get("/metrics", headers=headers)
        assert (answer.status_code, answer.content) == (401, b"")
    settings.METRICS_TOKEN = ""
    for headers in ({}, {"Authorization": "Bearer "}, BEARER):
        assert client.get("/metrics", headers=headers).status_code == 404


def test_an_installation_at_rest(client: Client, cast: Cast) -> None:
    Notice.objects.update(state=NoticeState.SENT)
    found = read(client)
    assert {name: value for name, value in found.items() if name.startswith("consortium_")} == {
        'consortium_up{part="database"}': 1,
        'consortium_up{part="broker"}': 1,
        "consortium_notices_waiting": 0,
        "consortium_notices_failed": 0,
        "consortium_parked_items": 0,
        "consortium_withheld_consortia": 0,
        "consortium_dues_runs_unfinished": 0,
    }


def test_what_is_left_lying_is_counted(client: Client, cast: Cast) -> None:
    living = Consortium.objects.living()
    living.update(ticked_at=clock.now() - timedelta(hours=3), outbound_released_at=clock.now())
    ours = living.filter(pk=cast.consortium.pk)
    ours.update(withheld_since=TODAY)
    waiting = Notice.objects.exclude(state=NoticeState.SENT).count()
    failed = Notice.objects.create(
        consortium=cast.consortium,
        recipient=cast.people["finance"],
        code="outbound_released",
        on=TODAY,
        dedupe_key="1",
        state=NoticeState.FAILED,
    )
    for attempts in (1, ParkedItem.LIMIT):
        ParkedItem.objects.create(
            consortium=cast.consortium,
            sweep="s",
            key=str(attempts),
            attempts=attempts,
            reason="unexpected",
            since=TODAY,
        )
    found = read(client)
    assert 10_800 <= found["consortium_tick_age_seconds"] < 10_900
    assert found["consortium_notices_waiting"] == waiting > 0
    assert found["consortium_notices_failed"] == 1 == failed.attempts + 1
    assert found["consortium_parked_items"] == 1
    assert found["consortium_withheld_consortia"] == 1
    ours.update(outbound_released_at=None)
    assert read(client)["consortium_notices_failed"] == 0, "held on purpose"


def test_a_broker_that_is_down_shows(client: Client, cast: Cast, settings: Any) -> None:
    settings.CACHE_URL = "unix:///nowhere/valkey.sock?db=3"
    assert read(client)['consortium_up{part="broker"}'] == 0


def test_requests_are_counted_by_view_and_say_nothing_of_anybody(
    client: Client, cast: Cast, api: Any
) -> None:
    name = 'django_http_responses_total_by_status_view_method_total{method="GET",status="200",view='
    before = read(client).get(name + '"member-list"}', 0)
    assert (
        api(cast.people["payer"]).get("/api/v1/members/", {"consortium": "alliance"}).status_code
        == 200
    )
    assert read(client)[name + '"member-list"}'] == before + 1
    text = client.get("/metrics", headers=BEARER).content.decode()
    told = {each for member in SALES for each in canaries(member)}
    assert [each for each in (*told, "alliance", "/api/v1/") if each in text] == []


COUNT = """
import os, sys
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from django.test import Client
from config.gunicorn import child_exit, on_starting
if sys.argv[1] == "first":
    on_starting(None)
for _ in range(int(sys.argv[2])):
    Client(SERVER_NAME="localhost").get("/admin/nowhere/")
from prometheus_client import generate_latest
from config.metrics import requests
print(generate_latest(requests()).decode())
"""


def test_web_processes_count_together(login: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    (tmp_path / "counter_1.db").write_bytes(b"left by an earlier run")
    said = ""
    for words in (("first", "2"), ("second", "3")):
        done = subprocess.run(
            [sys.executable, "-c", COUNT, *words],
            cwd=ROOT,
            env=login(
                PROMETHEUS_MULTIPROC_DIR=tmp_path,
                DATABASE_URL="postgres://nobody@localhost:1/none",
                REDIS_URL="redis://localhost:1/0",
            ),
            capture_output=True,
            text=True,
            check=True,
        )
        said = done.stdout
    assert 'django_http_requests_total_by_method_total{method="GET"} 5.0' in said
    assert not (tmp_path / "counter_1.db").exists()
    assert os.listdir(tmp_path)
