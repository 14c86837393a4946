"""The doorbells: ids or nothing in, one call out; only here is the clock read."""

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation

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
    """Send the waiting notices of consortia whose outbound is released."""
    for notice in notices.claim(at=clock.now()):
        try:
            mail(notice).send()
        except Exception as error:  # one bad notice does not hold up the others
            notices.mark_failed(notice=notice, failure=type(error).__name__)
        else:
            notices.mark_sent(notice=notice, at=clock.now())


def mail(notice: Notice) -> EmailMessage:
    """Return a notice as mail in its reader's language: a sentence and a login link."""
    with translation.override(notice.recipient.language or notice.consortium.language):
        sentence = words.say(notice.code, {**notice.values, "consortium": notice.consortium.name})
        return EmailMessage(
            subject=" ".join(f"{notice.consortium.name}: {sentence}".split())[:150],
            body=f"{sentence}\n\n{settings.SITE_URL}{notice.href or '/'}\n",
            to=[notice.recipient.email],
            headers={"Message-ID": f"<{notice.uid}@{settings.MAIL_DOMAIN}>"},
        )
