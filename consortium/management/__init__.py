"""The command line: arguments in, one operation, the result out."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError

from consortium import words
from consortium.errors import DomainError
from consortium.models import Consortium
from consortium.reports.verify import verify


class UnknownConsortium(DomainError):
    code = "unknown_consortium"


class BeyondToday(DomainError):
    """What lies in the future is not done; it can only be looked at."""

    code = "beyond_today"


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the domain refuses into a message and exit code 2."""
    try:
        yield
    except DomainError as error:
        raise CommandError(words.explain(error), returncode=2) from error


def consortium_of(slug: str) -> Consortium:
    """Return a consortium by its short name. Raises UnknownConsortium."""
    found = Consortium.objects.filter(slug=slug).first()
    if found is None:
        known = Consortium.objects.order_by("slug").values_list("slug", flat=True)
        raise UnknownConsortium(slug=slug, known=list(known))
    return found


def failures(chosen: Iterable[Consortium | None]) -> list[dict[str, str | None]]:
    """Return what fails in each, in words; None means the installation's own chain."""
    return [
        {
            "consortium": each.slug if each else None,
            "code": failure.code,
            "subject": failure.subject,
            "detail": words.say(failure.code, failure.values),
        }
        for each in chosen
        for failure in verify(consortium=each)
    ]
