"""Notices: each once, held until released, tried again, and never with a figure."""

import re
import smtplib
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django import conf
from django.core import mail as outbox
from django.core.mail.backends import locmem
from django.db import connection

from consortium import clock, tasks
from consortium.models import Consortium, Notice, User
from consortium.operations import notices
from consortium.operations.notices import ATTEMPTS, LEASE, claim, notify, release_outbound
from consortium.states import Role
from tests.cast import FOUNDED, SALES, TODAY, Cast, appointed, canaries, person
from tests.factories.ledgers import fee, small

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def release(cast: Cast) -> None:
    release_outbound(consortium=cast.consortium, at=NOON, by=cast.people["secretary"], on=TODAY)


def states(consortium: Consortium) -> list[tuple[str, int, str]]:
    mine = Notice.objects.filter(consortium=consortium).order_by("pk")
    return list(mine.values_list("state", "attempts", "failure"))


def tell(cast: Cast, about: str = "2026-01-01", *names: str) -> int:
    return notify(
        consortium=cast.consortium,
        to=[cast.people[name] for name in names or ("payer",)],
        code="term_ends",
        on=TODAY,
        about=about,
        member="Payer Ltd",
    )


@pytest.fixture
def empty(cast: Cast) -> Cast:
    """Everybody, with nothing in the outbox."""
    Notice.objects.all().delete()
    return cast


def test_a_thing_is_told_once(empty: Cast) -> None:
    told = [
        tell(empty),
        tell(empty),
        tell(empty, "2026-01-01", "payer", "payer", "rival"),
        tell(empty, "2027-01-01"),
    ]
    assert told == [1, 0, 1, 1]
    assert Notice.objects.filter(consortium=empty.consortium).count() == 3


def test_mail_waits_for_its_release(empty: Cast) -> None:
    tell(empty, "a", "payer", "rival")
    tasks.deliver()
    assert (outbox.outbox, states(empty.consortium)) == ([], [("waiting", 0, "")] * 2)
    release(empty)
    tasks.deliver()
    tasks.deliver()
    assert sorted(message.to[0] for message in outbox.outbox) == [
        "payer@example.org",
        "rival@example.org",
    ]
    assert states(empty.consortium) == [("sent", 1, "")] * 2


def test_held_again_keeps_the_later_ones(empty: Cast) -> None:
    release(empty)
    notices.hold_outbound(consortium=empty.consortium, by=empty.people["secretary"], on=TODAY)
    tell(empty)
    tasks.deliver()
    assert outbox.outbox == []


def test_nobody_without_address_or_account_is_written_to(empty: Cast) -> None:
    release(empty)
    User.objects.filter(pk=empty.people["payer"].pk).update(email="")
    User.objects.filter(pk=empty.people["rival"].pk).update(is_active=False)
    tell(empty, "a", "payer", "rival", "partner")
    tasks.deliver()
    assert [message.to for message in outbox.outbox] == [["partner@example.org"]]


class Failing(locmem.EmailBackend):
    """A mail server that refuses one address in one of several ways."""

    error: Exception = smtplib.SMTPServerDisconnected("the secret 4711")

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if message.to == ["payer@example.org"]:
                raise self.error
        return super().send_messages(messages)


@pytest.mark.parametrize(
    "error", [smtplib.SMTPServerDisconnected("4711"), TimeoutError("4711"), ValueError("4711")]
)
def test_failure_is_retried_up_to_the_limit_and_holds_up_nobody(
    empty: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    settings.EMAIL_BACKEND = f"{Failing.__module__}.Failing"
    monkeypatch.setattr(Failing, "error", error)
    release(empty)
    tell(empty, "a", "payer", "rival")
    for _ in range(ATTEMPTS + 3):
        tasks.deliver()
    assert [message.to for message in outbox.outbox] == [["rival@example.org"]]
    assert states(empty.consortium) == [
        ("failed", ATTEMPTS, type(error).__name__),
        ("sent", 1, ""),
    ]


def test_lease_of_a_killed_sender_runs_out(empty: Cast) -> None:
    release(empty)
    tell(empty)
    assert len(claim(at=NOON)) == 1
    assert len(claim(at=NOON + LEASE)) == 0
    later = NOON + LEASE + timedelta(seconds=1)
    assert [[notice.attempts for notice in mail] for mail in claim(at=later)] == [[2]]
    for n in range(2, 9):
        claim(at=NOON + n * 2 * LEASE)
    assert Notice.objects.get().attempts == ATTEMPTS, "a notice that kills its sender"


def test_claim_takes_the_oldest_first(empty: Cast) -> None:
    release(empty)
    for name in ("rival", "payer", "partner", "rival"):
        tell(empty, name, name)
    found = [[notice.recipient.username for notice in mail] for mail in claim(at=NOON, limit=2)]
    assert found == [["rival"], ["payer"]]
    assert len(claim(at=NOON)) == 1


def test_one_mail_holds_all_that_waits_for_a_person(empty: Cast) -> None:
    release(empty)
    for n in range(45):
        tell(empty, f"{n}", "payer", "rival")
    tasks.deliver()
    assert [message.to for message in outbox.outbox] == [
        ["payer@example.org"], ["rival@example.org"],
    ]  # fmt: skip
    message = outbox.outbox[0]
    assert message.subject == "The alliance: 45 messages"
    assert message.body.count("Membership term of Payer Ltd ends") == 45
    assert set(states(empty.consortium)) == {("sent", 1, "")}
    tasks.deliver()
    assert len(outbox.outbox) == 2


def test_what_was_claimed_together_goes_out_again_as_the_same_mail(empty: Cast) -> None:
    release(empty)
    tell(empty, "a")
    tell(empty, "b")
    (killed,) = claim(at=NOON)
    tell(empty, "c")
    again, late = claim(at=NOON + 2 * LEASE)
    ids = [tasks.mail(each).extra_headers["Message-ID"] for each in (killed, again, late)]
    assert ids[0] == ids[1] != ids[2]
    assert ids[2] == f"<{late[0].uid}@{conf.settings.MAIL_DOMAIN}>"


@pytest.fixture
def committed(transactional_db: None) -> Consortium:
    """Thirty notices that any connection sees."""
    consortium = small("small", fee())
    user = person("reader")
    notices.release_outbound(consortium=consortium, at=NOON, by=None, on=TODAY)
    for n in range(30):
        notify(consortium=consortium, to=[user], code="term_ends", on=TODAY, about=str(n))
    return consortium


def test_two_senders_at_once_send_each_notice_once(committed: Consortium) -> None:
    claimed: list[int] = []
    start = Barrier(3)

    def sender() -> None:
        start.wait()
        claimed.extend(notice.pk for mail in claim(at=NOON) for notice in mail)
        connection.close()

    threads = [Thread(target=sender) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(Notice.objects.values_list("pk", flat=True))


# What mail says


def test_mail_says_it_in_the_readers_language(empty: Cast, settings: Any) -> None:
    settings.SITE_URL = "https://alliance.example"
    tell(empty)
    notice = Notice.objects.get()
    english = tasks.mail([notice])
    assert (english.subject, english.body) == (
        "The alliance: Membership term of Payer Ltd ends",
        "Membership term of Payer Ltd ends\n\nhttps://alliance.example/\n",
    )
    notice.recipient.language = "zh-hans"
    assert tasks.mail([notice]).subject.startswith("alliance 联盟: ")


def test_subject_takes_no_line_break(empty: Cast) -> None:
    tell(empty)
    notice = Notice.objects.get()
    notice.values = {"member": "Payer\r\nBcc: everybody@example.org"}
    assert tasks.mail([notice]).subject == (
        "The alliance: Membership term of Payer Bcc: everybody@example.org ends"
    )
    assert tasks.mail([notice]).message()["Bcc"] is None


def test_no_figure_is_mailed(cast: Cast) -> None:
    for each in (cast.consortium, cast.other):
        release_outbound(consortium=each, at=NOON, by=None, on=TODAY)
    assert Notice.objects.filter(code="figures_requested").count() == 5
    tasks.deliver()
    text = "\n".join(message.message().as_string() for message in outbox.outbox)
    assert not Notice.objects.exclude(state="sent").exists()
    assert len(outbox.outbox) == Notice.objects.values("consortium", "recipient").distinct().count()
    found = [canary for name in SALES for canary in canaries(name) if canary in text]
    assert found == []
    assert re.findall(r"\d{6,}", re.sub(r"Message-ID.*|Date.*|boundary.*", "", text)) == []


# The doorbells


@pytest.mark.django_db
def test_tick_advances_to_today_where_the_consortium_is(time_machine: Any) -> None:
    time_machine.move_to("2026-03-01 18:00:00+00:00", tick=False)
    shanghai, new_york = small("shanghai", fee()), small("new-york", fee())
    Consortium.objects.filter(pk=shanghai.pk).update(time_zone="Asia/Shanghai")
    Consortium.objects.filter(pk=new_york.pk).update(time_zone="America/New_York")
    for each in (shanghai, new_york):
        tasks.tick(each.pk)
        each.refresh_from_db()
    assert (shanghai.advanced_to, new_york.advanced_to) == (date(2026, 3, 2), date(2026, 3, 1))
    assert shanghai.ticked_at == clock.now()


@pytest.mark.django_db
def test_bell_rings_for_living_consortia_only(monkeypatch: pytest.MonkeyPatch) -> None:
    living, ended, recorded = (small(name, fee()) for name in ("living", "ended", "recorded"))
    Consortium.objects.filter(pk=ended.pk).update(
        ends_on=date(2025, 1, 1), advanced_to=date(2024, 12, 31)
    )
    Consortium.objects.filter(pk=recorded.pk).update(is_reference=True)
    rung: list[int] = []
    monkeypatch.setattr(tasks.tick, "delay", rung.append)
    tasks.tick_all()
    assert rung == [living.pk]


def test_appointed_people_are_the_active_ones_of_the_day(cast: Cast) -> None:
    payer = cast.members["payer"].organization
    closed = appointed("closed", cast.consortium, Role.SIGNATORY, payer)
    User.objects.filter(pk=closed.pk).update(is_active=False)

    def found(on: date, organization: Any) -> list[User]:
        return notices.appointed(
            consortium=cast.consortium,
            on=on,
            roles=[Role.SIGNATORY, Role.SECRETARY],
            organization=organization,
        )

    assert found(TODAY, payer) == [cast.people["payer"]]
    assert found(TODAY, None) == [cast.people["secretary"]]
    assert found(FOUNDED - timedelta(days=1), payer) == []
