"""The tour of a year's research: in the browser from call to deadlines, and over REST.

`SCREENSHOTS=docs/images` takes its pictures anew.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.browser.test_tour import WRITTEN_ON, log_in, speak
from tests.browser.test_walk import shoot

TOUR = Path(__file__).resolve().parents[2] / "docs" / "tour.md"
SERVED = "http://localhost:8000"
CURL = f"""#!{sys.executable}
import sys, urllib.error, urllib.request
options = dict(zip(sys.argv[3::2], sys.argv[4::2]))
headers = [each.split(": ", 1) for name, each in zip(sys.argv[3:], sys.argv[4:]) if name == "-H"]
body = options["-d"].encode() if "-d" in options else None
try:
    answer = urllib.request.urlopen(urllib.request.Request(sys.argv[2], body, dict(headers)))
except urllib.error.HTTPError as refused:
    answer = refused
print(answer.read().decode())
"""
"""What stands for curl, so that the tour is tried where there is none: `-s URL -H … -d …`."""


def test_the_tour_of_research(
    transactional_db: None,
    browse: Callable[..., Any],
    live_server: Any,
    shots: Path | None,
    time_machine: Any,
    tmp_path: Path,
) -> None:
    time_machine.move_to(WRITTEN_ON)
    call_command("demo", verbosity=0, accounts=False, json=True)
    with browse() as page:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.set_default_timeout(60_000)
        log_in(page, "projects")
        expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
        speak(page, "projects@example.org", "English")
        calls(page, shots)
        projects(page, shots)
        deadlines(page, shots)
    assert over_rest(live_server.url, tmp_path) == "".join(blocks("text"))


def calls(page: Page, shots: Path | None) -> None:
    """From the desk over the pipeline to the ranking of the second call."""
    docket = page.locator("#docket")
    expect(docket.get_by_text("Proposals of the call batch-2 to decide on: 4")).to_be_visible()
    expect(docket.get_by_text("waits for its answer")).to_be_visible()
    page.get_by_role("link", name="Pipeline").click()
    second = page.locator("tr", has_text="Second call")
    expect(second.get_by_text("13,400,000")).to_be_visible()
    expect(page.locator("canvas.chart")).to_be_visible()
    shoot(page, shots, "pipeline")
    second.get_by_role("link", name="4", exact=True).click()
    expect(page.get_by_text("磁悬浮分子泵").first).to_be_visible()
    page.go_back()
    second.get_by_role("link", name="Screening and ranking").click()
    ranked = page.locator("#ranking tbody tr")
    expect(ranked.first.get_by_text("磁悬浮分子泵")).to_be_visible()
    expect(page.get_by_text("At least two independent participants").first).to_be_visible()
    expect(page.get_by_text("far apart").first).to_be_visible()
    shoot(page, shots, "ranking")


def projects(page: Page, shots: Path | None) -> None:
    """From the portfolio to a project and the picture of its plan."""
    page.goto("/admin/portfolio/")
    theme = page.locator("tr", has_text="Etching and deposition")
    expect(theme.get_by_text("10,800,000.00 CNY")).to_be_visible()
    shoot(page, shots, "portfolio")
    theme.get_by_role("link", name="1", exact=True).click()
    page.get_by_role("link", name=re.compile(r"P-\d{4}-0001")).first.click()
    picture = page.get_by_role("img", name=re.compile("Plan of P-"))
    expect(picture.locator("text", has_text="vacuum_system")).to_be_visible()
    expect(picture.locator("polygon[fill='#dc2626']")).to_have_count(1)
    shoot(page, shots, "project")


def deadlines(page: Page, shots: Path | None) -> None:
    """The board, and the list behind one of its figures."""
    page.goto("/admin/deadlines/")
    expect(page.locator("#lines").get_by_text("余工 Yu Gong comes back")).to_be_visible()
    shoot(page, shots, "deadlines")
    reports = page.locator("#board tr", has_text="Progress reports")
    reports.locator(".desk-mark-bad").click()
    expect(page.locator("#lines tbody tr")).to_have_count(1)
    expect(page.locator("#lines").get_by_text("Jianghai University").first).to_be_visible()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TOUR.read_text(encoding="utf-8"), re.M | re.S)


def over_rest(url: str, folder: Path) -> str:
    """Run the tour's commands as they stand, but against this server; return what they print."""
    script = "".join(blocks("sh"))
    assert SERVED in script
    curl = folder / "curl"
    curl.write_text(CURL)
    curl.chmod(0o755)
    (folder / "python3").symlink_to(sys.executable)
    done = subprocess.run(
        ["sh", "-c", script.replace(SERVED, url)],
        env={"PATH": f"{folder}:/usr/bin:/bin", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout
