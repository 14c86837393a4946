"""Whether a planned publication may appear on a day, by the charter's review."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, timedelta

from ip.rules.choices import Review, Stance
from ip.rules.section import Publication

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reply[K: Hashable]:
    """What a party said on a day; its last word counts."""

    party: K
    stance: Stance
    answered_on: date


@dataclass(frozen=True)
class Reviewed[K: Hashable]:
    """A notice of publication: its day, who may object, and what they said, in their order."""

    noticed_on: date
    parties: frozenset[K]
    replies: tuple[Reply[K], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """Where a review stands, and from which day on the text may appear; None: not known."""

    review: Review
    from_on: date | None


def closes_on(rule: Publication, noticed_on: date) -> date:
    """Return the first day too late to object; the day of the notice is not counted."""
    return noticed_on + timedelta(days=rule.objection_days) + DAY


def earliest(rule: Publication, noticed_on: date) -> date:
    """Return the day on which the notice has run out."""
    return noticed_on + timedelta(days=rule.notice_days)


def put_off_until[K: Hashable](rule: Publication, reviewed: Reviewed[K], on: date) -> date | None:
    """Return the day on which the longest delay is over; None where nobody objects.

    Counted from the day on which a party first objected: who repeats an objection
    gains no time by it. One that is taken back counts no more.
    """
    said = [each for each in reviewed.replies if each.answered_on <= on]
    last = {each.party: each.stance for each in said}
    firsts: dict[K, date] = {}
    for each in said:
        if each.stance != Stance.CONSENT and last[each.party] != Stance.CONSENT:
            firsts.setdefault(each.party, each.answered_on)
    return max((day + timedelta(days=rule.delay_days) for day in firsts.values()), default=None)


def outcome[K: Hashable](rule: Publication, reviewed: Reviewed[K], on: date) -> Outcome:
    """Return where a review stands on a day; every combination has an outcome.

    Source: DESCA, section 8.4; Lambert agreements, publication clause (the days are
    the charter's).
    """
    ends_on = closes_on(rule, reviewed.noticed_on)
    ready_on = max(ends_on, earliest(rule, reviewed.noticed_on))
    last = {each.party: each for each in reviewed.replies if each.answered_on <= on}
    free_on = put_off_until(rule, reviewed, on)
    silent = reviewed.parties - last.keys()
    if free_on is not None and on < free_on:
        # Whoever says nothing may still keep it back, where silence is no consent.
        known = not silent or rule.deemed_consent
        return Outcome(Review.OBJECTED, max(free_on, ready_on) if known else None)
    if reviewed.parties and free_on is None and not silent:
        agreed_on = max(each.answered_on for each in last.values())
        return Outcome(Review.CONSENTED, agreed_on)
    if silent and not rule.deemed_consent:
        return Outcome(Review.WAITING if on < ends_on else Review.SILENT, None)
    if on < ends_on:
        return Outcome(Review.WAITING, ready_on)
    ready_on = max(ready_on, free_on or ready_on)
    if on < ready_on:
        return Outcome(Review.EARLY, ready_on)
    return Outcome(Review.DEEMED if free_on is None else Review.DELAYED, ready_on)


def next_change[K: Hashable](rule: Publication, reviewed: Reviewed[K], on: date) -> date | None:
    """Return the next day on which a review stands otherwise, if nobody says anything more."""
    now = outcome(rule, reviewed, on).review
    days = {
        closes_on(rule, reviewed.noticed_on),
        earliest(rule, reviewed.noticed_on),
        put_off_until(rule, reviewed, on) or on,
    }
    later = sorted(day for day in days if day > on)
    return next((day for day in later if outcome(rule, reviewed, day).review != now), None)
