"""Every read of a secret figure leaves a row that says who looked."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.db import DatabaseError, transaction

from consortium import access
from consortium.api.base import ReadViewSet
from consortium.models import Consortium
from funding.models import FINANCE_READERS
from funding.operations.rates import note_view
from funding.states import Screen

logger = logging.getLogger(__name__)


class Watched(ReadViewSet):
    """Rows of members, the secret ones of which are not read unnoticed."""

    one: ClassVar[Screen]
    many: ClassVar[Screen]

    def looked_at(self, rows: list[Any]) -> None:
        secret = [row for row in rows if row.secret]
        single = secret[0].uid if len(rows) == 1 and secret else None
        screen = self.one if self.action != "list" else self.many
        members: dict[Consortium, list[int]] = defaultdict(list)
        for row in secret:
            members[row.consortium].append(row.member_id)
        for consortium, seen in members.items():
            note_look(self, consortium, screen, seen, subject=single)


def note_look(
    view: Any,
    consortium: Consortium,
    screen: Screen,
    members: Iterable[int],
    subject: UUID | None = None,
) -> None:
    """Record that the caller sees figures of some members; a failure never hides the answer.

    Staff who see many leave one row for all. Who speaks for several members leaves one
    for each, so that no rival is told of a look that was not at its figures.
    """
    user, keys = view.request.user, sorted(set(members))
    if not keys:
        return
    try:
        with transaction.atomic():
            staff = access.holds(
                user,
                consortium=consortium,
                on=view.today,
                roles=set(FINANCE_READERS),
                organization=None,
            )
            for each in [keys] if staff else [[key] for key in keys]:
                note_view(
                    consortium=consortium, screen=screen, by=user, members=each, subject=subject
                )
    except DatabaseError as error:
        logger.error("a look at figures was not recorded: %s", type(error).__name__)
