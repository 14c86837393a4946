"""Remembering answers, so that a request sent twice is done once."""

from collections.abc import Callable
from dataclasses import dataclass

from consortium.access import in_one_transaction
from consortium.errors import DomainError
from consortium.models import RequestKey, User


class KeyReused(DomainError):
    """The key came with another request before."""

    code = "key_reused"


@dataclass(frozen=True)
class Answer:
    """What a request was answered with."""

    status: int
    body: str
    content_type: str
    replayed: bool = False


def once(*, user: User, key: str, digest: str, answer: Callable[[], Answer]) -> Answer:
    """Do a request and keep its answer, or return the answer kept under its key.

    The row is written first and committed with the effect: a copy that comes at
    the same time waits for it, one that comes after a lost reply finds it, and
    what was refused leaves no row, so that it can be tried again. Conflicts of
    writers are retried here, as a whole. Raises KeyReused.
    """

    def do() -> Answer:
        row = RequestKey(user=user, key=key, request_digest=digest)
        RequestKey.objects.bulk_create([row], ignore_conflicts=True)
        row = RequestKey.objects.select_for_update().get(user=user, key=key)
        if row.request_digest != digest:
            raise KeyReused(key=key)
        if row.status is not None:
            return Answer(row.status, row.body, row.content_type, replayed=True)
        given = answer()
        row.status, row.body, row.content_type = given.status, given.body, given.content_type
        row.save(update_fields=["status", "body", "content_type"])
        return given

    return in_one_transaction(do)
