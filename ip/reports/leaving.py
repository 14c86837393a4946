"""What the end of a membership means for results: rights, shares, licences, background, duties."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Q

from consortium.models import Charter, Consortium, Member, Organization
from consortium.models.base import DatedQuerySet
from consortium.registry import PreviewLine
from ip.models import Background, Licence, OwnershipShare, PublicationNotice, Result
from ip.reports.exclusivity import work_of
from ip.rules.choices import Party, Subject
from ip.rules.facts import applies
from ip.rules.leaving import kept, pro_rata
from ip.rules.section import IPSection

MOST = 100
"""Shares that are named one by one."""

STANDINGS = (("leaving_good", Party.FORMER_MEMBER), ("leaving_breach", Party.EXPELLED))


def rights(*, member: Member, user: Any, ends_on: date, on: date) -> Iterator[PreviewLine]:
    """Yield what stays and what goes, of the results the user may see, with each charter's rule.

    Both for leaving in good standing and in breach: how it leaves is often not known yet.
    """
    results = Result.objects.visible_to(user, on).filter(
        consortium=member.consortium, completed_on__lt=ends_on
    )
    rows = results.select_related("charter", "project").order_by("charter__starts_on", "charter")
    for charter, mine in groupby(rows.prefetch_related("charter__sections"), attrgetter("charter")):
        yield from rights_under(charter, list(mine), ends_on)
    yield from shares(member, results, ends_on)
    yield from licences_of(member.consortium, member.organization, user, ends_on, on)
    yield from background(member, user, ends_on, on)
    yield from duties(member, user, ends_on, on)


def rights_under(charter: Charter, results: list[Result], ends_on: date) -> Iterator[PreviewLine]:
    """Yield what each rule of a charter still gives to who has left, or that none gives."""
    section: IPSection = charter.rules("ip")
    for code, party in STANDINGS:
        rules = kept(section, party, ends_on, Subject.RESULTS)
        under = {"charter": charter.name, "count": len(results)}
        if not rules:
            yield PreviewLine(f"{code}_nothing", under)
        for each in rules:
            when = each.rule.when
            count = sum(1 for row in results if when is None or applies(when, work_of(row)))
            if not count:
                continue
            values = {**under, "rule": each.rule.label, "count": count}
            if each.until is None:
                yield PreviewLine(f"{code}_right", values)
            else:
                yield PreviewLine(f"{code}_right_asked", {**values, "until": each.until})


def shares(member: Member, results: Any, ends_on: date) -> Iterator[PreviewLine]:
    """Yield each share the member would own on the day, and to whom it passes in breach."""
    day = held_on(OwnershipShare.objects.filter(result__in=results), ends_on)
    owned = day.filter(owner=member.organization).select_related("result__charter")
    for mine in owned.prefetch_related("result__charter__sections").order_by("pk")[:MOST]:
        section: IPSection = mine.result.charter.rules("ip")
        said = {"result": mine.result.number, "part": str(mine.part)}
        others = {
            each.owner: each.part
            for each in held_on(mine.result.shares.all(), ends_on).select_related("owner")
            if each.owner_id != member.organization_id
        }
        if section.leaving.forfeit_in_breach and others:
            passes = [f"{owner} {part}" for owner, part in pro_rata(mine.part, others).items()]
            yield PreviewLine("leaving_share_forfeited", {**said, "owners": passes})
        else:
            yield PreviewLine("leaving_share_kept", said)


def licences_of(
    consortium: Consortium, organization: Organization, user: Any, ends_on: date, on: date
) -> Iterator[PreviewLine]:
    """Yield the licences it holds and those of its shares: none depends on a membership."""
    seen = Licence.objects.visible_to(user, on).filter(result__consortium=consortium)
    running = seen.running(ends_on).select_related("result").order_by("pk")
    for each in running.filter(licensee=organization)[:MOST]:
        yield PreviewLine("leaving_licence_held", surviving(each))
    owned = held_on(OwnershipShare.objects.filter(owner=organization), ends_on)
    given = running.exclude(licensee=organization).filter(result__in=owned.values("result"))
    for each in given[:MOST]:
        yield PreviewLine("leaving_licence_given", surviving(each))


def surviving(licence: Licence) -> dict[str, Any]:
    return {"licence": licence.number, "result": licence.result.number}


def held_on[Q_: DatedQuerySet[Any]](rows: Q_, day: date) -> Q_:
    """Return the shares owned on a day, without those that begin with it."""
    return rows.filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lt=day)


def background(member: Member, user: Any, ends_on: date, on: date) -> Iterator[PreviewLine]:
    """Yield that what the member brought in stays open to the others as far as they need it."""
    rows = Background.objects.visible_to(user, on).on(ends_on).filter(member=member)
    if count := rows.filter(excluded=False).count():
        yield PreviewLine("leaving_background", {"count": count})


def duties(member: Member, user: Any, ends_on: date, on: date) -> Iterator[PreviewLine]:
    """Yield what binds it beyond its leaving: reviews that still run, and keeping secrets."""
    mine = Q(author=member.organization) | Q(publicationpartys__body=member.organization)
    seen = PublicationNotice.objects.visible_to(user, on).filter(
        mine, consortium=member.consortium, closes_on__gt=ends_on
    )
    for notice in seen.distinct().order_by("closes_on", "pk")[:MOST]:
        yield PreviewLine(
            "leaving_publication", {"notice": notice.number, "until": notice.closes_on}
        )
    charter = Charter.objects.adopted().on(ends_on).filter(consortium=member.consortium).first()
    if charter is not None and charter.sections.filter(code="ip").exists():
        yield PreviewLine("leaving_confidential")
