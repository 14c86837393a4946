"""The letter to participants, in both languages, with no reviewer in it."""

from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from projects.models import Review
from projects.operations.decisions import Resolution, decide
from projects.papers.feedback import feedback_letter
from projects.rules.choices import Authority
from projects.states import Outcome
from tests.factories.projects import SCREENED_ON, panel, propose, reviewed


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Decision on your proposal", "Granted", "Novelty", "1,234.50 CNY")),
        ("zh-hans", ("新颖性", "1,234.50 CNY")),
    ],
)
def test_letter_tells_scores_and_words_but_no_name(
    db: None, language: str, said: tuple[str, ...]
) -> None:
    here = panel()
    propose(here, "one")
    reviewed(here, "one", ann=("4", "4"), bob=("3", "4"))
    decision = decide(
        proposal=here.proposals["one"], authority=Authority.MEMBERS,
        resolution=Resolution(
            outcome=Outcome.GRANTED, amount=Decimal("1234.5"),
            conditions="Report monthly.", reason="Sound.",
        ),
        decided_on=SCREENED_ON, by=None, on=SCREENED_ON,
    )  # fmt: skip
    pdf = feedback_letter(decision, language=language)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    for each in (
        *said,
        "Report monthly.",
        "Sound.",
        "Say more about costs.",
        "3.5",
        "73.33",
        decision.proposal.number,
    ):
        assert each in text
    assert pdf == feedback_letter(decision, language=language)
    for who in ("ann", "bob"):
        assert str(here.people[who]) not in text
    assert Review.objects.count() == 2
