"""`load_cases`: all of a document or nothing, and again only where it changed."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from consortium.models import AuditEvent, Charter, Consortium, Member, Organization
from consortium.reports.verify import verify
from tests.consortium.test_operations_bad_input import everything
from tests.consortium.test_visible import CASE, REFERENCE_PARTS
from tests.factories.ledgers import small

GOOD = CASE + REFERENCE_PARTS

pytestmark = pytest.mark.django_db


def load(*files: Path, **options: Any) -> None:
    call_command("load_cases", *map(str, files), **options)


@pytest.fixture
def document(tmp_path: Path) -> Any:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_cases_of_the_house_load_once(capsys: pytest.CaptureFixture[str]) -> None:
    load()
    said = capsys.readouterr().out
    assert "sematech: loaded\n" in said
    assert Consortium.objects.get(slug="sematech").members.count() >= 14, "its founders"
    before = everything()
    load(verbosity=2)
    assert everything() == before
    assert capsys.readouterr().out == said.replace("loaded", "unchanged")
    for each in Consortium.objects.all():
        assert list(verify(consortium=each)) == []
        assert (each.is_reference, each.ticked_at) == (True, None)


def test_changed_document_is_brought_in(document: Any) -> None:
    load(document("a.toml", GOOD))
    again = GOOD.replace("A recorded firm", "Another firm").replace("A goal", "Another goal")
    load(document("a.toml", again))
    case = Consortium.objects.get(slug="a-case")
    assert [str(member) for member in case.members.all()] == ["Another firm"]
    assert [str(goal) for goal in case.goals.all()] == ["Another goal"]
    assert AuditEvent.objects.filter(action="load_case").count() == 2
    assert list(verify(consortium=case)) == []


def test_organizations_named_only_in_chinese_stay_apart(document: Any) -> None:
    two = CASE + "".join(
        f'[[organizations]]\nkey = "{key}"\nname = {{ zh = "{name}" }}\nkind = "enterprise"\n'
        f'country = "CN"\n[[members]]\norganization = "{key}"\ncategory = "member"\n'
        "starts_on = 1987-08-01\n"
        for key, name in (("one", "甲公司"), ("two", "乙公司"))
    )
    load(document("a.toml", two))
    assert sorted(str(member) for member in Member.objects.all()) == ["乙公司", "甲公司"]
    assert Organization.objects.count() == 2


def refused(*files: Path) -> tuple[int, list[str]]:
    before = everything()
    with pytest.raises(CommandError) as error:
        load(*files)
    assert everything() == before
    return error.value.returncode, str(error.value).splitlines()


def test_every_mistake_of_every_document_is_said(document: Any) -> None:
    good = document("good.toml", GOOD)
    bad = document(
        "bad.toml",
        GOOD.replace('currency = "USD"', 'currency = "USX"\nhours = 3')
        .replace('kind = "enterprise"', 'kind = "firm"')
        .replace("[charters.dues]", '[charters.dues]\nlevies = [{ code = "X" }]'),
    )
    worse = document("worse.toml", "slug = ")
    code, lines = refused(good, bad, worse)
    assert code == 2
    for path in (
        "bad.toml: currency: ",
        "bad.toml: hours: there is no such key here",
        "bad.toml: organizations[0].kind: ",
        "bad.toml: charters[0].dues.levies[0].code: ",
        "bad.toml: charters[0].dues.levies[0].rule: is missing",
        "worse.toml: does not read as TOML at line 1",
    ):
        assert any(line.startswith(path) for line in lines), (path, lines)
    assert not any(line.startswith("good.toml") for line in lines)


def test_file_that_cannot_be_read(document: Any, tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes("slug = 'é'".encode("latin-1"))
    code, lines = refused(tmp_path / "absent.toml", latin)
    assert (code, len(lines)) == (2, 2)


def test_living_consortium_is_never_overwritten(document: Any) -> None:
    small("a-case")
    other = document("b.toml", GOOD.replace('"a-case"', '"b-case"'))
    code, lines = refused(other, document("a.toml", GOOD))
    assert (code, lines) == (
        2,
        ["“a-case” is the short name of a living consortium; rename the case's document."],
    )
    assert not Charter.objects.filter(consortium__slug="b-case").exists()
