"""The doorbells: ids or nothing in, one call out; only here is the clock read."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import ngettext

from consortium import clock, words
from consortium.models import Consortium, Notice
from consortium.operations import advance as time
from consortium.operations import notices


@shared_task
def tick_all() -> None:
    """Ring for every living consortium; each has its own midnight."""
    for pk in Consortium.objects.living().values_list("pk", flat=True):
        tick.delay(pk)


@shared_task
def tick(consortium_id: int) -> None:
    """Do what is due in one consortium up to today, in its time zone."""
    consortium = Consortium.objects.get(pk=consortium_id)
    time.tick(consortium=consortium, to=clock.today(consortium), at=clock.now())


@shared_task
def deliver() -> None:
    """Send the waiting notices of consortia whose outbound is released, one mail per person."""
    for waiting in notices.claim(at=clock.now()):
        try:
            mail(waiting).send()
        except Exception as error:  # one bad mail does not hold up the others
            notices.mark_failed(notices=waiting, failure=type(error).__name__)
        else:
            notices.mark_sent(notices=waiting, at=clock.now())


def mail(told: Sequence[Notice]) -> EmailMessage:
    """Return what one person is told in one consortium as mail: sentences and login links.

    The same notices make the same Message-ID, so that a mail sent twice shows once.
    """
    first = told[0]
    consortium, reader = first.consortium, first.recipient
    with translation.override(reader.language or consortium.language):
        said = [sentence(notice) for notice in told]
        subject = said[0] if len(told) == 1 else news(len(told))
        return EmailMessage(
            subject=" ".join(f"{consortium.name}: {subject}".split())[:150],
            body="\n\n".join(
                f"{text}\n\n{settings.SITE_URL}{notice.href or '/'}\n"
                for notice, text in zip(told, said, strict=True)
            ),
            to=[reader.email],
            headers={"Message-ID": f"<{message_id(told)}@{settings.MAIL_DOMAIN}>"},
        )


def sentence(notice: Notice) -> str:
    return words.say(notice.code, {**notice.values, "consortium": notice.consortium.name})


def news(count: int) -> str:
    return ngettext("%(count)s message", "%(count)s messages", count) % {"count": count}


def message_id(told: Sequence[Notice]) -> UUID:
    if len(told) == 1:
        return told[0].uid
    return uuid5(told[0].uid, " ".join(str(notice.uid) for notice in told))
