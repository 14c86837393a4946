"""`charter` and `load_cases` on the command line: both languages, exit codes, exact paths."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from consortium.models import AuditEvent, Charter, Consortium, Disagreement, Fact
from consortium.operations.adoption import adopt_charter
from consortium.reports.cases import CASES
from consortium.rules.documents import read_charter
from consortium.rules.schema import Problem
from tests.cast import TODAY, Cast
from tests.consortium.test_operations_charters import DOCUMENT, OPEN
from tests.snapshot import built_once


def run(*words: Any, command: str = "charter") -> tuple[str, int]:
    """Return what a command prints, and its exit code."""
    out = StringIO()
    try:
        call_command(command, *map(str, words), stdout=out)
    except CommandError as error:
        return str(error), error.returncode
    except SystemExit as end:
        return out.getvalue(), int(end.code or 0)
    return out.getvalue(), 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "charter.toml"
    path.write_text(OPEN, encoding="utf-8")
    return path


def wrong(tmp_path: Path, old: str, new: str, text: str = DOCUMENT) -> Path:
    assert old in text
    path = tmp_path / "wrong.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


# validate


def test_a_sound_document(file: Path) -> None:
    assert run("validate", file) == (f"{file}: charter-2027: ok\n", 0)


RULE = """rule = [
  { add = { rate = "0.01", of = "sales" } },
  { at_least = { const = "1000000" } },
  { at_most = { const = "500000" } },
]
"""


LEFT_OPEN = """rule = [{ add.table = ["sales"], add.rows = [
  { when = { sales = { below = "10" } }, then = { const = "1" } },
  { when = { sales = { at_least_or_above = "10" } }, then = { const = "2" } },
] }]
"""


def ruled(tmp_path: Path, rule: str) -> Path:
    start, end = DOCUMENT.index("rule = ["), DOCUMENT.index("inputs = ")
    return wrong(tmp_path, DOCUMENT[start:end], rule)


def test_what_is_to_be_settled_before_adoption_is_listed(tmp_path: Path) -> None:
    path = ruled(tmp_path, LEFT_OPEN)
    said, status = run("validate", path)
    assert status == 0
    first, found = said.splitlines()
    assert first == f"{path}: charter-2027: ok, but it cannot be adopted yet:"
    assert found.startswith("dues.levies[0].rule[0].add.rows[1].when.sales.at_least_or_above: ")
    assert "on which side 10 belongs" in found


def test_a_cap_below_the_floor_is_named_with_its_path_in_both_languages(tmp_path: Path) -> None:
    path = ruled(tmp_path, RULE)
    english, status = run("validate", path)
    assert status == 2
    assert english.startswith("dues.levies[0].rule[2].at_most: below the floor of line 1 (")
    chinese, status = run("--language", "zh-hans", "validate", path)
    assert status == 2
    assert chinese.startswith("dues.levies[0].rule[2].at_most: ")
    assert english.partition(": ")[2] != chinese.partition(": ")[2]
    assert run("validate", path, "--language", "zh-hans") == (chinese, 2)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"CN", "US"', '"CN", "XX"', "admission.countries[1]: “XX” is not a country"),
        ("[admission]", "[addmission]", "addmission: there is no section “addmission”"),
        ("notice_months", "notice_moths", "admission.notice_moths: there is no such key here"),
        ('source = "Minutes of 20', 'source = "\\u0000', "source: contains a character"),
        ("starts_on = 2027-01-01\n", "starts_on = 2027-02-30\n", "does not read as TOML at line"),
        ('"0.25"', '"1.25"', "admission.foreign_control.share: 1.25 is not a share"),
    ],
)
def test_what_is_wrong_and_where(tmp_path: Path, old: str, new: str, line: str) -> None:
    said, status = run("validate", wrong(tmp_path, old, new))
    assert (said.startswith(line), status) == (True, 2), said


def test_every_mistake_at_once(tmp_path: Path) -> None:
    text = DOCUMENT.replace('"CN", "US"', '"XX"').replace('by = "assembly"', 'by = "b"')
    said, status = run("validate", wrong(tmp_path, 'kind = "money"', 'kind = "gold"', text))
    assert status == 2
    assert [line.partition(":")[0] for line in said.splitlines()] == [
        "admission.countries[0]",
        "governance.decides.adopt_charter.by",
        "dues.levies[0].inputs.sales.kind",
    ]


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    said, status = run("validate", tmp_path / "absent.toml")
    assert (status, "No such file" in said, "Errno" in said) == (2, True, False)
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    assert run("validate", tmp_path / "binary.toml")[1] == 2


# import, export


def test_import_and_export_give_the_same_document(cast: Cast, file: Path, tmp_path: Path) -> None:
    assert run("import", file, "--consortium", "alliance") == (
        "alliance/charter-2027: draft from 2027-01-01\n",
        0,
    )
    said, status = run("export", "alliance/charter-2027")
    assert status == 0
    assert read_charter(said) == read_charter(OPEN)
    again = tmp_path / "again.toml"
    again.write_text(said, encoding="utf-8")
    assert run("diff", file, again) == ("", 0)
    assert run("diff", "alliance/charter-2027", file) == ("", 0)


def test_without_a_code_the_one_in_force_is_exported(cast: Cast, file: Path) -> None:
    run("import", file, "--consortium", "alliance")
    adopt_charter(charter=Charter.objects.get(code="charter-2027"), by=None, on=TODAY)
    assert read_charter(run("export", "alliance")[0]).code == "first"
    later = run("export", "alliance", "--on", "2027-01-01")[0]
    assert read_charter(later) == read_charter(OPEN)
    said, status = run("export", "alliance", "--on", "2024-12-31")
    assert status == 2
    assert said.startswith("No charter of “alliance” is in force on December 31, 2024")


@pytest.mark.parametrize("name", ["alliance/absent", "absent", "absent/first"])
def test_a_charter_that_is_not_there(cast: Cast, name: str) -> None:
    assert run("export", name)[1] == 2


def test_an_import_is_repeated_only_when_told_so(cast: Cast, file: Path) -> None:
    where = ("--consortium", "alliance")
    run("import", file, *where)
    said, status = run("import", file, *where)
    assert (status, "exists; choose another" in said) == (2, True)
    file.write_text(OPEN.replace("Charter 2027", "Corrected"), encoding="utf-8")
    assert run("import", "--replace", file, *where)[1] == 0
    charter = Charter.objects.get(code="charter-2027")
    assert (charter.name_en, charter.revision) == ("Corrected", 2)
    adopt_charter(charter=charter, by=None, on=TODAY)
    said, status = run("import", "--replace", file, *where, "--language", "zh-hans")
    assert status == 2
    assert charter.sections.count() == 4


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2027-01-01\nbasis", "2020-01-01\nbasis"),
        ("starts_on = 2027-01-01\nbasis", "basis"),
        ('code = "charter-2027"', 'code = "first"'),
        ('"CN", "US"', '"XX"'),
    ],
)
def test_nothing_of_a_refused_import_stays(cast: Cast, tmp_path: Path, old: str, new: str) -> None:
    events = AuditEvent.objects.count()
    path = wrong(tmp_path, old, new, OPEN)
    assert run("import", path, "--consortium", "alliance")[1] == 2
    assert (Charter.objects.count(), AuditEvent.objects.count()) == (2, events)


# diff, compare


def test_diff_says_what_changes_and_ends_with_one(cast: Cast, file: Path, tmp_path: Path) -> None:
    other = wrong(tmp_path, '"800000"', '"900000"', OPEN)
    assert run("diff", file, other) == (
        '~ dues.levies[0].rule[1].at_most.const: "800000" → "900000"\n',
        1,
    )
    said, status = run("diff", "alliance", file)
    assert status == 1
    assert "- dues.levies[1]: " in said
    assert '~ dues.levies[0].unit: "USD" → "CNY"' in said.splitlines()
    assert run("diff", "alliance", tmp_path / "absent.toml")[1] == 2


@pytest.fixture
@built_once
def loaded(db: None) -> None:
    call_command("load_cases", verbosity=0)


def test_compare_as_table_csv_and_json(loaded: None) -> None:
    said, status = run("compare", "sematech", "vlsi", "--format", "json", "--language", "zh-hans")
    assert (status, json.loads(said)["country"]) == (0, {"sematech": "美国", "vlsi": "日本"})
    rows = list(csv.reader(StringIO(run("compare", "--format", "csv")[0])))
    assert rows[0][0] == ""
    assert len(rows[0]) == 7
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    table = run("compare", "sematech")[0]
    assert "United States" in table
    assert run("compare", "sematech", "absent")[1] == 2


# load_cases


def load(*files: Any) -> tuple[str, int]:
    return run(*files, command="load_cases")


def test_all_cases_and_the_general_facts_are_loaded_once(db: None) -> None:
    said, status = load()
    assert status == 0
    assert sorted(said.splitlines()) == [
        f"{slug}: loaded"
        for slug in ("airbus", "domestic", "envib", "general", "sematech", "tlpc", "vlsi")
    ]
    before = (AuditEvent.objects.count(), Fact.objects.count(), Disagreement.objects.count())
    assert Fact.objects.filter(consortium=None).exists()
    assert load() == ("", 0)
    assert before == (
        AuditEvent.objects.count(),
        Fact.objects.count(),
        Disagreement.objects.count(),
    )


def changed(tmp_path: Path, name: str, old: str, new: str) -> Path:
    text = (CASES / name).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / Path(name).name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_changed_document_updates_what_was_loaded(loaded: None, tmp_path: Path) -> None:
    path = changed(tmp_path, "airbus.toml", 'en = "Airbus"', 'en = "Airbus Industrie"')
    assert load(path) == ("airbus: loaded\n", 0)
    assert Consortium.objects.get(slug="airbus").name_en == "Airbus Industrie"
    assert load(path) == ("", 0)
    assert load() == ("airbus: loaded\n", 0)
    assert Consortium.objects.get(slug="airbus").name_en == "Airbus"
    assert Charter.objects.filter(consortium__slug="airbus").count() == 3


def test_changed_general_facts_update_what_was_loaded(loaded: None, tmp_path: Path) -> None:
    path = changed(
        tmp_path, "facts/general.toml", "agrees_with_paper", 'when = "1"\nagrees_with_paper'
    )
    path.write_text(path.read_text().replace('when = "1985-1992"\n', "", 1))
    assert load(path) == ("general: loaded\n", 0)
    assert load(path) == ("", 0)


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        (
            "airbus.toml",
            'share = "0.379"',
            'share = "0.378"',
            "airbus.toml: members[2].share: on January 1, 1979 the shares come to 0.999;",
        ),
        ("airbus.toml", 'share = "0.5"', "share = 0.5", "airbus.toml: members[0].share: write the"),
        (
            "airbus.toml",
            'country = "FR"',
            'country = "XX"',
            "airbus.toml: organizations[0].country: “XX” is not a country",
        ),
        (
            "vlsi.toml",
            "starts_on = 1978-01-01",
            "starts_on = 1977-12-31",
            "vlsi.toml: charters[1].starts_on: overlaps charters[0]",
        ),
        (
            "facts/general.toml",
            'sources = ["Zhang & Li 2012"]\n',
            "",
            "general.toml: facts[0].sources: name a source",
        ),
    ],
)  # fmt: skip
def test_a_wrong_document_loads_nothing(
    db: None, tmp_path: Path, name: str, old: str, new: str, line: str
) -> None:
    said, status = load(CASES / "tlpc.toml", changed(tmp_path, name, old, new))
    assert (status, said.startswith(line)) == (2, True), said
    assert not Consortium.objects.exists()


def test_a_phase_without_an_edge_or_a_basis(db: None, tmp_path: Path) -> None:
    text = (CASES / "envib.toml").read_text(encoding="utf-8")
    head, _, charter = text.partition("[[charters]]")
    for key in ("starts_on", "basis"):
        lines = charter.splitlines()
        lines.remove(next(line for line in lines if line.startswith(f"{key} = ")))
        path = tmp_path / "envib.toml"
        path.write_text(head + "[[charters]]" + "\n".join(lines), encoding="utf-8")
        assert load(path) == (f"envib.toml: charters[0].{key}: is missing", 2)


def test_what_stands_in_two_documents_is_named(db: None, tmp_path: Path) -> None:
    copy = changed(tmp_path, "tlpc.toml", 'slug = "tlpc"', 'slug = "copy"')
    said, status = load(CASES / "tlpc.toml", copy)
    assert status == 2
    assert "facts: “tlpc-" in said
    assert f"stands at {CASES / 'tlpc.toml'} already" in said
    assert not Consortium.objects.exists()


def test_a_living_consortium_is_never_overwritten(cast: Cast, tmp_path: Path) -> None:
    path = changed(tmp_path, "tlpc.toml", 'slug = "tlpc"', 'slug = "alliance"')
    said, status = load(CASES / "envib.toml", path)
    assert (status, "living consortium" in said) == (2, True)
    assert not Consortium.objects.filter(is_reference=True).exists()


def test_a_file_that_cannot_be_read(db: None, tmp_path: Path) -> None:
    said, status = load(tmp_path / "absent.toml")
    assert (status, said) == (2, f"{tmp_path / 'absent.toml'}: No such file or directory")


def test_a_problem_has_a_path_a_code_and_values() -> None:
    assert Problem("a", "b").values == {}
