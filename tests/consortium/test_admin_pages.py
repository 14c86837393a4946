"""Every screen of the admin × everybody: who gets in, and that no figure slips out."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from consortium.admin.base import ConsortiumAdmin
from tests.cast import NOW, SALES, Cast, build, canaries
from tests.factories.lateness import late_some
from tests.factories.licensing import license_some
from tests.factories.owning import own_some
from tests.factories.patents import patents
from tests.factories.reporting import report_some
from tests.factories.rights import rights_of
from tests.snapshot import built_once

STAFF = ("secretary", "finance", "auditor", "reader", "other_secretary", "root")
OUTSIDE = ("payer", "technician", "nobody", "accountant", "supervisor")
EVERYBODY_AT_THE_DESK = {"secretary", "finance", "auditor", "reader", "other_secretary", "root"}
SCREENS = {
    "consortium.consortium": EVERYBODY_AT_THE_DESK,
    "consortium.goal": EVERYBODY_AT_THE_DESK,
    "consortium.organization": EVERYBODY_AT_THE_DESK,
    "consortium.member": EVERYBODY_AT_THE_DESK,
    "consortium.paperact": EVERYBODY_AT_THE_DESK,
    "consortium.seat": EVERYBODY_AT_THE_DESK,
    "consortium.appointment": EVERYBODY_AT_THE_DESK,
    "consortium.charter": EVERYBODY_AT_THE_DESK,
    "consortium.fact": EVERYBODY_AT_THE_DESK,
    "consortium.disagreement": EVERYBODY_AT_THE_DESK,
    "consortium.notice": EVERYBODY_AT_THE_DESK,
    "consortium.control": {"secretary", "auditor", "other_secretary", "root"},
    "consortium.auditevent": {"secretary", "auditor", "other_secretary", "root"},
    "consortium.parkeditem": {"secretary", "finance", "auditor", "other_secretary", "root"},
    "consortium.user": {"root"},
    "consortium.report": EVERYBODY_AT_THE_DESK,
    "consortium.reportschedule": {"secretary", "finance", "auditor", "other_secretary", "root"},
    "funding.round": EVERYBODY_AT_THE_DESK,
    "funding.declaration": EVERYBODY_AT_THE_DESK,
    "consortium.cessation": {"secretary", "auditor", "other_secretary", "root"},
    "funding.assessment": EVERYBODY_AT_THE_DESK,
    "funding.charge": EVERYBODY_AT_THE_DESK,
    "funding.creditnote": EVERYBODY_AT_THE_DESK,
    "funding.exchangerate": EVERYBODY_AT_THE_DESK,
    "funding.referencerate": EVERYBODY_AT_THE_DESK,
    "funding.figureview": {"auditor", "root"},
    "funding.concession": {"secretary", "finance", "auditor", "other_secretary", "root"},
    "funding.paymentplan": {"secretary", "finance", "auditor", "other_secretary", "root"},
    "funding.duesrun": {"secretary", "finance", "auditor", "other_secretary", "root"},
    "funding.account": {"finance", "auditor", "root"},
    "funding.transfer": {"finance", "auditor", "root"},
    "funding.dunningstep": {"finance", "auditor", "root"},
    "funding.dunningblock": {"finance", "auditor", "root"},
    "funding.exitproposal": {"secretary", "finance", "auditor", "other_secretary", "root"},
    "funding.yearclose": {"secretary", "finance", "auditor", "other_secretary", "root"},
    "funding.surplusreturn": {"secretary", "finance", "auditor", "other_secretary", "root"},
    "funding.cutover": {"secretary", "finance", "auditor", "other_secretary", "root"},
    "funding.payment": {"finance", "auditor", "root"},
    "funding.bankstatement": {"finance", "auditor", "root"},
    "funding.statementlayout": {"finance", "auditor", "root"},
    "funding.payeralias": {"finance", "auditor", "root"},
    "funding.paymentnotice": {"finance", "auditor", "root"},
    "funding.voucher": {"finance", "auditor", "root"},
    "projects.call": {"secretary", "auditor", "other_secretary", "root"},
    "projects.question": {"secretary", "auditor", "other_secretary", "root"},
    "projects.proposal": {"secretary", "auditor", "other_secretary", "root"},
    **{
        f"projects.{name}": {"secretary", "auditor", "other_secretary", "root"}
        for name in (
            "project", "plan", "milestone", "deliverable", "progressreport", "risk", "secondment",
            "reviewassignment", "consensus", "decision", "competitor",
        )
    },
    "projects.facility": EVERYBODY_AT_THE_DESK,
    **{
        f"ip.{name}": {"secretary", "auditor", "other_secretary", "root"}
        for name in (
            "background", "corebusiness", "result", "shareoffer",
            "patentfamily", "patentapplication", "instruction",
            "exclusivitychange", "accessrequest", "licenceoffer", "publicationnotice",
        )
    },
    "funding.fundinginstrument": {"secretary", "finance", "auditor", "other_secretary", "root"},
    "ip.patentfee": {"secretary", "finance", "auditor", "other_secretary", "root"},
    "ip.licenceapplication": {"secretary", "auditor", "other_secretary", "root"},
    **{
        f"ip.{name}": {"secretary", "finance", "auditor", "other_secretary", "root"}
        for name in ("licence",)
    },
    **{
        f"ip.{name}": {"finance", "auditor", "root"}
        for name in ("royaltystatement", "licencecharge")
    },
}  # fmt: skip
"""Who may open which list; the rows in it are decided by `visible_to`."""

SEES = {
    "finance": {"payer", "partner", "rival"},
    "auditor": {"payer", "partner", "rival"},
    "root": set(SALES),
}
"""Whose figures staff may read; nobody else's may appear on any page of theirs."""


@built_once
def filled() -> Cast:
    """Everybody, with what late payment leaves behind, and results of two of them."""
    cast = build()
    late_some(cast, *SALES)
    own_some(cast, "payer", "outsider")
    patents(cast, "payer", "rival")
    rights_of(cast, *SALES)
    license_some(cast, "payer", "outsider")
    report_some(cast)
    return cast


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield filled()


def screens() -> dict[str, ConsortiumAdmin]:
    found = admin.site._registry.items()
    return {m._meta.label_lower: s for m, s in found if isinstance(s, ConsortiumAdmin)}


def at(client: Client, cast: Cast, name: str) -> Client:
    client.force_login(cast.people[name])
    return client


def url(label: str, what: str, *args: Any) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{what}", args=args)


def texts_hidden_from(name: str) -> list[str]:
    return [text for m in set(SALES) - SEES.get(name, set()) for text in canaries(m)]


def test_every_screen_of_ours_is_in_the_matrix() -> None:
    assert set(screens()) == set(SCREENS)


@pytest.mark.parametrize("name", STAFF)
def test_staff_open_the_lists_of_their_roles(cast: Cast, client: Client, name: str) -> None:
    at(client, cast, name)
    found = {label for label in SCREENS if client.get(url(label, "changelist")).status_code == 200}
    assert found == {label for label, who in SCREENS.items() if name in who}


@pytest.mark.parametrize("name", OUTSIDE)
def test_people_without_a_desk_role_are_told_so(cast: Cast, client: Client, name: str) -> None:
    at(client, cast, name)
    for label in SCREENS:
        assert client.get(url(label, "changelist")).status_code == 302
    door = client.get("/admin/", follow=True)
    assert door.status_code == 403
    assert "not open to you" in door.content.decode()


def test_nobody_gets_in_without_logging_in(cast: Cast, client: Client) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/")


@pytest.mark.parametrize("name", STAFF)
def test_rows_of_others_are_404_and_no_page_shows_a_hidden_figure(
    cast: Cast, client: Client, name: str
) -> None:
    at(client, cast, name)
    hidden = texts_hidden_from(name)
    user, today = cast.people[name], cast.today
    for label, screen in screens().items():
        model: Any = screen.model
        may_open = name in SCREENS[label]
        seen = set()
        if may_open:
            rows = model.objects.all()
            if label != "consortium.user":
                rows = model.objects.visible_to(user, today)
            seen = set(rows.values_list("pk", flat=True))
        pages = [url(label, "changelist")]
        for row in model.objects.all():
            page = url(label, "change", row.pk)
            expected = 403 if not may_open else 200 if row.pk in seen else 404
            response = client.get(page)
            assert response.status_code == expected, page
            check_hidden(response, hidden, page)
        for page in pages:
            check_hidden(client.get(page), hidden, page)
    check_hidden(client.get("/admin/"), hidden, "the desk")


def check_hidden(response: Any, hidden: list[str], page: str) -> None:
    text = response.content.decode()
    assert not [each for each in hidden if each in text], page


@pytest.mark.parametrize("name", ["secretary", "finance", "root"])
def test_nothing_can_be_deleted_or_edited_in_place(cast: Cast, client: Client, name: str) -> None:
    at(client, cast, name)
    for label, screen in screens().items():
        if name not in SCREENS[label]:
            continue
        model: Any = screen.model
        row = model.objects.first()
        if row is None:
            continue
        assert client.post(url(label, "delete", row.pk), {"post": "yes"}).status_code in (403, 404)
        assert client.post(url(label, "change", row.pk), {"name": "x"}).status_code in (403, 404)
        response = client.post(
            url(label, "changelist"),
            {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
        )
        assert response.status_code in (200, 302, 403)
        assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("label", sorted(SCREENS))
def test_lists_take_as_many_queries_for_many_rows_as_for_few(
    cast: Cast, client: Client, label: str, django_assert_max_num_queries: Any
) -> None:
    at(client, cast, "root")
    page = url(label, "changelist")
    client.get(page)
    with django_assert_max_num_queries(40) as all_rows:
        client.get(page)
    screen = screens()[label]
    per_page, screen.list_per_page = screen.list_per_page, 1
    try:
        with django_assert_max_num_queries(40) as one_row:
            client.get(page)
    finally:
        screen.list_per_page = per_page
    assert reads(all_rows) <= reads(one_row)


def reads(queries: Any) -> int:
    """Return how many queries read; a look at figures is noted once per consortium besides."""
    return sum(1 for each in queries if not each["sql"].startswith("INSERT"))


def test_filters_are_an_allow_list(cast: Cast, client: Client) -> None:
    at(client, cast, "secretary")
    for query in (
        "?member__accounts__debits__amount__gte=1000",
        "?organization__members__declarations__figures__value__gte=1",
        "?consortium__funds_account__startswith=1",
    ):
        response = client.get(url("consortium.member", "changelist") + query)
        assert response.status_code in (302, 400)


def test_filters_offer_only_what_one_may_see(cast: Cast, client: Client) -> None:
    at(client, cast, "secretary")
    text = client.get(url("consortium.appointment", "changelist")).content.decode()
    assert "The alliance" in text
    assert "The elsewhere" not in text


def test_choices_found_by_typing_are_scoped(cast: Cast, client: Client) -> None:
    at(client, cast, "secretary")
    query = {"app_label": "consortium", "model_name": "member", "field_name": "organization"}
    found = client.get("/admin/autocomplete/", {**query, "term": "Ltd"}).json()
    names = {each["text"] for each in found["results"]}
    assert "Payer Ltd" in names
    assert "Outsider Ltd" not in names
