"""Drafts: written from documents, cloned, rewritten by one person at a time, thrown away."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from consortium.models import (
    AuditEvent,
    Charter,
    CharterSection,
    NoCharterInForce,
    NoSuchSection,
)
from consortium.models.charters import UnknownVersion
from consortium.operations.adoption import adopt_charter, propose_adoption
from consortium.operations.cases import load_case
from consortium.operations.charters import (
    CharterAdopted,
    CharterCodeTaken,
    CharterOutsideConsortium,
    DraftChanged,
    StartMissing,
    clone_charter,
    discard_draft,
    draft_charter,
    import_charter,
    rewrite_draft,
    written,
)
from consortium.periods import EndsBeforeStart
from consortium.reports.comparison import changes, predecessor
from consortium.rules.cases import read_case
from consortium.rules.documents import read_charter
from consortium.rules.schema import InvalidDocument, Problem
from consortium.rules.toml import write_toml
from tests.cast import FOUNDED, NOW, TODAY, Cast, build
from tests.consortium.scene import CASE

NEXT = date(2027, 1, 1)

DOCUMENT = """
code = "charter-2027"
title = { en = "Charter 2027", zh = "2027 年章程" }
starts_on = 2027-01-01
ends_on = 2030-01-01
basis = "assumption"
ends_basis = "seed"
source = "Minutes of 20 November 2026, item 4"
note = { zh = "首次修订" }

[profile]
legal_form = "contract"
stage = "key_technology"
structure = "vertical"
initiator = "enterprise"
languages = ["zh-hans", "en"]

[profile.table.goal]
text = { en = "One goal" }
source = "Minutes, item 1"
basis = "other_source"
note = { en = "Said twice" }

[admission]
countries = ["CN", "US"]
foreign_control = { share = "0.25", level = "warning", source = "Minutes, item 2" }
notice_months = 6

[governance]
bodies = [
  { code = "assembly", label = { en = "Assembly" }, kind = "assembly" },
  { code = "board", label = { zh = "理事会" }, kind = "board", seats = 7 },
]
decides = { adopt_charter = { by = "assembly", second = "finance" } }

[[dues.levies]]
code = "dues"
label = { en = "Annual dues" }
categories = ["member"]
unit = "CNY"
trigger = { kind = "period", anchor = 2027-01-01, months = 12 }
rule = [
  { add = { rate = "0.010", of = "sales" } },
  { at_most = { const = "800000" }, label = { en = "Cap" } },
]
inputs = { sales = { kind = "money", label = { en = "sales" } } }
calendar = { opens = {}, closes = { months = 1 }, assess = { days = 45 }, due = { months = 3 } }
"""

OPEN = DOCUMENT.replace("ends_on = 2030-01-01\n", "")


def who(cast: Cast, name: str = "secretary") -> dict[str, Any]:
    return {"by": cast.people[name], "on": TODAY}


def imported(cast: Cast, text: str = DOCUMENT) -> Charter:
    return import_charter(consortium=cast.consortium, document=read_charter(text), **who(cast))


def refused(text: str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidDocument) as error:
        read_charter(text)
    return [(each.path, each.code) for each in error.value.errors]


# Documents in and out


def test_a_document_goes_in_and_comes_out_equal(cast: Cast) -> None:
    document = read_charter(DOCUMENT)
    charter = imported(cast)
    assert charter.is_draft
    assert charter.basis == ""  # else it would count as recorded, and never be sealed
    stored = Charter.objects.get(pk=charter.pk).document()
    assert stored == document
    assert stored.body() == document.body()
    assert read_charter(write_toml(stored.body())) == document


def test_an_adopted_import_still_comes_out_equal_and_is_sealed(cast: Cast) -> None:
    charter = imported(cast, OPEN)
    adopt_charter(charter=charter, by=None, on=TODAY)
    adopted = Charter.objects.get(pk=charter.pk)
    assert adopted.document() == read_charter(OPEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        Charter.objects.filter(pk=charter.pk).update(name_en="Other")
    with pytest.raises(IntegrityError), transaction.atomic():
        CharterSection.objects.filter(charter=charter).delete()


def test_a_document_without_a_first_day_is_no_draft_yet(cast: Cast) -> None:
    with pytest.raises(StartMissing):
        imported(cast, DOCUMENT.replace("starts_on = 2027-01-01\n", ""))
    assert cast.consortium.charters.count() == 1


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('["CN", "US"]', '["CN", "ZZ"]', [("admission.countries[1]", "unknown_country")]),
        ('["CN", "US"]', '["CN", "CN"]', [("admission.countries[1]", "twice")]),
        ('"0.25"', '"99.9"', [("admission.foreign_control.share", "not_a_share")]),
        ('"0.25"', "0.25", [("admission.foreign_control.share", "amount_not_quoted")]),
        ("[admission]", "[admision]", [("admision", "unknown_section")]),
        ("notice_months = 6", "month = 6", [("admission.month", "unknown_key")]),
        ('by = "assembly"', 'by = "b"', [("governance.decides.adopt_charter.by", "unknown_body")]),
        ('"contract"', '"club"', [("profile.legal_form", "not_a_choice")]),
        ("ends_on = 2030-01-01", "ends_on = 2027-01-01", [("ends_on", "ends_before_start")]),
        ("charter-2027", "Charter 2027", [("code", "not_a_slug")]),
        (
            '"800000" }, label',
            '"8e5" }, label',
            [("dues.levies[0].rule[1].at_most.const", "not_an_amount")],
        ),
    ],
)
def test_each_mistake_has_its_path(old: str, new: str, found: list[tuple[str, str]]) -> None:
    assert old in DOCUMENT
    assert refused(DOCUMENT.replace(old, new, 1)) == found


def test_a_cap_below_the_floor_is_named_with_both_lines() -> None:
    rule = """
  { add = { rate = "0.01", of = "sales" } },
  { at_least = { const = "5" } },
  { at_most = { const = "4" } },
]
inputs"""
    start, end = DOCUMENT.index("rule = [") + 8, DOCUMENT.index("inputs = ")
    with pytest.raises(InvalidDocument) as error:
        read_charter(DOCUMENT[:start] + rule + DOCUMENT[end + 6 :])
    (found,) = error.value.errors
    assert (found.path, found.code) == ("dues.levies[0].rule[2].at_most", "below_floor")


# Drafting


def draft(cast: Cast, **changes: Any) -> Charter:
    given: dict[str, Any] = {
        "code": "second",
        "name_en": "Second",
        "starts_on": NEXT,
        "sections": {},
    }
    return draft_charter(consortium=cast.consortium, **given | changes, **who(cast))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "first"}, CharterCodeTaken),
        ({"starts_on": date(2024, 12, 31)}, CharterOutsideConsortium),
        ({"ends_on": NEXT}, EndsBeforeStart),
    ],
)
def test_a_draft_that_cannot_be(cast: Cast, changes: dict[str, Any], error: Any) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(error):
        draft(cast, **changes)
    assert cast.consortium.charters.count() == 1
    assert AuditEvent.objects.count() == before


def test_every_problem_of_a_draft_is_told_at_once(cast: Cast) -> None:
    with pytest.raises(InvalidDocument) as error:
        draft(
            cast,
            name_en="x" * 201,
            sections={"nonsense": {}, "admission": {"countries": ["ZZ"]}, "profile": {}},
        )
    found = [each.path for each in error.value.errors]
    assert found[0] == "title.en"
    assert {"nonsense", "admission.countries[0]", "profile.legal_form"} <= set(found)
    assert cast.consortium.charters.count() == 1


def test_a_title_is_in_one_language_at_least(cast: Cast) -> None:
    with pytest.raises(InvalidDocument) as error:
        draft(cast, name_en=" ")
    assert error.value.errors == (Problem("title", "empty_text"),)


def test_the_title_of_a_document_fits_the_table() -> None:
    assert refused(DOCUMENT.replace("Charter 2027", "x" * 201)) == [("title.en", "too_long")]


def test_a_section_of_an_unknown_code_or_version_is_never_guessed_at(cast: Cast) -> None:
    charter = draft(cast, sections={"admission": {}})
    CharterSection.objects.filter(charter=charter).update(version=9)
    with pytest.raises(UnknownVersion) as error:
        Charter.objects.get(pk=charter.pk).document()
    assert error.value.values == {"section": "admission", "version": 9, "known": 1}
    CharterSection.objects.filter(charter=charter).update(code="of_tomorrow")
    with pytest.raises(NoSuchSection):
        Charter.objects.get(pk=charter.pk).document()


def test_a_day_without_a_charter_is_an_error(cast: Cast) -> None:
    successor = draft(cast, ends_on=date(2028, 1, 1))
    Charter.objects.filter(code="first", consortium=cast.consortium).update(ends_on=NEXT)
    adopt_charter(charter=successor, by=None, on=TODAY)
    in_force = Charter.objects.in_force
    assert in_force(consortium=cast.consortium, on=date(2027, 12, 31)) == successor
    with pytest.raises(NoCharterInForce) as error:
        in_force(consortium=cast.consortium, on=date(2028, 1, 1))
    assert error.value.values == {"consortium": "alliance", "on": date(2028, 1, 1)}
    with pytest.raises(NoCharterInForce):
        in_force(consortium=cast.consortium, on=date(2024, 12, 31))


# Cloning


def phase(cast: Cast) -> Charter:
    text = CASE + (
        '[[charters]]\ncode = "founding"\ntitle = { en = "Founding", zh = "创立" }\n'
        'starts_on = 1987-08-01\nends_on = 1997-01-01\nbasis = "seed"\nends_basis = "seed"\n'
        'source = "A book"\n[charters.admission]\ncountries = ["US"]\nclosed = true\n'
    )
    load_case(case=read_case(text), by=None, on=TODAY)
    return Charter.objects.get(consortium__slug="a-case")


def test_a_phase_of_a_case_becomes_a_draft_of_ones_own(cast: Cast) -> None:
    source = phase(cast)
    clone = clone_charter(
        consortium=cast.consortium, source=source, code="copied", starts_on=NEXT, **who(cast)
    )
    document = clone.document()
    assert document.sections == source.document().sections
    assert (document.title, document.period()) == (source.document().title, (NEXT, None))
    assert (document.basis, document.ends_basis, document.source) == (None, None, "")
    propose_adoption(charter=clone, body="assembly", decided_on=TODAY, **who(cast))
    adopt_charter(charter=clone, **who(cast, "finance"))
    assert Charter.objects.in_force(consortium=cast.consortium, on=NEXT) == clone
    with pytest.raises(IntegrityError), transaction.atomic():
        CharterSection.objects.filter(charter=clone).update(body={})
    source.refresh_from_db()
    assert source.ends_on == date(1997, 1, 1)


def test_a_clone_stays_as_it_is_when_its_case_is_loaded_anew(cast: Cast) -> None:
    source = phase(cast)
    clone = clone_charter(
        consortium=cast.consortium, source=source, code="copied", starts_on=NEXT, **who(cast)
    )
    load_case(case=read_case(CASE), by=None, on=TODAY)
    assert not Charter.objects.filter(consortium__slug="a-case").exists()
    assert clone.document().sections["admission"].closed is True


def test_what_changes_is_told_against_the_charter_before(cast: Cast) -> None:
    first = Charter.objects.get(consortium=cast.consortium)
    charter = imported(cast, OPEN)
    assert predecessor(charter) == first
    paths = {change.path: change.kind.value for change in changes(charter)}
    assert paths["dues.levies[1]"] == "removed"
    assert paths["dues.levies[0].unit"] == "changed"
    assert paths["admission"] == "added"
    adopt_charter(charter=charter, by=None, on=TODAY)
    assert predecessor(charter) == first  # shortened, so in force the day before
    assert predecessor(first) is None
    assert {change.kind.value for change in changes(first)} == {"added"}


# Rewriting


def rewrite(charter: Charter, revision: int, text: str = DOCUMENT, **by: Any) -> Charter:
    return rewrite_draft(charter=charter, revision=revision, **written(read_charter(text)), **by)


def test_a_rewrite_replaces_everything_the_document_says(cast: Cast) -> None:
    charter = draft(cast, sections={"admission": {"closed": True}})
    rewritten = rewrite(charter, 1, **who(cast))
    assert rewritten.revision == 2
    assert Charter.objects.get(pk=charter.pk).document() == read_charter(DOCUMENT)
    shorter = DOCUMENT.replace('source = "Minutes of 20 November 2026, item 4"\n', "")
    rewrite(charter, 2, shorter, **who(cast))
    assert Charter.objects.get(pk=charter.pk).document() == read_charter(shorter)


def test_a_rewrite_of_an_older_revision_is_refused(cast: Cast) -> None:
    charter = imported(cast)
    stale = Charter.objects.get(pk=charter.pk)
    rewrite(charter, 1, DOCUMENT.replace("Charter 2027", "One"), **who(cast))
    with pytest.raises(DraftChanged):
        rewrite(stale, 1, DOCUMENT.replace("Charter 2027", "Two"), **who(cast))
    assert Charter.objects.get(pk=charter.pk).name_en == "One"


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("charter-2027", "first", CharterCodeTaken),
        ("2027-01-01\nends", "2020-01-01\nends", CharterOutsideConsortium),
    ],
)
def test_a_refused_rewrite_leaves_the_draft(cast: Cast, old: str, new: str, error: Any) -> None:
    charter = imported(cast)
    with pytest.raises(error):
        rewrite(charter, 1, DOCUMENT.replace(old, new, 1), **who(cast))
    kept = Charter.objects.get(pk=charter.pk)
    assert (kept.document(), kept.revision) == (read_charter(DOCUMENT), 1)


def test_an_adopted_charter_is_neither_rewritten_nor_discarded(cast: Cast) -> None:
    charter = imported(cast, OPEN)
    stale = Charter.objects.get(pk=charter.pk)
    adopt_charter(charter=charter, by=None, on=TODAY)
    for each in (charter, stale):
        with pytest.raises(CharterAdopted):
            rewrite(each, 1, **who(cast))
        with pytest.raises(CharterAdopted):
            discard_draft(charter=each, **who(cast))
    assert charter.sections.count() == 4


def test_a_discarded_draft_is_gone_for_whoever_still_edits_it(cast: Cast) -> None:
    charter = imported(cast)
    stale = Charter.objects.get(pk=charter.pk)
    discard_draft(charter=charter, **who(cast))
    assert cast.consortium.charters.get().code == "first"
    with pytest.raises(DraftChanged):
        rewrite(stale, 1, **who(cast))
    with pytest.raises(DraftChanged):
        discard_draft(charter=stale, **who(cast))


# Two people at once


@pytest.fixture
def real_cast(transactional_db: None) -> Iterator[Cast]:
    """The cast in committed rows, for threads of their own connections."""
    with time_machine.travel(NOW, tick=True):
        yield build()


def at_once(*calls: Any) -> list[str]:
    """Return what came of calls that begin together: done, or the error's code."""
    start = Barrier(len(calls))

    def run(call: Any) -> str:
        try:
            start.wait(timeout=20)
            call()
        except (DraftChanged, CharterAdopted, CharterCodeTaken) as error:
            return error.code
        except IntegrityError:
            return "conflict"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def test_of_many_edits_at_once_one_is_kept(real_cast: Cast) -> None:
    charter = imported(real_cast)
    texts = [DOCUMENT.replace("Charter 2027", f"Version {n}") for n in range(6)]

    def editing(text: str) -> Any:
        mine = Charter.objects.get(pk=charter.pk)
        return lambda: rewrite(mine, 1, text, **who(real_cast))

    assert at_once(*map(editing, texts)) == ["done"] + ["draft_changed"] * 5
    kept = Charter.objects.get(pk=charter.pk)
    assert kept.revision == 2
    assert kept.document() in [read_charter(text) for text in texts]


def test_nobody_adopts_what_somebody_changes_at_that_moment(real_cast: Cast) -> None:
    """Whoever comes first: an adopted charter says what was proposed."""
    for number in range(4):
        code, day = f"race-{number}", f"{2027 + number}-01-01"
        text = OPEN.replace("charter-2027", code).replace("2027-01-01", day, 1)
        charter = imported(real_cast, text)
        propose_adoption(charter=charter, body="assembly", decided_on=TODAY, **who(real_cast))
        one, two = Charter.objects.get(pk=charter.pk), Charter.objects.get(pk=charter.pk)
        other = text.replace("Charter 2027", "Smuggled in")
        outcomes = at_once(
            lambda one=one: adopt_charter(charter=one, revision=1, **who(real_cast, "finance")),
            lambda two=two, other=other: rewrite(two, 1, other, **who(real_cast)),
        )
        kept = Charter.objects.get(pk=charter.pk)
        adopted = kept.adopted_on is not None
        assert (kept.name_en == "Smuggled in") is not adopted
        assert outcomes == ["charter_adopted" if adopted else "done", "done"] or outcomes == [
            "done",
            "draft_changed",
        ]


def test_a_code_is_given_once(real_cast: Cast) -> None:
    outcomes = at_once(*[lambda: imported(real_cast)] * 4)
    assert outcomes.count("done") == 1
    assert set(outcomes) <= {"done", "charter_code_taken", "conflict"}
    assert real_cast.consortium.charters.filter(code="charter-2027").count() == 1
    assert FOUNDED < NEXT
