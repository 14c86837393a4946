"""Two at once: a proposal is submitted once, numbers have no gap, no signature is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from consortium.errors import DomainError
from projects.models import Proposal
from projects.operations.drafts import write_draft
from projects.operations.proposals import submit
from tests.factories.portfolios import NOW, TODAY, Portfolio, portfolio

COPIES = 4


def together(*calls: Callable[[], Any]) -> list[str]:
    """Return what came of each call, all begun at the same moment."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> str:
        try:
            gate.wait()
            call()
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def submitting(here: Portfolio, proposal: Proposal, name: str = "north") -> Callable[[], Any]:
    return lambda: submit(proposal=proposal, at=NOW, by=here.people[name], on=TODAY)


@pytest.mark.django_db(transaction=True)
def test_one_of_two_submits_counts() -> None:
    here = portfolio()
    proposal = here.signed("north", "south")
    found = together(*[submitting(here, proposal)] * COPIES)
    assert found == ["already_submitted"] * (COPIES - 1) + ["done"]
    assert proposal.versions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_double() -> None:
    here = portfolio()
    proposals = [here.signed("north") for _ in range(COPIES)]
    assert together(*(submitting(here, each) for each in proposals)) == ["done"] * COPIES
    numbers = Proposal.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"PR-2026-{n:04d}" for n in range(1, COPIES + 1)]


@pytest.mark.django_db(transaction=True)
def test_what_is_submitted_is_what_was_signed() -> None:
    here = portfolio()
    proposal = here.signed("north", "south")
    other = here.draft("north", "south", title="Another")

    def change() -> None:
        write_draft(proposal=proposal, draft=other, by=here.people["north"], on=TODAY)

    found = together(submitting(here, proposal), change)
    assert found in (["already_submitted", "done"], ["done", "unsigned"])
    version = proposal.versions.get()
    assert (version.title == "Another") == (version.submitted_at is None)
