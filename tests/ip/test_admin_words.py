"""The section on results in the editor and in a diff: names and choices in words, not keys."""

from datetime import date

from django.utils.translation import override

from consortium.admin import labels
from consortium.admin.editor import annotated
from consortium.admin.reading import Reader
from consortium.models import Charter
from consortium.operations.cases import load_case
from consortium.operations.charters import clone_charter
from consortium.rules.comparison import ChangeKind, diff
from tests.cast import TODAY, Cast
from tests.factories.regimes import CASES, phase

OWN = {
    "IPSection", "Tier", "When", "Ownership", "CoOwnership", "Opening", "Exclusivity", "Access",
    "Background", "Portion", "Licensing", "Publication", "Leaving", "Diffusion",
}  # fmt: skip
CHOICES = {
    "ResultKind", "InstrumentKind", "Party", "Use", "Terms", "Owner", "Split", "Consent", "Event",
    "Subject", "Listing", "Succession", "Grantor",
}  # fmt: skip


def test_the_editor_names_every_part_of_the_section_and_every_choice() -> None:
    with override("en"):
        definitions = annotated()["$defs"]

    assert definitions.keys() >= OWN | CHOICES
    assert [
        f"{schema}.{name}"
        for schema in OWN
        for name in definitions[schema]["properties"]
        if labels.found(labels.names, schema, name) is None
    ] == []
    for schema in CHOICES:
        said = definitions[schema]["x-labels"]
        assert [value for value, label in said.items() if value == label] == []


def test_the_editor_offers_the_bodies_and_tiers_there_are() -> None:
    definitions = annotated()["$defs"]
    found = {
        f"{schema}.{name}": at["x-suggest"]
        for schema in (*OWN, "Decider")
        for name, at in definitions[schema]["properties"].items()
        if "x-suggest" in at
    }

    assert found == {
        "Decider.by": "governance.bodies",
        "Exclusivity.extend_by": "governance.bodies",
        "Exclusivity.release_by": "governance.bodies",
        "Background.approved_by": "governance.bodies",
        "Licensing.by": "governance.bodies",
        "When.tiers": "ip.tiers",
    }


def test_the_change_of_sematechs_phases_is_told_in_words() -> None:
    before, after = CASES["sematech"].charters
    changes = {each.path: each for each in diff(before, after)}
    with override("en"):
        gone = Reader().difference(changes["ip.exclusivity"], after.body())

    assert gone.kind == ChangeKind.REMOVED
    assert gone.where == (
        "Results and intellectual property",
        "for how long results are exclusive",
    )
    rows = [(row.label, row.value) for row in gone.before]
    assert [rows[index] for index in (0, 6, 7, 8, 9)] == [
        ("Members only for two years", None),
        ("kept to", "Member"),
        ("counted from", "Completion of the result"),
        ("months", "24"),
        ("opens afterwards", None),
    ]
    assert ("on which terms", "To be negotiated") in rows


def test_a_case_is_adopted_with_its_section_on_results(cast: Cast) -> None:
    load_case(case=CASES["domestic"], by=None, on=TODAY)
    template = Charter.objects.get(consortium__slug="domestic")
    by = cast.people["secretary"]

    draft = clone_charter(
        consortium=cast.consortium,
        source=template,
        code="ours",
        starts_on=date(2027, 1, 1),
        by=by,
        on=TODAY,
    )

    assert draft.document().sections["ip"] == phase("domestic", "agreement")
    with override("en"):
        sections = {code: rows for code, _name, rows in Reader().sections(draft.document())}
    assert ("home country", "China") in [(row.label, row.value) for row in sections["ip"]]
