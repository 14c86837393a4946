"""Scores of proposals from those of reviewers: weighted, made comparable, flagged.

A review's total is the weighted mean of score ÷ top over the criteria, in per cent. A
consensus stands in place of every reviewer's score of its criterion. Where the charter
says `standard`, a reviewer's totals are moved and stretched so that their mean and
spread (population standard deviation) become those of all totals of the call's stage:
total′ = M + S · (total − m) ÷ s. Of a reviewer with fewer than three reviews, or with
all totals alike, only the mean is moved, and of one with a single review nothing. A
proposal's score is the mean of its reviews' totals, to six decimals, halves up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction

from consortium.errors import DomainError
from consortium.money import rounded
from projects.rules.choices import Spread
from projects.rules.section import Criterion

PLACES = Decimal("0.000001")
DIGITS = Context(prec=60)
"""Enough that six decimals do not depend on the square root's last ones."""

ENOUGH = 3
"""Reviews by one person from which a spread can be told."""

HALF = Decimal("0.5")


class MissingScore(DomainError):
    code = "missing_score"


class UnknownCriterion(DomainError):
    code = "unknown_criterion"


class OutOfScale(DomainError):
    """A score is not on the criterion's scale; `step` is 1 or 0.5."""

    code = "out_of_scale"


@dataclass(frozen=True)
class Given:
    """One review: of which proposal, by whom, its score by criterion."""

    proposal: int
    reviewer: int
    scores: Mapping[str, Decimal]


@dataclass(frozen=True)
class Scored:
    """What reviewers found of a proposal.

    `means`: by criterion, agreed ones as agreed; `spreads`: the largest difference
    between reviewers; `flagged`: criteria that call for a consensus; `below`: criteria
    under their threshold.
    """

    proposal: int
    reviews: int
    score: Decimal
    means: Mapping[str, Decimal] = field(default_factory=dict)
    spreads: Mapping[str, Decimal] = field(default_factory=dict)
    flagged: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


def wrong_scores(
    criteria: Sequence[Criterion], scores: Mapping[str, Decimal], *, complete: bool = True
) -> list[DomainError]:
    """Return what is wrong with a reviewer's scores; a draft need not be complete."""
    known = {each.code: each for each in criteria}
    errors: list[DomainError] = []
    for code, score in scores.items():
        if code not in known:
            errors.append(UnknownCriterion(criterion=code, choices=list(known)))
        elif error := off_scale(known[code], score):
            errors.append(error)
    if complete:
        errors += [MissingScore(criterion=code) for code in known if code not in scores]
    return errors


def off_scale(criterion: Criterion, score: Decimal) -> OutOfScale | None:
    """Return the refusal of a score that is not on the criterion's scale."""
    step = HALF if criterion.halves else Decimal(1)
    if score.is_finite() and 0 <= score <= criterion.top and score % step == 0:
        return None
    return OutOfScale(criterion=criterion.code, score=score, top=criterion.top, step=step)


def total(criteria: Sequence[Criterion], scores: Mapping[str, Decimal]) -> Fraction:
    """Return the weighted mean of a review's scores, in per cent, exactly."""
    weights = sum((Fraction(each.weight) for each in criteria), start=Fraction(0))
    parts = (Fraction(each.weight) * Fraction(scores[each.code]) / each.top for each in criteria)
    return 100 * sum(parts, start=Fraction(0)) / weights


def score(
    criteria: Sequence[Criterion],
    reviews: Iterable[Given],
    *,
    spread: Spread = Spread.NONE,
    consensus: Mapping[int, Mapping[str, Decimal]] | None = None,
    flag_from: Decimal | None = None,
) -> list[Scored]:
    """Return each reviewed proposal's score, by proposal, whatever the reviews' order."""
    agreed = consensus or {}
    given = sorted(reviews, key=lambda each: (each.proposal, each.reviewer))
    totals = [total(criteria, {**each.scores, **agreed.get(each.proposal, {})}) for each in given]
    if spread == Spread.STANDARD:
        levelled = standardized([each.reviewer for each in given], totals)
    else:
        levelled = [decimal(each) for each in totals]
    by_proposal: dict[int, list[tuple[Given, Decimal]]] = defaultdict(list)
    for each, value in zip(given, levelled, strict=True):
        by_proposal[each.proposal].append((each, value))
    return [
        scored(criteria, proposal, rows, agreed.get(proposal, {}), flag_from)
        for proposal, rows in by_proposal.items()
    ]


def scored(
    criteria: Sequence[Criterion],
    proposal: int,
    rows: Sequence[tuple[Given, Decimal]],
    agreed: Mapping[str, Decimal],
    flag_from: Decimal | None,
) -> Scored:
    values = {each.code: [review.scores[each.code] for review, _ in rows] for each in criteria}
    means = {code: agreed.get(code, mean(scores)) for code, scores in values.items()}
    spreads = {code: max(scores) - min(scores) for code, scores in values.items()}
    return Scored(
        proposal,
        len(rows),
        rounded(mean([value for _, value in rows]), PLACES),
        {code: rounded(value, PLACES) for code, value in means.items()},
        spreads,
        tuple(
            code
            for code, value in spreads.items()
            if flag_from is not None and value >= flag_from and code not in agreed
        ),
        tuple(
            each.code
            for each in criteria
            if each.threshold is not None and means[each.code] < each.threshold
        ),
    )


def standardized(reviewers: Sequence[int], totals: Sequence[Fraction]) -> list[Decimal]:
    """Return totals made comparable between reviewers, in the order given."""
    own: dict[int, list[Fraction]] = defaultdict(list)
    for reviewer, value in zip(reviewers, totals, strict=True):
        own[reviewer].append(value)
    levels = {reviewer: (average(values), deviation(values)) for reviewer, values in own.items()}
    middle, stretch = average(totals), deviation(totals)
    found = []
    for reviewer, value in zip(reviewers, totals, strict=True):
        mean_of, deviation_of = levels[reviewer]
        moved = decimal(value - mean_of)
        if len(own[reviewer]) == 1:
            found.append(decimal(value))
        elif len(own[reviewer]) < ENOUGH or not deviation_of:
            found.append(DIGITS.add(decimal(middle), moved))
        else:
            stretched = DIGITS.divide(DIGITS.multiply(moved, stretch), deviation_of)
            found.append(DIGITS.add(decimal(middle), stretched))
    return found


def average(values: Sequence[Fraction]) -> Fraction:
    return sum(values, start=Fraction(0)) / len(values) if values else Fraction(0)


def deviation(values: Sequence[Fraction]) -> Decimal:
    """Return the population standard deviation."""
    middle = average(values)
    return DIGITS.sqrt(decimal(average([(each - middle) ** 2 for each in values])))


def mean(values: Sequence[Decimal]) -> Decimal:
    return decimal(average([Fraction(each) for each in values]))


def decimal(value: Fraction) -> Decimal:
    return DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
