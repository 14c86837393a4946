"""The canonical JSON of sealed rows: one form, however fast it is written."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.models import canonical, digest, encode, sha256
from consortium.models.audit import CANONICAL

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)


@given(VALUES)
def test_both_encoders_write_the_same(value):
    assert encode(value) == CANONICAL.encode(value)


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 2, 28),
        datetime(2026, 2, 28, 12, 30, 15, 123456, UTC),
        Decimal("1.50"),
        UUID(int=7),
        'é\u2028\x7f\x00\n"\\/',
    ],
)
def test_days_moments_and_amounts_are_text(value):
    assert encode({"value": value}) == CANONICAL.encode({"value": value})


@given(st.dictionaries(TEXTS, VALUES, max_size=6), VALUES)
def test_what_is_encoded_already_goes_in_as_it_is(content, extra):
    text = canonical(content, extra=encode(extra))
    assert text == CANONICAL.encode({**content, "extra": extra})
    assert sha256(text) == digest({**content, "extra": extra})
