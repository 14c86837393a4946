"""Who may be licensed what: classes, owners' consent, bodies, licences in the way, and ends."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from consortium.errors import DomainError
from consortium.models import AuditEvent, Notice
from consortium.operations.appointments import appoint, end_appointment
from consortium.operations.notices import appointed
from consortium.states import Role
from funding.models import Charge
from ip.models import LicenceApplication, LicenceCharge, LicenceOffer, LicenceWatch, Result
from ip.operations.applying import (
    answer_application,
    refuse_application,
    withdraw_application,
    write_entry,
)
from ip.operations.earning import reach_milestone
from ip.operations.granting import end_licence
from ip.operations.licence_sweep import next_licences, tell_licences
from ip.operations.licensing import consent_to_licence
from ip.operations.offering import Proffer, offer_licence
from ip.operations.royalties import request_audit
from ip.reports.licences import licences_of
from ip.rules.choices import LicenceKind, Party, Terms, Use
from ip.rules.facts import Licensed
from ip.states import Closing, LicenceEnds, Side
from tests.factories.licences import EVE, GRANTED, OPENED, STATED, Licensing, licensing

DAY = timedelta(days=1)


@pytest.fixture
def late(db: None) -> Licensing:
    return licensing()


def code_of(call: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refused:
        call(*args, **given)
    return refused.value.code


def test_a_company_is_refused_before_the_opening_day_with_the_clause(late: Licensing) -> None:
    with pytest.raises(DomainError) as refused:
        late.apply(on=EVE)
    assert (refused.value.code, refused.value.values["until"], refused.value.values["clause"]) == (
        "licence_kept_out", OPENED, "Late phase, 4",
    )  # fmt: skip
    assert late.apply(on=OPENED).number == "LA-2028-0001"
    french = late.outsider("Française", "FR")
    assert code_of(late.apply, french) == "licence_not_opened"
    assert code_of(late.enter, french) == "licence_not_opened"


def test_a_member_applies_at_any_time_and_a_barred_class_never(db: None) -> None:
    late = licensing(licensing={"barred": ["domestic"]})
    gamma = late.here.members["gamma"].organization
    assert late.apply(gamma, on=EVE).applicant == gamma
    assert code_of(late.apply) == "licence_class_barred"
    assert code_of(late.apply, gamma, uses={Use.TRANSFER}) == "licence_uses_wrong"
    assert code_of(late.apply, gamma, on=date(2026, 6, 1)) == "licence_applied_outside"


def test_what_is_said_stands_in_the_log_until_the_application_is_closed(late: Licensing) -> None:
    application, people = late.apply(), late.people
    write_entry(application=application, text="Please", by=people["western"], on=GRANTED)
    answer_application(
        share=late.share("beta"), application=application, text="5%", by=people["beta"], on=GRANTED
    )
    write_entry(application=application, text="Noted", by=people["ip"], on=GRANTED)
    assert list(application.entries.order_by("pk").values_list("side", "text")) == [
        (Side.APPLICANT, "Please"), (Side.OWNER, "5%"), (Side.STAFF, "Noted"),
    ]  # fmt: skip
    assert code_of(
        refuse_application, application=application, reason=" ", by=None, on=GRANTED
    ) == ("licence_nothing_said")
    refuse_application(application=application, reason="Too far", by=None, on=GRANTED)
    for call in (withdraw_application, late.propose):
        given = {"application": application}
        if call is withdraw_application:
            given |= {"by": None, "on": GRANTED}
        assert code_of(call, **given) == "licence_application_closed"
    told = Notice.objects.filter(code="licence_application_ended", recipient=people["western"])
    assert told.count() == 1


def test_one_owner_licenses_alone_where_the_charter_lets_it(late: Licensing) -> None:
    licence = late.propose()
    assert code_of(late.grant, licence) == "co_owners_consent_missing"
    late.agree(licence, "beta")
    granted = late.grant(licence)
    assert (granted.granted_on, granted.application.refresh_from_db()) == (GRANTED, None)
    assert granted.application.closing == Closing.GRANTED
    assert Charge.objects.get().amount == Decimal(100000)
    assert code_of(late.grant, granted) == "licence_already_granted"


def test_who_applied_or_speaks_or_wrote_for_the_licensee_does_not_grant(late: Licensing) -> None:
    secretary, consortium = late.people["secretary"], late.here.consortium
    applied = late.agree(late.propose(late.enter(late.western)), "alpha")
    LicenceApplication.objects.filter(pk=applied.application_id).update(recorded_by=secretary)
    assert code_of(late.grant, applied) == "licence_applicant_grants"
    LicenceApplication.objects.filter(pk=applied.application_id).update(recorded_by=None)
    contact = appoint(
        consortium=consortium, user=secretary, role=Role.SIGNATORY, starts_on=OPENED,
        organization=late.western, by=None, on=OPENED,
    )  # fmt: skip
    assert code_of(late.grant, applied) == "licence_applicant_grants"
    entry = write_entry(application=applied.application, text="5%?", by=secretary, on=GRANTED)
    assert entry.side == Side.APPLICANT
    end_appointment(appointment=contact, ends_on=GRANTED, by=None, on=GRANTED)
    assert code_of(late.grant, applied) == "licence_applicant_grants"
    other = late.grant(late.agree(late.propose(late.apply(late.outsider("Other", "US"))), "alpha"))
    assert other.granted_by == secretary


def test_who_proposed_does_not_grant_and_a_stranger_does_not_consent(late: Licensing) -> None:
    licence = late.agree(late.propose(), "alpha")
    licence.proposed_by = late.people["secretary"]
    licence.save()
    assert code_of(late.grant, licence) == "licence_same_person"
    elsewhere = licensing("elsewhere").share("alpha")
    assert code_of(consent_to_licence, share=elsewhere, licence=licence, by=None, on=GRANTED) == (
        "share_not_owned"
    )


@pytest.mark.parametrize("consent", ["all", "notice"])
def test_the_charter_may_ask_all_co_owners_or_have_them_told(db: None, consent: str) -> None:
    days = {"notice_days": 30} if consent == "notice" else {}
    late = licensing(co_ownership={"license": consent, **days})
    licence = late.agree(late.propose(), "alpha")
    if consent == "all":
        assert code_of(late.grant, licence) == "co_owners_consent_missing"
        assert late.grant(late.agree(licence, "beta")).granted_on == GRANTED
        return
    assert code_of(late.grant, licence) == "co_owners_notice_missing"
    told = {"notified_on": GRANTED - 29 * DAY}
    assert code_of(late.grant, licence, **told) == "co_owners_notice_missing"
    assert late.grant(licence, notified_on=GRANTED - 30 * DAY).granted_on == GRANTED


@pytest.mark.parametrize("kind", [LicenceKind.EXCLUSIVE, LicenceKind.SOLE])
def test_an_exclusive_or_a_sole_licence_asks_what_a_transfer_does(
    late: Licensing, kind: LicenceKind
) -> None:
    licence = late.agree(late.propose(kind=kind), "alpha")
    assert code_of(late.grant, licence) == "co_owners_consent_missing"
    assert late.grant(late.agree(licence, "beta")).granted_on == GRANTED


def test_a_body_grants_where_the_charter_names_it(db: None) -> None:
    late = licensing(licensing={"granted_by": "body", "by": "board"})
    licence = late.agree(late.propose(), "alpha", "beta")
    decision = {"body": "board", "decided_on": GRANTED, "paper": late.here.file(on=GRANTED)}
    for missing in decision:
        given = {name: each for name, each in decision.items() if name != missing}
        assert code_of(late.grant, licence, **given) == "licence_not_decided"
    assert late.grant(licence, **decision).body == "board"


def test_an_exclusive_licence_excludes_others_of_its_field_and_time(late: Licensing) -> None:
    texan = late.outsider("Texan", "US")
    late.granted(ends_on=date(2030, 1, 1), kind=LicenceKind.EXCLUSIVE)
    wanted = late.apply(texan)
    late.agree(late.propose(wanted), "alpha")
    assert code_of(late.granted, wanted) == "licence_in_the_way"
    later = late.granted(wanted, starts_on=date(2030, 1, 1), anchor=date(2030, 1, 1))
    assert later.kind == LicenceKind.NON_EXCLUSIVE
    sole = late.apply(late.outsider("Ohioan", "US"))
    assert code_of(late.granted, sole, kind=LicenceKind.SOLE) == "licence_in_the_way"


def test_an_exclusive_licence_takes_the_owners_offers_back_that_it_leaves_no_room_for(
    late: Licensing,
) -> None:
    given = {"to": Party.DOMESTIC, "terms": Terms.NEGOTIATED}
    made = {
        field: offer_licence(
            share=late.share("alpha"),
            proffer=Proffer(**given, field=field),
            by=late.people["ip"],
            on=GRANTED,
        )
        for field in ("optics", "masks")
    }
    late.granted(late.apply(field="optics"), kind=LicenceKind.EXCLUSIVE)
    left = LicenceOffer.objects.standing(GRANTED).filter(path="")
    assert list(left) == [made["masks"]]
    assert Notice.objects.filter(code="licence_offer_over").exists()


def test_what_a_charter_cannot_charge_is_not_granted(late: Licensing) -> None:
    assert code_of(late.granted, unit="EUR") == "no_levy_for_it"
    assert code_of(late.propose, every_months=0) == "licence_terms_wrong"
    assert code_of(late.propose, rate=Decimal("1.1")) == "licence_terms_wrong"
    assert code_of(late.propose, fee=Decimal("0.001")) == "finer_than_unit"
    assert code_of(late.propose, ends_on=GRANTED) == "ends_before_start"
    assert not Charge.objects.exists()


def test_better_terms_for_another_are_told_to_the_most_favoured(late: Licensing) -> None:
    first = late.granted(most_favoured=True)
    dearer = late.apply(late.outsider("Texan", "US"))
    late.granted(dearer, fee=Decimal(100001))
    assert not Notice.objects.filter(code="licence_better_terms").exists()
    late.granted(late.apply(late.outsider("Ohioan", "US")), rate=Decimal("0.04"))
    told = Notice.objects.filter(code="licence_better_terms")
    staff = appointed(consortium=late.here.consortium, on=GRANTED, roles=[Role.IP])
    assert {each.recipient for each in told} == {late.people["western"], *staff}
    assert {each.values["licence"] for each in told} == {first.number}


def test_a_milestone_is_charged_once(late: Licensing) -> None:
    licence = late.granted(fee=Decimal(0), milestones={"First shipment": Decimal(5000)})
    milestone = licence.licencemilestones.get()
    given = {"milestone": milestone, "by": None, "on": STATED}
    assert code_of(reach_milestone, reached_on=STATED + DAY, **given) == "licence_reached_outside"
    reach_milestone(reached_on=STATED, **given)
    assert LicenceCharge.objects.get().charge.amount == Decimal(5000)
    assert code_of(reach_milestone, reached_on=STATED, **given) == "licence_milestone_reached"


def test_a_licence_ends_by_notice_and_what_others_hold_is_known_in_one_query(
    late: Licensing, django_assert_num_queries: Any
) -> None:
    licence = late.granted(kind=LicenceKind.EXCLUSIVE, sublicensing=True)
    given = {"licence": licence, "cause": LicenceEnds.BREACH, "reason": "Unpaid", "by": None}
    assert code_of(end_licence, ends_on=GRANTED, on=STATED, **given) == "licence_ends_outside"
    end_licence(ends_on=STATED, on=STATED, **given)
    assert code_of(end_licence, ends_on=STATED + DAY, on=STATED, **given) == "licence_ends_outside"
    period = licence.term
    assert (period.starts_on, period.ends_on) == (GRANTED, STATED)
    with django_assert_num_queries(1):
        own = licences_of(late.western, Result.objects.all())
    uses = frozenset({Use.EXPLOIT, Use.LICENSE})
    assert (own.own, own.exclusive) == ({late.result.pk: [Licensed(period, uses, "licensing")]}, {})
    others = licences_of(late.result.disclosed_by, Result.objects.all())
    assert (others.own, others.exclusive) == ({}, {late.result.pk: [period]})


def test_the_licensee_is_reminded_of_statements_and_of_the_end(late: Licensing) -> None:
    licence, consortium = late.granted(), late.here.consortium
    due = date(2029, 3, 2)  # 60 days after the half year
    assert next_licences(consortium=consortium, after=GRANTED) == due
    for _again in range(2):
        tell_licences(consortium=consortium, on=due)
    assert Notice.objects.filter(code="royalty_statement_due").count() == 1
    assert next_licences(consortium=consortium, after=due) == due + 30 * DAY
    late.state(licence)
    watch = LicenceWatch.objects.get(licence=licence)
    assert watch.next_on == date(2029, 8, 30)
    tell_licences(consortium=consortium, on=date(2032, 12, 2))
    told = Notice.objects.filter(code="licence_ends_soon")
    assert {each.recipient for each in told} >= {late.people["western"], late.people["alpha"]}


def test_an_audit_is_announced(late: Licensing) -> None:
    licence = late.granted()
    request_audit(licence=licence, reason="Two years", by=late.people["ip"], on=STATED)
    assert Notice.objects.get(code="royalty_audit_requested").recipient == late.people["western"]
    assert AuditEvent.objects.filter(action="request_audit").count() == 1
