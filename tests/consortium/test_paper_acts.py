"""Acts of members entered from paper: kept with the act, read by whom they concern."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from consortium.access import operations
from consortium.errors import DomainError
from consortium.models import AuditEvent, Document, PaperAct
from consortium.operations.members import suspend
from consortium.operations.paper import Letter, keep_paper
from consortium.states import MEMBER_ROLES, Role
from projects.models import Competitor
from projects.operations.competitors import declare_competitor
from tests.cast import TODAY, Cast, appointed

PDF = b"%PDF-1.4\n%%EOF\n"
BASE = "/api/v1/acts-on-paper/"


@pytest.fixture
def staff(cast: Cast) -> Any:
    return appointed("projector", cast.consortium, Role.PROJECTS)


def scan(content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("signed.pdf", content, "application/pdf")


def form(cast: Cast, **changes: Any) -> dict[str, Any]:
    """Return what staff fill in when a member's letter names a competitor."""
    return {
        "member": cast.members["payer"].pk,
        "organization": cast.members["rival"].organization.pk,
        "starts_on": "2026-03-01",
        "paper_act_signatory": " Ms Li ",
        "paper_act_day": "2026-02-27",
        "paper_act_scan": scan(),
        **changes,
    }


def at_desk(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def declared(cast: Cast, by: Any) -> Competitor:
    return declare_competitor(
        member=cast.members["payer"], organization=cast.members["rival"].organization,
        starts_on=TODAY, by=by, on=TODAY,
    )  # fmt: skip


def test_a_letter_is_kept_with_the_act(cast: Cast, staff: Any) -> None:
    desk = at_desk(staff)
    add = reverse("admin:projects_competitor_add")
    assert "On paper, signed by" in desk.get(add).content.decode()
    assert desk.post(add, form(cast)).status_code == 302
    row, act = Competitor.objects.get(), PaperAct.objects.get()
    assert (act.organization, act.signatory, act.paper_on, act.operation) == (
        cast.members["payer"].organization, "Ms Li", date(2026, 2, 27),
        "projects.declare_competitor",
    )  # fmt: skip
    assert (act.entered_by, act.event.action) == (staff, "declare_competitor")
    assert act.event.subject == f"projects.competitor:{row.uid}"
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.by) == ("keep_paper", staff)
    assert act.document is not None
    assert event.facts == {"event": act.event.number, "sha256": act.document.sha256}
    page = desk.get(reverse("admin:projects_competitor_change", args=[row.pk])).content.decode()
    assert "Entered from paper" in page
    assert "Ms Li" in page
    file = reverse("admin:consortium_paperact_file", args=[act.pk])
    assert b"".join(desk.get(file).streaming_content) == PDF  # type: ignore[attr-defined]
    assert at_desk(cast.people["other_secretary"]).get(file).status_code == 404


def test_without_a_paper_it_is_the_staffs_own(cast: Cast, staff: Any) -> None:
    empty = {"paper_act_signatory": "", "paper_act_day": "", "paper_act_scan": ""}
    add = reverse("admin:projects_competitor_add")
    assert at_desk(staff).post(add, form(cast, **empty)).status_code == 302
    assert Competitor.objects.exists()
    assert not PaperAct.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"paper_act_signatory": ""}, "who signed it"),
        ({"paper_act_day": ""}, "who signed it"),
        ({"paper_act_day": "2026-03-03"}, "today at the latest"),
        ({"paper_act_scan": scan(b"MZ")}, "none of"),
    ],
)
def test_half_a_paper_leaves_nothing(
    cast: Cast, staff: Any, changes: dict[str, Any], said: str
) -> None:
    add = reverse("admin:projects_competitor_add")
    refused = at_desk(staff).post(add, form(cast, **changes))
    assert refused.status_code == 200
    assert said in refused.content.decode()
    for model in (Competitor, PaperAct, Document):
        assert not model._default_manager.exists()


def test_whose_act_it_is_has_to_be_said(cast: Cast, staff: Any) -> None:
    row = declared(cast, None)
    end = reverse("admin:projects_competitor_end", args=[row.pk])
    said = {"ends_on": "2026-06-01", "paper_act_signatory": "Ms Li", "paper_act_day": "2026-02-27"}
    desk = at_desk(staff)
    assert "Say on whose behalf" in desk.post(end, said).content.decode()
    whose = cast.members["payer"].organization
    assert desk.post(end, {**said, "paper_act_from": whose.pk}).status_code == 302
    assert PaperAct.objects.get().organization == whose


def test_over_rest(cast: Cast, staff: Any, api: Any) -> None:
    row, whose = declared(cast, staff), cast.members["payer"].organization
    said = {
        "consortium": "alliance", "operation": "projects.declare_competitor",
        "about": str(row.uid), "organization": str(whose.uid), "signatory": "Ms Li",
        "paper_on": "2026-02-27",
    }  # fmt: skip
    client = api(staff)
    made = client.post(BASE, {**said, "scan": scan()}, format="multipart")
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["about"], told["signatory"], told["scanned"]) == (str(row.uid), "Ms Li", True)
    again = client.post(BASE, said)
    assert (again.status_code, again.json()["code"]) == (409, "already_on_paper")
    # Only what one has entered oneself is found; another's is as absent as what is not there.
    other = api(appointed("second", cast.consortium, Role.PROJECTS)).post(BASE, said)
    assert (other.status_code, other.json()["errors"][0]["path"]) == (400, "about")
    file = f"{BASE}{told['uid']}/file/"
    for who, status in (("payer", 200), ("auditor", 200), ("rival", 404), ("secretary", 404),
                        ("technician", 404), ("outsider", 404)):  # fmt: skip
        read = api(cast.people[who]).get(file, headers={"Accept": "*/*"})
        assert read.status_code == status, who
        assert status != 200 or b"".join(read.streaming_content) == PDF
        listed = api(cast.people[who]).get(BASE).json()["results"]
        assert bool(listed) == (status == 200), who


def test_what_is_refused(cast: Cast, staff: Any) -> None:
    row = declared(cast, staff)
    event = AuditEvent.objects.get(subject=f"projects.competitor:{row.uid}")
    letter = Letter(signatory="Ms Li", paper_on=TODAY)
    given = {
        "consortium": cast.consortium, "code": "projects.declare_competitor", "event": event,
        "organization": cast.members["payer"].organization, "letter": letter, "by": staff,
        "on": TODAY,
    }  # fmt: skip
    own = suspend(member=cast.members["payer"], right="voting", cause="c", starts_on=TODAY,
                  by=cast.people["secretary"], on=TODAY)  # fmt: skip
    others = AuditEvent.objects.get(subject=f"consortium.suspension:{own.uid}")
    for change, code in (
        ({"code": "consortium.suspend"}, "not_on_behalf"),
        ({"event": others}, "act_of_another"),
        ({"letter": Letter(signatory=" ", paper_on=TODAY)}, "paper_act_incomplete"),
    ):
        with pytest.raises(DomainError) as refused:
            keep_paper(**{**given, **change})  # type: ignore[arg-type]
        assert refused.value.code == code


ONLINE = {
    "funding.declare": "funding.enter_declaration",
    "funding.request_waiver": "funding.propose_concession",
    "ip.answer_notice": "ip.enter_answer",
    "ip.apply_for_licence": "ip.enter_application",
    "ip.consent_to_licence": "ip.enter_consent",
    "ip.disclose": "ip.enter_disclosure",
    "ip.give_notice": "ip.enter_notice",
    "ip.instruct": "ip.enter_instruction",
    "ip.state_royalty": "ip.enter_royalty",
    "projects.sign": "projects.sign_on_paper",
    "projects.start_proposal": "projects.enter_proposal",
    "projects.submit": "projects.enter_proposal",
    "projects.withdraw": "projects.withdraw_on_paper",
}
"""What a member does itself, and by which operation staff enter it."""

WHOLE = {"projects.attach", "projects.detach", "projects.revise", "projects.write_draft"}
"""Work on a draft, which on paper comes as the whole proposal."""


def test_every_act_of_a_member_has_its_paper_route() -> None:
    """Either staff run it too, and keep its paper, or they have an operation of their own."""
    reverse("admin:index")  # which knows every operation
    without = {
        each.code
        for each in operations.values()
        if each.allow & MEMBER_ROLES and not each.allow - MEMBER_ROLES
    }
    assert without == ONLINE.keys() | WHOLE
    for code in ONLINE.values():
        assert operations[code].allow
        assert not operations[code].allow & MEMBER_ROLES
