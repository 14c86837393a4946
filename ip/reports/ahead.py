"""What the sweeps of results leave behind while days to come are looked at."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from consortium.models import Consortium
from consortium.registry import Figure, Happening
from ip.models import DistributionPart, ExclusivityWatch, LicenceOffer
from ip.states import PARTIES, TERMS


def offers(rows: QuerySet[LicenceOffer]) -> Iterator[Happening]:
    parties, terms = dict(PARTIES), dict(TERMS)
    for each in rows.select_related("result"):
        values = {
            "result": each.result.number,
            "name": each.result.name,
            "to": parties[each.to],
            "terms": terms[each.terms],
        }
        yield Happening("ahead_offer", values)


def parts(rows: QuerySet[DistributionPart]) -> Iterator[Happening]:
    for each in rows.select_related("recipient", "distribution__earned__licence"):
        licence, who = each.distribution.earned.licence, each.recipient
        yield Happening(
            "ahead_distribution",
            {"licence": licence.number},
            to={"en": who.name_en, "zh": who.name_zh},
            amount=each.amount,
            unit=licence.unit,
        )


def openings(*, consortium: Consortium, user: Any, today: date, on: date) -> Iterator[Figure]:
    running = ExclusivityWatch.objects.filter(consortium=consortium, next_on__isnull=False)
    yield Figure("stands_exclusive", running.count())
    offers = LicenceOffer.objects.filter(result__consortium=consortium)
    yield Figure("stands_offers", offers.standing(on).count())
