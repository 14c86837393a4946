"""Where the review of a planned publication stands, and who waits for whom."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from consortium import access
from consortium.models import Consortium
from consortium.registry import DocketItem
from ip.models import PublicationNotice
from ip.rules.choices import Stance
from ip.rules.publication import Outcome, Reply, Reviewed, outcome
from ip.rules.section import Publication
from ip.states import IP_READERS


def rule_of(notice: PublicationNotice) -> Publication:
    """Return the charter's rule that governs a notice, which was given under one."""
    rule: Publication = notice.charter.rules("ip").publication
    return rule


def reviewed(notice: PublicationNotice) -> Reviewed[int]:
    """Return a notice as the rules see it, parties by their keys."""
    answers = sorted(notice.publicationanswers.all(), key=lambda each: (each.answered_on, each.pk))
    return Reviewed(
        notice.noticed_on,
        frozenset(each.pk for each in notice.publicationpartys.all()),
        tuple(Reply(each.party_id, Stance(each.stance), each.answered_on) for each in answers),
    )


def stands(notice: PublicationNotice, on: date) -> Outcome:
    return outcome(rule_of(notice), reviewed(notice), on)


def closing(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> QuerySet[PublicationNotice]:
    """Return the reviews the user may see that are still open and close by a day."""
    rows = PublicationNotice.objects.visible_to(user, on).filter(
        consortium=consortium, closes_on__gt=on, closes_on__lte=until
    )
    related = rows.select_related("author").prefetch_related("publicationpartys__answers")
    return related.order_by("closes_on", "pk")


def due(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Yield each review the user may see that is still open, on its last day's morrow."""
    mine = access.spoken_for(user, consortium=consortium, on=on)
    staff = access.holds(
        user, consortium=consortium, on=on, roles=set(IP_READERS), organization=None
    )
    for row in closing(consortium=consortium, user=user, on=on, until=until):
        asked = (each for each in row.publicationpartys.all() if each.body_id in mine)
        admin, rest = f"/admin/ip/publicationnotice/{row.pk}/change/", "/api/v1/publication-notices"
        yield DocketItem(
            "publication_closes",
            row.closes_on,
            {"notice": row.number, "author": str(row.author)},
            href=admin if staff else f"{rest}/{row.uid}/",
            mine=any(not each.answers.all() for each in asked),
        )
