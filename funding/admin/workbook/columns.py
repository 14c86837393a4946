"""Which columns a figures sheet has, and how it is marked as a round's."""

from typing import Any

from django import forms

from funding.admin.figures import SumField, paper_fields
from funding.models import Round
from funding.reports.rounds import Due

MARK = "round "
FIRST = 2
"""The row of the first member, counted from 0."""


def columns_of(round: Round, due: Due) -> dict[str, forms.Field]:
    """Return the fields a workbook has columns for; it needs none for sums."""
    fields = paper_fields(round, due)
    return {name: each for name, each in fields.items() if not isinstance(each, SumField)}


def worded(each: forms.ChoiceField) -> list[tuple[str, str]]:
    """Return the choices of a field that are one, by code; in words where these tell them apart."""
    offered: Any = each.choices
    choices = [(str(code), str(text)) for code, text in offered if code != ""]
    texts = [text for _code, text in choices]
    return [(code, text if texts.count(text) == 1 else code) for code, text in choices]
