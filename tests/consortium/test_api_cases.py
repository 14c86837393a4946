"""Reference cases, their facts and the comparison over REST, as `load_cases` leaves them."""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from rest_framework.test import APIClient

from consortium.models import Charter, Consortium
from consortium.operations.adoption import adopt_charter
from consortium.operations.charters import draft_charter
from consortium.papers.sheets import safe
from consortium.reports.cases import CASES
from consortium.rules.cases import CaseDocument, read_case
from consortium.rules.choices import Row
from tests.cast import NOW, TODAY, Cast, build
from tests.snapshot import built_once

SLUGS = ["airbus", "domestic", "envib", "sematech", "tlpc", "vlsi"]


def document(slug: str) -> CaseDocument:
    return read_case((CASES / f"{slug}.toml").read_text(encoding="utf-8"))


@built_once
def everybody() -> Cast:
    """Everybody, beside the cases."""
    cast = build()
    call_command("load_cases", verbosity=0)
    return cast


@pytest.fixture
def loaded(db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield everybody()


def client_of(cast: Cast, api: Any, who: str = "payer") -> APIClient:
    client: APIClient = api(cast.people[who])
    return client


def rows(client: APIClient, path: str) -> list[Any]:
    """Return every row of a list, page by page."""
    found: list[Any] = []
    address: str | None = f"/api/v1/{path}"
    while address:
        body = client.get(address).json()
        found += body["results"]
        address = body["next"]
    return found


# Cases


@pytest.mark.parametrize("who", ["payer", "nobody", "supervisor", "root"])
def test_everyone_reads_the_six_cases(loaded: Cast, api: Any, who: str) -> None:
    found = rows(client_of(loaded, api, who), "cases/")
    assert sorted(each["slug"] for each in found) == SLUGS
    assert all(each["phases"] for each in found)
    assert all(phase["profile"] for each in found for phase in each["phases"])
    assert api().get("/api/v1/cases/").status_code == 401


def test_the_year_for_which_sematech_has_no_rules_is_a_gap(loaded: Cast, api: Any) -> None:
    client = client_of(loaded, api)
    case = client.get("/api/v1/cases/sematech/").json()
    assert case["gaps"] == [{"starts_on": "1997-01-01", "ends_on": "1998-01-01"}]
    assert [(each["code"], each["starts_on"], each["ends_on"]) for each in case["phases"]] == [
        ("founding", "1987-08-01", "1997-01-01"),
        ("international", "1998-01-01", None),
    ]
    first = case["phases"][0]
    assert (first["basis"], first["ends_basis"]) == ("other_source", "seed")
    charter = client.get(f"/api/v1/charters/{first['uid']}/").json()
    assert {each["code"] for each in charter["sections"]} == set(first["sections"])
    for slug in set(SLUGS) - {"sematech"}:
        assert client.get(f"/api/v1/cases/{slug}/").json()["gaps"] == [], slug


def test_the_shares_of_airbus_change_by_term(loaded: Cast, api: Any) -> None:
    case = client_of(loaded, api).get("/api/v1/cases/airbus/").json()
    said = {
        (member["organization"]["name"], term["starts_on"], term["share"])
        for member in case["members"]
        for term in member["terms"]
    }
    names = {each.key: each.name.en for each in document("airbus").organizations}
    assert said == {
        (names[each.organization], each.starts_on.isoformat(), f"{each.share:.6f}")
        for each in document("airbus").members
        if each.share is not None
    }
    assert {"0.500000", "0.479000", "0.042000"} <= {share for _, _, share in said}


def test_no_living_consortium_is_a_case(loaded: Cast, api: Any) -> None:
    for who, slug in (("payer", "alliance"), ("root", "alliance"), ("payer", "absent")):
        answer = client_of(loaded, api, who).get(f"/api/v1/cases/{slug}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_cases_are_read_only(loaded: Cast, api: Any) -> None:
    root = client_of(loaded, api, "root")
    for path in ("cases", "facts", "disagreements", "comparison", "charter-schema"):
        assert root.post(f"/api/v1/{path}/", {}).status_code == 405
    refused = root.post("/api/v1/consortia/sematech/release-outbound/")
    assert (refused.status_code, refused.json()["code"]) == (403, "reference_is_read_only")


@pytest.mark.parametrize("path", ["cases", "facts", "disagreements"])
def test_lists_cost_the_same_for_one_row_and_for_many(
    loaded: Cast, api: Any, path: str, django_assert_max_num_queries: Any
) -> None:
    counts = set()
    client = client_of(loaded, api)
    for size in (1, 6):
        with django_assert_max_num_queries(9) as asked:
            found = client.get(f"/api/v1/{path}/?page_size={size}").json()
        assert len(found["results"]) == size
        counts.add(len(asked))
    assert len(counts) == 1


# Facts


def test_every_fact_of_the_documents_is_there_once(loaded: Cast, api: Any) -> None:
    client = client_of(loaded, api)
    for slug in SLUGS:
        case = document(slug)
        for path, entries in (("facts", case.facts), ("disagreements", case.disagreements)):
            found = rows(client, f"{path}/?consortium={slug}&page_size=4")
            assert [each["code"] for each in found] == [entry.id for entry in entries], slug
            assert {each["consortium"] for each in found} <= {slug}
    general = rows(client, "facts/?general=true")
    assert general
    assert {each["consortium"] for each in general} == {None}
    every = rows(client, "facts/")
    assert len(every) == len(general) + len(rows(client, "facts/?general=false"))
    assert len({each["code"] for each in every}) == len(every)


def test_there_are_eighteen_disagreements_or_more(loaded: Cast, api: Any) -> None:
    assert len(rows(client_of(loaded, api), "disagreements/")) >= 18


def test_a_fact_says_what_its_document_says(loaded: Cast, api: Any) -> None:
    client = client_of(loaded, api)
    entry = document("airbus").facts[0]
    body = client.get(f"/api/v1/facts/{entry.id}/").json()
    assert body["claim"] == entry.claim.stored()
    assert body["text"] == entry.claim.en
    assert body["sources"] == list(entry.sources)
    assert body["on"] == (entry.on.isoformat() if entry.on else None)
    assert body["agrees_with_paper"] == entry.agrees_with_paper.value
    chinese = client.get(
        f"/api/v1/facts/{entry.id}/", headers={"Accept-Language": "zh-hans"}
    ).json()
    assert chinese["text"] == entry.claim.zh
    assert body["organizations"] == []
    assert client.get("/api/v1/facts/absent/").status_code == 404
    captive = client.get("/api/v1/facts/sematech-captive-producers/").json()
    named = [each["name"] for each in captive["organizations"]]
    assert sorted(named) == ["AT&T Microelectronics", "Digital Equipment", "IBM"]


def test_facts_by_row_section_and_agreement(loaded: Cast, api: Any) -> None:
    client = client_of(loaded, api)
    by_row = rows(client, "facts/?row=money")
    assert by_row
    assert all("money" in each["rows"] for each in by_row)
    no = rows(client, "facts/?agrees_with_paper=no&consortium=airbus")
    assert [each["code"] for each in no] == [
        fact.id for fact in document("airbus").facts if fact.agrees_with_paper == "no"
    ]
    sections = {each["section"] for each in rows(client, "facts/?section=3")}
    assert "3.1" in sections
    assert all(section.startswith("3") for section in sections)
    assert rows(client, "facts/?section=table 1")
    both = rows(client, "facts/?section=4.1&row=money")
    assert all("4.1" in each["section"] and "money" in each["rows"] for each in both)


def test_disagreements_by_row_confidence_and_fact(loaded: Cast, api: Any) -> None:
    client = client_of(loaded, api)
    high = rows(client, "disagreements/?confidence=high")
    assert high
    assert {each["confidence"] for each in high} == {"high"}
    resting = next(each for each in rows(client, "disagreements/") if each["facts"])
    found = rows(client, f"disagreements/?fact={resting['facts'][0]}")
    assert resting["code"] in {each["code"] for each in found}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("facts/?consortium=absent", 404),
        ("facts/?consortium=elsewhere", 404),
        ("facts/?row=nonsense", 400),
        ("facts/?agrees_with_paper=maybe", 400),
        ("facts/?section=%5B", 400),
        ("facts/?section=3)(", 200),
        ("facts/?section=a%00b", 400),
        ("facts/?body__value=1", 400),
        ("facts/?ordering=body", 400),
        ("facts/?cursor=absent", 400),
        ("facts/?cursor=%00", 400),
        ("disagreements/?confidence=1", 400),
        ("disagreements/?agrees_with_paper=no", 400),
        ("cases/?members=1", 400),
    ],
)
def test_filters_are_an_allow_list(loaded: Cast, api: Any, query: str, status: int) -> None:
    assert client_of(loaded, api).get(f"/api/v1/{query}").status_code == status


# The comparison


def test_table_one_in_its_rows_and_columns(loaded: Cast, api: Any) -> None:
    client = client_of(loaded, api)
    body = client.get("/api/v1/comparison/?consortium=vlsi&consortium=sematech").json()
    assert [each["slug"] for each in body["consortia"]] == ["vlsi", "sematech"]
    assert [each["row"] for each in body["rows"]] == [row.value for row in Row]
    lines = {each["row"]: each["cells"] for each in body["rows"]}
    assert lines["country"][0]["text"] == "Japan"
    assert lines["country"][1]["text"] == "United States"
    assert lines["legal_form"][1]["choices"] == ["association", "company"]
    members = lines["members"][1]
    assert [each["phase"] for each in members["passages"]] == ["founding", "international"]
    known = {each["code"] for each in rows(client, "facts/?consortium=sematech")}
    assert {code for line in lines.values() for code in line[1]["facts"]} <= known
    assert body["language"] == "en"


def test_the_cases_side_by_side_in_chinese(
    loaded: Cast, api: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_of(loaded, api)
    counts = set()
    for query in ("language=zh-hans", "language=zh-hans&consortium=vlsi"):
        with django_assert_max_num_queries(20) as asked:
            body = client.get(f"/api/v1/comparison/?{query}").json()
        counts.add(len(asked))
    assert len(counts) == 1
    every = client.get("/api/v1/comparison/?language=zh-hans").json()
    assert sorted(each["slug"] for each in every["consortia"]) == SLUGS
    assert (body["language"], body["rows"][0]["label"]) == ("zh-hans", "国家或地区")
    assert body["rows"][0]["cells"][0]["text"] == "日本"
    said = [cell["text"] for line in every["rows"] for cell in line["cells"]]
    assert all(said)


def governed(cast: Cast) -> Consortium:
    """Return the alliance with a profile that says some rows in words that look like formulas."""
    table = {"goal": {"text": {"en": "=SUM(A1:A9)"}}, "money": {"text": {"en": "-1% of\nsales"}}}
    charter = draft_charter(
        consortium=cast.consortium,
        code="profiled",
        name_en="+Profiled",
        starts_on=date(2027, 1, 1),
        sections={
            "profile": {
                "legal_form": "contract",
                "stage": "key_technology",
                "structure": "vertical",
                "initiator": "enterprise",
                "languages": ["en"],
                "table": table,
            }
        },
        by=None,
        on=TODAY,
    )
    adopt_charter(charter=charter, by=None, on=TODAY)
    Consortium.objects.filter(pk=cast.consortium.pk).update(name_en="@alliance")
    return cast.consortium


def test_ones_own_consortium_beside_a_case(loaded: Cast, api: Any) -> None:
    governed(loaded)
    client = client_of(loaded, api)
    body = client.get("/api/v1/comparison/?consortium=alliance&consortium=airbus").json()
    lines = {each["row"]: each["cells"][0] for each in body["rows"]}
    assert lines["goal"]["text"] == "=SUM(A1:A9)"
    assert lines["legal_form"]["text"] == "Contract alliance"  # worded, where no phrase stands
    assert lines["country"]["text"] == ""


def test_a_draft_is_not_compared(loaded: Cast, api: Any) -> None:
    governed(loaded)
    Charter.objects.filter(code="first").update(ends_on="2027-01-01")
    draft_charter(
        consortium=loaded.consortium,
        code="secret",
        name_en="Secret",
        starts_on=TODAY.replace(year=2028),
        sections={
            "profile": {
                "legal_form": "company",
                "stage": "key_technology",
                "structure": "vertical",
                "initiator": "enterprise",
                "languages": ["en"],
            }
        },
        by=None,
        on=TODAY,
    )
    body = client_of(loaded, api).get("/api/v1/comparison/?consortium=alliance").json()
    lines = {each["row"]: each["cells"][0] for each in body["rows"]}
    assert lines["legal_form"]["choices"] == ["contract"]


@pytest.mark.parametrize("path", ["comparison/", "comparison/csv/"])
@pytest.mark.parametrize(
    ("who", "slug", "status"),
    [
        ("payer", "alliance", 200),
        ("payer", "elsewhere", 404),
        ("payer", "absent", 404),
        ("payer", "NO SLUG", 404),
        ("nobody", "alliance", 404),
        ("supervisor", "alliance", 404),
        ("root", "alliance", 200),
    ],
)
def test_who_compares_what(
    loaded: Cast, api: Any, path: str, who: str, slug: str, status: int
) -> None:
    client = client_of(loaded, api, who)
    query = {"consortium": ["airbus", slug]}
    assert client.get(f"/api/v1/{path}", query).status_code == status


@pytest.mark.parametrize(
    "query",
    [
        "language=fr",
        "language=en&language=en",
        "consortum=x",
        "format=csv",
        "consortium=%00",
        "&".join(["consortium=airbus"] * 21),
    ],
)
def test_bad_comparisons(loaded: Cast, api: Any, query: str) -> None:
    assert client_of(loaded, api).get(f"/api/v1/comparison/?{query}").status_code == 400


def test_the_table_as_a_file_holds_no_formula(loaded: Cast, api: Any) -> None:
    governed(loaded)
    response = client_of(loaded, api).get(
        "/api/v1/comparison/csv/?consortium=alliance&consortium=airbus&language=en"
    )
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="comparison.csv"' in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "no-store"
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    found = list(csv.reader(StringIO(text, newline="")))
    assert found[0] == ["", "'@alliance", "Airbus"]
    assert len(found) == 1 + len(Row)
    lines = {line[0]: line[1] for line in found[1:]}
    assert lines["Goal"] == "'=SUM(A1:A9)"
    assert lines["Money"] == "'-1% of\nsales"
    assert not [cell for line in found for cell in line if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1"])
def test_a_cell_is_never_computed(text: str) -> None:
    assert safe(text) == f"'{text}"
    assert safe(f"a{text}") == f"a{text}"


def test_documents_of_cases_stand_where_the_command_looks() -> None:
    assert sorted(path.stem for path in Path(CASES).glob("*.toml")) == SLUGS
