"""Mail on hold: what waits is read, dropped with a reason, or released with its count."""

from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consortium.models import AuditEvent, Notice
from consortium.operations.notices import (
    DropReasonMissing,
    NothingWaits,
    OutboundNotHeld,
    drop_notice,
    drop_waiting,
    release_outbound,
)
from consortium.states import NoticeState
from consortium.tasks import deliver
from tests.cast import TODAY, Cast


@pytest.fixture
def secretary(cast: Cast) -> dict[str, Any]:
    return {"by": cast.people["secretary"], "on": TODAY}


@pytest.fixture
def desk(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.people["secretary"])
    return client


def told(cast: Cast, name: str) -> Notice:
    return Notice.objects.get(recipient=cast.people[name], code="term_ends")


def test_what_is_dropped_is_never_sent_nor_seen(cast: Cast, secretary: dict[str, Any]) -> None:
    notice = drop_notice(notice=told(cast, "payer"), reason=" of last year ", **secretary)
    assert (notice.state, notice.dropped_because) == (NoticeState.DROPPED, "of last year")
    assert notice not in Notice.objects.visible_to(cast.people["payer"], TODAY)
    assert notice in Notice.objects.visible_to(cast.people["secretary"], TODAY)
    release_outbound(consortium=cast.consortium, at=timezone.now(), **secretary)
    deliver()
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == (NoticeState.DROPPED, 0)
    assert told(cast, "partner").state == NoticeState.SENT
    assert "partner@example.org" in [to for each in mail.outbox for to in each.to]
    event = AuditEvent.objects.get(action="drop_notice")
    assert (event.subject, event.facts) == (f"consortium.notice:{notice.uid}", {})


def test_all_that_waits_is_dropped_here_only(cast: Cast, secretary: dict[str, Any]) -> None:
    own = Notice.objects.filter(consortium=cast.consortium)
    sent = told(cast, "rival")
    Notice.objects.filter(pk=sent.pk).update(state=NoticeState.SENT, sent_at=timezone.now())
    count = drop_waiting(consortium=cast.consortium, reason="a rehearsal", **secretary)
    assert count == own.count() - 1
    assert not Notice.objects.waiting().filter(consortium=cast.consortium).exists()
    assert Notice.objects.waiting().filter(consortium=cast.other).exists()
    with pytest.raises(NothingWaits):
        drop_waiting(consortium=cast.consortium, reason="again", **secretary)
    with pytest.raises(NothingWaits):
        drop_notice(notice=sent, reason="too late", **secretary)


def test_nothing_is_dropped_without_reason_or_hold(cast: Cast, secretary: dict[str, Any]) -> None:
    with pytest.raises(DropReasonMissing):
        drop_notice(notice=told(cast, "payer"), reason="  ", **secretary)
    release_outbound(consortium=cast.consortium, at=timezone.now(), **secretary)
    with pytest.raises(OutboundNotHeld):
        drop_waiting(consortium=cast.consortium, reason="late", **secretary)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(state=NoticeState.DROPPED)


def test_the_secretary_reads_and_drops_at_the_desk(cast: Cast, desk: Client) -> None:
    notice = told(cast, "payer")
    page, drop = (
        reverse(f"admin:consortium_notice_{what}", args=[notice.pk]) for what in ("change", "drop")
    )
    shown = desk.get(page).content.decode()
    assert "payer@example.org" in shown
    assert "Payer Ltd" in shown
    assert desk.post(drop, {"reason": "of last year"}).status_code == 302
    shown = desk.get(page).content.decode()
    assert "of last year" in shown
    assert drop not in shown


def test_the_secretary_drops_over_rest(cast: Cast, api: Any) -> None:
    notice = told(cast, "payer")
    own = Notice.objects.waiting().filter(consortium=cast.consortium).count()
    one, rest = f"/api/v1/notices/{notice.uid}/drop/", "/api/v1/consortia/alliance/drop-waiting/"
    reason = {"reason": "of last year"}
    for who, of_one, of_all in (("payer", 403, 403), ("rival", 404, 403), ("outsider", 404, 404)):
        client = api(cast.people[who])
        assert client.post(one, reason).status_code == of_one
        assert client.post(rest, reason).status_code == of_all
    client = api(cast.people["secretary"])
    assert client.post(one, {}).status_code == 400
    shown = client.post(one, reason).json()
    assert (shown["state"], shown["dropped_because"]) == ("dropped", "of last year")
    again = client.post(one, reason)
    assert (again.status_code, again.json()["code"]) == (422, "nothing_waits")
    assert client.post(rest, reason).json() == {"dropped": own - 1}
    assert client.post("/api/v1/consortia/alliance/release-outbound/").status_code == 200
    refused = client.post(rest, reason)
    assert (refused.status_code, refused.json()["code"]) == (422, "outbound_not_held")


def test_release_asks_once_with_the_count(cast: Cast, desk: Client) -> None:
    waiting = Notice.objects.waiting().filter(consortium=cast.consortium)
    count, people = waiting.count(), waiting.values("recipient").distinct().count()
    release, drop = (
        reverse(f"admin:consortium_consortium_{what}", args=[cast.consortium.pk])
        for what in ("release-outbound", "drop-waiting")
    )
    said = f"{count} waiting notices to {people} people go out"
    assert said in desk.get(release).content.decode()
    assert f"{count} notices are never sent" in desk.get(drop).content.decode()
    assert desk.post(drop, {"reason": "a rehearsal"}).status_code == 302
    assert "0 waiting notices" in desk.get(release).content.decode()
    assert desk.get(drop).status_code == 403
