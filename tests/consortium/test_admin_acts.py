"""What staff do in the admin: every write is an operation, and its refusals are read."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consortium.admin.base import ConsortiumAdmin
from consortium.models import (
    Appointment,
    AuditEvent,
    Consortium,
    Control,
    Goal,
    Member,
    Organization,
    ParkedItem,
    Suspension,
    User,
)
from tests.cast import Cast
from tests.consortium.test_admin_pages import SCREENS, screens

USCC = "91350100M000100Y43"


def act(client: Client, name: str, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"admin:{name}", args=args), data)


@pytest.fixture
def secretary(cast: Cast, client: Client) -> Client:
    client.force_login(cast.people["secretary"])
    return client


@pytest.fixture
def root(cast: Cast, client: Client) -> Client:
    client.force_login(cast.people["root"])
    return client


def last_action() -> str:
    return AuditEvent.objects.order_by("-pk")[0].action


def test_an_organization_is_registered_once(cast: Cast, secretary: Client) -> None:
    data = {
        "consortium_choice": cast.consortium.pk,
        "name_zh": "江海机电",
        "kind": "enterprise",
        "country": "CN",
        "registration_number": USCC,
    }
    response = act(secretary, "consortium_organization_add", **data)
    organization = Organization.objects.get(registration_number=USCC)
    assert response.url.endswith(f"/{organization.pk}/change/")
    assert organization.registered_by == cast.consortium
    assert last_action() == "register_organization"
    again = act(secretary, "consortium_organization_add", **data)
    assert "is registered already" in again.content.decode()
    wrong = act(secretary, "consortium_organization_add", **{**data, "registration_number": "123"})
    assert "not a valid registration number" in wrong.content.decode()
    assert Organization.objects.filter(country="CN").count() == 1


def admitted(secretary: Client, consortium: Consortium) -> Member:
    organization = Organization.objects.create(
        name_en="Joiner Ltd", kind="enterprise", country="US", registered_by=consortium
    )
    response = act(
        secretary,
        "consortium_member_add",
        consortium_choice=consortium.pk,
        organization=organization.pk,
        category="member",
        starts_on="2026-01-01",
    )
    member = Member.objects.get(organization=organization)
    assert response.url.endswith(f"/{member.pk}/change/")
    return member


def suspended(secretary: Client, member: Member) -> Suspension:
    act(
        secretary,
        "consortium_member_suspend",
        member.pk,
        right="voting",
        cause="arrears",
        starts_on="2026-03-01",
    )
    return Suspension.objects.get(member=member)


def test_a_member_is_admitted_moved_suspended_reinstated_and_leaves(
    cast: Cast, secretary: Client
) -> None:
    member = admitted(secretary, cast.consortium)
    act(
        secretary,
        "consortium_member_category",
        member.pk,
        category="associate",
        from_on="2026-07-01",
    )
    assert [str(t.category) for t in member.terms.order_by("starts_on")] == ["member", "associate"]
    suspension = suspended(secretary, member)
    act(
        secretary,
        "consortium_member_reinstate",
        member.pk,
        suspension=suspension.pk,
        from_on="2026-04-01",
    )
    suspension.refresh_from_db()
    assert suspension.ends_on == date(2026, 4, 1)
    given = {"left": "agreement", "ends_on": "2027-01-01"}
    shown = act(secretary, "consortium_member_end", member.pk, **given)
    given["seen"] = shown.context["form"].data["seen"]
    act(secretary, "consortium_member_end", member.pk, **given)
    assert member.terms.get(category="associate").ends_on == date(2027, 1, 1)
    assert last_action() == "end_membership"


def test_a_refusal_is_read_above_the_form_and_nothing_is_written(
    cast: Cast, secretary: Client
) -> None:
    member = cast.members["payer"]
    before = AuditEvent.objects.count()
    response = act(
        secretary,
        "consortium_member_add",
        consortium_choice=cast.consortium.pk,
        organization=member.organization_id,
        category="member",
        starts_on="2025-06-01",
    )
    assert response.status_code == 200
    assert "is a member already" in response.content.decode()
    assert (member.terms.count(), AuditEvent.objects.count()) == (1, before)


def test_a_secretary_cannot_work_in_another_consortium(cast: Cast, secretary: Client) -> None:
    outsider = cast.members["outsider"]
    response = act(
        secretary,
        "consortium_member_add",
        consortium_choice=cast.other.pk,
        organization=cast.members["payer"].organization_id,
        category="member",
        starts_on="2026-01-01",
    )
    assert response.status_code == 200
    assert not Member.objects.filter(
        consortium=cast.other, organization=cast.members["payer"].organization
    )
    data = {"ends_on": "2027-01-01"}
    assert act(secretary, "consortium_member_end", outsider.pk, **data).status_code == 404


@pytest.mark.parametrize("name", ["finance", "auditor", "reader"])
def test_acts_of_the_secretary_are_closed_to_other_staff(
    cast: Cast, client: Client, name: str
) -> None:
    client.force_login(cast.people[name])
    member = cast.members["payer"]
    closed = [
        ("consortium_member_add", ()),
        ("consortium_organization_add", ()),
        ("consortium_appointment_add", ()),
        ("consortium_goal_add", ()),
        ("consortium_user_add", ()),
        ("consortium_consortium_add", ()),
        ("consortium_member_end", (member.pk,)),
        ("consortium_member_suspend", (member.pk,)),
        ("consortium_consortium_amend", (cast.consortium.pk,)),
        ("consortium_consortium_release-outbound", (cast.consortium.pk,)),
    ]
    for view, args in closed:
        assert act(client, view, *args).status_code == 403, view
    page = client.get(reverse("admin:consortium_member_change", args=[member.pk]))
    assert "End membership" not in page.content.decode()


def test_appointing_needs_the_exact_name_and_lists_nobody(cast: Cast, secretary: Client) -> None:
    data = {
        "consortium_choice": cast.consortium.pk,
        "person": "nobody@example.org",
        "role": "finance",
        "starts_on": "2026-03-02",
    }
    form = secretary.get(reverse("admin:consortium_appointment_add")).content.decode()
    assert "other_secretary" not in form
    act(secretary, "consortium_appointment_add", **data)
    appointment = Appointment.objects.get(user=cast.people["nobody"])
    assert appointment.role == "finance"
    assert cast.people["nobody"].__class__.objects.get(username="nobody").is_staff
    unknown = act(secretary, "consortium_appointment_add", **{**data, "person": "ghost"})
    assert "was not found" in unknown.content.decode()
    foreign = act(
        secretary,
        "consortium_appointment_add",
        **{**data, "role": "signatory", "organization": cast.members["outsider"].organization_id},
    )
    assert foreign.status_code == 200
    act(secretary, "consortium_appointment_end", appointment.pk, ends_on="2026-04-01")
    appointment.refresh_from_db()
    assert appointment.ends_on == date(2026, 4, 1)


def test_outbound_mail_is_released_and_held(cast: Cast, secretary: Client) -> None:
    pk = cast.consortium.pk
    act(secretary, "consortium_consortium_release-outbound", pk)
    assert not Consortium.objects.get(pk=pk).outbound_held
    act(secretary, "consortium_consortium_hold-outbound", pk)
    assert Consortium.objects.get(pk=pk).outbound_held


def test_a_consortium_is_amended_only_where_it_may(cast: Cast, secretary: Client) -> None:
    pk = cast.consortium.pk
    page = reverse("admin:consortium_consortium_amend", args=[pk])
    assert secretary.get(page).status_code == 200
    secretary.post(page, {"name_en": "Renamed", "name_zh": "", "language": "en", "currency": "JPY"})
    consortium = Consortium.objects.get(pk=pk)
    assert (consortium.name_en, consortium.currency) == ("Renamed", "USD")
    nameless = secretary.post(page, {"name_en": "", "name_zh": "", "language": "en"})
    assert "Give a name" in nameless.content.decode()


def test_goals_are_set_and_reached(cast: Cast, secretary: Client) -> None:
    act(
        secretary,
        "consortium_goal_add",
        consortium_choice=cast.consortium.pk,
        text_en="Ship",
        set_on="2026-01-01",
        due_on="2026-12-31",
    )
    goal = Goal.objects.get(text_en="Ship")
    act(secretary, "consortium_goal_reach", goal.pk, reached_on="2026-03-01")
    goal.refresh_from_db()
    assert goal.reached_on == date(2026, 3, 1)


def test_controls_are_recorded_in_per_cent_and_ended(cast: Cast, secretary: Client) -> None:
    payer, rival = cast.members["payer"].organization, cast.members["rival"].organization
    data = {
        "consortium_choice": cast.consortium.pk,
        "organization": payer.pk,
        "controller": rival.pk,
        "percentage": "51",
        "starts_on": "2026-01-01",
    }
    act(secretary, "consortium_control_add", **data)
    control = Control.objects.get()
    assert f"{control.share:f}" == "0.510000"
    circle = act(
        secretary,
        "consortium_control_add",
        **{**data, "organization": rival.pk, "controller": payer.pk},
    )
    assert "would control itself" in circle.content.decode()
    act(
        secretary,
        "consortium_control_end",
        control.pk,
        consortium_choice=cast.consortium.pk,
        ends_on="2026-06-01",
    )
    control.refresh_from_db()
    assert control.ends_on == date(2026, 6, 1)


def test_a_parked_item_is_tried_again(cast: Cast, secretary: Client) -> None:
    item = ParkedItem.objects.create(
        consortium=cast.consortium,
        sweep="assess_rounds",
        key="dues",
        attempts=5,
        reason="unexpected",
        values={"error": "KeyError"},
        since=cast.today,
    )
    page = secretary.get(reverse("admin:consortium_parkeditem_change", args=[item.pk]))
    assert "the log has the details" in page.content.decode()
    response = act(secretary, "consortium_parkeditem_retry", item.pk)
    assert response.url == reverse("admin:consortium_parkeditem_changelist")
    assert not ParkedItem.objects.exists()


def test_an_administrator_opens_and_closes_accounts(cast: Cast, root: Client) -> None:
    data = {"username": "lin", "full_name": "林文", "email": "lin@example.org"}
    weak = act(root, "consortium_user_add", **data, password="12345")
    assert "too short" in weak.content.decode()
    act(root, "consortium_user_add", **data, password="a rather long one 7")
    user = User.objects.get(username="lin")
    assert user.check_password("a rather long one 7")
    assert not user.is_staff
    taken = act(root, "consortium_user_add", **{**data, "username": "LIN"})
    assert "is taken" in taken.content.decode()
    act(root, "consortium_user_amend", user.pk, full_name="Lin", email="lin@example.org")
    user.refresh_from_db()
    assert (user.name, user.is_active) == ("Lin", False)


def test_an_administrator_founds_a_consortium(cast: Cast, root: Client) -> None:
    data = {
        "slug": "third",
        "name_en": "Third",
        "starts_on": "2026-03-01",
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
        "language": "zh-hans",
        "legal_form": "contract",
        "stage": "key_technology",
        "structure": "vertical",
        "initiator": "enterprise",
        "fiscal_year_month": "1",
        "fiscal_year_day": "1",
    }
    wrong = act(root, "consortium_consortium_add", **{**data, "currency": "XYZ"})
    assert "is not a currency" in wrong.content.decode()
    act(root, "consortium_consortium_add", **data)
    assert Consortium.objects.get(slug="third").outbound_held
    assert root.get("/admin/?consortium=third").status_code == 200


def test_reference_cases_are_read_only_for_everyone(cast: Cast, root: Client) -> None:
    Consortium.objects.filter(pk=cast.other.pk).update(is_reference=True)
    member = cast.members["outsider"]
    page = root.get(reverse("admin:consortium_member_change", args=[member.pk]))
    assert page.status_code == 200
    assert "End membership" not in page.content.decode()
    response = act(root, "consortium_member_end", member.pk, ends_on="2027-01-01")
    assert response.status_code == 403


def test_every_act_page_opens_or_refuses_but_never_fails(cast: Cast, root: Client) -> None:
    for label, screen in screens().items():
        assert isinstance(screen, ConsortiumAdmin)
        if screen.adds is not None:
            page = reverse(f"admin:{label.replace('.', '_')}_add")
            assert root.get(page).status_code == 200
            assert root.post(page, {}).status_code == 200
        row = screen.model._default_manager.first()
        for each in screen.acts if row else ():
            page = reverse(f"admin:{label.replace('.', '_')}_{each.name}", args=[row.pk])
            assert root.get(page).status_code in (200, 403)
    assert SCREENS
