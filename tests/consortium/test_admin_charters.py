"""Charters in the admin: drafts written by one person, adopted by two, cases to look at."""

import csv
import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from consortium.models import Charter, Consortium, Document, Fact
from consortium.operations.cases import load_case, load_facts
from consortium.operations.charters import draft_charter
from consortium.rules.cases import read_case
from consortium.rules.facts import read_facts
from consortium.rules.toml import write_toml
from consortium.states import ROWS
from tests.cast import DUES, TODAY, Cast
from tests.snapshot import built_once

CASES = Path("consortium/cases")
STARTS = date(2027, 1, 1)
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
GOVERNANCE = {
    "bodies": [{"code": "board", "label": {"en": "Board", "zh": "理事会"}, "kind": "board"}],
    "decides": {"adopt_charter": {"by": "board", "second": "finance"}},
}


def url(what: str, *args: Any) -> str:
    return reverse(f"admin:consortium_charter_{what}", args=args)


def at(client: Client, cast: Cast, name: str) -> Client:
    client.force_login(cast.people[name])
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def draft(cast: Cast) -> Charter:
    return draft_charter(
        consortium=cast.consortium,
        code="second",
        name_en="Second charter",
        starts_on=STARTS,
        sections={"dues": {"levies": [DUES]}, "governance": GOVERNANCE},
        by=cast.people["secretary"],
        on=TODAY,
    )


@pytest.fixture
@built_once
def sematech(db: None) -> Consortium:
    load_case(case=read_case((CASES / "sematech.toml").read_text()), by=None, on=TODAY)
    return Consortium.objects.get(slug="sematech")


def save(client: Client, draft: Charter, body: Any = None, **more: Any) -> Any:
    data = {
        "revision": draft.revision,
        "mode": "form",
        "body": json.dumps(body),
        "text": "",
        **more,
    }
    return client.post(url("edit", draft.pk), data)


def propose(client: Client, draft: Charter, **more: Any) -> Any:
    data = {"body": "board", "decided_on": "2026-03-01", **more}
    return client.post(url("propose", draft.pk), data)


# who sees what


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("secretary", 200),
        ("finance", 200),
        ("auditor", 200),
        ("root", 200),
        ("reader", 404),
        ("other_secretary", 404),
        ("technician", 302),
        ("nobody", 302),
    ],
)
def test_drafts_are_seen_by_those_who_work_on_them(
    cast: Cast, draft: Charter, client: Client, name: str, status: int
) -> None:
    page = at(client, cast, name).get(url("change", draft.pk))
    assert page.status_code == status
    if status == 404:
        assert "Second charter" not in text_of(client.get(url("changelist")))
        assert client.post(url("clone", draft.pk), {}).status_code == 404
        assert client.post(url("convert", draft.pk), {"to": "text"}).status_code == 404


@pytest.mark.parametrize("name", ["finance", "auditor", "reader", "other_secretary"])
def test_only_the_secretary_writes(cast: Cast, draft: Charter, client: Client, name: str) -> None:
    at(client, cast, name)
    for what in ("edit", "propose", "discard"):
        assert client.get(url(what, draft.pk)).status_code in (403, 404)
        assert client.post(url(what, draft.pk), {}).status_code in (403, 404)
    assert Charter.objects.get(pk=draft.pk).revision == 1


@pytest.mark.parametrize("name", ["secretary", "reader", "other_secretary", "root"])
def test_reference_cases_are_open_to_all_staff(
    cast: Cast, sematech: Consortium, client: Client, name: str
) -> None:
    at(client, cast, name)
    phase = sematech.charters.get(code="founding")
    assert "United States" in text_of(client.get(url("change", phase.pk)))
    for page in ("compare", "phases", "consortium_fact_changelist"):
        assert client.get(reverse(f"admin:{page}")).status_code == 200
    assert client.get(url("edit", phase.pk)).status_code == 403


@pytest.mark.parametrize("name", ["technician", "nobody", "supervisor"])
def test_cases_are_not_for_those_without_a_desk(cast: Cast, client: Client, name: str) -> None:
    at(client, cast, name)
    for page in ("compare", "phases", "new-alliance"):
        assert client.get(reverse(f"admin:{page}")).status_code in (302, 403)


# writing


def test_a_draft_is_saved_from_the_form(cast: Cast, draft: Charter, client: Client) -> None:
    at(client, cast, "secretary")
    body = draft.document().stored()
    body["dues"]["levies"][0]["rule"][2]["at_most"]["const"] = "20000000"
    body["note"] = {"en": "Raised"}
    response = save(client, draft, body)
    assert response.url == url("change", draft.pk)
    page = text_of(client.get(response.url))
    assert "15,000,000" in page
    assert "20,000,000" in page
    assert Charter.objects.get(pk=draft.pk).remarks == {"note": {"en": "Raised"}}


def test_a_draft_is_saved_from_the_text(cast: Cast, draft: Charter, client: Client) -> None:
    at(client, cast, "secretary")
    text = write_toml(draft.document().body()).replace("15000000", "21000000")
    assert save(client, draft, None, mode="text", text=text).status_code == 302
    levy = Charter.objects.get(pk=draft.pk).rules("dues").levies[0]
    assert str(levy.rule[2].at_most.const) == "21000000"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('code = "second"\ntitle = {en = "x"', "does not read as TOML"),
        (
            'code = "second"\ntitle = {en = "x"}\nstarts_on = 2027-01-01\n[dues]\nfee = 1',
            "dues.fee",
        ),
        ('code = "first"\ntitle = {en = "x"}\nstarts_on = 2027-01-01', "choose another"),
        ('code = "second"\ntitle = {en = "x"}', "Say from which day"),
        ('code = "second"\ntitle = {en = "x"}\nstarts_on = 2001-01-01', "before the consortium"),
    ],
)
def test_what_is_wrong_in_a_text_is_said_and_the_text_kept(
    cast: Cast, draft: Charter, client: Client, text: str, said: str
) -> None:
    response = save(at(client, cast, "secretary"), draft, None, mode="text", text=text)
    page = text_of(response)
    assert response.status_code == 200
    assert said in page
    assert text.split("\n")[0].replace('"', "&quot;") in page
    assert Charter.objects.get(pk=draft.pk).revision == 1


def test_every_error_of_the_form_has_its_path(cast: Cast, draft: Charter, client: Client) -> None:
    body = draft.document().stored()
    body["dues"]["levies"][0]["rule"][2]["at_most"]["const"] = "5"
    body["governance"]["decides"]["adopt_charter"]["by"] = "senate"
    body["profile"] = {"legal_form": "club"}
    page = text_of(save(at(client, cast, "secretary"), draft, body))
    for path in (
        "profile.legal_form",
        "profile.stage",
        "governance.decides.adopt_charter.by",
        "dues.levies[0].rule[2].at_most",
    ):
        assert f'data-goto="{path}' in page
    assert "senate" in page
    garbage = save(client, draft, [])
    assert "did not arrive whole" in text_of(garbage)


def test_two_people_never_overwrite_each_other(cast: Cast, draft: Charter, client: Client) -> None:
    at(client, cast, "secretary")
    body = draft.document().stored()
    assert save(client, draft, body | {"title": {"en": "Mine"}}).status_code == 302
    late = save(client, draft, body | {"title": {"en": "Late words"}})
    page = text_of(late)
    assert "Somebody else changed the draft" in page
    assert "Late words" in page
    assert Charter.objects.get(pk=draft.pk).name_en == "Mine"


def test_form_and_text_turn_into_each_other(cast: Cast, draft: Charter, client: Client) -> None:
    at(client, cast, "secretary")
    body = draft.document().stored()
    found = client.post(url("convert", draft.pk), {"to": "text", "body": json.dumps(body)}).json()
    assert "starts_on = 2027-01-01" in found["text"]
    back = client.post(url("convert", draft.pk), {"to": "form", **found}).json()
    assert back["body"] == body
    broken = client.post(url("convert", draft.pk), {"to": "form", "text": "= 1"})
    assert broken.status_code == 422
    assert "does not read as TOML" in broken.json()["problems"][0]["sentence"]
    assert client.get(url("convert", draft.pk)).status_code == 403


# adopting


def test_a_draft_is_adopted_by_two(cast: Cast, draft: Charter, client: Client) -> None:
    at(client, cast, "secretary")
    scan = SimpleUploadedFile("minutes.pdf", PDF)
    assert propose(client, draft, scan=scan).status_code == 302
    page = text_of(client.get(url("change", draft.pk)))
    assert "Somebody else has to confirm it" in page
    assert url("confirm", draft.pk) not in page
    assert client.get(url("decision", draft.pk)).content == PDF
    at(client, cast, "finance")
    assert url("confirm", draft.pk) in text_of(client.get(url("change", draft.pk)))
    assert client.post(url("confirm", draft.pk)).status_code == 302
    adopted = Charter.objects.get(pk=draft.pk)
    assert (adopted.adopted_by, adopted.decided_by_body) == (cast.people["finance"], "board")
    before = Charter.objects.adopted().exclude(pk=draft.pk).get(consortium=cast.consortium)
    assert before.ends_on == STARTS
    assert client.get(url("edit", draft.pk)).status_code == 403


def test_one_person_alone_adopts_nothing(cast: Cast, draft: Charter, client: Client) -> None:
    at(client, cast, "root")
    assert client.post(url("confirm", draft.pk)).status_code == 403  # not proposed yet
    propose(client, draft)
    page = text_of(client.post(url("confirm", draft.pk)))
    assert "another person has to confirm it" in page
    assert Charter.objects.get(pk=draft.pk).is_draft


def test_the_second_person_is_the_one_the_charter_names(
    cast: Cast, draft: Charter, client: Client
) -> None:
    propose(at(client, cast, "secretary"), draft)
    page = text_of(at(client, cast, "auditor").post(url("confirm", draft.pk)))
    assert "This is confirmed by: Finance" in page
    assert Charter.objects.get(pk=draft.pk).is_draft


def test_a_refused_proposal_leaves_no_scan(cast: Cast, draft: Charter, client: Client) -> None:
    Charter.objects.filter(pk=draft.pk).update(starts_on=date(2026, 2, 1))
    at(client, cast, "secretary")
    page = text_of(propose(client, draft, scan=SimpleUploadedFile("minutes.pdf", PDF)))
    assert "The charter would start on" in page
    assert not Document.objects.exists()
    assert "is in the future" not in page
    body = text_of(propose(client, draft, body="senate"))
    assert "Select a valid choice" in body


def test_a_changed_draft_is_proposed_anew(cast: Cast, draft: Charter, client: Client) -> None:
    at(client, cast, "secretary")
    propose(client, draft)
    assert "takes the proposal back" in text_of(client.get(url("edit", draft.pk)))
    save(client, draft, draft.document().stored())
    assert Charter.objects.get(pk=draft.pk).proposed_by is None


def test_a_draft_is_begun_and_discarded(cast: Cast, client: Client) -> None:
    at(client, cast, "secretary")
    data = {"consortium_choice": cast.consortium.pk, "code": "new", "starts_on": "2027-01-01"}
    nameless = client.post(url("add"), data)
    assert "Give a title" in text_of(nameless)
    begun = client.post(url("add"), {**data, "name_en": "New"})
    draft = Charter.objects.get(code="new")
    assert begun.url == url("edit", draft.pk)
    again = client.post(url("add"), {**data, "name_en": "New"})
    assert "exists; choose another" in text_of(again)
    gone = client.post(url("discard", draft.pk))
    assert gone.url == url("changelist")
    assert not Charter.objects.filter(code="new").exists()


# cases as templates


def test_a_phase_becomes_a_draft_and_says_whom_it_would_exclude(
    cast: Cast, sematech: Consortium, client: Client
) -> None:
    at(client, cast, "secretary")
    phase = sematech.charters.get(code="founding")
    assert "Adopt this template" in text_of(client.get(url("change", phase.pk)))
    data = {"consortium_choice": cast.other.pk, "code": "like-1987", "starts_on": "2027-01-01"}
    assert "Select a valid choice" in text_of(client.post(url("clone", phase.pk), data))
    data["consortium_choice"] = cast.consortium.pk
    made = client.post(url("clone", phase.pk), data)
    draft = Charter.objects.get(code="like-1987")
    assert made.url == url("edit", draft.pk)
    payer = cast.members["payer"].organization
    payer.country = "CN"
    payer.save()
    page = text_of(client.get(url("change", draft.pk)))
    assert "Members come from United States; this organization is in China." in page


def test_readers_copy_nothing(cast: Cast, sematech: Consortium, client: Client) -> None:
    phase = sematech.charters.get(code="founding")
    page = at(client, cast, "reader").get(url("change", phase.pk))
    assert "Adopt this template" not in text_of(page)
    data = {"consortium_choice": cast.consortium.pk, "code": "x", "starts_on": "2027-01-01"}
    client.post(url("clone", phase.pk), data)
    assert not Charter.objects.filter(code="x").exists()


def test_an_administrator_founds_an_alliance_from_a_phase(
    cast: Cast, sematech: Consortium, client: Client
) -> None:
    page = reverse("admin:new-alliance")
    assert at(client, cast, "secretary").get(page).status_code == 403
    at(client, cast, "root")
    assert "template=sematech/founding" in text_of(client.get(page))
    assert client.get(f"{page}?template=sematech/none").status_code == 404
    page += "?template=sematech/founding"
    form = client.get(page)
    assert "sematech" in text_of(form).lower()
    data = {
        "slug": "new-alliance", "name_en": "New alliance", "currency": "CNY",
        "time_zone": "Asia/Shanghai", "language": "en", "starts_on": "2026-04-01",
        "fiscal_year_month": 1, "fiscal_year_day": 1, "legal_form": "contract",
        "stage": "pre_competitive", "structure": "horizontal", "initiator": "enterprise",
        "charter_code": "founding",
    }  # fmt: skip
    assert "is not a currency" in text_of(client.post(page, {**data, "currency": "XYZ"}))
    assert not Consortium.objects.filter(slug="new-alliance").exists()
    made = client.post(page, data)
    draft = Charter.objects.get(consortium__slug="new-alliance")
    assert made.url == url("edit", draft.pk)
    assert (draft.code, draft.starts_on) == ("founding", date(2026, 4, 1))


def test_the_year_without_a_charter_is_shown(
    cast: Cast, sematech: Consortium, client: Client
) -> None:
    page = text_of(at(client, cast, "reader").get(reverse("admin:phases")))
    assert "No charter recorded" in page
    assert "January 1, 1997 – December 31, 1997" in page


# comparing


def test_the_table_has_every_row_and_ones_own_consortium(
    cast: Cast, sematech: Consortium, client: Client
) -> None:
    at(client, cast, "secretary")
    page = reverse("admin:compare")
    text = text_of(client.get(page))
    for code, label in ROWS:
        assert f'id="{code}-sematech"' in text
        assert str(label) in text.replace("&#x27;", "'")
    assert 'id="goal-alliance"' not in text
    both = text_of(client.get(page + "?c=sematech&c=alliance&c=elsewhere"))
    assert 'id="goal-alliance"' in both
    assert "elsewhere" not in both
    assert "4 members today" in both


def test_the_table_is_taken_away_as_csv_and_json(
    cast: Cast, sematech: Consortium, client: Client
) -> None:
    at(client, cast, "reader")
    page = reverse("admin:compare") + "?c=sematech&as="
    response: Any = client.get(page + "csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    assert [row[0] for row in rows[1:]] == [str(label) for _code, label in ROWS]
    data = client.get(page + "json").json()
    assert [row["row"] for row in data["rows"]] == [code for code, _label in ROWS]
    said = {row["row"]: row["cells"][0]["passages"] for row in data["rows"]}
    assert said["country"][0]["basis"] == "Source paper"
    assert [each["phase"] for each in said["members"]] == [
        "Founding phase, 1987–1996",
        "International phase, 1998–",
    ]
    client.cookies["django_language"] = "zh-hans"
    assert client.get(page + "json").json()["rows"][0]["cells"][0]["passages"][0]["text"] == "美国"


def test_facts_are_found_filtered_and_shown_with_their_sources(
    cast: Cast, sematech: Consortium, client: Client
) -> None:
    load_facts(
        document=read_facts((CASES / "facts" / "general.toml").read_text()), by=None, on=TODAY
    )
    at(client, cast, "reader")
    page = reverse("admin:consortium_fact_changelist")
    money = text_of(client.get(page + "?case=sematech&row=money"))
    assert "Dues: 1% of semiconductor sales" in money
    assert "Fourteen founding members" not in money
    assert "Fourteen founding members" in text_of(client.get(page + "?q=founding members"))
    for query in ("?case=general", "?agreement=no", "?row=members"):
        assert client.get(page + query).status_code == 200
    fact = Fact.objects.get(code="sematech-founders")
    text = text_of(client.get(reverse("admin:consortium_fact_change", args=[fact.pk])))
    assert "nap.edu/openbook.php?record_id=5707&amp;page=86" in text
    fact = Fact.objects.get(code="sematech-captive-producers")
    assert "IBM" in text_of(client.get(reverse("admin:consortium_fact_change", args=[fact.pk])))
    member = sematech.members.get(organization__name_en="IBM")
    text = text_of(client.get(reverse("admin:consortium_member_change", args=[member.pk])))
    assert "How their production was valued no source says" in text
    page = reverse("admin:consortium_consortium_change", args=[sematech.pk])
    assert "No semiconductor sales of IBM" in text_of(client.get(page))
    points = reverse("admin:consortium_disagreement_changelist") + "?case=sematech&confidence=high"
    assert "850 million of 1.7 billion" in text_of(client.get(points))
