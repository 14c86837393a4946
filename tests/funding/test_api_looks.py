"""Looks at secret figures: each read leaves a row, and whose figures they are may read it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from consortium.operations.appointments import appoint
from consortium.states import Role
from funding.models import FigureView
from tests.cast import TODAY, Cast

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def noted() -> list[tuple[str, str, str | None, int, bool]]:
    """Return what was noted: by whom, where, whose, of how many, and whether with an address."""
    return [
        (
            each.user.username,
            each.screen,
            str(each.member) if each.member else None,
            each.count,
            each.subject is not None,
        )
        for each in FigureView.objects.order_by("pk").select_related("user", "member")
    ]


def read(response: Any) -> bytes:
    assert response.status_code == 200, response.content
    return b"".join(response) if response.streaming else bytes(response.content)


@pytest.mark.parametrize(
    ("path", "screen"), [("declarations", "declarations"), ("assessments", "assessments")]
)
def test_lists(cast: Cast, api: Any, path: str, screen: str) -> None:
    read(api(cast.people["finance"]).get(f"/api/v1/{path}/"))
    read(api(cast.people["finance"]).get(f"/api/v1/{path}/?member={cast.members['rival'].uid}"))
    read(api(cast.people["payer"]).get(f"/api/v1/{path}/?levy=dues"))
    assert noted() == [
        ("finance", screen, None, 3, False),
        ("finance", screen, "Rival Ltd", 1, path == "declarations"),
        ("payer", screen, "Payer Ltd", 1, True),
    ]


def test_rows(cast: Cast, api: Any) -> None:
    for path, row in (
        ("declarations", cast.declaration("rival")),
        ("assessments", cast.assessment("rival")),
    ):
        read(api(cast.people["auditor"]).get(f"/api/v1/{path}/{row.uid}/"))
        assert FigureView.objects.latest("pk").subject == row.uid
    assert noted() == [
        ("auditor", "declaration", "Rival Ltd", 1, True),
        ("auditor", "assessment", "Rival Ltd", 1, True),
    ]


def test_what_is_open_or_not_seen_is_not_noted(cast: Cast, api: Any) -> None:
    client = api(cast.people["payer"])
    read(client.get("/api/v1/assessments/?levy=fee"))
    read(client.get(f"/api/v1/assessments/{cast.assessment('rival', 'fee').uid}/"))
    read(client.get("/api/v1/declarations/?levy=fee"))
    assert client.get(f"/api/v1/declarations/{cast.declaration('rival').uid}/").status_code == 404
    assert noted() == []


def test_scans_and_payment_requests(cast: Cast, api: Any) -> None:
    finance = api(cast.people["finance"])
    body = {
        "member": str(cast.members["newcomer"].uid),
        "levy": "dues",
        "period_starts_on": "2026-01-01",
        "figures": '{"semiconductor_sales": "5"}',
        "signed_by": "Ms. Director",
        "paper_on": "2026-02-20",
        "scan": SimpleUploadedFile("paper.pdf", PDF),
    }
    made = finance.post("/api/v1/declarations/", body, format="multipart").json()
    read(finance.get(made["paper"], headers={"Accept": "*/*"}))
    request = f"/api/v1/charges/{cast.charge('payer').uid}/request/"
    read(finance.get(request, headers={"Accept": "*/*"}))
    read(finance.get(request.replace(str(cast.charge("payer").uid),
                                     str(cast.charge("payer", "fee").uid)),
                     headers={"Accept": "*/*"}))  # fmt: skip
    assert noted() == [
        ("finance", "declaration", "Newcomer Ltd", 1, True),
        ("finance", "assessment", "Payer Ltd", 1, True),
    ]


def test_previews(cast: Cast, api: Any) -> None:
    for name in ("payer", "rival"):
        body = {
            "member": str(cast.members[name].uid),
            "levy": "dues",
            "period_starts_on": "2026-01-01",
            "figures": {"semiconductor_sales": "300000000"},
            "correction": True,
        }
        api(cast.people[name]).post("/api/v1/declarations/", body)
    finance = api(cast.people["finance"])
    dues, fee = (cast.consortium.rounds.get(levy=levy) for levy in ("dues", "fee"))
    for address in ("preview/", "preview/?page_size=1", "preview/csv/"):
        accept = {"Accept": "*/*"}
        read(finance.get(f"/api/v1/rounds/{dues.uid}/{address}", headers=accept))
        read(finance.get(f"/api/v1/rounds/{fee.uid}/{address}", headers=accept))
    assert noted() == [
        ("finance", "preview", None, 2, True),
        ("finance", "preview", None, 2, True),
        ("finance", "export", None, 2, True),
    ]


def test_who_speaks_for_two_members_leaves_a_row_for_each(cast: Cast, api: Any) -> None:
    """So that no rival is told of a look that was not at its figures."""
    appoint(
        consortium=cast.consortium,
        user=cast.people["payer"],
        role=Role.FINANCE_CONTACT,
        organization=cast.members["partner"].organization,
        starts_on=TODAY,
        by=None,
        on=TODAY,
    )
    read(api(cast.people["payer"]).get("/api/v1/declarations/"))
    assert noted() == [
        ("payer", "declarations", "Payer Ltd", 1, False),
        ("payer", "declarations", "Partner Ltd", 1, False),
    ]
    assert api(cast.people["rival"]).get("/api/v1/figure-views/").json()["results"] == []


def test_a_failure_to_note_does_not_hide_the_answer(
    cast: Cast, api: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE funding_figureview ADD CHECK (false)")
    body = api(cast.people["finance"]).get("/api/v1/declarations/").json()
    assert len(body["results"]) == 3
    assert "not recorded: IntegrityError" in caplog.text
    assert not FigureView.objects.exists()


@pytest.mark.parametrize("path", ["declarations", "assessments"])
def test_a_look_costs_the_same_for_one_row_and_for_three(
    cast: Cast, api: Any, path: str, django_assert_max_num_queries: Any
) -> None:
    counts = set()
    for size in (1, 3):
        client = api(cast.people["finance"])
        with django_assert_max_num_queries(20) as asked:
            client.get(f"/api/v1/{path}/?levy=dues&page_size={size}")
        inserts = [each for each in asked.captured_queries if "INSERT" in each["sql"]]
        assert len(inserts) == 1
        counts.add(len(asked))
    assert len(counts) == 1


def test_a_member_reads_who_looked_at_its_figures(cast: Cast, api: Any) -> None:
    finance = api(cast.people["finance"])
    finance.get("/api/v1/declarations/")
    finance.get(f"/api/v1/declarations/{cast.declaration('payer').uid}/")
    finance.get(f"/api/v1/declarations/{cast.declaration('rival').uid}/")
    client = api(cast.people["payer"])
    rows = client.get("/api/v1/figure-views/").json()["results"]
    assert [
        (row["user"]["name"], row["roles"], row["screen"], row["member"], row["members"])
        for row in rows
    ] == [
        ("finance", ["finance"], "declarations", None, 3),
        (
            "finance",
            ["finance"],
            "declaration",
            {"uid": str(cast.members["payer"].uid), "name": "Payer Ltd"},
            1,
        ),
    ]
    assert rows[1]["subject"] == str(cast.declaration("payer").uid)
    assert client.get(f"/api/v1/figure-views/{rows[1]['uid']}/").json() == rows[1]
    alone = client.get(f"/api/v1/figure-views/?member={cast.members['payer'].uid}").json()
    assert [row["uid"] for row in alone["results"]] == [rows[1]["uid"]]
    assert client.get("/api/v1/figure-views/?screen=export").json()["results"] == []
    day = date.fromisoformat(rows[0]["at"][:10])
    for query, count in ((f"at_until={day}", 2), (f"at_from={day + timedelta(1)}", 0)):
        assert len(client.get(f"/api/v1/figure-views/?{query}").json()["results"]) == count
    latest = client.get("/api/v1/figure-views/?ordering=-at").json()["results"]
    assert latest == rows[::-1]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("auditor", 2),
        ("rival", 1),
        ("payer", 1),
        ("finance", 0),
        ("secretary", 0),
        ("technician", 0),
        ("outsider", 0),
        ("nobody", 0),
    ],
)
def test_who_reads_looks(cast: Cast, api: Any, who: str, seen: int) -> None:
    api(cast.people["finance"]).get("/api/v1/declarations/")
    api(cast.people["finance"]).get(f"/api/v1/declarations/{cast.declaration('partner').uid}/")
    rows = api(cast.people[who]).get("/api/v1/figure-views/").json()["results"]
    assert len(rows) == seen
